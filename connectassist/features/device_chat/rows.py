"""How a message of a device's chat is shown, as contract 000 writes it."""

from __future__ import annotations

import hashlib
from typing import Any

import orjson

from connectassist.core import clock
from connectassist.features.device_chat.models import DeviceMessage

#: The assistant goes by one of these, the same for a device each time.
NAMES = ("Ada", "Ben", "Clara", "Dana", "Elias", "Fiona", "Gus", "Hana", "Ivo", "Jade", "Kai", "Lena", "Milo", "Nora",
         "Otis", "Petra", "Quinn", "Rosa", "Sami", "Tess")


def agent_name(device_id: str) -> str:
    """What the assistant of a device is called."""
    return NAMES[hashlib.sha256(device_id.encode()).digest()[0] % len(NAMES)]


def message_row(message: DeviceMessage) -> dict[str, Any]:
    """A message as lists and `device_chat_history` show it; `metadata` is the proposed action as JSON text."""
    return {"id": message.id, "device_id": message.device_id, "sender": message.sender,
            "sender_name": message.sender_name, "content": message.content, "message_type": message.message_type,
            "metadata": orjson.dumps(message.details).decode() if message.details else None,
            "channel": message.channel, "created_at": clock.iso(message.created_at),
            "accepted_at": clock.iso(message.accepted_at), "accepted_by": message.accepted_by}


def to_person(message: DeviceMessage, **more: Any) -> dict[str, Any]:
    """A message as the device gets it: `chat_response`. It has no key `type`: 000's agent puts one of its own in."""
    by = {"senderName": message.sender_name} if message.sender_name else {}
    return {"text": message.content, "sender": message.sender, **by, "agentName": agent_name(message.device_id),
            "action": message.details, "messageId": message.id, "createdAt": clock.iso(message.created_at), **more}


def to_staff(message: DeviceMessage) -> dict[str, Any]:
    """The assistant's answer beside the question, as `device_chat_update` carries it."""
    return {"sender": message.sender, "text": message.content, "action": message.details, "messageId": message.id,
            "created_at": clock.iso(message.created_at)}
