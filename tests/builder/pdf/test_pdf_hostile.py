"""Strings from devices and customers stay strings: nothing runs, nothing is fetched, nothing is attached."""

import base64
import io
import socket
import threading
from collections.abc import Iterator

import pypdf
import pytest

from builder.pdf.engine import load_engine

ATTACKS = (
    "<script>alert(1)</script>", "{{7*7}}", "{% include '/etc/passwd' %}", "<img src=file:///etc/passwd>",
    "<link rel=attachment href=file:///etc/passwd>", "<link rel=stylesheet href={url}/a.css>",
    "<style>@import url({url}/b.css)</style>", "</title><base href={url}>", "\"><svg onload=x>", "<a href={url}>x</a>",
    "<object data={url}/o></object>", "<iframe src={url}/i></iframe>", "--><!--", "<p style='background:url({url}/c)'>",
)


class Listener:
    """A port that counts who calls."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.calls = 0
        self.called = threading.Event()
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self) -> None:
        while True:
            try:
                self._socket.accept()[0].close()
            except OSError:
                return
            self.calls += 1
            self.called.set()

    def knock(self) -> None:
        """Call once, to prove that calls are seen; those before it have been counted then."""
        port = self._socket.getsockname()[1]
        socket.create_connection(("127.0.0.1", port)).close()
        assert self.called.wait(40)

    def close(self) -> None:
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()


@pytest.fixture
def listener() -> Iterator[Listener]:
    listener = Listener()
    yield listener
    listener.close()


def assert_inert(pdf: bytes) -> None:
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    root = reader.trailer["/Root"]
    assert not reader.attachments
    assert "/OpenAction" not in root
    assert "/AcroForm" not in root
    assert "/EmbeddedFiles" not in root.get("/Names", {})
    for page in reader.pages:
        assert "/Annots" not in page
    assert b"root:x:0" not in b"".join(page.get_contents().get_data() for page in reader.pages)


def test_attacks_in_every_field_are_printed_as_they_are(worker, order, listener, text_of):
    attacks = " ".join(ATTACKS).replace("{url}", listener.url)

    def poison(value: object) -> object:
        if isinstance(value, dict):
            return {key: poison(item) for key, item in value.items()}
        return [poison(item) for item in value] if isinstance(value, list) else attacks

    order["branding"]["logo"] = None
    poisoned = {name: poison(value) for name, value in order.items()}
    pdf = worker.render(poisoned)
    assert_inert(pdf)
    text = text_of(pdf)
    for literal in ("<script>alert(1)</script>", "{{7*7}}", "<img src=file:///etc/passwd>"):
        assert literal in text
    listener.knock()
    assert listener.calls == 1


def test_a_logo_that_reaches_out_reaches_nothing(printed, listener):
    svg = (f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink" viewBox="0 0 9 9">'
           f'<style>@import url({listener.url}/s.css); rect {{ fill: url({listener.url}/f) }}</style>'
           f'<image x:href="{listener.url}/i.png" width="9" height="9"/><image href="file:///etc/passwd" width="9"/>'
           f'<rect width="9" height="9"/></svg>')
    assert_inert(printed(branding={"logo": base64.b64encode(svg.encode()).decode()}))
    listener.knock()
    assert listener.calls == 1


def test_the_engine_itself_fetches_nothing(listener):
    html = "<html lang=en><title>t</title>" + "".join(ATTACKS).replace("{url}", listener.url).replace("-->", "")
    css = ("@import url({url}/d.css); @font-face { font-family: f; src: url({url}/f) } p { font-family: f }"
           .replace("{url}", listener.url))
    pdf = load_engine().print_pdf(html + "<p>text", css=css)
    reader = pypdf.PdfReader(io.BytesIO(pdf))
    assert not reader.attachments
    listener.knock()
    assert listener.calls == 1


def test_controls_and_broken_unicode_are_dropped(printed, text_of):
    text = text_of(printed(case={"problem": "one\x00\x07\x1b[31m two\ud800 \ufffe three\x0bfour"}))
    assert "Problem one[31m two three four" in text


@pytest.mark.parametrize("value", [7, 1.5, True, [], {}, ["x"], {"a": 1}, "x" * 5_000])
def test_values_of_the_wrong_kind_do_no_harm(worker, order, value):
    wrong = {name: dict.fromkeys(part, value) if isinstance(part, dict) else
             [dict.fromkeys(row, value) for row in part] if isinstance(part, list) else value
             for name, part in order.items()}
    assert worker.render(wrong).startswith(b"%PDF-")
    assert worker.render(dict.fromkeys(order, value)).startswith(b"%PDF-")
