"""The window, clicked by XTest as a customer clicks it: what is on it is what happens."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from Xlib import XK, X
from Xlib import display as xdisplay
from Xlib.ext import xtest

from tests.builder.helper.conftest import Rig, RigContext
from tests.builder.helper.desk import Technician
from tests.builder.helper.test_protocol import go

STOP_BAR, ANSWER_BAR = 76, 46


class Hand:
    """A customer's hand on the display."""

    def __init__(self, name: str) -> None:
        self._display = xdisplay.Display(name)
        self._root = self._display.screen().root

    def window(self) -> tuple[int, int, int, int]:
        """Left, top, width and height of the helper's window."""
        found = self._find(self._root)
        assert found is not None, "the helper's window is not there"
        size, at = found.get_geometry(), self._root.translate_coords(found, 0, 0)
        return at.x, at.y, size.width, size.height

    def _find(self, window: Any) -> Any:
        for child in window.query_tree().children:
            name = child.get_wm_name()
            if name and "helper" in str(name):
                return child
            deeper = self._find(child)
            if deeper is not None:
                return deeper
        return None

    def click(self, *, right: float, up: int) -> None:
        """Click at a part (0–1) of the window's width, so many pixels above its lower edge."""
        left, top, width, height = self.window()
        xtest.fake_input(self._display, X.MotionNotify, x=round(left + width * right), y=top + height - up)
        xtest.fake_input(self._display, X.ButtonPress, 1)
        xtest.fake_input(self._display, X.ButtonRelease, 1)
        self._display.sync()

    def click_from_top(self, *, x: int, down: int) -> None:
        """Click so many pixels below the window's upper edge."""
        _, _, width, height = self.window()
        self.click(right=x / width, up=height - down)

    def press(self, keysym: int) -> None:
        code = self._display.keysym_to_keycode(keysym)
        xtest.fake_input(self._display, X.KeyPress, code)
        xtest.fake_input(self._display, X.KeyRelease, code)
        self._display.sync()

    def close(self) -> None:
        self._display.close()


@pytest.fixture
def hand(display: str) -> Iterator[Hand]:
    made = Hand(display)
    yield made
    made.close()


async def asked(rig: Rig, *rights: str) -> None:
    rig.start("--ui", "tk")
    await rig.desk.had("helper-capabilities")
    await rig.desk.seat()
    await rig.desk.ask(*rights)
    await asyncio.sleep(1.0)  # clicks right after a question count for nothing, by design


def test_allow_shows_the_screen_and_stop_ends_it(rig: RigContext, hand: Hand):
    async def script(rig: Rig) -> None:
        await asked(rig, "view", "control", "files")
        offered = asyncio.ensure_future(rig.desk.next("webrtc-offer"))
        hand.click(right=0.75, up=STOP_BAR + ANSWER_BAR)
        technician = Technician(rig.desk)
        await technician.answer(await offered)
        assert rig.desk.seen["approval-response"][0]["rights"] == ["view", "control", "files"]
        await technician.frame()
        stopped = asyncio.ensure_future(rig.desk.next("session-stop"))
        hand.click(right=0.5, up=STOP_BAR // 2)
        await stopped
        await asyncio.wait_for(technician.closed.wait(), 40)
        await technician.close()

    go(rig, script)


def test_decline(rig: RigContext, hand: Hand):
    async def script(rig: Rig) -> None:
        await asked(rig, "view")
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        hand.click(right=0.25, up=STOP_BAR + ANSWER_BAR)
        assert (await answered)["approved"] is False
        assert not rig.desk.seen["webrtc-offer"]

    go(rig, script)


def test_enter_and_hasty_clicks_allow_nothing(rig: RigContext, hand: Hand):
    async def script(rig: Rig) -> None:
        rig.start("--ui", "tk")
        await rig.desk.had("helper-capabilities")
        await rig.desk.seat()
        await rig.desk.ask("view")
        for _ in range(3):
            hand.click(right=0.75, up=STOP_BAR + ANSWER_BAR)
            await asyncio.sleep(0.05)
        for keysym in (XK.XK_Return, XK.XK_KP_Enter):
            hand.press(keysym)
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        await asyncio.sleep(0.8)
        assert not answered.done()
        hand.click(right=0.25, up=STOP_BAR + ANSWER_BAR)
        assert (await answered)["approved"] is False

    go(rig, script)


def test_an_unticked_right_is_not_granted_and_a_granted_one_can_be_taken_back(rig: RigContext, hand: Hand):
    async def script(rig: Rig) -> None:
        await asked(rig, "view", "control")
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        hand.click_from_top(x=40, down=UNTICK_CONTROL)
        await asyncio.sleep(0.3)
        hand.click(right=0.75, up=STOP_BAR + ANSWER_BAR)
        assert (await answered)["rights"] == ["view"]
        offer = await rig.desk.had("webrtc-offer")
        technician = Technician(rig.desk)
        await technician.answer(offer)
        await technician.frame()
        revoked = asyncio.ensure_future(rig.desk.next("consent-revoke"))
        hand.click_from_top(x=40, down=UNTICK_VIEW)
        assert (await revoked)["rights"] == ["view"]
        await asyncio.wait_for(technician.closed.wait(), 40)
        await technician.close()

    go(rig, script)


UNTICK_CONTROL, UNTICK_VIEW = 192, 164


def test_a_technician_with_control_cannot_answer_the_next_question(rig: RigContext, hand: Hand):
    async def script(rig: Rig) -> None:
        await asked(rig, "view", "control")
        hand.click(right=0.75, up=STOP_BAR + ANSWER_BAR)
        technician = Technician(rig.desk)
        await technician.answer(await rig.desk.had("webrtc-offer"))
        await asyncio.wait_for(technician.open.wait(), 40)
        await rig.desk.ask("files", "commands", request="q2")
        await asyncio.sleep(1.0)
        left, top, width, height = hand.window()
        at = {"x": (left + width * 0.75) / 1279, "y": (top + height - STOP_BAR - ANSWER_BAR) / 799, "button": 0}
        answered = asyncio.ensure_future(rig.desk.next("approval-response"))
        for kind in ("mousemove", "mousedown", "mouseup"):
            await rig.desk.emit("remote-mouse", type=kind, **at)
        await asyncio.sleep(0.5)
        assert not answered.done()
        hand.click(right=0.25, up=STOP_BAR + ANSWER_BAR)
        assert (await answered)["approved"] is False
        await technician.close()

    go(rig, script)


def test_a_changed_package_says_so_in_a_window_and_ends_by_itself(rig: RigContext):
    async def script(rig: Rig) -> None:
        from tests.builder.helper.desk import package

        folder = package(rig.folder / "package", url=rig.desk.url)
        (folder / "README.txt").write_text("changed")
        rig.start()
        assert await rig.exit() == 3
        assert "README.txt" in rig.printed()

    go(rig, script)


def test_without_tk_the_terminal_is_used(display: str):
    code = ("import sys; sys.modules['tkinter'] = None\n"
            "from types import SimpleNamespace as N\n"
            "from builder.helper.ui import choose\nfrom builder.helper.board import Board\n"
            "print(type(choose(N(ui='auto', has_display=True), board=Board(), helper=None)).__name__)")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30)
    assert done.stdout.strip() == "Terminal"
