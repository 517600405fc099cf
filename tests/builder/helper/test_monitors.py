"""Two monitors (a virtual screen split by RandR): the technician switches, and clicks land on the one that is shown."""

from __future__ import annotations

import asyncio
import os
import subprocess
from collections.abc import Iterator

import pytest
from Xlib import display as xdisplay

from tests.builder.helper.conftest import Rig, RigContext
from tests.builder.helper.desk import Technician
from tests.builder.helper.test_protocol import ALLOW, go, paint, until_colour


@pytest.fixture
def two_monitors(display: str) -> Iterator[str]:
    def xrandr(*words: str) -> None:
        subprocess.run(["xrandr", *words], check=True, capture_output=True, env={**os.environ, "DISPLAY": display})

    xrandr("--setmonitor", "left", "640/170x800/210+0+0", "screen")
    xrandr("--setmonitor", "right", "640/170x800/210+640+0", "none")
    yield display
    for name in ("left", "right"):
        xrandr("--delmonitor", name)


def test_switching_shows_and_steers_the_other_monitor(rig: RigContext, two_monitors: str):
    async def script(rig: Rig) -> None:
        rig.start(*ALLOW)
        technician = Technician(rig.desk)
        await technician.answer(await rig.allowed("view", "control"))
        first = rig.desk.seen["helper-capabilities"][0]
        assert [(d["index"], d["width"], d["primary"]) for d in first["displays"]] == [(0, 640, True), (1, 640, False)]
        right = paint(two_monitors, colour=0xC02020, x=900, y=300)
        told = asyncio.ensure_future(rig.desk.next("helper-capabilities"))
        await rig.desk.emit("switch-monitor", monitorIndex=1)
        assert (await told)["monitorIndex"] == 1
        await until_colour(technician, (0xC0, 0x20, 0x20), at=(300, 400))
        assert (await technician.frame()).shape == (800, 640, 3)

        witness = xdisplay.Display(two_monitors)
        await rig.desk.emit("remote-mouse", type="mousemove", x=0.5, y=0.25)
        for _ in range(100):
            pointer = witness.screen().root.query_pointer()
            if (pointer.root_x, pointer.root_y) == (640 + 320, 200):
                break
            await asyncio.sleep(0.02)
        assert (pointer.root_x, pointer.root_y) == (640 + 320, 200)

        await rig.desk.emit("switch-monitor", monitorIndex=7)
        assert (await technician.frame()).shape == (800, 640, 3)
        witness.close()
        right.close()
        await technician.close()

    go(rig, script)
