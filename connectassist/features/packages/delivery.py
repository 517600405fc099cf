"""Handing a package out: found by its device id, stamped, counted."""

from __future__ import annotations

from builder.stamp import StampedPackage
from connectassist.core.errors import NotFound
from connectassist.features.packages import guesses, platforms, queries, service, stamping
from connectassist.features.packages.models import Package
from connectassist.identity.principal import Principal

ADVICE = "Type your support code again on the start page, or ask your technician for a new one."


def find(device_id: str | None, *, by: Principal) -> Package:
    """The package for a device id. A wrong one costs like a wrong code. Raises NotFound, RateLimited."""
    if device_id is None:
        raise NotFound()
    with guesses.counted(by):
        package = queries.by_device_id(device_id)
        if package is None:
            raise NotFound("This download is not there, or not any more", detail=ADVICE)
        return package


def stamped(package: Package) -> tuple[StampedPackage, bool]:
    """The package's bytes, and whether they are still those of earlier downloads. Raises PayloadMissing."""
    payload = platforms.payload_of(platforms.of_build(package.platform))
    may_resume = not service.repin(package, payload)
    return stamping.stamped(package, payload=payload), may_resume
