"""The parts of recording that need no server: the canvas, the upload, the clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

SEND = """async (m, answers) => {
  const sent = [], refused = [], pauses = [];
  const put = async (number, blob) => {
    sent.push([number, await blob.text()]);
    const answer = answers.shift();
    if (answer !== undefined && answer !== 200) throw { status: answer };
  };
  const onRefused = (error) => refused.push(error && error.status);
  const uploader = m.createChunkUploader({ put, onRefused, pause: async (ms) => pauses.push(ms) });
  for (const part of ["a", "b", "c"]) uploader.push(new Blob([part]));
  await uploader.done();
  return { sent, refused, pauses };
}"""


@pytest.mark.parametrize(("answers", "sent", "refused"), [
    ([200, 200, 200], ["0a", "1b", "2c"], []),
    ([0, 503, 200, 200, 200], ["0a", "0a", "0a", "1b", "2c"], []),
    ([200, 403], ["0a", "1b"], [403]), ([507], ["0a"], [507]), ([200, 409], ["0a", "1b"], [409])])
def test_parts_go_in_order_and_again_after_a_loss(run: Callable[..., Any], answers: list[int], sent: list[str],
                                                  refused: list[int]) -> None:
    told = run("chunk_uploader", SEND, answers)
    assert [f"{number}{text}" for number, text in told["sent"]] == sent
    assert told["refused"] == refused
    assert told["pauses"] == [500, 1000][:answers.count(0) + answers.count(503)]


def test_what_waits_is_bounded(run: Callable[..., Any]) -> None:
    told = run("chunk_uploader", """async (m) => {
      const refused = [];
      const put = () => new Promise(() => {});
      const uploader = m.createChunkUploader({ put, onRefused: (error) => refused.push(error) });
      for (let i = 0; i < 20; i += 1) uploader.push({ size: 10 * 1024 * 1024 });
      return refused;
    }""")
    assert told == [None]


@pytest.mark.parametrize(("canvas", "picture", "place"), [
    ((1280, 800), (1280, 800), (0, 0, 1280, 800)), ((1280, 800), (640, 400), (0, 0, 1280, 800)),
    ((1280, 800), (800, 800), (240, 0, 800, 800)), ((1280, 800), (2560, 800), (0, 200, 1280, 400))])
def test_another_monitor_lies_whole_in_the_film(run: Callable[..., Any], canvas: tuple, picture: tuple,
                                                place: tuple) -> None:
    told = run("canvas_recorder", "(m, [width, height], picture) => m.within({ width, height }, ...picture)",
               canvas, picture)
    assert (told["x"], told["y"], told["width"], told["height"]) == place


@pytest.mark.parametrize(("first", "size"), [((1280, 800), (1280, 800)), ((1367, 767), (1368, 768)),
                                             ((3840, 2160), (1920, 1080))])
def test_the_films_size(run: Callable[..., Any], first: tuple, size: tuple) -> None:
    told = run("canvas_recorder", "(m, first) => m.canvasSize(...first)", first)
    assert (told["width"], told["height"]) == size


@pytest.mark.parametrize(("milliseconds", "words"), [(0, "0:00"), (42_999, "0:42"), (725_000, "12:05"),
                                                     (3_725_000, "1:02:05"), (-5, "0:00")])
def test_the_clock(run: Callable[..., Any], milliseconds: int, words: str) -> None:
    assert run("recording", "(m, ms) => m.elapsed(ms)", milliseconds) == words


def test_the_film_comes_in_parts_and_ends_with_the_last(page: Page) -> None:
    told = page.evaluate("""async () => {
      const m = await import("/static/session/canvas_recorder.js");
      const element = document.createElement("canvas"), pen = element.getContext("2d");
      const source = { element, width: 320, height: 200 };
      Object.assign(element, { width: 320, height: 200 });
      const parts = [];
      const recorder = m.createCanvasRecorder({ source: () => source, onChunk: (blob) => parts.push(blob) });
      const paint = (colour) => { pen.fillStyle = colour; pen.fillRect(0, 0, 999, 999); recorder.touch(); };
      const until = async (probe) => { while (!probe()) await new Promise((done) => setTimeout(done, 50)); };
      paint("red");
      recorder.start(300);
      await until(() => parts.length >= 2);
      Object.assign(source, { width: 200, height: 200 }); // another monitor
      paint("lime");
      await until(() => parts.length >= 4);
      await recorder.stop();
      const count = parts.length;
      await new Promise((done) => setTimeout(done, 400));
      const video = document.createElement("video");
      video.src = URL.createObjectURL(new Blob(parts));
      await new Promise((done, fail) => { video.onloadeddata = done; video.onerror = fail; });
      const head = new Uint8Array(await parts[0].slice(0, 4).arrayBuffer());
      return { none: parts.length - count, head: [...head], size: [video.videoWidth, video.videoHeight] };
    }""")
    assert told == {"none": 0, "head": [0x1A, 0x45, 0xDF, 0xA3], "size": [320, 200]}


@pytest.mark.parametrize("hindrance", ["a stream whose first picture does not come", "timers that stand still"])
def test_the_recording_goes_on_while(page: Page, hindrance: str) -> None:
    """A new stream has no size and draws nothing; a hidden tab's timers hardly run."""
    parts = page.evaluate("""async (hindrance) => {
      const m = await import("/static/session/canvas_recorder.js");
      const element = document.createElement("canvas");
      Object.assign(element, { width: 320, height: 200 }).getContext("2d");
      let source = { element, width: 320, height: 200 };
      const parts = [];
      let more = null;
      const enough = new Promise((done) => (more = () => parts.length >= 4 && done()));
      const recorder = m.createCanvasRecorder({ source: () => source, onChunk: (blob) => parts.push(blob) && more() });
      if (hindrance.startsWith("timers")) window.setInterval = () => 0;
      recorder.start(200);
      if (hindrance.startsWith("a stream")) {
        const video = document.createElement("video");
        source = { element: video, width: video.videoWidth, height: video.videoHeight };
      }
      await enough;
      recorder.cancel();
      return parts.length;
    }""", hindrance)
    assert parts >= 4
