"""The session page's modules in a real Chromium, one at a time: a bare page on a server of static files."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

ROOT = Path(__file__).resolve().parents[3]
BARE = (b"<!doctype html><title>Bare</title><body>"
        b"<div id=surface></div><textarea id=field></textarea><canvas id=tiles></canvas>")


class Files(SimpleHTTPRequestHandler):
    """The project's static files, and one bare page."""

    def do_GET(self) -> None:
        if self.path == "/bare":
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(BARE)
        elif self.path.startswith("/static/"):
            super().do_GET()
        else:
            self.send_error(404)

    def log_message(self, *words: Any) -> None:
        """Say nothing."""


@pytest.fixture(scope="session")
def static_server() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Files, directory=str(ROOT)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def page(browser: Browser, static_server: str) -> Iterator[Page]:
    context = browser.new_context(viewport={"width": 800, "height": 600}, has_touch=True)
    opened = context.new_page()
    opened.goto(static_server + "/bare")
    yield opened
    context.close()


@pytest.fixture(scope="session")
def shared_page(browser: Browser, static_server: str) -> Page:
    """For pure functions, which leave nothing behind."""
    opened = browser.new_page()
    opened.goto(static_server + "/bare")
    return opened


@pytest.fixture
def run(shared_page: Page) -> Callable[..., Any]:
    """`run("wire", "(m, x) => …", 1)`: a function that is given a module's exports and the further values."""
    def call(module: str, script: str, *given: Any) -> Any:
        wrapped = f"async ([path, given]) => ({script})(await import(path), ...given)"
        return shared_page.evaluate(wrapped, [f"/static/session/{module}.js", list(given)])
    return call
