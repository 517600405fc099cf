"""The customer sees that, and by whom, the screen is recorded; hostile words change nothing."""

from __future__ import annotations

from typing import Any

import pytest

from builder.helper.board import Board, Snapshot
from builder.helper.recording import FULL, Recordings, banner
from tests.live import apart

TINA = {"id": "1", "technicianName": "Tina"}


def told(**data: Any) -> Snapshot:
    board = Board(rights=frozenset({"view", "recording"}))
    apart.run(Recordings(board=board, is_mine=lambda d: d.get("sessionId") == "mine").changed(
        {"sessionId": "mine", **data}))
    return board.read()


@pytest.mark.parametrize(("recordings", "words"), [
    ([TINA], "Recording: Tina records your screen"),
    ([TINA, {"technicianName": "Bert"}, TINA], "Recording: Tina and Bert record your screen"),
    ([{}], "Recording: Your technician records your screen"), ([], ""), ("no list", ""), ([7, None], ""),
    ([{"technicianName": "\x1b[2JTina\u202e"}], "Recording: [2JTina records your screen")])
def test_the_banner_names_who_records(recordings: Any, words: str) -> None:
    assert banner(told(recordings=recordings)) == words


def test_without_the_right_there_is_no_banner() -> None:
    assert banner(Snapshot(recording="Tina", rights=frozenset({"view"}))) == ""


def test_another_sessions_recording_is_not_ours() -> None:
    assert banner(told(sessionId="other", recordings=[TINA])) == ""


def test_a_full_server_is_told() -> None:
    assert told(recordings=[], stopped={"reason": "full"}).notice == FULL
    assert told(recordings=[], stopped={"reason": "stopped"}).notice == ""
    assert told(recordings=[], stopped="nonsense").notice == ""
