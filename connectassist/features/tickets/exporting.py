"""Tickets as a CSV file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Any

from flask import Response
from sqlalchemy import Row

from connectassist.core import clock
from connectassist.features.clients import queries as clients
from connectassist.http import spreadsheets
from connectassist.identity import people

HEADINGS = ("Ticket", "Title", "Status", "Priority", "Category", "Client", "Assigned to", "Made by", "Requested by",
            "Device", "Opened (UTC)", "Changed (UTC)", "Solved (UTC)", "Answer due (UTC)", "Answered (UTC)",
            "Solution due (UTC)", "Description", "Resolution")


def answer(pages: Iterable[list[Row]]) -> Response:
    """The download of such a file."""
    return spreadsheets.answer("tickets", HEADINGS, _named(pages))


def _named(pages: Iterable[list[Row]]) -> Iterator[Iterator[list[Any]]]:
    """Cells are made where they are written, in a real thread."""
    for page in pages:
        names = people.names_of({id for each in page for id in (each.assigned_to, each.created_by_id) if id})
        companies = clients.names_of({each.client_id for each in page})
        yield map(partial(_cells, names=names, companies=companies), page)


def _cells(found: Row, *, names: dict[int, str], companies: dict[int, str]) -> list[Any]:
    moments = (found.created_at, found.updated_at, found.resolved_at, found.response_due_at, found.responded_at,
               found.resolution_due_at)
    return [found.id, found.title, found.status, found.priority, found.category, companies.get(found.client_id),
            names.get(found.assigned_to), names.get(found.created_by_id), found.requested_by, found.device_id,
            *(clock.iso(each) for each in moments), found.description, found.resolution]
