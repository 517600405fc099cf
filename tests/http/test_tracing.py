"""Every request has an id and a line in the log, and no secret stands in it."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable

import pytest
import requests
from flask import Flask

from connectassist.http.tracing import HEADER
from tests.cast import PASSWORD, Caller
from tests.live.server import Server
from tests.live.sitting import Sitting

OURS = re.compile(r"[0-9a-f]{32}")
METRICS_TOKEN = "the-token-of-the-metrics"


def test_every_answer_carries_an_id_of_our_own(nobody: Caller, admin: Caller) -> None:
    found = {caller.get(path, headers={HEADER: "made-up-by-a-client"}).headers[HEADER]
             for caller in (nobody, admin)
             for path in ("/", "/healthz", "/api/devices", "/api/no-such", "/no-such", "/static/css/app.css", "/login")}
    assert len(found) == 14
    assert all(OURS.fullmatch(each) for each in found)


@pytest.mark.parametrize(("given", "is_taken"), [
    ("f3b1c0de-0001", True), ("a" * 32, True), ("short", False), ("a" * 81, False), ("with space in it", False),
    ("a\tb\tc\td\te", False), ("<script>alert</script>", False), ("", False)])
def test_a_proxy_s_own_id_is_taken(make_app: Callable[..., Flask], given: str, is_taken: bool) -> None:
    answer = make_app(proxy_hops=1).test_client().get("/healthz", headers={HEADER: given})
    assert (answer.headers[HEADER] == given) is is_taken
    assert len(answer.headers.getlist(HEADER)) == 1


def test_a_page_that_failed_names_its_request(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    app.testing = False
    app.view_functions["web.login"] = _fails(app.view_functions["web.login"])
    answer = app.test_client().get("/login")
    assert answer.status_code == 500
    assert answer.headers[HEADER] in answer.get_data(as_text=True)
    assert answer.headers[HEADER] not in app.test_client().get("/no-such-page").get_data(as_text=True)


def _fails(view: Callable) -> Callable:
    def failing(**_: object) -> None:
        raise RuntimeError("a mistake")
    failing.who_may = view.who_may  # type: ignore[attr-defined]
    return failing


def test_the_spine_leaves_no_secret_in_the_log(start_server: Callable[..., Server]) -> None:
    server = start_server(log_format="json", log_level="DEBUG", metrics_token=METRICS_TOKEN)
    secrets = _spine(server)
    _trouble(server, secrets)
    last = server.http("admin").get("/api/devices?secret=of-the-question-mark").headers[HEADER]
    deadline = time.monotonic() + 40
    while last not in server.log.read_text() and time.monotonic() < deadline:
        time.sleep(0.05)
    server.stop()
    log = server.log.read_text()
    lines = [json.loads(line) for line in log.splitlines() if line.startswith("{")]
    for name, secret in {**secrets, "question mark": "of-the-question-mark"}.items():
        assert len(secret) >= 6, name
        assert secret not in log, name
    (told,) = [line for line in lines if line.get("request_id") == last]
    assert (told["logger"], told["level"], told["method"], told["route"], told["status"]) == (
        "connectassist.access", "INFO", "GET", "/api/devices", 200)
    assert told["user_id"] > 0
    assert told["ms"] >= 0
    routes = {line["route"] for line in lines if line["logger"] == "connectassist.access"}
    assert {"/api/support-code/<code>/validate", "socket.io", "static"} <= routes
    assert any(line.get("socket_id") and line.get("device_id") for line in lines), "events speak of their sockets"
    assert any(line["level"] == "WARNING" and line.get("route") and line.get("request_id") for line in lines)


def _spine(server: Server) -> dict[str, str]:
    """Somebody signs in, makes a code, a customer uses it, a helper is joined and looked at. What must stay secret."""
    http = server.http("technician_a")
    member = server.cast["technician_a"]
    signed = requests.post(server.url + "/api/auth/login", timeout=30,
                           json={"username": member.name, "password": PASSWORD})
    code = http.post("/api/support-codes", json={"customer_name": "Carla"}).json()
    digits = code["support_code"]
    requests.get(f"{server.url}/api/support-code/{digits}/validate", timeout=30)
    requests.get(f"{server.url}/api/client/generate/{digits}", timeout=60)
    requests.get(f"{server.url}/metrics", headers={"Authorization": f"Bearer {METRICS_TOKEN}"}, timeout=30)
    requests.get(f"{server.url}/static/css/app.css?v=x", timeout=30)
    sitting = Sitting(server)
    helper, technician = sitting.helper(), sitting.technician()
    sitting.allow(helper, ["view", "control"])
    technician.emit("remote-mouse", {"sessionId": sitting.session_id, "type": "move"})
    requests.get(f"{server.url}/api/sessions/{sitting.session_id}", timeout=30)
    found = {"code in an address": f"/{digits}", "token": member.token, "device": server.cast["device"].device_secret,
             "session": sitting.session_id, "password": PASSWORD, "metrics": METRICS_TOKEN}
    server.sql("ALTER TABLE chat_messages RENAME TO chat_messages_away")
    helper.call("chat-message", {"sessionId": sitting.session_id, "message": "the words of a customer"})
    server.sql("ALTER TABLE chat_messages_away RENAME TO chat_messages")
    sitting.close()
    if signed.status_code == 200:
        found["new token"] = signed.json().get("access_token") or signed.json()["token"]
    return found | {"words": "the words of a customer"}


def _trouble(server: Server, secrets: dict[str, str]) -> None:
    """The database fails while secrets are under way, in addresses, bodies and headers."""
    server.sql("ALTER TABLE support_codes RENAME TO codes_away")
    for path in (f"/api/support-code{secrets['code in an address']}/validate?token={secrets['token']}",
                 f"/api/client/generate{secrets['code in an address']}"):
        requests.get(server.url + path, timeout=30, headers={"Authorization": "Bearer " + secrets["token"]})
    server.sql("ALTER TABLE codes_away RENAME TO support_codes")
    requests.get(f"{server.url}/socket.io/?EIO=4&transport=polling&sid={secrets['token']}", timeout=30)
    requests.post(f"{server.url}/api/auth/login", json={"username": secrets["token"], "password": "x"}, timeout=30)
