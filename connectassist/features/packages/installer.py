"""What a customer gets for a support code: contract 002's installer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from connectassist.core import ids
from connectassist.core.errors import InvalidSupportCode, RateLimited
from connectassist.features.packages import guesses, platforms, service, stamping
from connectassist.features.packages.models import Package
from connectassist.features.support_codes import queries as codes
from connectassist.features.support_codes.rows import customer_data
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.support_codes.models import SupportCode


def for_code(given: Any, *, by: Principal, wanted: str | None, agent: str, server_url: str) -> dict[str, Any]:
    """The package for a typed code. Raises InvalidSupportCode, RateLimited, PayloadMissing."""
    typed = _digits(given)
    with guesses.counted(by):
        code = codes.with_digits(typed)
    platform = platforms.choose(wanted, agent=agent)
    payload = platforms.payload_of(platform)
    package = service.order(code, payload=payload, by=by, server_url=server_url)
    return _answer(package, code, platform, size=stamping.stamped(package, payload=payload).size)


def _digits(given: Any) -> str:
    """What was typed, as six digits; a number lost its leading zeros on the way. Anything else is no guess
    and costs nothing. Raises InvalidSupportCode."""
    is_number = isinstance(given, int) and not isinstance(given, bool)
    text = f"{given:06d}" if is_number else ids.clean_support_code(given) if isinstance(given, str) else ""
    if not ids.SUPPORT_CODE.fullmatch(text):
        raise InvalidSupportCode()
    return text


def _answer(package: Package, code: SupportCode, platform: platforms.Platform, *, size: int) -> dict[str, Any]:
    return {
        "success": True, "download_url": service.url_of(package), "file_name": service.file_name(package),
        "size": size, "expires_at": package.expires_at, "instructions": platform.instructions,
        "customer_info": {"customer_name": code.customer_name, "device_id": package.device_id},
        "customer_data": customer_data(code), "technician_name": code.technician_name, "support_code": code.code,
        "platform": platform.key, "platforms": platforms.choices(),
    }


def track(given: Any, *, by: Principal) -> None:
    """Note that a download was started. A wrong code costs as a guess does, and nobody is told that it was wrong."""
    with suppress(InvalidSupportCode, RateLimited):
        typed = _digits(given)
        with guesses.counted(by):
            service.track(typed, by=by)
