"""What the assistant may know for somebody: everybody's FAQ entries, their clients' own, and how their client's own
tickets were solved. What is made of it for looking up is kept, and made anew once any of that changes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, Generic, TypeVar

from sqlalchemy import Row

from connectassist.core import jobs
from connectassist.features.assistant.knowledge import FAQ, TICKET, Document, Index
from connectassist.features.faq import queries as faq
from connectassist.features.faq import service as faq_service
from connectassist.features.tickets import queries as tickets

MOST_KEPT = 64
LONGEST_HIDDEN = 600
#: Whose knowledge: one client, several, all of them, or nobody's but everybody's.
Scope = int | frozenset[int] | None
Made = TypeVar("Made")


class Library(Generic[Made]):
    """What was made of the knowledge of those that were asked for last; `make` makes it of documents."""

    def __init__(self, make: Callable[[list[Document]], Made] = Index) -> None:  # type: ignore[assignment]
        self._make = make
        self._kept: OrderedDict[Scope, tuple[Any, Made]] = OrderedDict()

    def of(self, scope: Scope) -> Made:
        """What is known to a client, or to several, as things are now."""
        whose = frozenset((scope,)) if isinstance(scope, int) else scope
        client_id = next(iter(whose)) if whose is not None and len(whose) == 1 else None
        state = faq.state(whose), client_id and tickets.state_of_solved(client_id)
        known = self._kept.get(scope)
        if known is None or known[0] != state:
            made = jobs.run_blocking(self._made, faq.known_to(whose), tickets.solved(client_id) if client_id else [])
            known = state, made
        self._kept[scope] = known
        self._kept.move_to_end(scope)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return known[1]

    def _made(self, entries: list[Row], solved: list[Row]) -> Made:
        return self._make([*map(_of_entry, entries), *map(_of_ticket, solved)])


def _of_entry(row: Row | SimpleNamespace) -> Document:
    other = faq_service.in_other_languages(row.key, row.question, row.answer)
    return Document(FAQ, row.id, row.question, row.answer, f"{row.keywords} {row.category}", hidden=other.words,
                    key=row.key, questions=other.questions, answers=other.answers)


def _of_ticket(row: Row) -> Document:
    return Document(TICKET, row.id, "", row.resolution,
                    hidden=f"{row.title} {(row.description or '')[:LONGEST_HIDDEN]}")


def shipped() -> list[Document]:
    """What comes with the product, as it came, without a database; numbered from 1."""
    return [_of_entry(SimpleNamespace(id=number, key=entry["key"], question=entry["question"],
                                      answer=" ".join(entry["answer"].split()), category=entry["category"],
                                      keywords=", ".join(entry["keywords"])))
            for number, entry in enumerate(faq_service.first_entries(), 1)]
