"""The prefix `/remote` of 001's built dashboard: for calls, pages, the socket and its script; taken off once."""

from __future__ import annotations

import pytest
import requests
import socketio

from connectassist.http.mounts import without_prefix
from tests.cast import Caller
from tests.live.server import Server


@pytest.mark.parametrize(("path", "meant"), [
    ("/remote/api/health", "/api/health"), ("/remote/socket.io/", "/socket.io/"), ("/remote/", "/"), ("/remote", "/"),
    ("/remote/remote/api/health", "/remote/remote/api/health"), ("/remote/remote", "/remote/remote"),
    ("/remote//api/health", "/remote//api/health"), ("/remote//evil.example/", "/remote//evil.example/"),
    ("/remotely/api", "/remotely/api"), ("/remoteapi", "/remoteapi"), ("//remote/api", "//remote/api"),
    ("/REMOTE/api", "/REMOTE/api"), ("/api/remote/x", "/api/remote/x"), ("/", "/"), ("", "")])
def test_one_plain_prefix_is_taken_off(path: str, meant: str) -> None:
    assert without_prefix(path) == meant


def test_calls_and_pages(technician_a: Caller, nobody: Caller) -> None:
    assert technician_a.get("/remote/api/auth/me").json["user"]["username"] == "tina"
    assert technician_a.get("/remote/dashboard").status_code == 200
    refused = nobody.get("/remote/api/sessions")
    assert (refused.status_code, refused.json["loginUrl"]) == (401, "/login")
    assert nobody.get("/remote/devices").headers["Location"] == "/login?next=%2Fdevices"
    assert nobody.get("/remote/api/nothing").json["error_code"] == "NOT_FOUND"


@pytest.mark.parametrize("path", ["/remote/remote/api/health", "/remote//api/health", "/remote//evil.example/",
                                  "/remote/%2Fevil.example", "/remote/..%2Fapi/health", "/remote/%72emote/api/health"])
def test_a_prefix_with_more_to_it_leads_nowhere(nobody: Caller, path: str) -> None:
    answer = nobody.get(path)
    assert answer.status_code == 404, answer.headers.get("Location")


@pytest.mark.parametrize("transport", ["polling", "websocket"])
def test_the_socket(engine_server: Server, transport: str) -> None:
    client = socketio.Client(reconnection=False)
    client.connect(engine_server.url, auth=engine_server.cast["technician_a"].socket_auth, transports=[transport],
                   socketio_path="/remote/socket.io", wait_timeout=40)
    try:
        answer = client.call("join-session", {"sessionId": "AAA-111-AAA", "role": "technician"}, timeout=40)
        assert answer["error_code"] == "SESSION_NOT_FOUND"
    finally:
        client.disconnect()


def test_the_sockets_script(engine_server: Server) -> None:
    for name in ("socket.io.js", "socket.io.min.js", "socket.io.esm.min.js"):
        found = [requests.get(f"{engine_server.url}{prefix}/socket.io/{name}", timeout=40)
                 for prefix in ("", "/remote")]
        assert [(each.status_code, each.headers["Content-Type"]) for each in found] == [(200, "text/javascript")] * 2
        assert found[0].content == found[1].content and b"Socket.IO" in found[0].content[:200]
    head = requests.head(f"{engine_server.url}/socket.io/socket.io.js", timeout=40)
    assert int(head.headers["Content-Length"]) > 10_000 and not head.content
    assert requests.get(f"{engine_server.url}/remote/remote/socket.io/socket.io.js", timeout=40).status_code == 404
