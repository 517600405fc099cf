"""What of the whole database belongs to one client: how each table's rows lead to it.

A table that is named nowhere here fails the suite, so that nothing new is forgotten when a client's data are handed out
or erased.
"""

from __future__ import annotations

from graphlib import TopologicalSorter
from typing import Any, NamedTuple

from sqlalchemy import Column, ColumnElement, Select, Table, false, or_, select

from connectassist.core.db import Base
from connectassist.core.vault import SEALED
from connectassist.identity.models import CUSTOMER


class Way(NamedTuple):
    """A row belongs to a client when its `column` is one of the `key` of the rows of `of` that do."""

    column: str
    of: str = "clients"
    key: str = "id"


_CLIENT = Way("client_id")
_DEVICE = Way("device_id", "devices", "device_id")
_SESSION = Way("session_id", "sessions", "session_id")
_TICKET = Way("ticket_id", "tickets")
_PERSON = Way("user_id", "users")
BELONGS: dict[str, tuple[Way, ...]] = {
    "clients": (Way("id"),), "staff_clients": (_CLIENT,), "service_targets": (_CLIENT,),
    "users": (_CLIENT,), "linked_identities": (_PERSON,), "logins": (_PERSON,), "preferences": (_PERSON,),
    "devices": (_CLIENT,), "device_credentials": (_DEVICE,), "device_tokens": (_DEVICE,),
    "device_provisions": (_CLIENT,), "enrollment_tokens": (_CLIENT,), "heartbeats": (_DEVICE,),
    "notes": (_CLIENT, _DEVICE), "custom_fields": (_CLIENT, _DEVICE), "device_messages": (_DEVICE,),
    "diagnostic_results": (_DEVICE,), "remediations": (_DEVICE,), "alerts": (_CLIENT, _DEVICE),
    "support_codes": (_CLIENT,), "packages": (_CLIENT,),
    "sessions": (_CLIENT,), "session_events": (_SESSION,), "session_invitations": (_SESSION,),
    "session_files": (_CLIENT, _SESSION), "share_credentials": (_SESSION,), "chat_messages": (_SESSION,),
    "recordings": (_CLIENT,), "cases": (_CLIENT,),
    "commands": (_CLIENT,), "command_results": (Way("command_id", "commands"),),
    "tickets": (_CLIENT,), "ticket_comments": (_TICKET,), "ticket_changes": (_TICKET,),
    "ticket_attachments": (_TICKET,), "ticket_links": (_TICKET,),
    "chatbot_sessions": (_CLIENT, _PERSON), "chatbot_logs": (_CLIENT, Way("session_id", "chatbot_sessions")),
    "faq_entries": (_CLIENT,), "faq_proposals": (_CLIENT,),
    "audit_entries": (_CLIENT,),
}
#: What is nobody's in particular. Short links end with their session, within hours.
OF_THE_SITE = frozenset({"metric_samples", "system_alerts", "system_thresholds", "spent_attempts", "short_links"})
#: What nobody is handed: what proves who somebody is, even hashed or sealed.
_SECRET = ("hash", "secret", "password")


def table(name: str) -> Table:
    return Base.metadata.tables[name]


def rows_of(name: str, client_id: int) -> ColumnElement[bool]:
    """Which rows of a table belong to a client."""
    found = table(name)
    theirs = or_(*(_led(found.c[way.column], way, client_id) for way in BELONGS[name]))
    return theirs & (found.c.role == CUSTOMER) if name == "users" else theirs


def _led(column: Column[Any], way: Way, client_id: int) -> ColumnElement[bool]:
    if way.of == "clients":
        return column == client_id
    return column.in_(select(table(way.of).c[way.key]).where(rows_of(way.of, client_id)))


def shown(name: str) -> list[Column[Any]]:
    """The columns of a table that may be handed out."""
    return [column for column in table(name).columns if not is_secret(column)]


def is_secret(column: Column[Any]) -> bool:
    """Does a column hold what proves who somebody is?"""
    is_named_so = any(word in column.name for word in _SECRET) and column.name != "payload_sha256"
    return is_named_so or bool(column.info.keys() & SEALED.keys())


def key_of(name: str) -> Column[Any] | None:
    """The one column that tells rows apart; None where it takes two."""
    columns = list(table(name).primary_key.columns)
    return columns[0] if len(columns) == 1 else None


def portion(name: str, client_id: int, *, after: Any, limit: int) -> Select[Any]:
    """Some rows of a client, in the order of their keys, behind the one with the key `after`. A table whose keys are
    pairs gives all at once."""
    key = key_of(name)
    wanted = select(*shown(name)).where(rows_of(name, client_id))
    if key is None:
        return wanted.where(false()) if after is not None else wanted
    wanted = wanted.add_columns(key.label("_key")).order_by(key).limit(limit)
    return wanted if after is None else wanted.where(key > after)


def leaves_first() -> list[str]:
    """The tables in an order in which they can be emptied: what leads to its client by way of other rows goes before
    these, and what refers to a row before that row."""
    before: dict[str, set[str]] = {name: set() for name in BELONGS}
    for name, ways in BELONGS.items():
        for target in {way.of for way in ways} | {key.column.table.name for key in table(name).foreign_keys}:
            if target in before and target != name:
                before[target].add(name)
    return list(TopologicalSorter(before).static_order())
