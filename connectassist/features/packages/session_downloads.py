"""Handing a session's package out, as contract 001 names it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Response

from builder.errors import PayloadBroken
from builder.errors import PayloadMissing as NoPayload
from connectassist.core.errors import NotFound, PayloadMissing, SessionNotFound
from connectassist.features.packages import offers, service, session_packages, stamping
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.features.templates import queries as stock
from connectassist.http import sending
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

_TYPES = {"exe": "application/x-msdownload", "dmg": "application/x-apple-diskimage"}


def session(session_id: str, *, by: Principal) -> Session:
    """The live session that somebody with its id means; staff only in their scope. One that a code opened in a browser
    is entered by that code, or from that browser, alone: its package would let a helper in. Raises SessionNotFound."""
    if by.is_staff:
        sessions.visible_to(by, session_id)
    found = sessions.live(session_id)
    if not by.is_staff and session_service.is_of_code(found):
        raise SessionNotFound()
    return found


def hand_out(session_id: str, kind: str, asked_os: str, *, by: Principal, agent: str, server_url: str) -> Response:
    """The download. Raises SessionNotFound, NotFound, BadRequest, RateLimited, PayloadMissing."""
    found = session(session_id, by=by)
    if kind in _TYPES:
        return _installer(found, kind)
    if kind != "zip":
        raise NotFound("There is no such package")
    return _zip(found, offers.system_of(asked_os, agent=agent), asked_os, by=by, server_url=server_url)


def _installer(session: Session, kind: str) -> Response:
    """The uploaded installer, untouched. Its name is what contract 001's helper finds its session by when the
    placeholder inside is empty."""
    found = stock.template(kind)
    if found is None:
        raise NotFound("This kind of package isn't available here")
    response = sending.answer(found, name="", media_type=_TYPES[kind], by_proxy=True)
    return _named(response, f"support-{session.session_id}.{kind}")


def _zip(session: Session, system: offers.System, asked_os: str, *, by: Principal, server_url: str) -> Response:
    try:
        payload = offers.payload_for(system)
    except (NoPayload, PayloadBroken):
        raise PayloadMissing() from None
    package = session_packages.for_session(session, payload=payload, by=by, server_url=server_url)
    response = sending.answer(stamping.stamped(package, payload=payload), name="", media_type="application/zip",
                              by_proxy=True)
    if sending.starts_anew(response):
        service.count_download(package, by=by)
    return _named(response, f"support-helper-{session.session_id}{f'-{system.key}' if asked_os else ''}.zip")


def _named(response: Response, name: str) -> Response:
    """Both forms of the name: old browsers read the first, contract 001 shows both. Names here are plain."""
    response.headers["Content-Disposition"] = f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    return response
