"""How a message is shown, in the list and on the socket."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.chat.models import ChatMessage


def message_row(message: ChatMessage) -> dict[str, Any]:
    """A message as contract 001's lists show it; the time is Unix ms."""
    return {"id": str(message.id), "sender": message.sender, "role": message.role, "message": message.text,
            "timestamp": clock.milliseconds(message.at)}


def spoken(message: ChatMessage, *, timestamp: int) -> dict[str, Any]:
    """A message as the socket carries it: 001's dashboard reads `text`, its helper `message`."""
    return {"sessionId": message.session_id, "id": str(message.id), "message": message.text, "text": message.text,
            "role": message.role, "sender": message.sender, "timestamp": timestamp}
