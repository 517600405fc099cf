"""Whoever hears of whom first, all processes see the same people in the same seats."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Any

import pytest

from connectassist.realtime import parts
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN, Room, Rooms, Seat


def _part(*seats: Seat, viewing: tuple[str, ...] = (), shared: tuple[str, ...] = ()) -> dict[str, Any]:
    room = Room("S", 1, None)
    for seat in seats:
        if seat.role == TECHNICIAN:
            room.technicians[seat.socket_id] = seat
        elif seat.role == HELPER:
            room.helper = seat
        else:
            room.browser = seat
    return room.part() | {"viewing": [*viewing], "shared": [*shared]}


def _helper(name: str, since: float, *, is_browser: bool = False) -> Seat:
    return Seat("S", name, HELPER, is_browser=is_browser, since=since)


OLD, NEW = _helper("old", 1), _helper("new", 2)
PAGE, TAB = _helper("page", 3, is_browser=True), _helper("tab", 4, is_browser=True)
TINA = Seat("S", "tina", TECHNICIAN, "7", "Tina")


@pytest.mark.parametrize(("claims", "helper", "browser"), [
    ((OLD, NEW), "new", None), ((OLD, PAGE), "old", "page"), ((PAGE, TAB), "tab", None),
    ((OLD, NEW, PAGE, TAB), "new", "tab"), ((PAGE, NEW, TAB), "new", "tab")])
def test_the_same_people_sit_there_in_whatever_order_they_are_heard_of(
        claims: tuple[Seat, ...], helper: str, browser: str | None) -> None:
    for order in itertools.permutations(claims):
        room = Room("S", 1, None)
        for seat in order:
            parts.put(room, _part(seat), f"process of {seat.socket_id}")
        assert room.helper and room.helper.socket_id == helper, order
        assert (room.browser and room.browser.socket_id) == browser, order
        assert room.browser is None or room.browser.role == CUSTOMER


def test_ours_gives_way_to_the_later_one_and_moves_aside_for_a_helper() -> None:
    room = Room("S", 1, None, helper=OLD)
    assert parts.put(room, _part(NEW), "B").ousted == [OLD]
    room = Room("S", 1, None, helper=NEW)
    assert parts.put(room, _part(OLD), "B").ousted == [] and room.helper == NEW
    room = Room("S", 1, None, frozenset(("view",)), helper=PAGE, shared=frozenset(("view",)))
    parts.put(room, _part(OLD), "B")
    assert room.browser == replace(PAGE, role=CUSTOMER) and room.is_handing_over
    parts.lose(room, "B")
    assert room.helper == PAGE and room.browser is None


def test_without_a_helper_nobody_watches_and_a_process_takes_its_people_with_it() -> None:
    room = Room("S", 1, None, frozenset(("view",)), frozenset("7"))
    parts.put(room, _part(OLD), "B")
    parts.put(room, _part(TINA, viewing=("tina",)), "C")
    assert room.viewing == {"tina"} and room.technicians["tina"].process == "C"
    assert parts.lose(room, "B").helper == replace(OLD, process="B")
    assert room.helper is None and room.viewing == set()
    assert parts.lose(room, "C").went == [replace(TINA, process="C")]
    assert room.is_empty


def test_who_watches_elsewhere_is_believed_until_it_is_known_what_is_allowed() -> None:
    room = Room("S", 1, None, doubt=[])
    parts.put(room, _part(OLD), "B")
    parts.put(room, _part(TINA, viewing=("tina",)), "C")
    assert room.viewing == {"tina"} and room.entitled == {}
    Rooms.known(room, rights=frozenset(("view",)), admitted=frozenset("7"))
    assert room.viewing == {"tina"} and "tina" in room.entitled
    room.narrow(frozenset(), frozenset("7"))
    assert room.viewing == set()
    assert room.bounded(frozenset(("view",)), frozenset("7"))[0] == frozenset(), "until it is written"


def test_what_is_told_of_seats_by_a_later_version_is_passed_over() -> None:
    told = _part(TINA)
    told["technicians"][0]["mood"] = "good"
    room = Room("S", 1, None)
    assert [seat.socket_id for seat in parts.put(room, told, "B").came] == ["tina"]
