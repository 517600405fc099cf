"""What the customer is shown: one immutable picture, written by the session and read by whichever UI runs."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal

Phase = Literal["starting", "connecting", "waiting", "connected", "stopped", "failed"]


@dataclass(frozen=True)
class Technician:
    """Somebody who has a seat in this session."""

    socket_id: str
    name: str
    id: str = ""
    admitted: bool = True


@dataclass(frozen=True)
class Question:
    """Who asks for what; `deadline` is on the monotonic clock, `grants_itself` means unattended access."""

    request_id: str
    technician: str
    rights: tuple[str, ...]
    reason: str
    deadline: float
    grants_itself: bool = False
    technician_id: str = ""
    joins: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Who asks, and whom they would join."""
        if not self.joins:
            return f"{self.technician} asks for your permission"
        return f"{self.technician} wants to join {' and '.join(self.joins)}"


@dataclass(frozen=True)
class ChatLine:
    """One message of the chat; `own` is the customer's."""

    sender: str
    message: str
    own: bool
    at: str


@dataclass(frozen=True)
class Proposal:
    """What the assistant would do; nothing happens unless the person at the computer takes it up."""

    message_id: str
    sentence: str
    button: str
    taken: bool = False


@dataclass(frozen=True)
class DeskLine:
    """One message of the chat with the support desk; `key` is the server's id of it, "" while it is not known."""

    sender: str
    message: str
    own: bool
    at: str
    key: str = ""
    proposal: Proposal | None = None


@dataclass(frozen=True)
class Approval:
    """A repair that somebody at the support desk asks for: what, why and by whom; `deadline` is on the monotonic
    clock."""

    request_id: str
    title: str
    explains: str
    by: str
    deadline: float


@dataclass(frozen=True)
class Transfer:
    """A file on its way; `received` and `size` are bytes."""

    key: str
    name: str
    incoming: bool
    received: int
    size: int
    done: bool = False
    error: str = ""


@dataclass(frozen=True)
class Update:
    """A newer version of the helper: `offered`, wanted (`later`), `fetching` (bytes), `ready` for the next start, or
    `failed`, with the reason."""

    version: str
    phase: Literal["offered", "later", "fetching", "ready", "failed"]
    received: int = 0
    size: int = 0
    error: str = ""

    def sentence(self, *, connected: bool) -> str:
        """What the customer reads; `connected` while a session would end."""
        if self.phase == "offered":
            ending = " Updating now ends this session." if connected else ""
            return f"Version {self.version} of this helper is available.{ending}"
        if self.phase == "failed":
            return self.error
        if self.phase == "ready":
            return f"Version {self.version} is installed. It runs from the next start."
        if self.phase == "fetching" and self.size:
            return f"Fetching version {self.version}: {100 * self.received // self.size} %"
        return f"Version {self.version} will be fetched when nobody is connected." if connected else "Fetching…"


@dataclass(frozen=True)
class HelpCall:
    """What became of a call for help: on its way, kept while there is no connection, a ticket of this number, in
    somebody's hands, solved, or not taken, with the reason."""

    phase: Literal["sending", "waiting", "sent", "taken", "solved", "refused"]
    number: int = 0
    by: str = ""
    error: str = ""

    @property
    def sentence(self) -> str:
        """What the person at the computer reads."""
        if self.phase == "sending":
            return "Sending what you wrote to your support desk…"
        if self.phase == "waiting":
            return ("Your support desk is out of reach right now. What you wrote is kept and goes out by itself once "
                    "there is a connection.")
        if self.phase == "refused":
            return f"What you wrote was not taken: {self.error}"
        if self.phase == "taken":
            return f"Ticket {self.number}: {self.by or 'somebody at your support desk'} has taken it."
        return f"Ticket {self.number} is {'solved' if self.phase == 'solved' else 'at your support desk'}."


@dataclass(frozen=True)
class Snapshot:
    """Everything on the window at one moment."""

    product: str = "ConnectAssist"
    client: str = ""
    phase: Phase = "starting"
    status: str = "Starting…"
    online: bool = False
    session_id: str = ""
    technicians: tuple[Technician, ...] = ()
    rights: frozenset[str] = frozenset()
    question: Question | None = None
    chat: tuple[ChatLine, ...] = ()
    transfers: tuple[Transfer, ...] = ()
    folder: str = ""
    notice: str = ""
    transport: str = ""
    recording: str = ""
    update: Update | None = None
    managed: str = ""
    reports: str = ""
    desk: tuple[DeskLine, ...] = ()
    desk_note: str = ""
    approval: Approval | None = None
    activity: str = ""
    call: HelpCall | None = None

    @property
    def asks(self) -> bool:
        """Whether a question stands that only the person at this computer may answer."""
        return self.question is not None or self.approval is not None


class Board:
    """Holds the newest snapshot; every change is one atomic replacement."""

    def __init__(self, **first: Any) -> None:
        self._lock = threading.Lock()
        self._snapshot = Snapshot(**first)
        self._watchers: list[Callable[[Snapshot], None]] = []

    def read(self) -> Snapshot:
        """The newest picture."""
        return self._snapshot

    def update(self, **changes: Any) -> Snapshot:
        """Replace fields; watchers are called in the writer's thread."""
        with self._lock:
            new = replace(self._snapshot, **changes)
            if new == self._snapshot:
                return new
            self._snapshot = new
        for watcher in self._watchers:
            watcher(new)
        return new

    def watch(self, watcher: Callable[[Snapshot], None]) -> None:
        """Call `watcher` at every change."""
        self._watchers.append(watcher)

    def say(self, line: ChatLine) -> None:
        """Add a line to the chat; the oldest go when there are very many."""
        self.update(chat=(*self._snapshot.chat, line)[-500:])

    def desk_says(self, line: DeskLine) -> None:
        """Add a line to the chat with the support desk."""
        self.update(desk=(*self._snapshot.desk, line)[-300:])

    def transfer(self, transfer: Transfer) -> None:
        """Add or replace one transfer; only the newest ten stay on the window."""
        others = tuple(t for t in self._snapshot.transfers if t.key != transfer.key)
        self.update(transfers=(*others, transfer)[-10:])
