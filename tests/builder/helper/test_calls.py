"""A call for help: kept while there is no connection, sent once, with what was ticked and nothing else."""

from __future__ import annotations

import stat
import tkinter as tk
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from builder.helper.board import Board
from builder.helper.calls import Calls
from builder.helper.errors import Refused, Unreachable
from builder.helper.outbox import MOST_KEPT, Call, Outbox
from builder.helper.ui import theme
from builder.helper.ui.help_form import HelpForm
from tests.live import apart


class Desk:
    """The server as a helper speaks to it, in reach or not."""

    def __init__(self) -> None:
        self.is_there, self.refuses = True, ""
        self.told: list[tuple[str, Any]] = []
        self.state = {"status": "open", "taken_by": None}

    def _hears(self, what: str, told: Any) -> None:
        if not self.is_there:
            raise Unreachable("the server does not answer")
        if what == self.refuses:
            raise Refused("Not this")
        self.told.append((what, told))

    async def call_for_help(self, request_id: str, *, problem: str, contact: str) -> dict[str, Any]:
        self._hears("call", (problem, contact))
        return {"ticket_id": 12}

    async def help_picture(self, request_id: str, jpeg: bytes) -> None:
        self._hears("picture", jpeg)

    async def help_checks(self, request_id: str, found: list[dict[str, Any]]) -> None:
        self._hears("checks", [each["checkType"] for each in found])

    async def help_state(self, request_id: str) -> dict[str, Any]:
        self._hears("look", request_id)
        return self.state


class Room:
    def __init__(self, folder: Path) -> None:
        self.desk, self.board, self.outbox = Desk(), Board(), Outbox(folder / "calls")
        self.folder = folder / "calls"

    def round(self) -> None:
        """Send what there is, as a helper does that was just started."""
        async def play() -> None:
            calls = Calls(self.desk, board=self.board, outbox=self.outbox,  # type: ignore[arg-type]
                          server="http://127.0.0.1:1")
            for letter in self.outbox.all():
                await calls.sent(letter)

        apart.run(play())

    def said(self) -> str:
        call = self.board.read().call
        return call.sentence if call else ""

    def heard(self) -> list[str]:
        return [what for what, _ in self.desk.told]


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def test_without_a_connection_it_is_kept_and_sent_once_there_is_one(room: Room) -> None:
    room.outbox.put(Call("Mute", "Ann", picture=b"jpeg"))
    assert all(stat.S_IMODE(path.stat().st_mode) == 0o600 for path in room.folder.iterdir())
    room.desk.is_there = False
    room.round()
    assert "out of reach" in room.said() and len(room.outbox.all()) == 1
    room.desk.is_there = True
    room.round()
    room.round()
    assert room.heard() == ["call", "picture", "look", "look"] and room.desk.told[1] == ("picture", b"jpeg")
    assert room.said() == "Ticket 12 is at your support desk." and not list(room.folder.glob("*.jpg"))


def test_a_line_that_breaks_in_the_middle_costs_nothing(room: Room) -> None:
    room.outbox.put(Call("Mute", picture=b"jpeg"))
    send = room.desk.help_picture

    async def breaks(request_id: str, jpeg: bytes) -> None:
        raise Unreachable("the server does not answer")

    room.desk.help_picture = breaks  # type: ignore[method-assign]
    room.round()
    assert room.said() == "Ticket 12 is at your support desk."
    room.desk.help_picture = send  # type: ignore[method-assign]
    room.round()
    assert room.heard() == ["call", "picture", "look"]


def test_it_tells_who_has_taken_it_until_it_is_solved(room: Room) -> None:
    room.outbox.put(Call("Mute"))
    room.desk.state = {"status": "in_progress", "taken_by": "Tina"}
    room.round()
    assert room.said() == "Ticket 12: Tina has taken it."
    room.desk.state = {"status": "resolved", "taken_by": "Tina"}
    room.round()
    assert room.said() == "Ticket 12 is solved." and room.outbox.all() == []


def test_a_refused_one_is_told_and_not_sent_again_and_a_refused_picture_is_left_out(room: Room) -> None:
    room.desk.refuses = "call"
    room.outbox.put(Call("Mute"))
    room.round()
    assert room.said() == "What you wrote was not taken: Not this" and room.outbox.all() == []
    room.desk.refuses = "picture"
    room.outbox.put(Call("Mute", picture=b"jpeg"))
    room.round()
    assert room.said() == "Ticket 12 is at your support desk."


def test_the_outbox_is_bounded_and_passes_over_what_it_did_not_write(room: Room) -> None:
    for number in range(MOST_KEPT + 3):
        room.outbox.put(Call(f"{number}", picture=b"x"))
    (room.folder / "junk.json").write_text("{")
    assert len(room.outbox.all()) == MOST_KEPT and len(list(room.folder.glob("*.jpg"))) == MOST_KEPT


class Form:
    def __init__(self, root: tk.Tk) -> None:
        self.sent: list[Call] = []
        fonts = theme.Fonts(root)
        theme.style(root, fonts)
        root.geometry("440x560")
        self.root, self.form = root, HelpForm(root, fonts=fonts, send=self.sent.append)
        self.form.open()
        root.update()

    def writes(self, text: str) -> None:
        self.form.problem.insert("1.0", text)

    def ticks_picture(self) -> None:
        """Tick or untick it, and wait until the window is back."""
        self.form.picture_box.invoke()
        self.root.update()
        while self.root.state() != "normal":
            self.root.update()


@pytest.fixture
def form(on_display: str) -> Iterator[Form]:
    root = tk.Tk()
    yield Form(root)
    root.destroy()


def test_no_picture_goes_without_its_tick(form: Form) -> None:
    form.form.send_button.invoke()
    assert form.sent == [], "nothing was written"
    form.writes("Mute")
    form.form.send_button.invoke()
    assert (form.sent[0].problem, form.sent[0].picture, form.sent[0].with_checks) == ("Mute", b"", True)


def test_the_picture_that_is_shown_goes_and_one_that_was_unticked_does_not(form: Form) -> None:
    form.writes("Mute")
    form.ticks_picture()
    form.form.send_button.invoke()
    assert form.sent[0].picture[:2] == b"\xff\xd8"
    form.form.open()
    form.writes("Mute")
    form.ticks_picture()
    form.ticks_picture()
    form.form.send_button.invoke()
    assert form.sent[1].picture == b""


def test_put_away_it_keeps_the_words_and_forgets_the_picture(form: Form) -> None:
    form.writes("Mute")
    form.ticks_picture()
    form.form.cancel()
    form.form.open()
    form.form.send_button.invoke()
    assert (form.sent[0].problem, form.sent[0].picture) == ("Mute", b"")
