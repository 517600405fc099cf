"""Reads of cases, always within the caller's scope."""

from __future__ import annotations

import re

from sqlalchemy import Select, String, cast, func, or_, select

from connectassist.core.db import contains, db
from connectassist.core.errors import CaseNotFound
from connectassist.features.cases.models import DELETED, Case
from connectassist.identity.principal import Principal

_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def visible_to(by: Principal, case_id: str) -> Case:
    """A case in the caller's scope. Raises CaseNotFound."""
    found = db.session.scalar(_scoped(by).where(Case.id == case_id)) if _UUID.fullmatch(case_id) else None
    if found is None:
        raise CaseNotFound()
    return found


def page(by: Principal, *, q: str = "", status: str = "", device_id: str = "", limit: int = 200,
         offset: int = 0) -> list[Case]:
    """Cases in scope, newest first. `q` looks through names, session ids, numbers, titles and descriptions."""
    wanted = _scoped(by)
    if q:
        wanted = wanted.where(or_(*(contains(column, q) for column in (
            Case.customer_name, Case.machine_name, Case.technician_name, Case.session_id, Case.title,
            Case.problem_description, cast(Case.number, String)))))
    if status:
        wanted = wanted.where(Case.status == status)
    if device_id:
        wanted = wanted.where(Case.device_id == device_id)
    return list(db.session.scalars(wanted.order_by(Case.number.desc()).limit(limit).offset(offset)))


def newest_of_session(session_id: str) -> Case | None:
    """The case that was written last about a session. The caller has checked the session's scope."""
    return db.session.scalar(select(Case).where(Case.session_id == session_id, Case.status != DELETED)
                             .order_by(Case.number.desc()).limit(1))


def among(by: Principal, case_ids: list[str]) -> list[Case]:
    """Which of these cases are in scope, newest first."""
    wanted = _scoped(by).where(Case.id.in_(case_ids)).order_by(Case.number.desc())
    return list(db.session.scalars(wanted)) if case_ids else []


def next_number() -> int:
    """The number after the highest; deleted cases keep theirs, as their PDFs may be in someone's hands."""
    return (db.session.scalar(select(func.max(Case.number))) or 0) + 1


def _scoped(by: Principal) -> Select[tuple[Case]]:
    wanted = select(Case).where(Case.status != DELETED)
    if by.client_ids is not None:
        wanted = wanted.where(Case.client_id.in_(by.client_ids))
    return wanted
