"""Cases: written from a session, mended, deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import Conflict, SessionNotFound
from connectassist.features.cases import queries, record
from connectassist.features.cases.models import CLOSED, DELETED, Case
from connectassist.features.sessions import queries as sessions
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

TRIES = 50
#: Called with a case that was written, changed or deleted, and by whom, once that is committed.
on_written: list[Callable[[Case, Principal], None]] = []
TEXTS = ("title", "problem_description", "work_done", "recommendations")


def draft(session_id: str, *, by: Principal) -> dict[str, Any]:
    """What a new case of a session would begin with. Raises SessionNotFound."""
    return record.draft(sessions.visible_to(by, session_id), technician=by.name)


def create(session_id: str, *, by: Principal, **written: Any) -> Case:
    """Write the case of a session; the session's record is frozen into it. Raises SessionNotFound."""
    for _ in range(TRIES):
        session = sessions.visible_to(by, session_id)
        case = Case(number=queries.next_number(), **_frozen(session, by), **{"status": CLOSED, **written})
        db.session.add(case)
        audit.record(by, "case.create", f"Case {case.number} written", client_id=session.client_id,
                     device_id=session.device_id, session_id=session_id)
        try:
            db.session.commit()
        except IntegrityError:  # somebody else took the number in the same moment
            db.session.rollback()
            continue
        _tell(case, by)
        return case
    raise Conflict("Too many cases are being written at once. Try again")


def _frozen(session: Session, by: Principal) -> dict[str, Any]:
    told = record.of(session, technician=by.name)
    return {"session_id": session.session_id, "device_id": session.device_id, "client_id": session.client_id,
            "customer_name": session.customer_name, "technician_id": session.technician_id or by.user_id,
            "machine_name": session.machine_name or told["device"]["hostname"],
            "technician_name": told["technician"]["name"], "record": told,
            "remote_viewing_seconds": told["viewingSeconds"]}


def amend(case_id: str, *, by: Principal, **changes: Any) -> Case:
    """Change what was written. Raises CaseNotFound."""
    case = queries.visible_to(by, case_id)
    _change(case, by, changes)
    return case


def write_for_session(session_id: str, *, by: Principal, status: str, **changes: Any) -> Case:
    """The session's one case, made or changed: how contract 001's session page writes it. Raises SessionNotFound."""
    sessions.visible_to(by, session_id)
    case = queries.newest_of_session(session_id)
    if case is None:
        return create(session_id, by=by, status=status, **changes)
    _change(case, by, {"status": status, **changes})
    return case


def _change(case: Case, by: Principal, changes: dict[str, Any]) -> None:
    for name, value in changes.items():
        setattr(case, name, value)
    case.updated_at = clock.now()
    if not case.record.get("endedAt"):
        _freeze_again(case, by)
    audit.record(by, "case.update", f"Case {case.number} changed", client_id=case.client_id,
                 device_id=case.device_id, session_id=case.session_id, fields=sorted(changes))
    db.session.commit()
    _tell(case, by)


def _freeze_again(case: Case, by: Principal) -> None:
    """The session went on after the case was begun: take over what has happened since."""
    try:
        session = sessions.visible_to(by, case.session_id)
    except SessionNotFound:
        return
    case.record = record.of(session, technician=case.technician_name)
    case.remote_viewing_seconds = max(case.remote_viewing_seconds, case.record["viewingSeconds"])


def delete(case_id: str, *, by: Principal) -> None:
    """Delete a case: nothing of it stays but its number. Raises CaseNotFound."""
    case = queries.visible_to(by, case_id)
    audit.record(by, "case.delete", f"Case {case.number} deleted", client_id=case.client_id,
                 device_id=case.device_id, session_id=case.session_id)
    case.status, case.record, case.customer_name, case.machine_name = DELETED, {}, None, None
    for name in TEXTS:
        setattr(case, name, "")
    db.session.commit()
    _tell(case, by)


def _tell(case: Case, by: Principal) -> None:
    for hook in on_written:
        hook(case, by)


def note_export(case: Case, *, by: Principal) -> None:
    """Audit that a case is handed out as a PDF."""
    audit.record(by, "case.export", f"Case {case.number} exported as PDF", client_id=case.client_id,
                 device_id=case.device_id, session_id=case.session_id)
    db.session.commit()
