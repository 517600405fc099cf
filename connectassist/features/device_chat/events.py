"""A device's chat on the sockets: its user on `/agent`, staff on `/it`."""

from __future__ import annotations

from typing import Any

from connectassist.features.device_chat import accepting, answering, service
from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import AGENT, DEVICE, IT, TECHNICIAN


@AGENT.on("chat_message", speaks=DEVICE)
def chat_message(data: dict, connection: Connection) -> None:
    """The person at the device writes: `content`, at most 10,000 characters, 30 messages a minute. The answer comes as
    `chat_response`."""
    message = service.hear(str(connection.device_id), data.get("content"))
    if message is not None:
        answering.in_turn(message)


@AGENT.on("clear_context", speaks=DEVICE)
def clear_context(data: dict, connection: Connection) -> None:
    """The person at the device starts anew with the assistant."""
    service.clear_context(str(connection.device_id))


@AGENT.on("action_accept", speaks=DEVICE, fields={"messageId": int})
def action_accept(data: dict, connection: Connection) -> dict[str, Any]:
    """The person at the device clicked the assistant's newest proposal, by its `messageId`. Good for once."""
    return accepting.accept(str(connection.device_id), data["messageId"], by=connection.principal)


@IT.on("chat_to_device", speaks=TECHNICIAN, fields={"deviceId": str})
def chat_to_device(data: dict, connection: Connection) -> dict[str, Any]:
    """Write `content` to the person at a device, there or not. The assistant is silent for five minutes."""
    return {"messageId": service.write(data["deviceId"], data.get("content"), by=connection.principal).id}


@IT.on("set_device_ai", speaks=TECHNICIAN, fields={"deviceId": str})
def set_device_ai(data: dict, connection: Connection) -> None:
    """Switch a device's assistant: `mode` is enabled, temporary (for five minutes) or permanent (off)."""
    service.set_mode(data["deviceId"], data.get("mode"), by=connection.principal)
