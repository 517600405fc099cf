"""Who gets through the socket's door, on both engines: cookies, origins, sign-ins that end."""

from __future__ import annotations

import uuid

import pytest
import requests
import socketio
import websocket

from tests.cast import PASSWORD
from tests.live.server import Server
from tests.live.sockets import Socket


def sign_in(server: Server, username: str = "tina") -> requests.Session:
    """A browser that signed in with a password and keeps its cookies."""
    browser = requests.Session()
    browser.trust_env = False
    answer = browser.post(f"{server.url}/api/auth/local/login", json={"username": username, "password": PASSWORD})
    assert answer.status_code == 200, answer.text
    return browser


def socket_of(server: Server, browser: requests.Session, **headers: str) -> Socket:
    cookie = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return Socket(server.url, headers={"Cookie": cookie, **headers})


def is_staff(socket: Socket) -> bool:
    """Does the server take this socket for a technician's?"""
    answer = socket.join("AAA-000-AAA", "technician")
    return answer["error_code"] == "SESSION_NOT_FOUND"


def test_the_cookie_signs_a_socket_in(engine_server: Server) -> None:
    with socket_of(engine_server, sign_in(engine_server)) as socket:
        assert is_staff(socket)


@pytest.mark.parametrize("transports", [("websocket",), ("polling", "websocket"), ("polling",)])
def test_every_transport_admits(engine_server: Server, transports: tuple[str, ...]) -> None:
    token = engine_server.cast["technician_a"].token
    with Socket(engine_server.url, auth={"token": token}, transports=transports) as socket:
        assert is_staff(socket)


def test_a_socket_without_proof_is_nobody(engine_server: Server) -> None:
    with engine_server.socket("nobody") as socket:
        assert not is_staff(socket)


def test_another_origin_is_refused_on_a_web_socket(engine_server: Server) -> None:
    address = engine_server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket"
    cookie = f"remote.sid={sign_in(engine_server).cookies['remote.sid']}"
    with pytest.raises(websocket.WebSocketBadStatusException):
        websocket.create_connection(address, origin="https://evil.example", cookie=cookie, timeout=40)
    own = websocket.create_connection(address, origin=engine_server.url, cookie=cookie, timeout=40)
    assert own.recv().startswith("0{")
    own.close(timeout=0)


def test_another_origin_is_refused_when_polling(engine_server: Server) -> None:
    browser, address = sign_in(engine_server), f"{engine_server.url}/socket.io/?EIO=4&transport=polling"
    assert browser.get(address, headers={"Origin": "https://evil.example"}).status_code == 400
    assert browser.get(address, headers={"Origin": engine_server.url}).status_code == 200


def test_logout_ends_the_token_and_the_open_sockets_at_once(engine_server: Server) -> None:
    browser, other = sign_in(engine_server), sign_in(engine_server)
    socket, others = socket_of(engine_server, browser), socket_of(engine_server, other)
    token = browser.cookies["remote.sid"]
    bearer = Socket(engine_server.url, auth={"token": token})
    answer = browser.post(f"{engine_server.url}/api/auth/logout",
                          headers={"X-XSRF-TOKEN": browser.cookies["XSRF-TOKEN"]})
    assert answer.status_code == 200, answer.text
    for revoked in (socket, bearer):
        revoked.heard("disconnect")
    assert is_staff(others), "another sign-in of the same person goes on"
    me = requests.get(f"{engine_server.url}/api/auth/me", headers={"Authorization": f"Bearer {token}"})
    assert me.status_code == 401
    with pytest.raises(socketio.exceptions.ConnectionError):
        Socket(engine_server.url, auth={"token": token})
    others.close()


def test_a_device_is_online_while_its_socket_is_open(engine_server: Server) -> None:
    device_id = f"new-{uuid.uuid4().hex[:8]}"
    registered = engine_server.http("nobody").post("/api/devices/register", json={"deviceId": device_id}).json()
    watcher = engine_server.socket("admin")
    proof = {"deviceId": device_id, "deviceSecret": registered["deviceSecret"]}
    first, second = Socket(engine_server.url, auth=proof), Socket(engine_server.url, auth=proof)
    came = watcher.heard("device-updated", where=lambda d: d["deviceId"] == device_id)
    assert (came["online"], came["status"]) == (True, "online")
    first.close()
    first.heard("disconnect")
    second.call("no-such-event", {})
    assert watcher.heard_nothing_of("device-updated")
    second.close()
    went = watcher.heard("device-updated", where=lambda d: d["deviceId"] == device_id)
    assert (went["online"], went["status"]) == (False, "offline")
    watcher.close()


def test_removing_a_device_closes_its_sockets_and_its_secret(engine_server: Server) -> None:
    device_id = f"new-{uuid.uuid4().hex[:8]}"
    registered = engine_server.http("nobody").post("/api/devices/register", json={"deviceId": device_id}).json()
    proof = {"deviceId": device_id, "deviceSecret": registered["deviceSecret"]}
    socket = Socket(engine_server.url, auth=proof)
    assert engine_server.http("admin").delete(f"/api/devices/{device_id}").status_code == 200
    socket.heard("disconnect")
    with pytest.raises(socketio.exceptions.ConnectionError):
        Socket(engine_server.url, auth=proof)
    answer = requests.get(f"{engine_server.url}/api/devices/pending/{device_id}", headers={
        "X-Device-Id": device_id, "X-Device-Secret": registered["deviceSecret"]})
    assert answer.status_code == 401


def test_a_technicians_connect_calls_the_helper(engine_server: Server) -> None:
    device = engine_server.socket("device")
    device_id = engine_server.cast["device"].device_id
    technician = engine_server.http("technician_a")
    session_id = technician.post(f"/api/devices/{device_id}/request").json()["sessionId"]
    assert device.heard("pending-session") == {"sessionId": session_id}
    pending = engine_server.http("device").get(f"/api/devices/pending/{device_id}")
    assert pending.text == f'{{"pending":true,"sessionId":"{session_id}"}}', "compact: a VBScript searches for it"
    technician.delete(f"/api/sessions/{session_id}")
    assert engine_server.http("device").get(f"/api/devices/pending/{device_id}").json() == {"pending": False}
    device.close()


def test_the_client_script_is_served(engine_server: Server) -> None:
    for path in ("/socket.io/socket.io.js", "/remote/socket.io/socket.io.js"):
        answer = requests.get(engine_server.url + path)
        assert answer.status_code == 200
        assert "javascript" in answer.headers["Content-Type"]
        assert "io" in answer.text[:2000]
