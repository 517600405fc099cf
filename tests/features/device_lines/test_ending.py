"""What a stop of the server says to lines, and what its log never holds."""

from __future__ import annotations

import socket
from collections.abc import Callable

import pytest
import requests

from tests.cast import Member
from tests.live.lines import JsonSocket, in_query, registered_device
from tests.live.server import Server


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_a_stop_says_so_and_no_secret_was_ever_logged(
        start_server: Callable[..., Server], engine: str) -> None:
    server = start_server(async_mode=engine, log_level="DEBUG")
    device, customer = registered_device(server), server.cast["customer"]
    token = _signed_in(server, device)
    portal = JsonSocket(server, f"/ws/customer?token={customer.token}")
    portal.hears("connected")
    line = JsonSocket(server, in_query(device))
    line.asks("ping")
    _strange_requests(server, device, customer, token)
    server.stop()
    assert line.is_closed() == (1001, "Server shutting down")
    assert portal.is_closed() == (1001, "Server shutting down")
    log = server.log.read_text()
    assert log, "there is a log to look at"
    for secret in (device.device_secret, customer.token, token):
        assert secret not in log


def _says(server: Server, data: bytes) -> bytes:
    """Send bytes; what comes back first."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as line:
        line.sendall(data)
        line.shutdown(socket.SHUT_WR)
        return line.recv(4096)


def _signed_in(server: Server, device: Member) -> str:
    return requests.post(f"{server.url}/api/v1/device/auth", timeout=30, json={
        "deviceId": device.device_id, "deviceSecret": device.device_secret}).json()["token"]


def _strange_requests(server: Server, device: Member, customer: Member, token: str) -> None:
    """All kinds of calls with a secret in the address, most of them wrong: refused ones, broken handshakes, bad frames,
    a message whose handler fails."""
    addresses = [in_query(device), f"/ws/customer?jwt={customer.token}", f"/api/v1/device/ws?deviceSecret={token}",
                 f"/ws/nowhere?deviceSecret={device.device_secret}", f"/ws/customer?access_token={customer.token}%00"]
    upgrade = {"Connection": "Upgrade", "Upgrade": "websocket"}
    for address in addresses:
        for headers in ({}, upgrade, {**upgrade, "Sec-WebSocket-Version": "8", "Sec-WebSocket-Key": "x"},
                        {**upgrade, "Origin": "https://evil.example"}):
            for method in ("GET", "POST"):
                requests.request(method, server.url + address, headers=headers, timeout=30)
    for text in (f"GET {in_query(device)} HTTP/9.9\r\n\r\n", f"GET {in_query(device)}\r\n\r\n", in_query(device),
                 f"POST {in_query(device)}\r\n\r\n", f"GET {in_query(device)} HTTP/1.1\r\nno header\r\n\r\n",
                 f"GET {in_query(device)}&{'x' * 9000} HTTP/1.1\r\n\r\n",
                 f"GET /socket.io/?EIO=4&transport=polling&sid={token} HTTP/1.1\r\nHost: x\r\n\r\n"):
        _says(server, text.encode())
    assert _says(server, f"GET {in_query(device)}\xff HTTP/1.1\r\nHost: x\r\n\r\n".encode("latin-1"))[9:12] == b"400"
    broken = JsonSocket(server, in_query(device))
    broken.ws.sock.sendall(b"\xff\xff\xff")
    assert broken.is_closed()[0] == 1002
    wrong = JsonSocket(server, in_query(device))
    wrong.say("command_result", commandId=["\ud800"], claimToken=token)
    wrong.say("heartbeat", timestamp=10 ** 400, status={"a": token}, metrics={"\0": [[[[]]]]})
    wrong.ws.send_bytes(b"\x00\xff" + token.encode())
    assert all(wrong.hears("error") for _ in range(3))
    wrong.close()
