"""The tables of events: what may come in, from whom, with which right; and what goes out.

docs/events.md is generated from them, and a test holds every declaration to a handler or a sender.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from connectassist.core.errors import EventRefused
from connectassist.core.tallies import Tally

Handler = Callable[..., "dict[str, Any] | None"]
#: What came of an event; how those are counted that stand in no table.
DONE, REFUSED, FAILED, UNKNOWN = "done", "refused", "failed", "unknown"


class UndeclaredEvent(LookupError):
    """The server's own code tried to send an event that stands in no table."""


@dataclass(frozen=True)
class Incoming:
    """An event that clients send. `speaks` names the roles that may; `needs` the customer's right. One that `passes` to
    the other side's role takes the fast path when nothing speaks against it; `stale` is the field and value by which a
    frame is known that gives way to the next one when the receiver lags behind."""

    name: str
    handler: Handler
    speaks: tuple[str, ...]
    needs: str | None
    fields: dict[str, type | tuple[type, ...]]
    uses_database: bool
    seated: bool
    doc: str
    passes: str | None = None
    stale: tuple[str, str] | None = None

    def check(self, data: dict[str, Any]) -> None:
        """Raise EventRefused when a needed field is missing or of another type."""
        for name, kind in self.fields.items():
            value = data.get(name)
            if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
                raise EventRefused(f"{self.name} needs the field {name}")


@dataclass(frozen=True)
class Outgoing:
    """An event that the server sends of itself."""

    name: str
    to: str
    fields: tuple[str, ...]
    doc: str


@dataclass
class Declarations:
    """Every event of one namespace."""

    incoming: dict[str, Incoming] = field(default_factory=dict)
    outgoing: dict[str, Outgoing] = field(default_factory=dict)
    heard: Tally = field(default_factory=Tally)

    def add(self, event: Incoming) -> None:
        if event.name in self.incoming:
            raise ValueError(f"{event.name} has two handlers")
        self.incoming[event.name] = event

    def count(self, name: Any, outcome: str) -> None:
        """An event came in, and this came of it. Whatever clients make up is one kind of thing."""
        self.heard[name if isinstance(name, str) and name in self.incoming else UNKNOWN, outcome] += 1

    def knows(self, name: str) -> bool:
        """Does the event stand in one of the tables? Incoming ones are passed on to the other side."""
        return name in self.outgoing or name in self.incoming

    def sends(self, name: str, *, to: str, fields: str, doc: str) -> str:
        """Declare an outgoing event, once; `fields` are names separated by spaces. Returns the name."""
        if name in self.outgoing:
            raise ValueError(f"{name} is declared twice")
        self.outgoing[name] = Outgoing(name, to, tuple(fields.split()), doc)
        return name
