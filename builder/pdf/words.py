"""Say times, durations, sizes and the product's own terms the way a customer reads them."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from builder.pdf.text import clean

_MAX_SECONDS = 100_000 * 3600
_RIGHTS = {
    "view": "See the screen",
    "control": "Mouse and keyboard",
    "clipboard": "Clipboard",
    "files": "Files",
    "commands": "Run commands",
    "recording": "Record the screen",
}
_EVENTS = {
    "requested": "Asked",
    "approved": "Allowed",
    "granted": "Allowed",
    "denied": "Declined",
    "revoked": "Taken back",
    "timeout": "No answer",
    "withdrawn": "Request withdrawn",
    "stopped": "Stopped by the customer",
}
_DIRECTIONS = {
    "technician-to-user": "To the customer",
    "to-customer": "To the customer",
    "user-to-technician": "From the customer",
    "from-customer": "From the customer",
}
_TRANSPORTS = {"webrtc": "Live video (WebRTC)", "tiles": "Screen pictures (relay)"}


def zone(name: object) -> tuple[tzinfo, str]:
    """Find a time zone by its IANA name; what is unknown here is shown in UTC, and says so."""
    try:
        return ZoneInfo(str(name)), str(name)
    except (OSError, ValueError, KeyError):
        return UTC, "UTC"


def moment(value: object, *, zone: tzinfo, seconds: bool = False) -> str:
    """Write an ISO-8601 time or Unix milliseconds as "22 Nov 2026 14:05"; other text stays as it is."""
    try:
        at = _parse(value).astimezone(zone)
    except (ValueError, OverflowError, OSError, TypeError):
        return clean(value, lines=False)[:40]
    return f"{at.day} {at:%b} {at.year} {at:%H:%M:%S}" if seconds else f"{at.day} {at:%b} {at.year} {at:%H:%M}"


def number(value: object) -> float | None:
    """Read a non-negative number out of anything; None where there is none."""
    if value is None or isinstance(value, bool):
        return None
    try:
        read = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError, OverflowError):
        return None
    return min(read, 1e15) if math.isfinite(read) and read >= 0 else None


def duration(value: object) -> str:
    """Write seconds as HH:MM:SS; what is no number of seconds is 00:00:00."""
    seconds = int(min(number(value) or 0, _MAX_SECONDS))
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def minutes(value: object) -> str:
    """Write a number of minutes, without a needless decimal."""
    return f"{min(number(value) or 0, _MAX_SECONDS):.1f}".removesuffix(".0") + " min"


def total(times: dict[str, object], *, viewing: object) -> float:
    """Work out the billable seconds where the order does not give them."""
    given = number(times.get("total_seconds"))
    if given is not None:
        return given
    spoken = (number(times.get("phone_minutes")) or 0) + (number(times.get("whatsapp_minutes")) or 0)
    return (number(viewing) or 0) + 60 * spoken


def size(value: object) -> str:
    """Write a number of bytes in the unit that reads best."""
    count = number(value)
    if count is None:
        return ""
    for unit in ("bytes", "KB", "MB", "GB"):
        if count < 1024:
            return f"{count:.0f} {unit}" if unit == "bytes" or count >= 100 else f"{count:.1f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"


def right(name: object) -> str:
    """Name a right of the consent in plain words."""
    return _RIGHTS.get(str(name), _spoken(name))


def event(name: object) -> str:
    """Name what happened to a consent in plain words."""
    return _EVENTS.get(str(name), _spoken(name))


def flow(name: object) -> str:
    """Say which way a file went."""
    return _DIRECTIONS.get(str(name), _spoken(name))


def transport(name: object) -> str:
    """Say how the picture travelled."""
    return _TRANSPORTS.get(str(name), _spoken(name))


def _spoken(name: object) -> str:
    words = clean(name, lines=False)[:60]
    return words[:1].upper() + words[1:].replace("_", " ")


def _parse(value: object) -> datetime:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
    read = datetime.fromisoformat(str(value).strip())
    return read if read.tzinfo else read.replace(tzinfo=UTC)
