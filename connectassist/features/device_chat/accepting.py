"""A click on a proposal of the assistant: the only way from its words to anything that is done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from connectassist.core.errors import AppError, ProposalOver
from connectassist.features.assistant import service as assistant
from connectassist.features.assistant.service import Action
from connectassist.features.device_chat import news, queries, service
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.queries import AI
from connectassist.features.devices import queries as devices
from connectassist.features.diagnostics import service as diagnostics
from connectassist.features.remediations import service as remediations
from connectassist.features.tickets import service as tickets
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.devices.models import Device


def accept(device_id: str, message_id: Any, *, by: Principal) -> dict[str, Any]:
    """Make a request of the newest proposal of a device, once. `by` is a technician, or the device for the person at
    it. Returns the `requestId` or the `ticketId`. Raises DeviceNotFound, ProposalOver, and what the request raises,
    upon which the proposal can be taken up again."""
    device = devices.open_to(by, device_id)
    proposal = queries.newest_proposal(device_id, after=device.chat_context_id)
    action = assistant.checked(proposal.details) if proposal else None
    if proposal is None or proposal.id != message_id or action is None:
        raise ProposalOver()
    if not service.spend(proposal, client_id=device.client_id, by=by):
        raise ProposalOver()
    try:
        became = _made(device, proposal, action, by)
    except AppError:
        service.give_back(proposal)
        raise
    news.tell_accepted(device.client_id, proposal, became)
    return became


def _made(device: Device, proposal: DeviceMessage, action: Action, by: Principal) -> dict[str, Any]:
    """Each looks at what it is asked for again."""
    if action["type"] == assistant.DIAGNOSE:
        return {"requestId": diagnostics.request(device.device_id, check_type=action["checkType"], by=by)}
    if action["type"] == assistant.REMEDIATE:
        asked = remediations.request(device.device_id, action_id=action["actionId"], parameter=action["parameter"],
                                     by=by)
        return {"requestId": asked.request_id}
    return {"ticketId": _ticket(device, proposal, action, by)}


def _ticket(device: Device, proposal: DeviceMessage, action: Action, by: Principal) -> int:
    opened = tickets.open_for_device(
        device.device_id, by=by, title=action["title"], description=action["description"],
        priority=action["priority"], ai_summary=proposal.content, requested_by=device.username)
    told = service.keep(device.device_id, sender=AI, content=f"Ticket {opened.id} is open. A technician will look at "
                        "it and answer you here.")
    news.tell_person(told)
    news.tell_staff(device.client_id, told)
    return opened.id
