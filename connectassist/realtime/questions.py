"""What technicians asked devices over sockets and waits for an answer: each answer goes to whoever asked, once, and
only while they may still act for the device's client.

A question is remembered by the process that holds the asker's socket, and the others know that it is asked there. An
answer that comes to another one, since it holds the device's socket, is passed on; what nobody asked goes nowhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from connectassist.core import clock
from connectassist.http.json import dumps
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.prompt import Prompt

#: Questions that wait at a time; beyond these the oldest are given up.
MOST = 2000
#: A question's device, and what tells it from the others there: a request's id is the asker's own.
Key = tuple[str, ...]


@dataclass(frozen=True)
class Asked:
    """A question on its way: who wants the answer, the device's client then, and what it is about."""

    asker: Connection
    client_id: int
    about: str = ""
    at: float = field(default_factory=clock.monotonic)

    @property
    def is_wanted(self) -> bool:
        """Is the asker there still, and may they act for the client?"""
        return may_act(self.asker, self.client_id)


class Questions:
    """Those of one `kind`, which a device answers within `patience` seconds. `on_answer` hooks hear answers that came
    to another process; `on_gone` hooks that a device which was asked is gone there. They must not wait."""

    def __init__(self, kind: str, *, patience: float) -> None:
        self._patience = patience
        self._open: dict[Key, Asked] = {}
        self._shared = Prompt(f"questions of {kind}")
        self._answer_topic, self._gone_topic = f"answer to {kind}", f"gone before it answered {kind}"
        self.on_answer: list[Callable[[Key, Any], None]] = []
        self.on_gone: list[Callable[[str], None]] = []
        BUS.hears(self._answer_topic)(self._hear_answer)
        BUS.hears(self._gone_topic)(self._hear_gone)

    def __contains__(self, key: Key) -> bool:
        return key in self._open or bool(self._shared.elsewhere(_named(key)))

    def ask(self, key: Key, asked: Asked) -> None:
        """Remember a question, in place of an older one with this key."""
        self._open.pop(key, None)  # so that the oldest stand first
        self._open[key] = asked
        self._shared.put(_named(key), True)

    def answered(self, key: Key) -> Asked | None:
        """The question that is answered so; each is taken once."""
        found = self._open.pop(key, None)
        if found is not None:
            self._shared.put(_named(key), None)
        return found

    def pass_on(self, key: Key, answer: Any) -> None:
        """Nobody here asked for this answer; if somebody did at another process, it goes there."""
        for process in self._shared.elsewhere(_named(key)):
            BUS.tell(self._answer_topic, {"key": key, "answer": answer}, to=process)

    def overdue(self) -> list[tuple[Key, Asked]]:
        """Give up what waits too long. What that was."""
        return self._take(list(self._too_old()))

    def lost(self) -> list[tuple[Key, Asked]]:
        """Give up what was asked of devices that have no socket anywhere any more. What that was."""
        return self._take([key for key in self._open if not AGENT.has_device(key[0])])

    def of_device(self, device_id: str) -> list[tuple[Key, Asked]]:
        """Give up what a device was asked. What that was."""
        return self._take([key for key in self._open if key[0] == device_id])

    def of_asker(self, asker: Connection) -> list[tuple[Key, Asked]]:
        """Give up what a socket asked. What that was."""
        return self._take([key for key, asked in self._open.items() if asked.asker is asker])

    def device_gone(self, device_id: str) -> None:
        """A device's last socket closed here: whoever asked it something elsewhere hears so at once."""
        begins = _named((device_id,))[:-1] + ","
        for process, questions in self._shared.theirs.items():
            if any(name.startswith(begins) for name in questions):
                BUS.tell(self._gone_topic, {"device_id": device_id}, to=process)

    def _hear_answer(self, said: Said, sender: str) -> None:
        for hook in self.on_answer:
            hook(tuple(said["key"]), said["answer"])

    def _hear_gone(self, said: Said, sender: str) -> None:
        for hook in self.on_gone:
            hook(said["device_id"])

    def _take(self, keys: list[Key]) -> list[tuple[Key, Asked]]:
        return [(key, found) for key in keys if (found := self.answered(key)) is not None]

    def _too_old(self) -> Iterator[Key]:
        surplus, oldest = len(self._open) - MOST, clock.monotonic() - self._patience
        for number, (key, asked) in enumerate(self._open.items()):
            if number >= surplus and asked.at >= oldest:
                return
            yield key


def _named(key: Key) -> str:
    """A question's name on the bus."""
    return dumps(key).decode()


def may_act(connection: Connection, client_id: int) -> bool:
    """Is this dashboard open still, and may its person act for the client?"""
    return connection.principal.is_technician and IT.may_hear(connection, client_id)
