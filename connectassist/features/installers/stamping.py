"""From an enrollment token to the bytes of an installer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builder import readme
from builder.manifest import Signer
from builder.payloads import Payload
from builder.stamp import Order, StampedPackage, stamp
from connectassist.core import clock, jobs
from connectassist.http.context import vault

if TYPE_CHECKING:
    from connectassist.features.enrollment.models import EnrollmentToken

PRODUCT = "ConnectAssist"


def stamped(record: EnrollmentToken, token: str, *, payload: Payload, server_url: str) -> StampedPackage:
    """The installer's ZIP: byte for byte the same as long as its record and its payload are. It names no device: the
    program makes an id of its own on each computer. An update of such a program holds no token."""
    letter = readme.write(_letter(record, payload, server_url))
    order = Order(device_id=f"INSTALLER-{record.client_id}", created_at=record.created_at, readme=letter,
                  settings=_settings(record, token, server_url))
    return jobs.run_blocking(stamp, order, payload=payload, signer=Signer(vault().signing_key()))


def _settings(record: EnrollmentToken, token: str, server_url: str) -> dict[str, Any]:
    """appsettings.json as contract 000's agents read it, with our own sections (docs/helper-protocol.md §1)."""
    return {
        "Server": {"Url": server_url},
        "Enrollment": {"Token": token, "ExpiresAt": clock.iso(record.expires_at)},
        "Database": {"Path": "connectassist.db"},
        "Monitoring": {"IntervalMinutes": 5},
        "Fleet": {"Enabled": True},
        "Client": {"Name": record.client.name},
        "Support": {"AllowUnattended": record.allow_unattended},
        "Branding": {"Product": PRODUCT},
    }


def _letter(record: EnrollmentToken, payload: Payload, server_url: str) -> readme.Letter:
    return readme.Letter(
        platform=payload.platform, product=PRODUCT, server_url=server_url, folder=payload.folder,
        client=record.client.name, unattended=record.allow_unattended,
        expires_at=record.expires_at.strftime("%Y-%m-%d %H:%M UTC"))
