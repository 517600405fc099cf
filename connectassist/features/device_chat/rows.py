"""How a message of a device's chat is shown, as contract 000 writes it."""

from __future__ import annotations

from typing import Any

import orjson

from connectassist.core import clock
from connectassist.features.device_chat.models import DeviceMessage


def message_row(message: DeviceMessage) -> dict[str, Any]:
    """A message as lists and `device_chat_history` show it; `metadata` is the proposed action as JSON text."""
    return {"id": message.id, "device_id": message.device_id, "sender": message.sender,
            "sender_name": message.sender_name, "content": message.content, "message_type": message.message_type,
            "metadata": orjson.dumps(message.details).decode() if message.details else None,
            "channel": message.channel, "created_at": clock.iso(message.created_at),
            "accepted_at": clock.iso(message.accepted_at), "accepted_by": message.accepted_by}
