"""From a package's row to its bytes: the order that builder.stamp gets."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from builder import readme
from builder.manifest import Signer
from builder.payloads import Payload
from builder.stamp import Order, StampedPackage, stamp
from connectassist.core import clock, jobs
from connectassist.features.clients import queries as clients
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.http.context import settings, vault

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

PRODUCT = "ConnectAssist"


class People(NamedTuple):
    """Who a package is for and from, and the code that was typed for it."""

    customer: str
    technician: str
    code: str


def stamped(package: Package, *, payload: Payload) -> StampedPackage:
    """The package's ZIP: byte for byte the same as long as its row and its payload are."""
    session = sessions.find(package.session_id) if package.session_id else None
    people = _people(package, session)
    order = Order(device_id=package.device_id, settings=_settings(package, people), created_at=package.created_at,
                  readme=readme.write(_letter(package, payload, people)), extras=_extras(package, session))
    return jobs.run_blocking(stamp, order, payload=payload, signer=Signer(vault().signing_key()))


def _people(package: Package, session: Session | None) -> People:
    code = codes.by_row(package.support_code_id)
    if code is not None:
        return People(code.customer_name, code.technician_name, code.code)
    return People((session and session.customer_name) or "", session.technician_name if session else "", "")


def _settings(package: Package, people: People) -> dict[str, Any]:
    """appsettings.json, as docs/helper-protocol.md §1 lays it out."""
    told = {
        "Server": {"Url": package.server_url},
        "Enrollment": {"Token": tokens.token_of(package), "ExpiresAt": clock.iso(package.expires_at)},
        "Database": {"Path": "connectassist.db"},
        "Monitoring": {"IntervalMinutes": 5},
        "Device": {"Id": package.device_id, "CustomerName": people.customer},
        "Client": {"Name": clients.name_of(package.client_id)},
        "Support": {"TechnicianName": people.technician, "Code": people.code, "AllowUnattended": False},
        "Branding": {"Product": PRODUCT},
    }
    return told | ({"Session": {"Id": package.session_id}} if package.session_id else {})


def _extras(package: Package, session: Session | None) -> dict[str, bytes]:
    """config.json, which contract 001's own programs read, for the package of a session."""
    if session is None:
        return {}
    config = {"sessionId": package.session_id, "server": package.server_url,
              "httpFallback": f"http://{urlsplit(package.server_url).netloc}",
              "port": settings().vnc_listen_port or None, "technicianId": session.technician_id,
              "createdAt": clock.iso(package.created_at)}
    return {"config.json": json.dumps(config, indent=2).encode() + b"\n"}


def _letter(package: Package, payload: Payload, people: People) -> readme.Letter:
    return readme.Letter(
        platform=payload.platform, customer=people.customer, technician=people.technician, product=PRODUCT,
        server_url=package.server_url, expires_at=package.expires_at.strftime("%Y-%m-%d %H:%M UTC"))
