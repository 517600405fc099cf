"""The one-time enrollment token inside a package: the package's id and a tag that only this server can make.

Nothing secret is stored, so a package can be stamped again, byte for byte the same.
"""

from __future__ import annotations

from sqlalchemy import update

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import InvalidEnrollmentToken
from connectassist.core.vault import same
from connectassist.features.packages.models import Package
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.http.context import vault


def token_of(package: Package) -> str:
    """The token that the package's helper enrolls with."""
    return f"{package.id}.{_tag(package.id, package.device_id)}"


def _tag(package_id: int, device_id: str) -> str:
    return vault().mac("enrollment token", f"{package_id}:{device_id}")


def redeem(token: str, *, device_id: str) -> Package:
    """Use a token up, once, even under parallel calls. The caller commits. Raises InvalidEnrollmentToken."""
    number = token.partition(".")[0]
    package = db.session.get(Package, int(number)) if number.isdecimal() and len(number) < 12 else None
    if package is None or package.device_id != device_id or not same(token, token_of(package)):
        raise InvalidEnrollmentToken()
    if package.expires_at <= clock.now() or not codes.is_standing(package.support_code_id):
        raise InvalidEnrollmentToken()
    if package.session_id and sessions.find_live(package.session_id) is None:
        raise InvalidEnrollmentToken()
    won = db.session.execute(update(Package).where(Package.id == package.id, Package.redeemed_at.is_(None))
                             .values(redeemed_at=clock.now()))
    if won.rowcount != 1:
        raise InvalidEnrollmentToken()
    return package
