"""What an agent of contract 000 is told when it comes."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.device_chat import queries as chat

if TYPE_CHECKING:
    from connectassist.features.device_chat.models import DeviceMessage
    from connectassist.features.devices.models import Device

#: What the assistant is called on a device, for as long as the device is known.
NAMES = ("Ada", "Benno", "Clara", "David", "Edda", "Felix", "Greta", "Hugo", "Ines", "Jonas", "Karla", "Linus", "Mira",
         "Nils", "Olga", "Paul", "Rosa", "Samir", "Tilda", "Viktor")
MOST_MESSAGES = 20


def agent_name(device_id: str) -> str:
    """The name of the assistant on a device: always the same one."""
    return NAMES[int.from_bytes(hashlib.sha256(device_id.encode()).digest()[:4], "big") % len(NAMES)]


def assistant_status(device: Device) -> dict[str, Any]:
    """Does the assistant answer on this device, and if not, why?"""
    is_over = device.ai_resumes_at is not None and device.ai_resumes_at <= clock.now()
    reason = None if is_over else device.ai_mode
    return {"enabled": reason is None, "reason": reason}


def missed(device_id: str, last_seen: str) -> list[dict[str, Any]]:
    """The newest messages of a device's chat after the moment up to which it has seen them; all of the newest where
    it names none that can be read."""
    moment = _moment(last_seen)
    return [{"sender": message.sender, "content": message.content, "created_at": clock.iso(message.created_at)}
            for message in chat.latest(device_id, limit=MOST_MESSAGES) if moment is None or _is_newer(message, moment)]


def _is_newer(message: DeviceMessage, moment: datetime) -> bool:
    """Compared no finer than the client keeps time: it would else be told its last message again and again."""
    grain = timedelta(milliseconds=1) if moment.microsecond else timedelta(seconds=1)
    return message.created_at - moment >= grain


def _moment(text: str) -> datetime | None:
    """A moment as clients write it, `2026-01-01 00:00:00` or ISO-8601; without a zone it is UTC."""
    try:
        found = datetime.fromisoformat(text.strip()[:40])
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None
