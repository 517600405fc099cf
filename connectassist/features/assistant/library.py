"""What the assistant may know for a client: everybody's FAQ entries, the client's own, and how the client's own tickets
were solved. The index of it is kept, and made anew once any of that changes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

from sqlalchemy import Row

from connectassist.core import jobs
from connectassist.features.assistant.knowledge import FAQ, TICKET, Document, Index
from connectassist.features.faq import queries as faq
from connectassist.features.tickets import queries as tickets

MOST_KEPT = 64
LONGEST_HIDDEN = 600


class Library:
    """The indexes of the clients that were asked for last."""

    def __init__(self) -> None:
        self._kept: OrderedDict[int, tuple[Any, Index]] = OrderedDict()

    def of(self, client_id: int) -> Index:
        """A client's index, as things are now."""
        state = faq.state(client_id), tickets.state_of_solved(client_id)
        known, index = self._kept.get(client_id, (None, None))
        if index is None or known != state:
            index = jobs.run_blocking(_made, faq.known_to(client_id), tickets.solved(client_id))
        self._kept[client_id] = state, index
        self._kept.move_to_end(client_id)
        if len(self._kept) > MOST_KEPT:
            self._kept.popitem(last=False)
        return index


def _made(entries: list[Row], solved: list[Row]) -> Index:
    return Index([*(Document(FAQ, row.id, row.question, row.answer, f"{row.keywords} {row.category}", key=row.key)
                    for row in entries),
                  *(Document(TICKET, row.id, "", row.resolution,
                             hidden=f"{row.title} {(row.description or '')[:LONGEST_HIDDEN]}") for row in solved)])
