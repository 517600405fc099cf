"""From a package's row to its bytes: the order that builder.stamp gets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from builder import readme
from builder.manifest import Signer
from builder.payloads import Payload
from builder.stamp import Order, StampedPackage, stamp
from connectassist.core import clock, jobs
from connectassist.features.clients import queries as clients
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package
from connectassist.features.support_codes import queries as codes
from connectassist.http.context import vault

if TYPE_CHECKING:
    from connectassist.features.support_codes.models import SupportCode

PRODUCT = "ConnectAssist"


def stamped(package: Package, *, payload: Payload) -> StampedPackage:
    """The package's ZIP: byte for byte the same as long as its row and its payload are."""
    code = codes.by_row(package.support_code_id)
    order = Order(device_id=package.device_id, settings=_settings(package, code), created_at=package.created_at,
                  readme=readme.write(_letter(package, code)))
    return jobs.run_blocking(stamp, order, payload=payload, signer=Signer(vault().signing_key()))


def _settings(package: Package, code: SupportCode | None) -> dict[str, Any]:
    """appsettings.json, as docs/helper-protocol.md §1 lays it out."""
    return {
        "Server": {"Url": package.server_url},
        "Enrollment": {"Token": tokens.token_of(package), "ExpiresAt": clock.iso(package.expires_at)},
        "Database": {"Path": "connectassist.db"},
        "Monitoring": {"IntervalMinutes": 5},
        "Device": {"Id": package.device_id, "CustomerName": code.customer_name if code else ""},
        "Client": {"Name": clients.name_of(package.client_id)},
        "Support": {"TechnicianName": code.technician_name if code else "", "Code": code.code if code else "",
                    "AllowUnattended": False},
        "Branding": {"Product": PRODUCT},
    }


def _letter(package: Package, code: SupportCode | None) -> readme.Letter:
    return readme.Letter(
        platform=package.platform, customer=code.customer_name if code else "",
        technician=code.technician_name if code else "", product=PRODUCT, server_url=package.server_url,
        expires_at=package.expires_at.strftime("%Y-%m-%d %H:%M UTC"))
