"""What the processes of one site tell each other, over a Redis that they share. Where there is one process, nothing.

    BUS.tell("device-moved", {"device_id": device_id})          # to all the others
    BUS.tell("frame", {...}, to=process)                        # to one

    @BUS.hears("device-moved")
    def _moved(said: dict, sender: str) -> None: ...    # in a green thread, one after the other; waits for nothing

`tell` never waits. What one process tells arrives at each other in the order in which it was told, or not at all: Redis
keeps nothing, and nothing is kept here while it is away. So whatever is told is a hint, or part of a state of which the
whole is told again: `on_hello` hooks are called with a process that is new to us, or was cut off as we may have been;
each tells it what it holds (shared.py does that for a table). `on_gone` hooks hear of a process that is there no more,
with everything that it held; `on_change` whether we are cut off from the others now; `on_missed` that another one was,
so that what it had to say meanwhile was lost. Hooks wait for nothing either.

We are cut off unless we hear ourselves: that Redis takes our words and passes them on is what counts.
"""

from __future__ import annotations

import hashlib
import logging
import secrets
from collections import deque
from collections.abc import Callable, Hashable, Iterable
from typing import Any

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.realtime.post import Kept, Post, Said, Script

log = logging.getLogger(__name__)
Hearer = Callable[[Said, str], None]

#: Each process says this often that it is there; seconds.
BEAT = 1.0
#: A process is gone that we don't hear while we hear so many of our own beats; and after so many seconds without
#: hearing ourselves we are cut off.
GONE, DEAF = 5, 3.0
#: With this much to hear first, our own word may be late.
BUSY = 4 * DEAF
#: How long Redis may take to answer, and how long we leave it alone when it doesn't.
PATIENCE, PAUSE = 2.0, 0.5
#: How long a new process waits at most for what the others hold.
WELCOME_WITHIN = 2.0
#: So many that are gone are remembered, in case they were only cut off.
MOST_GONE = 200
#: What the processes say about themselves.
HERE, HELLO, WELCOME, ASK, BYE, KEEP = "here", "hello", "welcome", "ask", "bye", "keep"
LONGEST_NAME = 64


class Bus:
    """One process' place on it. `name` is the process, `peers` are the others that are there, and at which of our beats
    each was heard last. `told`, `heard` and `lost` count messages."""

    def __init__(self) -> None:
        self.name = secrets.token_hex(6)
        self.peers: dict[str, int] = {}
        self.is_shared = self.is_cut = False
        self.is_first, self._has_company = True, False
        self.told = self.heard = self.lost = 0
        self.on_hello: list[Callable[[str], None]] = []
        self.on_gone: list[Callable[[str], None]] = []
        self.on_missed: list[Callable[[str], None]] = []
        self.on_change: list[Callable[[bool], None]] = []
        self.on_beat: list[Callable[[Any], None]] = []
        self.on_leave: list[Callable[[Any], None]] = []
        self._hearers: dict[str, list[Hearer]] = {}
        self._post, self._kept = Post(), Kept()
        self._is_listening = self._is_talking = self._has_lost = self._has_left = False
        self._echoed = self._counted = self._said_hello = 0.0
        self._beats = 0
        self._gone: deque[str] = deque(maxlen=MOST_GONE)
        self._unknown: dict[str, int] = {}
        self._awaited: int | None = None

    @property
    def is_alone(self) -> bool:
        """Is there no other process to tell anything?"""
        return not self.peers

    @property
    def is_partial(self) -> bool:
        """Are there others, as far as we know, whom we don't hear?"""
        return self.is_cut and (self._has_company or bool(self.peers))

    def hears(self, topic: str) -> Callable[[Hearer], Hearer]:
        """Declare who hears what the others tell under a topic."""
        def declare(hearer: Hearer) -> Hearer:
            self._hearers.setdefault(topic, []).append(hearer)
            return hearer
        return declare

    def tell(self, topic: str, said: Said, *, to: str | None = None, key: Hashable = None, keep: bool = False,
             gives_way: bool = False) -> bool:
        """Tell the other processes, or one of them. With `key`, what still waits under the same key gives way. What is
        told to all with `keep`, an order rather than news, is told again to whoever was cut off, for a quarter of an
        hour. What `gives_way` is not told while much waits, so that no client crowds out what is said of others. False
        when nobody can be told now."""
        if keep and self.is_shared:
            topic, said = KEEP, self._kept.add(topic, said)
        if self.is_alone or (to is not None and to not in self.peers):
            return False
        if self.is_cut or (gives_way and self._post.is_half_full):
            self.lost += 1
            return False
        self._say(topic, said, to=to, key=key)
        return True

    def later(self, function: Callable[..., Any], *args: Any) -> None:
        """Call in a green thread of its own, which may wait. For hearers and hooks that have more to do."""
        self._spawn(function, *args)

    def sleep(self, seconds: float) -> None:
        """Wait, and let others work."""
        self._sleep(seconds)

    # -- from the start to the end ----------------------------------------------------------------------

    def start(self, settings: Settings, *, spawn: Callable[..., Any], sleep: Callable[[float], Any],
              event: Callable[[], Any]) -> None:
        """Find the others, and from now on hear them. `spawn`, `sleep` and `event` are the engine's. Nothing where no
        Redis is configured; where it is away this process begins by itself."""
        if not settings.redis_url:
            return
        from redis import Redis
        from redis.backoff import NoBackoff
        from redis.retry import Retry
        site = hashlib.sha256(f"bus of {settings.secret_key}".encode()).hexdigest()
        self.channel, self._script = f"connectassist:{site[:16]}", Script(site[16:32])
        self._mine = self._script.write([self.name])[:-1] + b","
        self._redis = Redis.from_url(settings.redis_url, socket_timeout=PATIENCE, socket_connect_timeout=PATIENCE,
                                     retry=Retry(NoBackoff(), 0))
        self._spawn, self._sleep, self._settled = spawn, sleep, event()
        self.is_shared = self.is_cut = True
        self.is_first, self._has_company = settings.process == 0, settings.processes > 1
        self._call(self.on_beat, self._redis)
        spawn(self._listen)
        spawn(self._beat)
        self._settled.wait(WELCOME_WITHIN)

    def leave(self) -> None:
        """Say goodbye: this process ends, and holds nothing any more."""
        if not self.is_shared or self._has_left:
            return
        if not self.is_cut:
            self._call(self.on_leave, self._redis)
            self._say(BYE, {})
        self._has_left = True

    # -- telling ----------------------------------------------------------------------------------------

    def _say(self, topic: str, said: Said, *, to: str | None = None, key: Hashable = None) -> None:
        if self._has_left:
            return
        try:
            written = self._script.write([topic, said])
        except TypeError as problem:  # what clients say and we pass on may be too deep, or hold numbers too large
            self.lost += 1
            log.warning("%s can't be told to other processes: %s", topic, problem)
            return
        forgotten = self._post.put(written, to=to, key=None if key is None else (topic, key))
        if forgotten:
            self._has_lost = True
            self.lost += forgotten
            log.error("%d messages to the other processes are lost: Redis is too slow", forgotten)
        elif not self._is_talking:
            self._is_talking = True
            self._spawn(self._talk)

    def _talk(self) -> None:
        try:
            while self._post:
                self._send(self._post.take())
        finally:
            self._is_talking = False

    def _send(self, bundles: list[tuple[str | None, list[bytes]]]) -> None:
        pipeline = self._redis.pipeline(transaction=False)
        for to, written in bundles:
            pipeline.publish(self.channel if to is None else f"{self.channel}:{to}",
                             self._mine + b"[" + b",".join(written) + b"]]")
        count = sum(len(written) for _, written in bundles)
        try:
            pipeline.execute()
            self.told += count
        except Exception as problem:  # whatever Redis or its client make of an outage
            self.lost += count + self._post.clear()
            self._has_lost = True
            self._note(is_cut=True, problem=problem)

    def _beat(self) -> None:
        while not self._has_left:
            if self._is_listening:
                if self._has_lost:
                    self._greet_all()
                self._say(HELLO if self.is_cut or self._has_lost else HERE, {})
                self._has_lost = False
                if not self.is_cut:
                    self._miss()
                    self._ask_again()
            self._sleep(BEAT)
            self._call(self.on_beat, self._redis)

    # -- hearing ----------------------------------------------------------------------------------------

    def _listen(self) -> None:
        while not self._has_left:
            try:
                self._hear_on()
            except Exception as problem:  # whatever Redis or its client make of an outage
                self._note(is_cut=True, problem=problem)
            self._is_listening = False
            self._settled.set()
            self._sleep(PAUSE)

    def _hear_on(self) -> None:
        line = self._redis.pubsub()
        try:
            line.subscribe(self.channel, f"{self.channel}:{self.name}")
            self._echoed = clock.monotonic()
            while not self._has_left:
                message = line.get_message(timeout=BEAT / 2)
                if message is None:
                    self._require_echo(DEAF)
                elif message["type"] == "message":
                    self._take(message["data"])
                    self._require_echo(BUSY)
                    self._sleep(0)
                elif not self._is_listening:
                    self._introduce()
        finally:
            line.close()

    def _require_echo(self, within: float) -> None:
        if clock.monotonic() - self._echoed > within:
            raise TimeoutError("Redis passes nothing on")

    def _introduce(self) -> None:
        """We hear: have ourselves heard too. At the start, wait for so many others' answers."""
        if not self._settled.is_set():
            self._awaited = dict(self._redis.pubsub_numsub(self.channel)).get(self.channel.encode(), 1) - 1
        self._post.clear()
        self._is_listening = True
        self._say(HELLO, {})

    def _take(self, data: bytes) -> None:
        if data.startswith(self._mine):
            self._hear_ourselves()
            return
        try:
            sender, items = self._read(data)
        except (ValueError, TypeError, KeyError):
            log.warning("a message that makes no sense on the channel of this site: %.80r", data)
            return
        topics = {topic for topic, _ in items}
        if BYE not in topics:
            self._meet(sender, says_hello=HELLO in topics)
        for topic, said in items:
            self.heard += 1
            self._hear(topic, said, sender)

    def _hear_ourselves(self) -> None:
        self._echoed = moment = clock.monotonic()
        if moment - self._counted >= BEAT * 0.9:
            self._counted, self._beats = moment, self._beats + 1
        if self.is_cut:
            self._join()

    def _read(self, data: bytes) -> tuple[str, list[tuple[str, Said]]]:
        sender, items = self._script.read(data)
        if not isinstance(sender, str) or not 0 < len(sender) <= LONGEST_NAME or not isinstance(items, list):
            raise ValueError(sender)
        for topic, said in items:
            if not isinstance(topic, str) or not isinstance(said, dict):
                raise ValueError(topic)
        return sender, items

    def _hear(self, topic: str, said: Said, sender: str) -> None:
        if topic == BYE:
            self._part(sender, "says goodbye")
        elif topic == ASK:
            self._greet(sender)
        elif topic == WELCOME:
            self._unknown.pop(sender, None)
            self._awaited = self._awaited and self._awaited - 1
            if not self._awaited:
                self._settled.set()
        elif topic == KEEP:
            if not self._kept.is_new(said, sender):
                return
            topic, said = said["topic"], said["said"]
        for hearer in self._hearers.get(topic, ()):
            self._call([hearer], said, sender)

    # -- who is there -----------------------------------------------------------------------------------

    def _join(self) -> None:
        """We heard ourselves."""
        self._said_hello = clock.monotonic()
        self.peers = dict.fromkeys(self.peers, self._beats)  # whoever is there still has time to say so
        self._unknown = dict(self.peers)
        self._note(is_cut=False)
        self._greet_all()
        if not self._awaited:
            self._settled.set()

    def _meet(self, sender: str, *, says_hello: bool) -> None:
        """Somebody is there. Who is new to us hears what we hold; who says nothing of being new took us for known while
        we had given it up, and is asked to tell us all."""
        is_new = sender not in self.peers
        self.peers[sender] = self._beats
        if self.is_cut or not (is_new or says_hello):
            return
        if is_new:
            log.info("process %s is there", sender)
            self._unknown[sender] = self._beats
            if not says_hello and clock.monotonic() - self._said_hello > BEAT:
                self._say(ASK, {}, to=sender)
        if not is_new or sender in self._gone:
            self._call(self.on_missed, sender)
        self._greet(sender)

    def _greet_all(self) -> None:
        for peer in list(self.peers):
            self._greet(peer)

    def _greet(self, peer: str) -> None:
        """Tell a process what we hold."""
        self._call(self.on_hello, peer)
        for wrapped in self._kept.recent():
            self._say(KEEP, wrapped, to=peer)
        self._say(WELCOME, {}, to=peer)

    def _miss(self) -> None:
        """A process that we would have heard is gone. While we hear nothing ourselves nobody is; and after a pause of
        ours, what the others said in it comes before our own next word."""
        for peer in [peer for peer, heard in self.peers.items() if self._beats - heard > GONE]:
            self._part(peer, "is gone")

    def _ask_again(self) -> None:
        """Whoever should have told us all it holds, and has not."""
        for peer in [peer for peer, since in self._unknown.items() if self._beats - since > 1]:
            self._unknown[peer] = self._beats
            self._say(ASK, {}, to=peer)

    def _part(self, peer: str, how: str) -> None:
        if self.peers.pop(peer, None) is not None:
            log.info("process %s %s", peer, how)
            self._gone.append(peer)
            self._unknown.pop(peer, None)
            self._kept.forget(peer)
            self._call(self.on_gone, peer)

    def _note(self, *, is_cut: bool, problem: Exception | None = None) -> None:
        if is_cut == self.is_cut:
            return
        self.is_cut = is_cut
        if is_cut:
            log.warning("Redis is away, this process goes on by itself: %s", problem)
        else:
            log.info("this process is %s, and hears the others", self.name)
        self._call(self.on_change, is_cut)

    @staticmethod
    def _call(hooks: Iterable[Callable[..., None]], *args: Any) -> None:
        for hook in hooks:
            try:
                hook(*args)
            except Exception:
                log.exception("unexpected error in %s.%s", hook.__module__, hook.__qualname__)


BUS = Bus()
