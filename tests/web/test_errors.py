"""Error pages say what happened; paths under /api never answer with one."""

from __future__ import annotations

from flask import Flask, render_template

from tests.cast import Caller


def test_an_unknown_page_is_a_page(nobody: Caller) -> None:
    answer = nobody.get("/no-such-page")
    assert answer.status_code == 404
    assert "text/html" in answer.headers["Content-Type"]
    assert 'href="/"' in answer.text


def test_an_unknown_api_path_is_json(nobody: Caller) -> None:
    answer = nobody.get("/api/no-such-thing")
    assert answer.status_code == 404
    assert answer.json["success"] is False


def test_a_wrong_method_is_a_page(nobody: Caller) -> None:
    answer = nobody.open("DELETE", "/login")
    assert answer.status_code == 405
    assert "text/html" in answer.headers["Content-Type"]


def test_waiting_time_is_said_in_words(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template("error.html", status=429, title="Too many requests", message="", hint=42)
    assert "Please wait 42 seconds" in page


def test_what_the_error_says_is_text(app: Flask) -> None:
    with app.test_request_context("/"):
        page = render_template("error.html", status=400, title="<b>Bad</b>", message="<img src=x>", hint="<i>")
    assert "<b>Bad" not in page and "<img src=x" not in page and "<i>" not in page


def test_a_worthless_token_does_not_spoil_the_error_page(nobody: Caller) -> None:
    answer = nobody.get("/no-such-page", headers={"Authorization": "Bearer nonsense"})
    assert answer.status_code == 404
    assert nobody.get("/no-such-page", headers={"X-Device-Id": "a", "X-Device-Secret": "b"}).status_code == 404
