"""What a customer gets for a support code: contract 002's installer."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

from connectassist.core import foreign
from connectassist.core.errors import InvalidSupportCode, RateLimited
from connectassist.features.packages import guesses, platforms, service, stamping
from connectassist.features.packages.models import Package
from connectassist.features.sessions import queries as sessions
from connectassist.features.support_codes import queries as codes
from connectassist.features.support_codes.rows import customer_data
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.support_codes.models import SupportCode


def for_code(given: Any, *, by: Principal, wanted: str | None, agent: str, server_url: str) -> dict[str, Any]:
    """The package for a typed code. Raises InvalidSupportCode, RateLimited, PayloadMissing."""
    return _for(service.code_typed(given, by=by), by=by, wanted=wanted, agent=agent, server_url=server_url)


def for_browser(session_id: str | None, *, by: Principal, wanted: str | None, agent: str, server_url: str,
                ) -> dict[str, Any]:
    """The package of the code that opened a session in a browser, for whoever has shown that browser's secret.
    Raises InvalidSupportCode, also when the code has ended meanwhile, and PayloadMissing."""
    session = sessions.find_live(session_id)
    code = codes.by_row(session.support_code_id) if session else None
    if code is None or not codes.is_standing(code.id):
        raise InvalidSupportCode()
    return _for(code, by=by, wanted=wanted, agent=agent, server_url=server_url)


def _for(code: SupportCode, *, by: Principal, wanted: str | None, agent: str, server_url: str) -> dict[str, Any]:
    platform = platforms.choose(wanted, agent=agent)
    payload = platforms.payload_of(platform)
    package = service.order(code, payload=payload, by=by, server_url=server_url)
    return _answer(package, code, platform, size=stamping.stamped(package, payload=payload).size)


def validate(given: str, *, by: Principal) -> str:
    """A typed code's digits, if it is good. Raises InvalidSupportCode, RateLimited."""
    try:
        return service.code_typed(given, by=by).code
    except InvalidSupportCode:
        raise InvalidSupportCode(valid=False) from None


def name_in(info: Any) -> str:
    """The customer's name in what 002's first pages send: an object, a text or nothing."""
    found = info.get("name") or info.get("customer_name") if isinstance(info, dict) else info
    return (foreign.text(found, 120).strip() if isinstance(found, str) else "") or "Customer"


def how_to_use(code: str, *, server_url: str) -> str:
    """What a technician reads out."""
    return f"Please open {server_url} and type the code {code[:3]} {code[3:]}."


def configuration(answer: dict[str, Any], *, server_url: str) -> dict[str, Any]:
    """The same answer as 002's first generation of pages reads it."""
    device_id = answer["customer_info"]["device_id"]
    return {**answer, "device_id": device_id, "configuration": {
        "server": server_url, "device_id": device_id, "support_code": answer["support_code"]}}


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
        typed = guesses.digits(given)
        with guesses.counted(by):
            service.track(typed, by=by)
