"""Support codes: made, used, deactivated."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, ids
from connectassist.core.db import db
from connectassist.core.errors import InvalidSupportCode, Unavailable
from connectassist.features.clients import service as clients
from connectassist.features.support_codes import queries
from connectassist.features.support_codes.models import SupportCode
from connectassist.identity.principal import Principal
from connectassist.realtime import announce

DRAWS = 30


def create(*, by: Principal, customer_name: str, expires_hours: int, client_id: int | None = None,
           notes: str = "", customer_email: str = "", customer_phone: str = "") -> SupportCode:
    """Make a code for a customer. Raises NotFound for a client out of scope, Unavailable when no digits are free."""
    chosen, moment = clients.choose(by, client_id), clock.now()
    _free_expired_digits()
    code = SupportCode(
        client_id=chosen, technician_id=by.user_id, technician_name=by.name, customer_name=customer_name, notes=notes,
        customer_email=customer_email, customer_phone=customer_phone, created_at=moment,
        expires_at=moment + timedelta(hours=expires_hours))
    _add_with_free_digits(code)
    audit.record(by, "support_code.create", f"Support code {code.code} generated for {customer_name}",
                 client_id=chosen, code=code.code)
    db.session.commit()
    announce.support_code(chosen, code.code, status="active", downloads=0)
    return code


def _free_expired_digits() -> None:
    db.session.execute(update(SupportCode).where(
        SupportCode.retired_at.is_(None), SupportCode.expires_at <= clock.now()).values(retired_at=clock.now()))


def _add_with_free_digits(code: SupportCode) -> None:
    """Draw digits until the unique index takes them."""
    for _ in range(DRAWS):
        code.code = ids.support_code()
        try:
            with db.session.begin_nested():
                db.session.add(code)
            return
        except IntegrityError:
            continue
    db.session.rollback()
    raise Unavailable("All support codes are in use. Deactivate some first")


def deactivate(typed: str, *, by: Principal) -> SupportCode:
    """Take a code back: it, its packages and their unused tokens stop working. Raises NotFound."""
    code = queries.visible_to(by, typed)
    code.retired_at = clock.now()
    audit.record(by, "support_code.deactivate", f"Support code {code.code} deactivated", client_id=code.client_id,
                 code=code.code)
    db.session.commit()
    announce.support_code(code.client_id, code.code, status="inactive", downloads=code.downloads)
    return code


def hold(code_id: int) -> None:
    """Keep the code's row to this transaction, so that parallel orders with one code come one after the other.
    The caller commits. Raises InvalidSupportCode when the code has just ended."""
    _write(code_id, {"uses": SupportCode.uses}, *queries.active(clock.now()))


def spend_use(code_id: int) -> None:
    """Count one more package made with this code. The caller commits. Raises InvalidSupportCode when used up."""
    _write(code_id, {"uses": SupportCode.uses + 1}, SupportCode.uses < queries.MOST_USES)


def count_download(code_id: int) -> None:
    """Count a download. The caller commits."""
    _write(code_id, {"downloads": SupportCode.downloads + 1})


def _write(code_id: int, values: dict, *conditions: ColumnElement[bool]) -> None:
    changed = db.session.execute(update(SupportCode).where(SupportCode.id == code_id, *conditions).values(values))
    if changed.rowcount != 1:
        db.session.rollback()
        raise InvalidSupportCode()


def forget(row_ids: list[int]) -> None:
    """Delete codes that are over, by their rows' ids, and that no package was made with."""
    db.session.execute(delete(SupportCode).where(SupportCode.id.in_(row_ids)))
    db.session.commit()
