"""The record of a session as a case keeps it: plain JSON, so that it outlives the session."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.cases import words
from connectassist.features.chat import queries as chat
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as devices
from connectassist.features.files import queries as files
from connectassist.features.recordings import queries as recordings
from connectassist.features.recordings.rows import record_line
from connectassist.features.sessions import queries as sessions

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session, SessionEvent

UNNAMED_CLIENT = "Default"


def of(session: Session, *, technician: str) -> dict[str, Any]:
    """Everything that a case tells of a session; `technician` is named where the session names none."""
    events = sessions.timeline(session.session_id)
    return {
        "customer": {"name": session.customer_name, "client": _client(session)},
        "device": _device(session),
        "technician": {"name": session.technician_name or technician},
        "technicians": _technicians(events),
        "startedAt": clock.iso(session.connected_at or session.created_at), "endedAt": clock.iso(session.ended_at),
        "viewingSeconds": viewing_seconds(session),
        "consents": [_consent(e) for e in events if e.kind in words.CONSENTS],
        "timeline": [_line(e) for e in events],
        "chat": [{"at": clock.iso(m.at), "sender": m.sender, "role": m.role, "text": m.text, "message": m.text}
                 for m in chat.messages(session.session_id)],
        "files": [{"at": clock.iso(f.uploaded_at), "name": f.original_name, "size": f.size, "direction": f.direction}
                  for f in reversed(files.of_session(session.session_id, with_expired=True))],
        "recordings": [record_line(each) for each in recordings.of_session(session.session_id)],
    }


def draft(session: Session, *, technician: str) -> dict[str, Any]:
    """The record, and what a new case of the session could begin with."""
    told = of(session, technician=technician)
    reasons = [each["reason"] for each in told["consents"] if each["event"] == "requested" and each["reason"]]
    about = session.customer_name or session.machine_name
    return {"sessionId": session.session_id, "deviceId": session.device_id, **told,
            "title": f"Remote support for {about}"[:200] if about else "", "problemDescription": "\n".join(reasons[:1])}


def viewing_seconds(session: Session) -> int:
    """How long the screen was watched, up to now."""
    return session.viewing_seconds + clock.seconds_between(session.viewing_since, clock.now())


def _client(session: Session) -> str | None:
    name = clients.name_of(session.client_id)
    return name if name != UNNAMED_CLIENT else None


def _device(session: Session) -> dict[str, Any]:
    """The machine as its helper described it, else as the list of devices knows it."""
    info, known = session.client_info or {}, devices.by_id(session.device_id) if session.device_id else None
    told = {name: info.get(name) or getattr(known, name, None) for name in ("hostname", "os", "arch", "username")}
    return {"id": session.device_id, "name": session.machine_name, **told,
            "ip": info.get("ip") or getattr(known, "last_ip", None)}


def _technicians(events: list[SessionEvent]) -> list[dict[str, Any]]:
    """Who was there from when to when; several pages of one person are one stay."""
    stays: list[dict[str, Any]] = []
    pages: Counter[str] = Counter()
    for event in events:
        pages[event.who] += {"technician_joined": 1, "technician_left": -1}.get(event.kind, 0)
        if event.kind == "technician_joined" and pages[event.who] == 1:
            stays.append({"name": event.who, "joinedAt": clock.iso(event.at), "leftAt": None})
        for stay in stays:
            has_left = event.kind == "technician_left" and stay["name"] == event.who and pages[event.who] < 1
            if stay["leftAt"] is None and (has_left or event.kind == "ended"):
                stay["leftAt"] = clock.iso(event.at)
    return stays


def _line(event: SessionEvent) -> dict[str, Any]:
    said = words.sentence(event)
    return {"at": clock.iso(event.at), "what": said, "text": said, "kind": event.kind, "who": event.who,
            "rights": event.rights}


def _consent(event: SessionEvent) -> dict[str, Any]:
    asks, given = event.kind == "consent_asked", event.kind == "consent_given"
    by = event.who if asks else "Server" if event.who == "server" else "Customer"
    return {"at": clock.iso(event.at), "event": words.CONSENTS[event.kind], "rights": event.rights, "by": by,
            "reason": event.text if not given or event.text == words.UNATTENDED else "", "what": words.sentence(event)}
