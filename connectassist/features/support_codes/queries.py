"""Reads of support codes. A live code is neither retired, expired nor used up."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Select, func, select

from connectassist.core import clock, ids
from connectassist.core.db import db
from connectassist.core.errors import InvalidSupportCode, NotFound
from connectassist.features.support_codes.models import SupportCode
from connectassist.identity.principal import Principal

ROW_ID = SupportCode.id
MOST_USES = 20
"""How many packages customers can have made with one code."""


def by_row(row_id: int | None) -> SupportCode | None:
    """A support code by its row's id."""
    return db.session.get(SupportCode, row_id) if row_id else None


def is_standing(row_id: int | None) -> bool:
    """May what was made with this code still be used? True also for what no code was needed for."""
    code = by_row(row_id)
    return row_id is None or (code is not None and code.retired_at is None and code.expires_at > clock.now())


def ended_before(days: int) -> Select[tuple[int]]:
    """The rows' ids of codes that ended more than so many days ago, oldest first."""
    return select(SupportCode.id).where(SupportCode.expires_at < clock.now() - timedelta(days=days)).order_by(
        SupportCode.expires_at)


def with_digits(typed: str) -> SupportCode:
    """The live code that a customer typed; the digits are the caller's capability. Raises InvalidSupportCode,
    after one and the same look-up whatever is wrong with the code."""
    wanted = select(SupportCode).where(SupportCode.code == typed, *active(clock.now()), SupportCode.uses <= MOST_USES)
    found = db.session.scalar(wanted) if ids.SUPPORT_CODE.fullmatch(typed) else None
    if found is None:
        raise InvalidSupportCode()
    return found


def visible_to(by: Principal, typed: str) -> SupportCode:
    """An active code in the caller's scope. Raises NotFound."""
    digits = ids.clean_support_code(typed)
    wanted = _scoped(by).where(SupportCode.code == digits)
    found = db.session.scalar(wanted) if ids.SUPPORT_CODE.fullmatch(digits) else None
    if found is None:
        raise NotFound("There is no such active support code")
    return found


def page(by: Principal, *, limit: int = 100, offset: int = 0) -> tuple[list[SupportCode], int]:
    """Active codes in scope, newest first, and how many there are."""
    newest = _scoped(by).order_by(SupportCode.created_at.desc(), SupportCode.id.desc())
    return list(db.session.scalars(newest.limit(limit).offset(offset))), count_active(by)


def active_among(by: Principal, row_ids: list[int]) -> list[SupportCode]:
    """Which of these codes, by their rows' ids, are active and in scope, newest first."""
    wanted = _scoped(by).where(SupportCode.id.in_(row_ids)).order_by(SupportCode.id.desc())
    return list(db.session.scalars(wanted)) if row_ids else []


def count_active(by: Principal) -> int:
    """How many codes in scope are active."""
    return db.session.scalar(select(func.count()).select_from(_scoped(by).subquery())) or 0


def active(moment: datetime) -> tuple[ColumnElement[bool], ...]:
    """What makes a code active at a moment."""
    return SupportCode.retired_at.is_(None), SupportCode.expires_at > moment


def _scoped(by: Principal) -> Select[tuple[SupportCode]]:
    wanted = select(SupportCode).where(*active(clock.now()))
    if by.client_ids is not None:
        wanted = wanted.where(SupportCode.client_id.in_(by.client_ids))
    return wanted
