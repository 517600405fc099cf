"""What closed tickets and finished cases propose for the knowledge base, once they say how something was solved, and
nothing there says so yet."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from connectassist.core.errors import AppError
from connectassist.features.assistant import service as assistant
from connectassist.features.cases import service as cases
from connectassist.features.faq import service as faq
from connectassist.features.tickets import queries as ticket_queries
from connectassist.features.tickets import service as tickets
from connectassist.identity import principal

if TYPE_CHECKING:
    from connectassist.features.cases.models import Case
    from connectassist.identity.principal import Principal

#: Shorter than this says "done", not how.
SHORTEST_ANSWER = 30
#: What is known so surely already needs no second entry.
KNOWN_FROM = 0.9
TICKET, CASE = "ticket", "case"
FINISHED = "closed"


def of_ticket(ticket_id: int) -> None:
    """A ticket is solved: propose what its resolution says. Masked are whoever asked, and whoever wrote there."""
    try:
        ticket = ticket_queries.visible_to(principal.system(), ticket_id)
    except AppError:  # deleted in the meantime
        return
    names = ticket_queries.names_in([ticket])[ticket.id]
    _propose(TICKET, str(ticket.id), ticket.client_id, ticket.title, ticket.resolution or "", ticket.category, names)


def of_case(case: Case, by: Principal) -> None:
    """A case is finished: propose the work that was done."""
    if case.status != FINISHED:
        return
    question = case.title or case.problem_description
    _propose(CASE, case.id, case.client_id, question, case.work_done, "",
             [case.customer_name, case.technician_name, case.machine_name])


def _propose(source: str, source_id: str, client_id: int, question: str, answer: str, category: str | None,
             names: Sequence[str | None]) -> None:
    told, asked = faq.masked(answer, names=names).strip(), faq.masked(question, names=names).strip()
    if len(told) < SHORTEST_ANSWER or not asked or _is_known(client_id, asked):
        return
    faq.propose(source=source, source_id=source_id, client_id=client_id, question=asked[:faq.LONGEST_QUESTION],
                answer=told, category=(category or "").replace("_", " ").capitalize())


def _is_known(client_id: int, question: str) -> bool:
    """Does an entry answer this? Solved tickets don't count: this one is among them."""
    found = [each for each in assistant.find(client_id, question) if each.is_entry]
    return bool(found) and found[0].confidence >= KNOWN_FROM


tickets.on_solved.append(of_ticket)
cases.on_written.append(of_case)
