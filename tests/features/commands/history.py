"""What was said to a server about commands and what it answered, and whether that can be true of a queue that keeps
its promises. Written down by many threads, judged afterwards.

Moments are seconds since 1970: `sent` and `received` by the tests' clock, `start` and `until` by the server's, which is
the same machine's. A call whose answer was lost, because the server died, has no `received`."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

#: Moments are told in whole milliseconds.
BLUR = 0.002
DELIVERIES = 5
FINISHED = {"success": "done", "failure": "failed", "timeout": "failed"}


@dataclass(frozen=True)
class Asked:
    """Somebody queued a command; `id` is None while no answer said that it was taken."""

    key: str
    sent: float
    id: str | None = None


@dataclass(frozen=True)
class Taken:
    """A command was given into somebody's hands, from `start` to `until`."""

    id: str
    token: str
    start: float
    until: float
    received: float


@dataclass(frozen=True)
class Held:
    """A claim was made to last until `until`: the answer to a call of `sent`. Where the answer was lost it may have
    been, until `until` at the latest."""

    id: str
    token: str
    sent: float
    until: float
    is_sure: bool = True


@dataclass(frozen=True)
class Told:
    """Somebody told a result; `status` is None where the answer was lost."""

    id: str
    token: str
    outcome: str
    sent: float
    received: float | None
    status: int | None

    @property
    def is_acknowledged(self) -> bool:
        return self.status == 200


@dataclass(frozen=True)
class Ended:
    """What the database says of a command in the end."""

    id: str
    key: str
    state: str
    outcome: str | None
    attempts: int


@dataclass
class History:
    """Lists that threads add to: appending to a list is one step."""

    asked: list[Asked] = field(default_factory=list)
    taken: list[Taken] = field(default_factory=list)
    held: list[Held] = field(default_factory=list)
    told: list[Told] = field(default_factory=list)
    ended: list[Ended] = field(default_factory=list)

    def problems(self) -> list[str]:
        """Every promise that was broken, in a sentence each; none for a good queue."""
        return [*self._lost_or_made_up(), *self._undone(), *self._ended_for_nothing(), *self._in_two_hands(),
                *self._stale_tokens()]

    def _lost_or_made_up(self) -> Iterator[str]:
        """What was accepted is there once, and nothing else is."""
        wanted, there = {each.key for each in self.asked}, Counter(each.key for each in self.ended)
        accepted: dict[str, set[str]] = defaultdict(set)
        for each in self.asked:
            if each.id is not None:
                accepted[each.key].add(each.id)
        ids = {each.key: each.id for each in self.ended}
        for key, found in accepted.items():
            if len(found) > 1:
                yield f"{key} was accepted as {len(found)} commands"
            if ids.get(key) not in found:
                yield f"{key} was accepted and is lost"
        for key, count in there.items():
            if count > 1:
                yield f"{key} is there {count} times"
            if key not in wanted:
                yield f"{key} was never asked for"
        for each in self.ended:
            if each.state not in ("done", "failed", "dead"):
                yield f"{each.key} has not ended: it is {each.state}"

    def _undone(self) -> Iterator[str]:
        """A result that was acknowledged is what there is in the end, and there is one."""
        known = {each.id: each for each in self.ended}
        acknowledged: dict[str, list[Told]] = defaultdict(list)
        for each in self.told:
            if each.is_acknowledged:
                acknowledged[each.id].append(each)
        for command_id, results in acknowledged.items():
            end = known.get(command_id)
            if len(results) > 1:
                yield f"{command_id} was acknowledged {len(results)} times"
            if end is None or end.state != FINISHED[results[0].outcome] or end.outcome != results[0].outcome:
                yield f"{command_id} was acknowledged as {results[0].outcome} and is {end and end.state}"

    def _ended_for_nothing(self) -> Iterator[str]:
        """Finished means that somebody said so (a 503 leaves it open); dead, delivered as often as may be."""
        said = {(each.id, each.outcome) for each in self.told if each.status in (200, 503, None)}
        for end in self.ended:
            if end.state in ("done", "failed") and (end.id, end.outcome) not in said:
                yield f"{end.key} is {end.state}, and nobody said so"
            if end.state == "dead" and (end.attempts != DELIVERIES or end.outcome is not None):
                yield f"{end.key} is dead after {end.attempts} deliveries"

    def _in_two_hands(self) -> Iterator[str]:
        """No command is in two hands at a time, no token comes twice, none is given out after it was finished."""
        tokens = Counter(each.token for each in self.taken)
        yield from (f"the token {token} came {count} times" for token, count in tokens.items() if count > 1)
        finished = {each.id: each for each in self.told if each.is_acknowledged}
        for claims in self._claims_of_each().values():
            for one, other in pairwise(claims):
                if other.start < self._end_of(one, before=other.start, surely=True) - BLUR:
                    yield f"{one.id} was claimed again while it was in somebody's hands"
            last = finished.get(claims[-1].id)
            if last is not None and last.received is not None and claims[-1].start > last.received + BLUR:
                yield f"{last.id} was given out after it was finished"

    def _end_of(self, claim: Taken, *, before: float, surely: bool = False) -> float:
        """When a claim ended, surely or at the latest, by what had been said of it before some moment."""
        return max([claim.until, *(each.until for each in self._held_of[claim.token]
                                   if each.sent < before and (each.is_sure or not surely))])

    @cached_property
    def _held_of(self) -> dict[str, list[Held]]:
        found: dict[str, list[Held]] = defaultdict(list)
        for each in self.held:
            found[each.token].append(each)
        return found

    def _stale_tokens(self) -> Iterator[str]:
        """Only the last claim's token finishes a command or makes its claim last longer, and only in time."""
        claims = self._claims_of_each()
        spoken = [(each, "a result") for each in self.told if each.is_acknowledged] + [
            (each, "an extension") for each in self.held if each.is_sure]
        for each, what in spoken:
            own = next((claim for claim in claims.get(each.id, ()) if claim.token == each.token), None)
            if own is None:
                yield f"{what} of {each.id} was taken with a token that nobody was given"
            elif any(claim.start > own.start and claim.received < each.sent for claim in claims[each.id]):
                yield f"{what} of {each.id} was taken although somebody else had claimed it"
            elif each.sent > self._end_of(own, before=each.sent) + BLUR:
                yield f"{what} of {each.id} was taken after its time"

    def _claims_of_each(self) -> dict[str, list[Taken]]:
        found: dict[str, list[Taken]] = defaultdict(list)
        for each in sorted(self.taken, key=lambda claim: claim.start):
            found[each.id].append(each)
        return found


def out_of_order(queued: list[tuple[str, int]], claimed: list[str]) -> list[str]:
    """For one quiet consumer: `queued` are ids with their priorities, the oldest first; `claimed` the ids as they came.
    What came at another place than it should, in a sentence each."""
    wanted = [command_id for _, _, command_id in sorted(
        (priority, number, command_id) for number, (command_id, priority) in enumerate(queued))]
    if len(wanted) != len(claimed):
        return [f"{len(queued)} were queued and {len(claimed)} came"]
    return [f"{right} should have come, and {came} came"
            for right, came in zip(wanted, claimed, strict=True) if right != came]
