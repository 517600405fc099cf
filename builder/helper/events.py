"""The table of what the server may say, and whose business it is."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from .control import Controls
from .link import Link
from .seating import Seating
from .session import Session
from .text import printable, raw

log = logging.getLogger("helper.events")
Data = dict[str, Any]


def listen(link: Link, *, session: Session, controls: Controls, seat: Seating) -> None:
    """Register every event; what needs a right is dropped here when the right is not held."""
    viewers, transfers = session.viewers, session.transfers
    plain: dict[str, Callable[[Data], Awaitable[None]]] = {
        "pending-session": seat.pending, "session-ended": session.ended,
        "technicians-present": session.present, "technician-joined": session.technician_joined,
        "technician-left": session.technician_left, "connection-request": session.asked,
        "connection-request-closed": session.request_closed, "consent-changed": session.consent_changed,
        "chat-message": session.chat_received, "file-available": transfers.available, "event-error": _refused,
        "recording-changed": session.recordings.changed,
        # These answer with a sentence when the right is not held.
        "list-remote-dir": transfers.list_dir, "get-remote-file": transfers.get_file,
        "put-remote-file": transfers.put_file,
    }
    with_view: dict[str, Callable[[str, Data], Any]] = {
        "webrtc-answer": lambda who, d: viewers.answer(who, d.get("answer")),
        "webrtc-ice-candidate": lambda who, d: viewers.candidate(who, d.get("candidate")),
        "stream-transport": lambda who, d: viewers.transport(who, d.get("transport")),
        "screen-ack": lambda who, d: viewers.ack(who, d.get("seq")),
        "set-stream-quality": lambda _, d: viewers.set_quality(d.get("quality")),
    }
    for event, handler in plain.items():
        link.on(event, _in_session(handler, session) if event.endswith(("-dir", "-file", "-available")) else handler)
    for event, act in with_view.items():
        link.on(event, _needs_view(act, session))
    link.on("switch-monitor", _switch(session, seat))
    for event in ("remote-mouse", "remote-keyboard", "remote-clipboard"):
        link.on(event, _control(event, session, controls))


def _in_session(handler: Callable[[Data], Awaitable[None]], session: Session) -> Callable[[Data], Awaitable[None]]:
    async def handle(data: Data) -> None:
        if session.is_mine(data) and session.admits(raw(data, "from", limit=128)):
            await handler(data)

    return handle


def _needs_view(act: Callable[[str, Data], Any], session: Session) -> Callable[[Data], Awaitable[None]]:
    async def handle(data: Data) -> None:
        who = raw(data, "from", limit=128)
        if session.is_mine(data) and session.allows("view") and session.admits(who):
            act(who, data)

    return handle


def _control(event: str, session: Session, controls: Controls) -> Callable[[Data], Awaitable[None]]:
    async def handle(data: Data) -> None:
        who = raw(data, "from", limit=128)
        if session.is_mine(data) and session.admits(who):
            controls.event(who, event, data)

    return handle


def _switch(session: Session, seat: Seating) -> Callable[[Data], Awaitable[None]]:
    async def handle(data: Data) -> None:
        if session.is_mine(data) and session.allows("view") and session.viewers.switch(data.get("monitorIndex")):
            await seat.capabilities()

    return handle


async def _refused(data: Data) -> None:
    log.warning("the server refused %s: %s", printable(data.get("event"), limit=40), printable(data.get("error")))
