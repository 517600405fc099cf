"""How contract 002's family of paths reads requests and says no, whatever the row."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.cast import PASSWORD, Caller
from tests.contracts.shape import ERROR, fits


@pytest.mark.parametrize("send", [
    lambda body: {"data": json.dumps(body)},
    lambda body: {"data": json.dumps(body), "content_type": "text/plain;charset=UTF-8"},
    lambda body: {"data": json.dumps(body), "content_type": "application/x-www-form-urlencoded"},
    lambda body: {"data": json.dumps(body), "content_type": "application/json; charset=utf-8"},
    lambda body: {"data": b"\n " + json.dumps(body).encode() + b"\n", "content_type": "text/json"}])
def test_bodies_are_read_whatever_they_are_called(technician_a: Caller, nobody: Caller,
                                                  send: Callable[..., dict[str, Any]]) -> None:
    made = technician_a.post("/api/support-codes", **send({"customer_name": "Žofie 李 🙂"}))
    assert made.status_code == 200, made.text
    assert made.json["customer_name"] == "Žofie 李 🙂"
    ordered = nobody.post("/api/customer/installer", **send({"support_code": made.json["support_code"]}))
    assert ordered.status_code == 200


@pytest.mark.parametrize("path", ["/api/devices", "/api/support-codes", "/api/stats", "/api/logs", "/api/status"])
def test_trailing_slashes_are_taken_without_redirect(technician_a: Caller, path: str) -> None:
    assert technician_a.get(path + "/").status_code == 200
    assert technician_a.get(f"/remote{path}/").status_code == 200


def test_trailing_slashes_are_taken_on_posts_too(technician_a: Caller, code: str) -> None:
    assert technician_a.post("/api/support-codes/", json={"customer_name": "J"}).status_code == 200
    assert technician_a.post("/api/customer/installer/", json={"support_code": code}).status_code == 200
    assert technician_a.delete(f"/api/support-codes/{code}/").status_code == 200


def test_empty_filters_mean_none(technician_a: Caller, code: str) -> None:
    assert len(technician_a.get("/api/devices?status=&search=&limit=&offset=").json["devices"]) == 1
    assert technician_a.get("/api/logs?level=&category=&limit=").json["logs"]
    assert technician_a.get("/api/support-codes?limit=&offset=&status=").json["support_codes"]


def test_json_is_compact(technician_a: Caller, code: str) -> None:
    assert technician_a.get("/api/support-codes").text.startswith('{"success":true,"support_codes":[{"code":"')


def test_errors_speak_the_dialect(nobody: Caller, technician_a: Caller, viewer_a: Caller) -> None:
    for answer, status, code in (
            (nobody.get("/api/nothing"), 404, "NOT_FOUND"), (nobody.get("/api/support-codes/x/y"), 404, "NOT_FOUND"),
            (nobody.put("/api/status"), 405, "METHOD_NOT_ALLOWED"), (nobody.get("/api"), 404, "NOT_FOUND"),
            (technician_a.delete("/api/support-codes/000000"), 404, "NOT_FOUND"),
            (viewer_a.post("/api/support-codes", json={}), 403, "FORBIDDEN"),
            (technician_a.post("/api/support-codes", data="{"), 400, "VALIDATION_FAILED")):
        assert answer.status_code == status
        assert answer.mimetype == "application/json"
        assert fits(answer.json, {**ERROR, "error_code": code})
    assert "GET" in nobody.put("/api/status").headers["Allow"]


@pytest.mark.parametrize("path", ["/api/stats", "/api/support-codes", "/api/devices", "/api/logs", "/api/activity"])
def test_staff_rows_want_a_sign_in(nobody: Caller, device: Caller, customer: Caller, path: str) -> None:
    for caller in (nobody, device):
        answer = caller.get(path)
        assert answer.status_code == 401
        assert fits(answer.json, {**ERROR, "error_code": "UNAUTHORIZED", "message": str, "loginUrl": "/login"})
    assert customer.get(path).status_code == 403


def test_the_cookie_is_enough_for_the_page(client: FlaskClient) -> None:
    client.post("/api/auth/local/login", json={"username": "tina", "password": PASSWORD})
    assert client.get("/api/stats").status_code == 200
    token = client.get_cookie("XSRF-TOKEN")
    assert token is not None
    assert not token.http_only, "the page's script must read it"
    refused = client.post("/api/support-codes", json={"customer_name": "J"})
    assert (refused.status_code, refused.json["error_code"]) == (403, "CSRF_FAILED")
    made = client.post("/api/support-codes", json={"customer_name": "J"}, headers={"X-XSRF-TOKEN": token.value})
    assert made.status_code == 200
