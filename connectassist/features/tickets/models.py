"""Tickets, and what hangs on them: one resource for contracts 000 and 004."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, event, false, inspect
from sqlalchemy.orm import Mapped, mapped_column, relationship

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime
from connectassist.features.tickets import words

#: What a search looks through.
SEARCHED = ("title", "description", "requested_by", "device_id", "category", "resolution", "said")
#: What lists and figures look at besides the words: with all of it in one index, they never touch the long texts.
BOARD = ("client_id", "status", "priority", "category", "assigned_to", "created_by_id", "created_at", "updated_at",
         "resolved_at", "response_due_at", "responded_at", "resolution_due_at", "waiting_since")


class Ticket(Base):
    """`status` is open, in_progress, resolved, closed or cancelled. A ticket outlives its device and its session, so
    `device_id`, `session_id` and `case_id` are only names. `version` grows with each change, for two people who edit
    at once. `confidence_score` says how sure the guess of category and priority was, where it was one.

    The clocks run from `clocks_since`: staff answer until `response_due_at` and solve until `resolution_due_at`. While
    `waiting_since` is set, the customer has the word and the clocks stand still; `waited_seconds` is how long they
    stood before. At `alarm_at` the next of them runs out; nothing stands there once that was told.
    `said` are the public comments, as far as a search goes;
    `search_text` is what a search looks through, in small letters; it follows the other columns by itself."""

    __tablename__ = "tickets"
    __table_args__ = (Index("ix_tickets_client_created", "client_id", "created_at"),
                      Index("ix_tickets_board", *BOARD),
                      Index("ix_tickets_status_created", "status", "created_at"),
                      Index("ix_tickets_device_created", "device_id", "created_at"),
                      Index("ix_tickets_maker_created", "created_by_id", "created_at"),
                      Index("ix_tickets_alarm", "alarm_at"))

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int] = mapped_column(ForeignKey("clients.id"))
    device_id: Mapped[str | None] = mapped_column(String(120))
    title: Mapped[str] = mapped_column(String(500))
    description: Mapped[str | None] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(20), default="open")
    priority: Mapped[str] = mapped_column(String(20), default="medium")
    category: Mapped[str | None] = mapped_column(String(100))
    assigned_to: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"), index=True)
    requested_by: Mapped[str | None] = mapped_column(String(120))
    ai_summary: Mapped[str | None] = mapped_column(Text)
    resolution: Mapped[str | None] = mapped_column(Text)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    auto_categorized: Mapped[bool] = mapped_column(default=False, server_default=false())
    confidence_score: Mapped[float | None]
    session_id: Mapped[str | None] = mapped_column(String(16), index=True)
    case_id: Mapped[str | None] = mapped_column(String(36), index=True)
    response_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    responded_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    resolution_due_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    waited_seconds: Mapped[int] = mapped_column(default=0, server_default="0")
    clocks_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    alarm_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    said: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)
    search_text: Mapped[str] = mapped_column(Text, default="", server_default="", deferred=True)
    comments: Mapped[list[TicketComment]] = relationship(cascade="all, delete-orphan", order_by="TicketComment.id")


class TicketComment(Base):
    """`author` is the name that is shown; `author_id` the account behind it, where there is one."""

    __tablename__ = "ticket_comments"

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"), index=True)
    author: Mapped[str] = mapped_column(String(120))
    author_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    content: Mapped[str] = mapped_column(Text)
    is_internal: Mapped[bool] = mapped_column(default=False, server_default=false())
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class TicketChange(Base):
    """One line of a ticket's history. `changes` holds what was and what is, by field."""

    __tablename__ = "ticket_changes"
    __table_args__ = (Index("ix_ticket_changes_ticket", "ticket_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    kind: Mapped[str] = mapped_column(String(30))
    who: Mapped[str] = mapped_column(String(120), default="")
    who_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    is_internal: Mapped[bool] = mapped_column(default=False)
    changes: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)


class TicketAttachment(Base):
    """A file at a ticket. It lies in the instance folder under its id; what an internal comment brought is internal."""

    __tablename__ = "ticket_attachments"
    __table_args__ = (Index("ix_ticket_attachments_ticket", "ticket_id", "created_at"),)

    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(String(255))
    size: Mapped[int]
    media_type: Mapped[str] = mapped_column(String(100), default="application/octet-stream")
    is_internal: Mapped[bool] = mapped_column(default=False)
    uploaded_by: Mapped[str] = mapped_column(String(120), default="")
    uploaded_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id", ondelete="SET NULL"))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)


class TicketLink(Base):
    """What a ticket led to. `kind` says what `name` is the id of: a `session`; a support `code` (its row), whose
    session is to be the ticket's; a `case`; or, so that what comes twice opens one ticket, a person's call for `help`
    at their computer or a `chat` with the FAQ assistant. `noted_at`: its end stands in the ticket, for a case in the
    comment `comment_id`."""

    __tablename__ = "ticket_links"
    __table_args__ = (UniqueConstraint("kind", "name"), Index("ix_ticket_links_ticket", "ticket_id", "id"),
                      Index("ix_ticket_links_open", "kind", "noted_at", "id"))

    id: Mapped[int] = mapped_column(primary_key=True)
    ticket_id: Mapped[int] = mapped_column(ForeignKey("tickets.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(10))
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    comment_id: Mapped[int | None]


class ServiceTarget(Base):
    """How soon tickets of a priority are answered and solved, in minutes: a client's own, or everybody's."""

    __tablename__ = "service_targets"
    __table_args__ = (UniqueConstraint("client_id", "priority"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    client_id: Mapped[int | None] = mapped_column(ForeignKey("clients.id", ondelete="CASCADE"))
    priority: Mapped[str] = mapped_column(String(20))
    response_minutes: Mapped[int]
    resolution_minutes: Mapped[int]


@event.listens_for(Ticket, "before_insert")
@event.listens_for(Ticket, "before_update")
def _note_words(_mapper: Any, _connection: Any, ticket: Ticket) -> None:
    known = inspect(ticket).attrs
    if any(known[name].history.has_changes() for name in SEARCHED):
        ticket.search_text = words.comparable(" ".join(getattr(ticket, name) or "" for name in SEARCHED))
