"""What the assistant may know for somebody: everybody's FAQ entries, their clients' own, and how their client's own
tickets were solved. What is made of it for looking up is kept, and made anew once any of that changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

from connectassist.core import jobs
from connectassist.features.assistant.knowledge import FAQ, TICKET, Document, Index
from connectassist.features.faq import queries as faq
from connectassist.features.faq import service as faq_service
from connectassist.features.tickets import queries as tickets

MOST_KEPT = 64
#: And of no more documents together, however few indexes that are: a thousand take some four megabytes.
MOST_DOCUMENTS = 20_000
LONGEST_HIDDEN = 600
#: Whose knowledge: one client, several, all of them, or nobody's but everybody's.
Scope = int | frozenset[int] | None
Made = TypeVar("Made")


@dataclass(frozen=True)
class _Kept(Generic[Made]):
    """What was made of so many documents, and of which state of things."""

    state: Any
    made: Made
    size: int


class Library(Generic[Made]):
    """What was made of the knowledge of those that were asked for last; `make` makes it of documents."""

    def __init__(self, make: Callable[[list[Document]], Made] = Index) -> None:  # type: ignore[assignment]
        self._make = make
        self._kept: OrderedDict[frozenset[int] | None, _Kept[Made]] = OrderedDict()
        self._making = Lock()

    def of(self, scope: Scope) -> Made:
        """What is known to a client, or to several, as things are now. Of all who ask after a change one has it made
        anew, and the others wait for that."""
        whose = frozenset((scope,)) if isinstance(scope, int) else scope
        known = self._known(whose)
        if known is None:
            with self._making:
                known = self._known(whose) or self._renewed(whose)
        self._kept[whose] = known
        self._kept.move_to_end(whose)
        while len(self._kept) > MOST_KEPT or (len(self._kept) > 1
                                              and sum(each.size for each in self._kept.values()) > MOST_DOCUMENTS):
            self._kept.popitem(last=False)
        return known.made

    def _known(self, whose: frozenset[int] | None) -> _Kept[Made] | None:
        known = self._kept.get(whose)
        return known if known is not None and known.state == _state(whose) else None

    def _renewed(self, whose: frozenset[int] | None) -> _Kept[Made]:
        state, client_id = _state(whose), _one(whose)
        entries, solved = faq.known_to(whose), tickets.solved(client_id) if client_id else []
        made = jobs.run_blocking(self._made, entries, solved, tickets.names_in(solved) if solved else {})
        return _Kept(state, made, len(entries) + len(solved))

    def _made(self, entries: list[Row], solved: list[Row], names: dict[int, tuple[str, ...]]) -> Made:
        return self._make([*map(_of_entry, entries), *(_of_ticket(row, names[row.id]) for row in solved)])


def _state(whose: frozenset[int] | None) -> tuple[Any, ...]:
    client_id = _one(whose)
    return faq.state(whose), client_id and tickets.state_of_solved(client_id)


def _one(whose: frozenset[int] | None) -> int | None:
    return next(iter(whose)) if whose is not None and len(whose) == 1 else None


def _of_entry(row: Row | SimpleNamespace) -> Document:
    other = faq_service.in_other_languages(row.key, row.question, row.answer)
    return Document(FAQ, row.id, row.question, row.answer, f"{row.keywords} {row.category}", hidden=other.words,
                    key=row.key, questions=other.questions, answers=other.answers)


def _of_ticket(row: Row, names: tuple[str, ...]) -> Document:
    return Document(TICKET, row.id, "", _masked(row.resolution, names),
                    hidden=f"{row.title} {(row.description or '')[:LONGEST_HIDDEN]}")


@lru_cache(maxsize=8192)
def _masked(resolution: str, names: tuple[str, ...]) -> str:
    """What others may read of how a ticket was solved. It is kept: one more solved ticket changes no other."""
    return faq_service.masked(resolution, names=names)


def shipped() -> list[Document]:
    """What comes with the product, as it came, without a database; numbered from 1."""
    return [_of_entry(SimpleNamespace(id=number, key=entry["key"], question=entry["question"],
                                      answer=" ".join(entry["answer"].split()), category=entry["category"],
                                      keywords=", ".join(entry["keywords"])))
            for number, entry in enumerate(faq_service.first_entries(), 1)]
