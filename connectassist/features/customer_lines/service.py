"""The lines of customers (contract 003's WebSocket): who has one open, and what each of them hears.

Everything about the devices of the customer's client comes by itself; from the first `subscribe` on only what is
subscribed to. Somebody who does not read loses the older states of a device to the newer ones, and then the line.

News are told where they happen; other processes get them only while somebody of the client has a line there."""

from __future__ import annotations

from collections import Counter
from typing import Any

from connectassist.core import clock
from connectassist.core.errors import RateLimited
from connectassist.identity.principal import Principal
from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.json_lines import Message
from connectassist.realtime.newcomers import Newcomer
from connectassist.realtime.prompt import Prompt
from connectassist.realtime.protocol import POLICY
from connectassist.realtime.strangers import origin_of

#: Lines of a client: one more, and the oldest is closed. Lines that have not shown who they are: of an address, of all.
MOST_LINES, MOST_STRANGERS_OF_ONE, MOST_STRANGERS = 200, 20, 1000
MOST_SUBSCRIPTIONS = 10_000
NEWS, PERSONS_NEWS = "news of a device for its client", "news for one person of a client"


class CustomerLine(Newcomer):
    """One open line."""

    __slots__ = ("_hears_not", "_hears_only")

    def __init__(self, by: Principal | None, *, address: str) -> None:
        super().__init__(by, address=address)
        self._hears_only: set[str] | None = None
        self._hears_not: set[str] = set()

    # -- who it is --------------------------------------------------------------------------------------

    def enter(self, by: Principal) -> None:
        """From now on news come."""
        LINES.add(self)
        who = {"userId": by.user_id, "customerId": str(by.client_id), "name": by.name}
        self.say({"type": "connected", "data": who, **who, "timestamp": clock.iso(clock.now())})
        self.say({"type": "auth_success", "data": who, **who})

    def leave(self, by: Principal) -> None:
        LINES.remove(self)

    def wait(self) -> None:
        STRANGERS[origin_of(self.address)] += 1

    def wait_no_more(self) -> None:
        STRANGERS[origin_of(self.address)] -= 1
        if not STRANGERS[origin_of(self.address)]:
            del STRANGERS[origin_of(self.address)]

    # -- what it hears ----------------------------------------------------------------------------------

    def subscribe(self, device_id: str) -> None:
        """Hear of this device; from now on only of those that were asked for."""
        self._hears_only = self._hears_only or set()
        if len(self._hears_only) < MOST_SUBSCRIPTIONS:
            self._hears_only.add(device_id)
        self._hears_not.discard(device_id)

    def unsubscribe(self, device_id: str) -> None:
        """Hear no more of this device."""
        if self._hears_only is not None:
            self._hears_only.discard(device_id)
        elif len(self._hears_not) < MOST_SUBSCRIPTIONS:
            self._hears_not.add(device_id)

    def hears_of(self, device_id: str) -> bool:
        """Is news of this device for this line?"""
        if self._hears_only is not None:
            return device_id in self._hears_only
        return device_id not in self._hears_not

    def say(self, message: Message, **options: Any) -> None:
        """Send a message."""
        if self.line is not None:
            self.line.say(message, **options)


class Lines:
    """Which lines are open here, by client, and which clients have some elsewhere."""

    def __init__(self) -> None:
        self._by_client: dict[int, list[CustomerLine]] = {}
        self._clients = Prompt("clients with lines")

    def add(self, line: CustomerLine) -> None:
        """Somebody of a client has a line."""
        lines = self._by_client.setdefault(_client_of(line), [])
        lines.append(line)
        self._clients.put(str(_client_of(line)), 1)
        if len(lines) > MOST_LINES and lines[0].line is not None:
            lines[0].line.close(POLICY, "Too many connections")

    def remove(self, line: CustomerLine) -> None:
        """A line is over."""
        client_id = _client_of(line)
        left = [each for each in self._by_client.pop(client_id, []) if each is not line]
        if left:
            self._by_client[client_id] = left
        else:
            self._clients.put(str(client_id), None)

    def of(self, client_id: int) -> list[CustomerLine]:
        """The lines of a client here."""
        return self._by_client.get(client_id, [])

    def are_there(self, client_id: int) -> bool:
        """Does anybody of a client listen, here or elsewhere?"""
        return bool(self.of(client_id) or self._clients.elsewhere(str(client_id)))

    def tell(self, client_id: int, device_id: str, message: Message, *, about: str) -> None:
        """Tell those who want to hear of a device. While one does not read, of news about the same thing the newest
        alone waits."""
        self.tell_here(client_id, device_id, message, about=about)
        said = {"client_id": client_id, "device_id": device_id, "message": message, "about": about}
        for process in self._clients.elsewhere(str(client_id)):
            BUS.tell(NEWS, said, to=process, key=(client_id, device_id, about))

    def tell_here(self, client_id: int, device_id: str, message: Message, *, about: str) -> None:
        """The same without the other processes."""
        for line in list(self.of(client_id)):
            if line.hears_of(device_id):
                line.say(message, key=(about, device_id))

    def tell_person(self, client_id: int, user_id: int | None, message: Message, *, about: str) -> None:
        """Tell one person of a client."""
        self.tell_person_here(client_id, user_id, message, about=about)
        said = {"client_id": client_id, "user_id": user_id, "message": message, "about": about}
        for process in self._clients.elsewhere(str(client_id)):
            BUS.tell(PERSONS_NEWS, said, to=process)

    def tell_person_here(self, client_id: int, user_id: int | None, message: Message, *, about: str) -> None:
        """The same without the other processes."""
        for line in list(self.of(client_id)):
            if line.by is not None and line.by.user_id == user_id:
                line.say(message, key=("person", about))


LINES = Lines()
STRANGERS: Counter[str] = Counter()


@BUS.hears(NEWS)
def _news_elsewhere(said: Said, sender: str) -> None:
    LINES.tell_here(**said)


@BUS.hears(PERSONS_NEWS)
def _persons_news_elsewhere(said: Said, sender: str) -> None:
    LINES.tell_person_here(**said)


def require_room(address: str) -> None:
    """Whoever has shown nothing yet costs a little for some seconds: so many, and no more. Raises RateLimited."""
    if STRANGERS[origin_of(address)] >= MOST_STRANGERS_OF_ONE or STRANGERS.total() >= MOST_STRANGERS:
        raise RateLimited("Too many connections wait for a sign-in. Try again in a moment", retry_after=10)


def _client_of(line: CustomerLine) -> int:
    assert line.by is not None and line.by.client_id is not None
    return line.by.client_id
