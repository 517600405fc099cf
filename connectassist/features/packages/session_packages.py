"""Packages for a session instead of a code: the links that a technician sends (contract 001)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from builder.payloads import Payload
from connectassist.core import audit, clock, ids
from connectassist.core.db import db
from connectassist.core.errors import BadRequest, RateLimited
from connectassist.features.packages import queries
from connectassist.features.packages.models import Package
from connectassist.features.sessions import service as sessions
from connectassist.features.short_links import service as short_links
from connectassist.identity.principal import Principal
from connectassist.realtime import announce

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

LIFE = timedelta(days=20)
LONGEST_URL = 300
MOST_OF_SESSION = 50


def generate(*, by: Principal, server_url: str) -> dict[str, Any]:
    """A session of 20 days, and the links that a technician sends to the customer. Raises BadRequest."""
    _refuse_odd(server_url)
    session = sessions.create(by=by, life=LIFE)
    page, download = f"/support/{session.session_id}", f"/api/packages/download/{session.session_id}"
    short_page, short_download = (short_links.make(path, expires_at=session.expires_at) for path in (page, download))
    audit.record(by, "package.generate", f"Links to session {session.session_id} made", client_id=session.client_id,
                 session_id=session.session_id)
    db.session.commit()
    links = {"downloadUrl": server_url + download, "shortDownloadUrl": f"{server_url}/{short_download}",
             "shortLink": f"{server_url}/{short_page}"}
    announce.session_updated(session.client_id, session.session_id, link=server_url + page, **links)
    return {"success": True, "sessionId": session.session_id, "expiresAt": session.expires_at,
            "directLink": server_url + page, **links}


def for_session(session: Session, *, payload: Payload, by: Principal, server_url: str) -> Package:
    """The package of a session: the one that waits to be started, else a new one. Raises BadRequest, RateLimited."""
    _refuse_odd(server_url)
    package = queries.waiting_of_session(session.session_id, payload=payload, server_url=server_url)
    if package is not None:
        return package
    if queries.count_of_session(session.session_id) >= MOST_OF_SESSION:
        raise RateLimited("This link was used too often. Ask your technician for a new one")
    package = Package(device_id=f"SESS-{int(clock.now().timestamp())}-{ids.short_code()}",
                      session_id=session.session_id, client_id=session.client_id, platform=payload.platform,
                      payload_sha256=payload.zip_sha256, server_url=server_url, expires_at=session.expires_at)
    db.session.add(package)
    audit.record(by, "package.create", f"Package {package.device_id} made for {payload.platform}",
                 client_id=session.client_id, device_id=package.device_id, session_id=session.session_id)
    db.session.commit()
    return package


def _refuse_odd(server_url: str) -> None:
    if len(server_url) > LONGEST_URL or not urlsplit(server_url).hostname:
        raise BadRequest("The Host header isn't an address that a helper could connect to")
