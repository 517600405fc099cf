"""What devices and staff are told of a device's chat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.features.device_chat import modes
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.rows import agent_name, message_row, to_person, to_staff
from connectassist.realtime.namespaces import AGENT, IT

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device

RESPONSE = AGENT.events.sends(
    "chat_response", to="the device", fields="text sender senderName agentName action messageId createdAt ai_disabled",
    doc="The assistant (`ai`), a technician (`it_tech`) or the server (`system`) says something; `action` is a "
        "proposal, which `action_accept` takes up, or null.")
AI_STATUS = AGENT.events.sends("ai_status", to="the device", fields="enabled reason",
                               doc="Whether the assistant answers, or why not: `it_active`, `permanent`.")
UPDATE = IT.events.sends("device_chat_update", to="staff of the client", fields="deviceId message response",
                         doc="Something was said; `response` is the assistant's answer where it came at once.")
AI_CHANGED = IT.events.sends("device_ai_changed", to="staff of the client",
                             fields="deviceId mode enabled reason changedBy resumesAt ai_disabled ai_disabled_by",
                             doc="The assistant of a device was switched on, off, or paused.")
ACCEPTED = IT.events.sends("device_proposal_accepted", to="staff of the client",
                           fields="deviceId messageId action acceptedBy requestId ticketId",
                           doc="Somebody took up the assistant's proposal; what it became.")


def tell_person(message: DeviceMessage, **more: Any) -> None:
    """Tell the person at the device; who is offline finds it in the history."""
    AGENT.to_device(message.device_id, RESPONSE, to_person(message, **more))


def refuse(device_id: str, text: str) -> None:
    """Tell the person that a message gets no answer, and why. What is said here is kept nowhere."""
    AGENT.to_device(device_id, RESPONSE, {"text": text, "sender": "system", "agentName": agent_name(device_id),
                                          "action": None})


def tell_staff(client_id: int, message: DeviceMessage, *, answer: DeviceMessage | None = None) -> None:
    """Tell the client's staff what was said, with the assistant's answer if there is one."""
    told: dict[str, Any] = {"deviceId": message.device_id, "message": message_row(message)}
    IT.to_staff(client_id, UPDATE, told | ({"response": to_staff(answer)} if answer else {}))


def tell_mode(device: Device) -> None:
    """Tell the device, and its client's staff, whether the assistant answers."""
    AGENT.to_device(device.device_id, AI_STATUS, modes.status_of(device))
    IT.to_staff(device.client_id, AI_CHANGED, modes.change_of(device))


def tell_accepted(client_id: int, message: DeviceMessage, became: dict[str, Any]) -> None:
    """Tell the client's staff what a proposal became."""
    IT.to_staff(client_id, ACCEPTED, {"deviceId": message.device_id, "messageId": message.id,
                                      "action": message.details, "acceptedBy": message.accepted_by, **became})
