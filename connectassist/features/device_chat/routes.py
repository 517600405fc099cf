"""/api/chat/<device>: what was said with a device's user (contract 000)."""

from __future__ import annotations

from marshmallow import fields

from connectassist.core.errors import DeviceNotFound, DeviceOffline, EventRefused, ProposalOver
from connectassist.features.device_chat import accepting, queries, service
from connectassist.features.device_chat.rows import message_row
from connectassist.features.device_chat.shapes import AcceptedView, MessageView
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body

bp = Blueprint("device-chat", __name__, url_prefix="/api", description="The chat with a device's user.")
LARGEST_PAGE = 100


class Span(Body):
    limit = fields.Integer(load_default=50)
    offset = fields.Integer(load_default=0)


class Said(Body):
    content = fields.String(load_default="")


class Clicked(Body):
    message_id = fields.Integer(required=True, strict=True, data_key="messageId")


@bp.get("/chat/<device_id>")
@bp.get("/chat/<device_id>/history")
@who_may(STAFF)
@bp.arguments(Span, location="query")
@bp.raises(DeviceNotFound)
@bp.response(200)
@bp.shows(MessageView(many=True))
def history(query: dict, device_id: str) -> list[dict]:
    """The newest messages, oldest first: `limit` 1 to 100, `offset` counted from the newest."""
    limit, offset = min(max(query["limit"], 1), LARGEST_PAGE), min(max(query["offset"], 0), 10_000_000)
    found = queries.page(current_principal(), device_id, limit=limit, offset=offset)
    return [message_row(message) for message in found]


@bp.post("/chat/<device_id>")
@who_may(TECHNICIAN)
@bp.arguments(Said)
@bp.raises(DeviceNotFound, EventRefused)
@bp.response(201)
def write(body: dict, device_id: str) -> dict:
    """Write to the person at a device; the assistant is silent for five minutes."""
    return message_row(service.write(device_id, body["content"], by=current_principal()))


@bp.post("/chat/<device_id>/accept")
@who_may(TECHNICIAN)
@bp.arguments(Clicked)
@bp.raises(DeviceNotFound, ProposalOver, DeviceOffline)
@bp.response(200)
@bp.shows(AcceptedView)
def accept(body: dict, device_id: str) -> dict:
    """Make a request of the assistant's newest proposal, once."""
    return {"success": True, **accepting.accept(device_id, body["message_id"], by=current_principal())}


@bp.get("/devices/unread-counts")
@who_may(STAFF)
@bp.response(200)
def unread_counts() -> dict[str, int]:
    """For each device whose user wrote something that no technician has seen: how many messages."""
    return queries.unread_counts(current_principal())
