"""The browser modules that every page builds on, one at a time in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from tests.live.server import Server


@pytest.fixture
def run(visit: Callable[..., Page], server: Server) -> Callable[..., Any]:
    """`run("core/format", "m => m.bytes(1)")`: a function of one module; further values are its arguments."""
    page = visit(server.url + "/login")

    def call(module: str, script: str, *given: Any) -> Any:
        wrapped = f"async ([path, given]) => ({script})(await import(path), ...given)"
        return page.evaluate(wrapped, [f"/static/js/{module}.js", list(given)])
    return call


def test_times_are_said_as_people_say_them(run: Callable[..., Any]) -> None:
    now = 1_800_000_000_000
    said = run("core/format", """(m, now, steps) => steps.map(
      (s) => m.relative(new Date(now - s * 1000).toISOString(), now))""", now, [5, 60, 3600, 86400 * 3])
    assert said == ["just now", "1 minute ago", "1 hour ago", "3 days ago"]
    left = run("core/format", """(m, now, steps) => steps.map(
      (s) => m.remaining(new Date(now + s * 1000).toISOString(), now))""", now, [-1, 9, 599, 3660, 90000])
    assert left == ["expired", "0 min 09 s", "9 min 59 s", "1 h 1 min", "1 d 1 h"]
    worthless = run("core/format", "(m) => [m.relative('nonsense'), m.dateTime(null), m.remaining('')]")
    assert worthless == ["–", "–", "expired"]


def test_sizes_and_codes(run: Callable[..., Any]) -> None:
    sizes = run("core/format", "(m) => [0, 999, 1500, 33e6, 2.5e9].map(m.bytes)")
    assert sizes == ["0 B", "999 B", "1.5 KB", "33 MB", "2.5 GB"]
    assert run("core/format", "(m) => [m.code('048291'), m.code('12'), m.code(null)]") == ["048\u00a0291", "12", ""]


def test_text_that_would_read_another_way_than_it_runs_is_written_out(run: Callable[..., Any]) -> None:
    tricky = ["del \u202egpj.txt", "a\x1b[2J\u200bb\x00", "one\r\ntwo\tthree",
              "\U0001f468\u200d\U0001f33e \u00e9 \u0634", None]
    assert run("core/printed", "(m, all) => all.map(m.seen)", tricky) == [
        "del \u27e8202E\u27e9gpj.txt", "a\u27e8001B\u27e9[2J\u27e8200B\u27e9b\u27e80000\u27e9", "one\ntwo\tthree",
        "\U0001f468\u200d\U0001f33e \u00e9 \u0634", ""]
    shown = run("my/facts", "(m, said) => m.facts(said).outerHTML", {"\u202ekey": "a\u202eb", "list": ["x\u2066y"]})
    assert "\u202e" not in shown and "\u2066" not in shown and "a\u27e8202E\u27e9b" in shown
    assert "\u202e" not in run("core/printed", "(m) => m.beginning(JSON.stringify({a: '\u202e'})).textContent")


def test_the_code_field_forgives(run: Callable[..., Any]) -> None:
    typed = ["482 913", "482-913", "Code: 482913.", "48 29 13 99", "٤٨٢", ""]
    digits = run("portal/entry", "(m, all) => all.map(m.digitsOf)", typed)
    assert digits == ["482913", "482913", "482913", "482913", "", ""]


def test_the_caret_stays_where_one_types(run: Callable[..., Any]) -> None:
    """Typing a digit in the middle of a code must not throw the caret to its end."""
    where = run("portal/entry", """(m) => {
      const input = document.querySelector("#username");
      m.formatAsTyped(input);
      input.value = "4829 13";                 // a 9 was just typed after "482"
      input.setSelectionRange(4, 4);
      input.dispatchEvent(new Event("input"));
      return [input.value, input.selectionStart];
    }""")
    assert where == ["482 913", 5]


@pytest.mark.parametrize(("agent", "touches", "platform"), [
    ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", 0, "windows"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)", 0, "macos"),
    ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Safari", 5, "phone"),
    ("Mozilla/5.0 (X11; Linux x86_64)", 0, "linux"),
    ("Mozilla/5.0 (Linux; Android 14) Mobile", 5, "phone"),
    ("Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X)", 5, "phone"),
])
def test_the_platform_is_recognised(run: Callable[..., Any], agent: str, touches: int, platform: str) -> None:
    assert run("portal/platforms", "(m, agent, touches) => m.here(agent, touches)", agent, touches) == platform


def test_every_platform_of_the_builder_has_steps(run: Callable[..., Any]) -> None:
    from builder.payloads import PLATFORMS
    steps = run("portal/platforms", "(m, keys) => keys.map((key) => [m.familyOf(key), m.stepsFor(key).length])",
                list(PLATFORMS))
    assert [family for family, _ in steps] == [key.split("-")[0] for key in PLATFORMS]
    assert all(count >= 3 for _, count in steps)


def test_text_is_never_markup(run: Callable[..., Any]) -> None:
    made = run("core/dom", """(m) => {
      const hostile = "<img src=x onerror=alert(1)>";
      const node = m.h("p", { title: hostile }, hostile, [null, false, 0, m.h("b", {}, "x")]);
      return [node.querySelectorAll("img").length, node.textContent, node.title === hostile];
    }""")
    assert made == [0, "<img src=x onerror=alert(1)>0x", True]


def test_errors_become_sentences(run: Callable[..., Any]) -> None:
    said = run("core/api", """(m) => [
      new m.ApiError("", { code: "OFFLINE" }),
      new m.ApiError("Too many requests", { status: 429, retryAfter: 42 }),
      new m.ApiError("Too many requests", { status: 429, retryAfter: 600 }),
      new m.ApiError("Wrong code", { status: 400, detail: "Ask for a new one." }),
      new m.ApiError("Wrong code", { status: 400, detail: "Wrong code" }),
      new m.ApiError("", { status: 502 }),
      new TypeError("x is not a function"),
    ].map(m.sentence)""")
    assert "cannot be reached" in said[0]
    assert "42 seconds" in said[1] and "10 minutes" in said[2]
    assert said[3:5] == ["Wrong code. Ask for a new one.", "Wrong code"]
    assert "502" in said[5] and "not a function" not in said[6]


def test_every_dialect_of_no_is_understood(run: Callable[..., Any]) -> None:
    told = run("core/api", """async (m) => {
      const answers = [
        new Response('{"success":false,"error":"No","detail":"Why","error_code":"X"}', { status: 400 }),
        new Response('{"error":{"code":"Y","message":"No"}}', { status: 409 }),
        new Response("<html>proxy</html>", { status: 502, headers: { "Retry-After": "7" } }),
      ];
      window.fetch = async () => answers.shift();
      const told = [];
      const note = (e) => told.push([e.status, e.code, e.message, e.detail, e.retryAfter]);
      while (answers.length) await m.get("/api/x").catch(note);
      return told;
    }""")
    assert told == [[400, "X", "No", "Why", 0], [409, "Y", "No", "", 0], [502, "", "", "", 7]]


def test_a_burst_of_events_is_two_requests(run: Callable[..., Any]) -> None:
    calls = run("core/live", """async (m) => {
      let calls = 0;
      await new Promise((done) => {
        const refetch = m.gently(() => { calls += 1; if (calls === 2) done(); }, { wait: 50 });
        for (let i = 0; i < 20; i += 1) refetch();
      });
      return calls;
    }""")
    assert calls == 2


def test_what_a_device_event_says_is_merged(run: Callable[..., Any]) -> None:
    row = run("desk/device", """(m) => m.merged(
      m.understood({ device_id: "d", hostname: "host", status: "offline", online: false, customer_name: "Ann" }),
      { deviceId: "d", online: true, last_ip: "10.0.0.1", hostname: null })""")
    assert row["isOnline"] and row["status"] == "online" and row["ip_address"] == "10.0.0.1"
    assert row["label"] == "host" and "ann" in row["search"]
