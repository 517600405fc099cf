"""How long the spine takes: code typed → first byte → device online → first frame, and glass to glass.

Runs the real server, the real helper on an Xvfb display and a real Chromium, on this machine, all at once:
encoding, relaying, decoding and drawing share its cores. `python bench/spine.py [--flips 40]`.

Glass to glass is the time from the moment a window on the customer's display has changed its colour (the X server
has confirmed the drawing) to the moment the technician's page hands a frame with that colour to the screen.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import random
import statistics
import tempfile
import threading
import time

import click
from Xlib import display as xdisplay

from tests.stage.browser import chromium
from tests.stage.display import Display, eventually
from tests.stage.helper import Helper, unpack
from tests.stage.server import PASSWORD, Server

WATCH = """([x, y]) => {
  window.seenFlips = [];
  const canvas = document.createElement('canvas'); canvas.width = canvas.height = 1;
  const pen = canvas.getContext('2d', {willReadFrequently: true});
  const video = document.querySelector('#video');
  let last = null;
  const look = () => {
    pen.drawImage(video, x * video.videoWidth, y * video.videoHeight, 1, 1, 0, 0, 1, 1);
    const [red, green] = pen.getImageData(0, 0, 1, 1).data;
    const colour = red > green ? 'red' : 'green';
    if (last && colour !== last) window.seenFlips.push([colour, performance.timeOrigin + performance.now()]);
    last = colour;
    video.requestVideoFrameCallback(look);
  };
  video.requestVideoFrameCallback(look);
}"""
FIRST_FRAME = """() => {
  window.marks = {};
  const root = document.querySelector('#session');
  const note = () => {
    if (root.dataset.rights.includes('view')) window.marks.allowed ??= performance.now();
    if (Number(root.dataset.frames) > 0) window.marks.frame ??= performance.now();
  };
  new MutationObserver(note).observe(root, {attributes: true});
}"""


class Painter:
    """Two windows on the display: one that flips its colour, one that may move all the time."""

    def __init__(self, display: Display) -> None:
        self._display = xdisplay.Display(display.name)
        screen = self._display.screen()
        self._colours = {"red": 0xDC141E, "green": 0x14C83C}
        self.place = (display.width - 300, display.height - 250)
        self._window = screen.root.create_window(*self.place, 200, 150, 0, screen.root_depth,
                                                 background_pixel=self._colours["red"], override_redirect=True)
        self._window.map()
        self._display.sync()
        self._colour = "red"
        self._moving = threading.Event()
        self._name = display.name

    @property
    def point(self) -> tuple[int, int]:
        return self.place[0] + 100, self.place[1] + 75

    def flip(self) -> tuple[str, float]:
        """Change the colour. Returns it and the Unix time in ms at which the X server had done so."""
        self._colour = "green" if self._colour == "red" else "red"
        self._window.change_attributes(background_pixel=self._colours[self._colour])
        self._window.clear_area()
        self._display.sync()
        return self._colour, time.time() * 1000

    def move(self, on: bool) -> None:
        """Start or stop a bar that runs across the screen at 30 steps a second."""
        if not on:
            self._moving.clear()
            return
        self._moving.set()
        threading.Thread(target=self._animate, daemon=True).start()

    def _animate(self) -> None:
        own = xdisplay.Display(self._name)
        screen = own.screen()
        bar = screen.root.create_window(0, 200, 240, 160, 0, screen.root_depth, background_pixel=0x3366CC,
                                        override_redirect=True)
        bar.map()
        step = 0
        while self._moving.is_set():
            bar.configure(x=step % 600, y=200 + step % 60)
            own.sync()
            step += 9
            time.sleep(1 / 30)
        bar.destroy()
        own.close()


def first_byte(server: Server, code: str) -> tuple[float, str]:
    """Milliseconds from sending the code to the ZIP's first byte, and where the ZIP is."""
    import requests
    start = time.perf_counter()
    answer = requests.post(server.url + "/api/customer/installer", json={"support_code": code}, timeout=30).json()
    with requests.get(server.url + answer["download_url"], stream=True, timeout=30) as package:
        next(package.iter_content(1))
        return (time.perf_counter() - start) * 1000, answer["download_url"]


def measure_flips(page, painter: Painter, display: Display, count: int) -> list[float]:
    """Glass to glass, in ms, for flips at odd moments."""
    page.evaluate(WATCH, [painter.point[0] / display.width, painter.point[1] / display.height])
    time.sleep(1)
    made = []
    for _ in range(count):
        time.sleep(random.uniform(0.9, 1.5))
        made.append(painter.flip())
    time.sleep(1)
    seen = page.evaluate("window.seenFlips")
    return [next((at for colour, at in seen if colour == wanted and 0 <= at - when < 900), float("nan")) - when
            for wanted, when in made]


def told(name: str, values: list[float]) -> str:
    good = sorted(v for v in values if v == v)
    lost = len(values) - len(good)
    p90 = good[int(len(good) * 0.9)] if good else float("nan")
    middle = statistics.median(good) if good else float("nan")
    missed = f"   not seen: {lost}" if lost else ""
    return f"  {name:34} median {middle:6.0f} ms   p90 {p90:6.0f} ms   n={len(good)}{missed}"


def run(width: int, height: int, flips: int, arguments: tuple[str, ...]) -> None:
    folder = Path(tempfile.mkdtemp(prefix="bench-spine-"))
    server, display = Server(folder), Display(width=width, height=height)
    painter, helper = Painter(display), None
    print(f"{width}x{height}")
    try:
        staff = server.sign_in()
        code = staff.post("/api/support-codes", json={"customer_name": "Bench"}).json()["support_code"]
        milliseconds, url = first_byte(server, code)
        print(f"  {'code typed → first byte of the ZIP':34} {milliseconds:13.1f} ms")
        package = folder / "package.zip"
        package.write_bytes(staff.get(url).content)
        start = time.perf_counter()
        helper = Helper(unpack(package, folder), display, folder / "home", "--answer", "allow", *arguments)
        device = eventually(lambda: next((d for d in staff.get("/api/devices").json()["devices"] if d["online"]), None),
                            within=30, what="the device online")
        print(f"  {'helper started → device online':34} {(time.perf_counter() - start) * 1000:13.0f} ms")
        with chromium() as browser:
            page = browser.new_context(viewport={"width": 1400, "height": 900}).new_page()
            sign_in(page, server)
            info = staff.post(f"/api/devices/{device['device_id']}/connect", json={}).json()["connection_info"]
            page.add_init_script(f"addEventListener('DOMContentLoaded', {FIRST_FRAME})")
            start = time.perf_counter()
            page.goto(f"{server.url}/sessions/{info['session_id']}?rights=view,control")
            eventually(lambda: page.evaluate("window.marks.frame"), within=20, what="the first frame")
            marks = page.evaluate("window.marks")
            print(f"  {'page opened → first frame':34} {(time.perf_counter() - start) * 1000:13.0f} ms")
            print(f"  {'Allow → first frame':34} {marks['frame'] - marks['allowed']:13.0f} ms")
            time.sleep(3)
            print(told("glass to glass, idle screen", measure_flips(page, painter, display, flips)))
            painter.move(True)
            print(told("glass to glass, moving screen", measure_flips(page, painter, display, flips)))
            painter.move(False)
    finally:
        if helper:
            helper.close()
        display.close()
        server.stop()


def sign_in(page, server: Server) -> None:
    page.goto(server.url + "/login")
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.click("#go")
    page.wait_for_url("**/dashboard")


@click.command()
@click.option("--flips", default=40, show_default=True)
@click.argument("helper_arguments", nargs=-1)
def main(flips: int, helper_arguments: tuple[str, ...]) -> None:
    for width, height in ((1280, 720), (1920, 1080)):
        run(width, height, flips, helper_arguments)


if __name__ == "__main__":
    main()
