"""A helper that a test plays: a real socket on a real server, a screen of one colour."""

from __future__ import annotations

import io
from typing import Any

from PIL import Image

from tests.cast import DEVICE_ID
from tests.live.server import Server
from tests.live.sockets import Socket

WIDTH, HEIGHT = 640, 360


class PlayedHelper:
    """A helper that speaks tiles: what it is asked and told can be awaited, what it shows is one colour."""

    def __init__(self, server: Server) -> None:
        self.socket: Socket = server.socket("device")
        self.session_id = server.http("device").post(
            "/api/sessions/assign", json={"deviceId": DEVICE_ID, "hostname": "ann-laptop", "os": "Linux"},
        ).json()["sessionId"]
        self._seq = 0

    def join(self, **more: Any) -> None:
        """Take the helper's seat and say what there is."""
        assert self.socket.join(self.session_id, "helper", **more)["ok"]
        displays = [{"index": i, "label": f"Screen {i + 1}", "width": WIDTH, "height": HEIGHT, "primary": i == 0}
                    for i in range(2)]
        self.send("helper-capabilities", displays=displays, monitorIndex=0, capabilities={
            "robotjs": True, "platform": "linux", "displayCount": 2, "transports": ["tiles"]})

    def send(self, event: str, **fields: Any) -> dict[str, Any]:
        return self.socket.call(event, {"sessionId": self.session_id, **fields})

    def answers(self, *, approved: bool) -> dict[str, Any]:
        """Wait for the question and answer it; returns the question."""
        question = self.socket.heard("connection-request")
        self.send("approval-response", approved=approved, requestId=question["requestId"])
        return question

    def shows(self, colour: tuple[int, int, int]) -> None:
        """Wait until tiles are asked for, then send one whole screen and wait for its acknowledgement."""
        asked = self.socket.heard("stream-transport", within=40, where=lambda data: data["transport"] == "tiles")
        self.frame(colour, to=asked["from"])

    def frame(self, colour: tuple[int, int, int], *, to: str) -> None:
        made = io.BytesIO()
        Image.new("RGB", (WIDTH, HEIGHT), colour).save(made, "JPEG", quality=95)
        self._seq += 1
        self.send("screen-frame", targetSocketId=to, seq=self._seq, width=WIDTH, height=HEIGHT, keyframe=True,
                  rects=[[0, 0, WIDTH, HEIGHT, made.tell()]], data=made.getvalue())
        assert self.socket.heard("screen-ack")["seq"] == self._seq

    def close(self) -> None:
        self.socket.close()
