"""The public Socket.IO protocol, as socket.io-client and python-socketio speak it, on both engines."""

from __future__ import annotations

import json
import subprocess
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import requests
import websocket

from tests.laws.source import ROOT
from tests.live import node
from tests.live.server import Server
from tests.live.sitting import Sitting

SCRIPT = Path(__file__).with_name("conformance.mjs")
WAYS = {"polling": "polling", "websocket": "websocket", "polling+websocket": "websocket"}


def test_the_javascript_client(engine_server: Server) -> None:
    token = engine_server.cast["technician_a"].token
    told = subprocess.run([node.program(), str(SCRIPT), engine_server.url, token], cwd=ROOT, text=True, timeout=60,
                          capture_output=True, check=True)
    said = dict(json.loads(line) for line in told.stdout.splitlines())
    for way, transport in WAYS.items():
        assert said[f"{way} acks"] is True
        assert said[f"{way} large"] == said[f"{way} binary"] == said[f"{way} after"] == "UNKNOWN_EVENT"
        assert said[f"{way} transport"] == transport
    assert said["namespace"] != "connected"
    assert said["namespace leaves the line alone"] == "UNKNOWN_EVENT"
    assert said["refused"] == "refused"


@pytest.mark.parametrize("size", [1, 60_000, 70_000, 3_000_000])
def test_binary_of_any_size_between_two_python_clients(sitting: Sitting, size: int) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    technician = sitting.technician()
    data = bytes(range(256)) * (size // 256) + b"end"
    helper.emit("screen-frame", {"targetSocketId": technician.id, "seq": 1, "data": data, "rects": []})
    assert technician.heard("screen-frame", within=40)["data"] == data


def test_an_upgrade_that_is_begun_and_given_up_leaves_polling_alone(engine_server: Server) -> None:
    url = engine_server.url + "/socket.io/?EIO=4&transport="
    sid = json.loads(requests.get(url + "polling", timeout=40).text[1:])["sid"]
    probe = websocket.create_connection(f"{url.replace('http', 'ws')}websocket&sid={sid}", timeout=40)
    probe.send("2probe")
    assert probe.recv() == "3probe"
    probe.close(timeout=0)
    assert requests.get(f"{url}polling&sid={sid}", timeout=30).text == "6", "the poll was ended for the upgrade"
    assert requests.post(f"{url}polling&sid={sid}", data="40", timeout=40).text == "OK"
    packets = ["6"]  # more than one may have been put in the poll's way while the upgrade was under way
    while set(packets) == {"6"}:
        packets = requests.get(f"{url}polling&sid={sid}", timeout=30).text.split("\x1e")
    assert packets[-1].startswith("40")


def test_who_polls_twice_at_a_time_is_let_go(engine_server: Server) -> None:
    """Each poll that waits costs a green thread, and nobody needs two."""
    url = engine_server.url + "/socket.io/?EIO=4&transport=polling"
    sid = json.loads(requests.get(url, timeout=40).text[1:])["sid"]
    with ThreadPoolExecutor() as pool:
        both = [pool.submit(requests.get, f"{url}&sid={sid}", timeout=30) for _ in range(2)]
        assert sorted(each.result().status_code for each in both) == [200, 400]
    assert requests.get(f"{url}&sid={sid}", timeout=40).status_code == 400


@pytest.mark.parametrize("headers", [
    {"Sec-WebSocket-Version": "8"}, {"Sec-WebSocket-Key": "short"}, {"Connection": "x"}])
def test_a_request_that_opens_no_websocket_is_answered(engine_server: Server, headers: dict[str, str]) -> None:
    good = {"Upgrade": "websocket", "Connection": "Upgrade", "Sec-WebSocket-Version": "13",
            "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ=="}
    answer = requests.get(engine_server.url + "/socket.io/?EIO=4&transport=websocket", headers={**good, **headers},
                          timeout=40)
    assert answer.status_code == 400
