"""A page that stops reading: frames meant for it are dropped, and in the end it is let go, before it costs memory."""

from __future__ import annotations

import json
from pathlib import Path

import websocket

from tests.live.sitting import Sitting


class DeafPage:
    """A technician's page, joined by hand, that reads nothing more."""

    def __init__(self, sitting: Sitting) -> None:
        self.ws = websocket.create_connection(
            sitting.server.url.replace("http", "ws") + "/socket.io/?EIO=4&transport=websocket", timeout=40)
        self.ws.recv()
        self.ws.send("40" + json.dumps({"token": sitting.server.cast["technician_a"].token}))
        self.id = json.loads(self.ws.recv()[2:])["sid"]
        self.ws.send("42" + json.dumps(["join-session", {"sessionId": sitting.session_id, "role": "technician"}]))

    def close(self) -> None:
        self.ws.shutdown()


def memory(process_id: int) -> float:
    """A process's resident memory in MB."""
    status = Path(f"/proc/{process_id}/status").read_text()
    return int(next(line.split()[1] for line in status.splitlines() if line.startswith("VmRSS"))) / 1024


def test_frames_for_a_page_that_reads_nothing_are_dropped(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view"])
    page = DeafPage(sitting)
    assert helper.heard("technician-joined")["technicianSocketId"] == page.id
    before = memory(sitting.server.process_id)
    for number in range(400):
        helper.emit("screen-frame", {"targetSocketId": page.id, "seq": number, "data": bytes(300_000), "rects": []})
    assert helper.call("helper-capabilities", {"capabilities": {}})["ok"], "the helper's own way is free"
    assert memory(sitting.server.process_id) - before < 70, "of 120 MB sent"
    page.close()


def test_a_page_that_reads_nothing_is_let_go(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view", "files"])
    page = DeafPage(sitting)
    helper.heard("technician-joined")
    for number in range(3000):
        helper.emit("list-remote-dir-result", {"requestId": str(number), "list": ["x" * 8_000]})
    assert helper.heard("technician-left", within=40)["technicianSocketId"] == page.id
    assert helper.call("helper-capabilities", {"capabilities": {}})["ok"]
    page.close()
