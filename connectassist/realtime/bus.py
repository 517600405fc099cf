"""What the processes of one site tell each other, over a Redis that they share. Where there is one process, nothing.

    BUS.tell("device-moved", {"device_id": device_id})          # to all the others
    BUS.tell("frame", {...}, to=process)                        # to one

    @BUS.hears("device-moved")
    def _moved(said: dict, sender: str) -> None: ...    # in a green thread, one after the other; waits for nothing

`tell` never waits. What one process tells arrives at each other in the order in which it was told, or not at all: Redis
keeps nothing, and nothing is kept here while it is away. So whatever is told is a hint, or part of a state of which the
whole is told again: `on_hello` hooks are called when a process is new to us, after we or it were cut off; each tells it
(or all) what it holds. `on_gone` hooks hear of a process that is there no more, with everything that it held.

JSON in both directions; several messages that wait leave as one.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import deque
from collections.abc import Callable, Hashable
from typing import Any

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.http.json import dumps, loads

log = logging.getLogger(__name__)
Said = dict[str, Any]
Hearer = Callable[[Said, str], None]
Item = tuple[str | None, str, Said]

#: Each process says this often that it is there; seconds.
BEAT = 1.0
#: After so many seconds of silence a process is gone, and Redis is away for us when not even we hear ourselves.
GONE, DEAF = 5.0, 3.0
#: How long Redis may take to answer, and how long we leave it alone when it doesn't.
PATIENCE, PAUSE = 2.0, 0.5
#: What may wait to be told; beyond this all is forgotten, and told as a whole again.
MOST, MOST_AT_ONCE = 20_000, 200
#: How long a new process waits at most for what the others hold.
WELCOME = 2.0
_BEAT, _HELLO, _WELCOME, _BYE = "beat", "hello", "welcome", "bye"


class Bus:
    """One process' place on it. `name` is the process, `peers` are the others that are there now."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self.peers: dict[str, float] = {}
        self.is_shared = self.is_cut = False
        self.on_hello: list[Callable[[str], None]] = []
        self.on_gone: list[Callable[[str], None]] = []
        self.on_change: list[Callable[[bool], None]] = []
        self.on_beat: list[Callable[[Any], None]] = []
        self._hearers: dict[str, list[Hearer]] = {}
        self._waiting: deque[Item] = deque()
        self._replaceable: dict[Hashable, Said] = {}
        self._has_lost = False
        self._echoed = 0.0
        self._expected: set[str] | None = None

    @property
    def is_alone(self) -> bool:
        """Is there no other process to tell anything?"""
        return not self.peers

    def hears(self, topic: str) -> Callable[[Hearer], Hearer]:
        """Declare who hears what the others tell under a topic."""
        def declare(hearer: Hearer) -> Hearer:
            self._hearers.setdefault(topic, []).append(hearer)
            return hearer
        return declare

    def tell(self, topic: str, said: Said, *, to: str | None = None, key: Hashable = None) -> None:
        """Tell the other processes, or one of them. With `key`, what still waits under the same key gives way."""
        if self.is_alone or self.is_cut:
            return
        if key is not None and key in self._replaceable:
            waiting = self._replaceable[key]
            waiting.clear()
            waiting.update(said)
            return
        if key is not None:
            said = self._replaceable[key] = dict(said)
        self._say(to, topic, said)

    def _say(self, to: str | None, topic: str, said: Said) -> None:
        if len(self._waiting) >= MOST:
            self._waiting.clear()
            self._replaceable.clear()
            self._has_lost = True
            log.error("more was to be told to the other processes than Redis takes; all is told them anew")
        self._waiting.append((to, topic, said))
        self._due.set()

    # -- the two threads --------------------------------------------------------------------------------

    def start(self, settings: Settings, *, spawn: Callable[..., Any], sleep: Callable[[float], Any],
              event: Callable[[], Any]) -> None:
        """Find the others, and from now on hear them. `spawn`, `sleep` and `event` are the engine's. Nothing where no
        Redis is configured."""
        if not settings.redis_url:
            return
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
        site = hashlib.sha256(f"bus of {settings.secret_key}".encode()).hexdigest()[:16]
        self.channel = f"connectassist:{site}"
        self._redis = Redis.from_url(settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
                                     retry=Retry(NoBackoff(), 0))
        self._sleep, self._due, self._settled = sleep, event(), event()
        self.is_shared = self.is_cut = True
        for thread in (self._listen, self._talk, self._beat):
            spawn(thread)
        self._settled.wait(WELCOME)

    def _listen(self) -> None:
        while True:
            try:
                self._hear_on()
            except Exception as problem:  # whatever Redis or its client make of an outage
                self._note(is_cut=True, problem=problem)
            self._sleep(PAUSE)

    def _hear_on(self) -> None:
        line = self._redis.pubsub(ignore_subscribe_messages=True)
        try:
            line.subscribe(self.channel, f"{self.channel}:{self.name}")
            self._echoed, said_hello = clock.monotonic(), False
            while True:
                message = line.get_message(timeout=BEAT / 2)
                if not said_hello:
                    said_hello = True
                    self._introduce()
                if message is not None:
                    self._take(message["data"])
                    self._sleep(0)
                elif clock.monotonic() - self._echoed > DEAF:
                    raise TimeoutError("Redis passes nothing on")
        finally:
            line.close()

    def _introduce(self) -> None:
        """We hear again: whoever is there tells us what they hold, and we them."""
        count = dict(self._redis.pubsub_numsub(self.channel)).get(self.channel.encode(), 1)
        self._expected = set() if count > 1 else None
        self._count = count - 1
        self._waiting.clear()
        self._replaceable.clear()
        moment = clock.monotonic()
        self.peers = dict.fromkeys(self.peers, moment)
        self._say(None, _HELLO, {})
        self._note(is_cut=False)
        for peer in list(self.peers):
            self._greet(peer)
        if count <= 1:
            self._settled.set()

    def _note(self, *, is_cut: bool, problem: Exception | None = None) -> None:
        if is_cut == self.is_cut:
            return
        self.is_cut = is_cut
        if is_cut:
            log.warning("Redis is away: this process goes on by itself: %s", problem)
        else:
            log.info("this process is %s; %d others are there", self.name, len(self.peers))
        for hook in self.on_change:
            hook(is_cut)

    def _talk(self) -> None:
        while True:
            self._due.wait()
            self._due.clear()
            while self._waiting:
                self._send()

    def _send(self) -> None:
        items = [self._waiting.popleft() for _ in range(min(len(self._waiting), MOST_AT_ONCE))]
        if not self._waiting:
            self._replaceable.clear()
        pipeline = self._redis.pipeline(transaction=False)
        for to, bundle in _bundled(items):
            pipeline.publish(self.channel if to is None else f"{self.channel}:{to}",
                             dumps([self.name, [[topic, said] for _, topic, said in bundle]]))
        try:
            pipeline.execute()
        except Exception as problem:  # what was in it is lost; the state is told anew once Redis is back
            self._has_lost = True
            log.warning("Redis did not take %d messages: %s", len(items), problem)
            self._sleep(PAUSE)

    def _beat(self) -> None:
        while True:
            if not self.is_cut:
                self._say(None, _HELLO if self._has_lost else _BEAT, {})
                self._has_lost = False
                self._miss()
            for hook in self.on_beat:
                hook(self._redis)
            self._sleep(BEAT)

    def _miss(self) -> None:
        oldest = clock.monotonic() - GONE
        for peer in [peer for peer, heard in self.peers.items() if heard < oldest]:
            self._part(peer)

    def _part(self, peer: str) -> None:
        if self.peers.pop(peer, None) is not None:
            log.warning("process %s is gone", peer)
            for hook in self.on_gone:
                hook(peer)

    # -- what comes -------------------------------------------------------------------------------------

    def _take(self, data: bytes) -> None:
        sender, items = loads(data)
        moment = clock.monotonic()
        if sender == self.name:
            self._echoed = moment
            return
        if sender not in self.peers and items[0][0] not in (_HELLO, _WELCOME, _BYE):
            self._greet(sender)
        self.peers[sender] = moment
        for topic, said in items:
            if topic in (_BEAT, _HELLO, _WELCOME, _BYE):
                self._administer(topic, sender)
            else:
                self._hear(topic, said, sender)

    def _administer(self, topic: str, sender: str) -> None:
        if topic == _HELLO:
            self._greet(sender)
        elif topic == _BYE:
            self._part(sender)
        elif topic == _WELCOME and self._expected is not None:
            self._expected.add(sender)
            if len(self._expected) >= self._count:
                self._settled.set()

    def _greet(self, peer: str) -> None:
        """Tell a process that is new to us what we hold."""
        self.peers[peer] = clock.monotonic()
        for hook in self.on_hello:
            hook(peer)
        self._say(peer, _WELCOME, {})

    def _hear(self, topic: str, said: Said, sender: str) -> None:
        for hearer in self._hearers.get(topic, ()):
            try:
                hearer(said, sender)
            except Exception:
                log.exception("unexpected error about %s of another process", topic)

    def leave(self) -> None:
        """Say goodbye: this process ends, and holds nothing any more."""
        if self.is_shared and not self.is_cut:
            self._say(None, _BYE, {})


def _bundled(items: list[Item]) -> list[tuple[str | None, list[Item]]]:
    """Neighbours that go to the same place together; the order stays."""
    found: list[tuple[str | None, list[Item]]] = []
    for item in items:
        if found and found[-1][0] == item[0]:
            found[-1][1].append(item)
        else:
            found.append((item[0], [item]))
    return found


BUS = Bus()
