"""A helper that reads slowly: old pointer moves give way, clicks and keys all arrive, in order."""

from __future__ import annotations

import json
import socket
from http.client import HTTPConnection
from urllib.parse import urlsplit

import websocket

from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server
from tests.live.sitting import Sitting


def narrow(server: Server, auth: dict) -> RawSocket:
    """A connection for which the system keeps little."""
    made = RawSocket.__new__(RawSocket)
    made.line = websocket.create_connection(
        server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", timeout=40,
        sockopt=[(socket.SOL_SOCKET, socket.SO_RCVBUF, 8192)])
    made.line.recv()
    made.send("40" + json.dumps(auth))
    made.sid = json.loads(made.wait_for("40")[2:])["sid"]
    return made


def test_moves_give_way_and_clicks_do_not(engine_server: Server) -> None:
    sitting = Sitting(engine_server)
    helper = narrow(engine_server, engine_server.cast["device"].socket_auth)
    assert helper.call("join-session", {"sessionId": sitting.session_id, "role": "helper"})["ok"]
    asking = sitting.ask(["view", "control"])
    helper.wait_for('42["connection-request"')
    helper.call("approval-response", {"approved": True})
    assert asking.answer()["approved"]
    technician = sitting.technician()
    for _ in range(80):  # more than the system takes for somebody who reads nothing
        technician.emit("remote-keyboard", {"type": "keydown", "key": "x" * 100_000})
    for click in range(100):
        for move in range(20):
            technician.emit("remote-mouse", {"type": "mousemove", "x": move, "of": click})
        technician.emit("remote-mouse", {"type": "mousedown", "number": click})
    assert technician.call("remote-keyboard", {"type": "keyup", "key": "end"})["ok"]
    heard: list[dict] = []
    while not heard or heard[-1].get("key") != "end":
        frame = helper.line.recv()
        if frame == "2":
            helper.send("3")
        elif frame.startswith('42["remote-'):
            heard.append(json.loads(frame[2:])[1])
    assert [each["number"] for each in heard if each["type"] == "mousedown"] == list(range(100))
    moves = [(each["of"], each["x"]) for each in heard if each["type"] == "mousemove"]
    assert moves == sorted(moves), "in order"
    assert {of for of, x in moves if x == 19} == set(range(100)), "the newest of each row is there"
    assert len(moves) < 1000, "of 2,000"
    helper.close()
    sitting.close()


def test_whose_connection_ends_with_the_answer_is_told_so(engine_server: Server) -> None:
    """Else a client that keeps its connections would ask again over one that is about to close."""
    line = HTTPConnection("127.0.0.1", urlsplit(engine_server.url).port, timeout=20)
    line.request("GET", "/healthz", headers={"Connection": "close"})
    assert line.getresponse().headers["Connection"] == "close"
    line.close()
