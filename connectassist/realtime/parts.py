"""A room put together from the parts that the processes of a site tell of it. Pure: what follows is for others to do.

Who sits in the customer's seat is the same for all, whoever hears of whom first: a real helper rather than a browser,
and of two of a kind the later one. The process that holds the socket of the other one sees that too, and closes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from typing import Any

from connectassist.realtime.rooms import CUSTOMER, HELPER, Room, Seat

_FIELDS = {each.name for each in fields(Seat)} - {"process"}


@dataclass
class Change:
    """What a part changed: technicians who came and went, seats of ours that others hold now, and the helper of before.
    """

    came: list[Seat] = field(default_factory=list)
    went: list[Seat] = field(default_factory=list)
    ousted: list[Seat] = field(default_factory=list)
    helper: Seat | None = None


def is_anybody(part: dict[str, Any]) -> bool:
    """Does anybody sit there in that process?"""
    return bool(part["helper"] or part["browser"] or part["technicians"])


def put(room: Room, part: dict[str, Any], sender: str) -> Change:
    """This is what a process holds of a room now."""
    change = Change(helper=room.helper)
    _technicians(room, [_seat(each, sender) for each in part["technicians"]], sender, change)
    room.viewing |= set(part["viewing"])
    told = [_seat(each, sender) for each in (part["helper"], part["browser"]) if each]
    _empty(room, sender)
    for seat in told:
        _sit(room, seat, change)
    if any(seat.is_browser for seat in told):
        room.shared = frozenset(part["shared"]) & room.rights if room.doubt is None else frozenset(part["shared"])
    if part["capabilities"] and room.helper and room.helper.process == sender:
        room.capabilities = part["capabilities"]
    _settle(room, change)
    return change


def lose(room: Room, process: str) -> Change:
    """A process holds nothing of a room (any more)."""
    change = Change(helper=room.helper)
    _technicians(room, [], process, change)
    _empty(room, process)
    _settle(room, change)
    return change


def _seat(told: dict[str, Any], process: str) -> Seat:
    """What a process of another version tells besides is passed over."""
    return Seat(**{name: value for name, value in told.items() if name in _FIELDS}, process=process)


def _technicians(room: Room, seats: Iterable[Seat], process: str, change: Change) -> None:
    now = {seat.socket_id: seat for seat in seats}
    before = {i: seat for i, seat in room.technicians.items() if seat.process == process}
    change.came = [seat for i, seat in now.items() if i not in before]
    change.went = [seat for i, seat in before.items() if i not in now]
    room.technicians = {i: seat for i, seat in room.technicians.items() if i not in before} | now
    room.viewing -= before.keys()
    for seat in change.went:
        room.withheld.pop(seat.socket_id, None)


def _empty(room: Room, process: str) -> None:
    """The customer's side of a room without what a process holds."""
    if room.helper and room.helper.process == process:
        room.helper = None
    if room.browser and room.browser.process == process:
        room.browser = None


def _sit(room: Room, seat: Seat, change: Change) -> None:
    """Somebody claims the customer's seat, or a browser the place beside it."""
    others = [each for each in (room.helper, room.browser) if each and each.is_browser == seat.is_browser]
    if any((each.since, each.socket_id) > (seat.since, seat.socket_id) for each in others):
        return
    for each in others:
        _oust(room, each, change)
    if not seat.is_browser:
        if room.helper:  # a browser, which moves aside
            room.browser = replace(room.helper, role=CUSTOMER)
        room.helper = seat
    elif seat.role == HELPER and room.helper is None:
        room.helper = seat
    else:
        room.browser = replace(seat, role=CUSTOMER)


def _oust(room: Room, seat: Seat, change: Change) -> None:
    if seat.is_here:
        change.ousted.append(seat)
    if room.helper is seat:
        room.helper = None
    if room.browser is seat:
        room.browser = None


def _settle(room: Room, change: Change) -> None:
    """A browser of ours has its seat back where no helper is left; without a helper nobody watches."""
    if room.helper is None and room.browser and room.browser.is_here:
        room.helper, room.browser = replace(room.browser, role=HELPER), None
    if change.helper and (room.helper is None or room.helper.socket_id != change.helper.socket_id):
        room.forget_picture()
        if room.helper is None:
            room.viewing.clear()
    if not any(each and each.is_browser for each in (room.helper, room.browser)):
        room.shared = frozenset()
    room.sort_out()
