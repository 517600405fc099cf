"""Packages: ordered with a code, counted when downloaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from sqlalchemy import update

from builder.payloads import PLATFORMS, Payload
from builder.stamp import StampedPackage
from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import BadRequest, NotFound
from connectassist.features.packages import guesses, platforms, queries, stamping
from connectassist.features.packages.models import Package
from connectassist.features.support_codes import queries as code_queries
from connectassist.features.support_codes import service as codes
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.retention import Rule

if TYPE_CHECKING:
    from connectassist.features.support_codes.models import SupportCode

LONGEST_URL = 300


def code_typed(given: Any, *, by: Principal) -> SupportCode:
    """The live code that a customer typed; a wrong one costs. Raises InvalidSupportCode, RateLimited."""
    typed = guesses.digits(given)
    with guesses.counted(by):
        return code_queries.with_digits(typed)


def url_of(package: Package) -> str:
    """Where the package is downloaded."""
    return f"/downloads/{file_name(package)}"


def file_name(package: Package) -> str:
    return f"ConnectAssist-{package.device_id}.zip"


def prepare_usual(code: SupportCode, *, by: Principal, server_url: str) -> str | None:
    """Make a new code's package for the most usual platform. Returns its address, None when nothing can be stamped."""
    platform = platforms.usual()
    if platform is None:
        return None
    package = _ordered(code, payload=platforms.payload_of(platform), by=by, server_url=server_url, counts=False)
    db.session.commit()
    return url_of(package)


def order(code: SupportCode, *, payload: Payload, by: Principal, server_url: str) -> Package:
    """The package a customer gets: the one that waits to be started, else a new one.
    Raises InvalidSupportCode when the code has ended or is used up."""
    package = _ordered(code, payload=payload, by=by, server_url=server_url, counts=True)
    db.session.commit()
    return package


def _ordered(code: SupportCode, *, payload: Payload, by: Principal, server_url: str, counts: bool) -> Package:
    if len(server_url) > LONGEST_URL or not urlsplit(server_url).hostname:
        raise BadRequest("The Host header isn't an address that a helper could connect to")
    codes.hold(code.id)
    package = queries.waiting(code.id, payload=payload, server_url=server_url)
    if package is not None:
        return package
    if counts:
        codes.spend_use(code.id)
    package = Package(device_id=_new_device_id(code), support_code_id=code.id, client_id=code.client_id,
                      platform=payload.platform, payload_sha256=payload.zip_sha256, server_url=server_url,
                      expires_at=code.expires_at)
    db.session.add(package)
    audit.record(by, "package.create", f"Package {package.device_id} made for {payload.platform}",
                 client_id=code.client_id, device_id=package.device_id, code=code.code)
    return package


def _new_device_id(code: SupportCode) -> str:
    """`SUPP-<code>-<epoch seconds>`; the seconds run ahead while packages are made faster than they pass."""
    epoch = int(clock.now().timestamp())
    while queries.is_taken(f"SUPP-{code.code}-{epoch}"):
        epoch += 1
    return f"SUPP-{code.code}-{epoch}"


def repin(package: Package, payload: Payload) -> bool:
    """Note that the payload was built anew since; what was downloaded in part can't go on then."""
    if package.payload_sha256 == payload.zip_sha256:
        return False
    package.payload_sha256 = payload.zip_sha256
    db.session.commit()
    return True


def count_download(package: Package, *, by: Principal) -> None:
    """Count and record one whole download."""
    db.session.execute(update(Package).where(Package.id == package.id).values(downloads=Package.downloads + 1))
    if package.support_code_id:
        codes.count_download(package.support_code_id)
    audit.record(by, "package.download", f"Package {package.device_id} downloaded", client_id=package.client_id,
                 device_id=package.device_id)
    db.session.commit()
    code = code_queries.by_row(package.support_code_id)
    if code is not None:
        announce.support_code(code.client_id, code.code, status="active", downloads=code.downloads)


def track(typed: str, *, by: Principal) -> None:
    """Record that a customer's page started a download, once for each package and address.
    Raises InvalidSupportCode."""
    code = code_queries.with_digits(typed)
    package = queries.newest_of(code.id)
    if package is not None and not queries.was_tracked(package.device_id, by.address):
        audit.record(by, "download.track", f"The portal started the download of {package.device_id}",
                     client_id=code.client_id, device_id=package.device_id)
        db.session.commit()


def renewed(device_id: str | None) -> StampedPackage:
    """A device's own package with the newest payload of its platform: what its helper updates itself with.
    Raises NotFound."""
    package = queries.redeemed_by(device_id)
    if package is None or package.platform not in PLATFORMS:
        raise NotFound("There is no update for this device")
    return stamping.stamped(package, payload=platforms.payload_of(platforms.of_build(package.platform)))


prune = Rule("packages whose time is over", "code_days", Package.id, queries.forgotten)
prune_codes = Rule("support codes that ended", "code_days", code_queries.ROW_ID, queries.forgotten_codes,
                   remove=codes.forget)
