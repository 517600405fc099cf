"""What an agent of contract 000 is told when it comes."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from connectassist.core import clock
from connectassist.features.device_chat import queries as chat

if TYPE_CHECKING:
    from connectassist.features.device_chat.models import DeviceMessage

MOST_MESSAGES = 20


def missed(device_id: str, last_seen: str) -> list[dict[str, Any]]:
    """The newest messages of a device's chat after the moment up to which it has seen them; all of the newest where
    it names none that can be read."""
    if chat.is_empty(device_id):
        return []
    moment = _moment(last_seen)
    return [{"sender": message.sender, "senderName": message.sender_name, "content": message.content,
             "created_at": clock.iso(message.created_at), "messageId": message.id,
             "action": None if message.accepted_at else message.details}
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
