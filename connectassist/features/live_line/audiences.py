"""Which lines are open, and who of them hears what."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.clients import queries as clients
from connectassist.http.json import dumps
from connectassist.identity.principal import Principal
from connectassist.realtime import frames
from connectassist.realtime.json_lines import Message

if TYPE_CHECKING:
    from connectassist.features.live_line.service import LiveLine

#: Seconds after the last line's end in which news is still gathered, for whoever comes back.
LINGERS = 60.0


@dataclass
class News:
    """Something that happened: a message for staff who may see the client, and another for the customer it concerns.
    Without a client it is for staff who see all, or, with `is_for_all`, for all staff. Each message is written once,
    however many hear it."""

    type: str
    about: str
    client_id: int | None
    staff: Message | None = None
    customer: Message | None = None
    user_id: int | None = None
    is_for_all: bool = False
    cursor: str = ""
    process: str = ""
    number: int = 0
    _written: dict[bool, bytes] = field(default_factory=dict)

    def facts(self) -> dict[str, Any]:
        """What another process needs to tell its own lines."""
        return {"type": self.type, "about": self.about, "client_id": self.client_id, "staff": self.staff,
                "customer": self.customer, "user_id": self.user_id, "is_for_all": self.is_for_all}

    def is_for(self, by: Principal) -> bool:
        """May they hear it?"""
        if not by.is_staff:
            is_theirs = by.user_id == self.user_id and self.client_id in (None, *(clients.homes_of(by) or ()))
            return self.customer is not None and is_theirs
        if self.staff is None:
            return False
        return self.is_for_all or by.client_ids is None or self.client_id in by.client_ids

    def frame(self, by: Principal) -> bytes:
        """The whole frame for one of those whom it is for."""
        found = self._written.get(by.is_staff)
        if found is None:
            said = (self.staff if by.is_staff else self.customer) or {}
            told = {"type": self.type, **said} | ({"cursor": self.cursor} if self.cursor else {})
            found = self._written[by.is_staff] = frames.framed(dumps(told))
        return found


class Lines:
    """The open lines of people who have signed in."""

    def __init__(self) -> None:
        self._by_room: dict[str, dict[LiveLine, None]] = {}
        self._left = -LINGERS

    def add(self, line: LiveLine, by: Principal) -> None:
        """Somebody hears from now on."""
        for room in _rooms(by):
            self._by_room.setdefault(room, {})[line] = None

    def remove(self, line: LiveLine, by: Principal) -> None:
        """Somebody hears no more."""
        for room in _rooms(by):
            lines = self._by_room.get(room, {})
            lines.pop(line, None)
            if not lines:
                self._by_room.pop(room, None)
        self._left = clock.monotonic()

    @property
    def are_used(self) -> bool:
        """Is anybody there, or just gone and likely to be back?"""
        return bool(self._by_room) or clock.monotonic() - self._left < LINGERS

    def all(self) -> list[LiveLine]:
        """Everybody's."""
        return list(dict.fromkeys(line for lines in self._by_room.values() for line in lines))

    @property
    def have_staff(self) -> bool:
        """Is any staff there?"""
        return "staff" in self._by_room

    def of_user(self, user_id: int | None) -> list[LiveLine]:
        """The lines of one person, the oldest first."""
        return list(self._by_room.get(f"user-{user_id}", ()))

    def for_news(self, news: News) -> Iterator[LiveLine]:
        """The lines that hear of it."""
        rooms = ["staff"] if news.is_for_all else ["all", f"client-{news.client_id}"]
        if news.customer is not None:
            rooms.append(f"user-{news.user_id}")
        heard: dict[LiveLine, None] = {}
        for room in rooms:
            heard |= self._by_room.get(room, {})
        return (line for line in heard if line.by is not None and news.is_for(line.by))


def _rooms(by: Principal) -> list[str]:
    own = f"user-{by.user_id}"
    if not by.is_staff:
        return [own]
    return [own, "staff", *(["all"] if by.client_ids is None else [f"client-{each}" for each in by.client_ids])]
