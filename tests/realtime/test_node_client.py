"""The JavaScript client that real pages use, against both engines."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from tests.laws.source import ROOT
from tests.live import node
from tests.live.sitting import Sitting

SCRIPT = Path(__file__).with_name("node_technician.mjs")


def test_a_technicians_page_in_javascript(sitting: Sitting) -> None:
    helper = sitting.helper()
    sitting.allow(helper, ["view", "control"])
    member = sitting.server.cast["technician_a"]
    page = subprocess.Popen([node.program(), str(SCRIPT), sitting.server.url, member.token, sitting.session_id],
                            cwd=ROOT, stdout=subprocess.PIPE, text=True)
    try:
        joined = helper.heard("technician-joined", within=40)
        moved = helper.heard("remote-mouse")
        assert (moved["from"], moved["sessionId"]) == (joined["technicianSocketId"], sitting.session_id)
        helper.emit("screen-frame", {"targetSocketId": moved["from"], "seq": 1, "width": 8, "height": 8,
                                     "keyframe": True, "rects": [[0, 0, 8, 8, 3]], "data": b"\x00\xff\x80"})
        said = dict(json.loads(line) for line in page.communicate(timeout=20)[0].splitlines())
    finally:
        page.kill()
        page.wait(40)
    assert said["helper-status"] == {"online": True, "sessionId": sitting.session_id}
    assert said["bytes"] == [0, 255, 128], "binary arrives as it was sent"
    assert said["transport"] == "websocket", "and the connection was upgraded"
    assert helper.heard("technician-left")["technicianSocketId"] == joined["technicianSocketId"]
