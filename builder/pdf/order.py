"""What a case PDF is made from: plain JSON, no objects of the server."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

PageSize = Literal["A4", "Letter"]
MAX_ORDER_BYTES = 16 * 1024 * 1024
PAGE_SIZES: tuple[PageSize, ...] = ("A4", "Letter")


class Branding(TypedDict, total=False):
    """`logo` is base64 of a PNG or SVG file, with or without a `data:` prefix; None draws our own."""

    product: str | None
    company: str | None
    logo: str | None


class CaseFacts(TypedDict, total=False):
    """The written record. `created_at`, as every time in an order, is ISO-8601 or Unix milliseconds."""

    number: str | int | None
    id: str | int | None
    title: str | None
    status: str | None
    created_at: str | int | None
    problem: str | None
    work_done: str | None
    recommendations: str | None


class Customer(TypedDict, total=False):
    name: str | None
    email: str | None
    phone: str | None
    client: str | None


class Device(TypedDict, total=False):
    id: str | None
    hostname: str | None
    os: str | None
    platform: str | None
    arch: str | None
    username: str | None
    ip: str | None


class Technician(TypedDict, total=False):
    name: str | None


class Session(TypedDict, total=False):
    id: str | None
    started_at: str | int | None
    ended_at: str | int | None
    viewing_seconds: float | None
    transport: str | None


class Times(TypedDict, total=False):
    """`total_seconds` is worked out from the others when it is missing."""

    phone_minutes: float | None
    whatsapp_minutes: float | None
    viewing_seconds: float | None
    total_seconds: float | None


class Consent(TypedDict, total=False):
    at: str | int | None
    event: str | None
    rights: list[str] | None
    by: str | None
    reason: str | None


class Moment(TypedDict, total=False):
    at: str | int | None
    what: str | None


class ChatLine(TypedDict, total=False):
    at: str | int | None
    sender: str | None
    role: str | None
    text: str | None


class File(TypedDict, total=False):
    name: str | None
    size: int | None
    direction: str | None
    at: str | int | None


class Recording(TypedDict, total=False):
    """A recording of the session: when it began, how long it is, by whom; `deleted` once its bytes are gone."""

    at: str | int | None
    seconds: int | None
    by: str | None
    state: str | None


class CaseOrder(TypedDict, total=False):
    """Everything that one case PDF shows. Any part may be missing; empty sections are left out."""

    branding: Branding
    case: CaseFacts
    customer: Customer
    device: Device
    technician: Technician
    session: Session
    times: Times
    consents: list[Consent]
    timeline: list[Moment]
    chat: list[ChatLine]
    files: list[File]
    recordings: list[Recording]
    timezone: str | None


def part(order: CaseOrder | dict[str, Any], name: str) -> dict[str, Any]:
    """Return a part of the order, or an empty one where it is missing or of the wrong kind."""
    value = order.get(name)
    return value if isinstance(value, dict) else {}


def rows(order: CaseOrder | dict[str, Any], name: str) -> list[dict[str, Any]]:
    """Return the rows of a list in the order, without those that are no rows."""
    value = order.get(name)
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
