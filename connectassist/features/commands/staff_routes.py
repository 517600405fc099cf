"""/api/commands: the queue as staff see it, with what could not be delivered."""

from __future__ import annotations

from flask import request
from marshmallow import fields, validate

from connectassist.core.errors import (
    CommandNotFound,
    CommandState,
    DeviceNotFound,
    IdempotencyMismatch,
    SessionEnded,
    TooLarge,
    ValidationFailed,
)
from connectassist.core.ids import LARGEST_ID
from connectassist.features.commands import queries, service
from connectassist.features.commands.rows import command_row, whole_row
from connectassist.features.commands.shapes import (
    CommandListView,
    NeedsView,
    OneCommandView,
    RedrivenView,
    TypesView,
    WishBody,
)
from connectassist.features.devices import queries as devices
from connectassist.http.guard import STAFF, TECHNICIAN, current_principal, who_may
from connectassist.http.openapi import Blueprint, Body
from connectassist.http.paging import Page

bp = Blueprint("commands", __name__, url_prefix="/api", description="Commands for devices, as staff see them.")
MOST_REDRIVEN = 100


class CommandFilter(Page):
    limit = fields.Integer(load_default=50, validate=validate.Range(1, 200))
    state = fields.String(load_default="", validate=validate.Length(0, 20))
    device_id = fields.String(load_default="", validate=validate.Length(0, 120))
    type = fields.String(load_default="", validate=validate.Length(0, 80))
    client_id = fields.Integer(load_default=None, validate=validate.Range(1, LARGEST_ID))
    search = fields.String(load_default="", validate=validate.Length(0, 120))


class StaffWish(WishBody):
    session_id = fields.String(load_default=None, allow_none=True, data_key="sessionId",
                               validate=validate.Length(1, 16))


class Many(Body):
    ids = fields.List(fields.String(validate=validate.Length(1, 36)), required=True,
                      validate=validate.Length(1, MOST_REDRIVEN))


@bp.get("/commands")
@who_may(STAFF)
@bp.arguments(CommandFilter, location="query")
@bp.response(200)
@bp.shows(CommandListView)
def listing(query: dict) -> dict:
    """List commands, newest first. `state` may be `open`; `counts` are of all in scope, `devices` of this page."""
    found, by = queries.page(current_principal(), **query), current_principal()
    names = devices.shown_names({each.device_id for each in found})
    return {"success": True, "commands": [command_row(each) for each in found], "counts": queries.counts(by),
            "devices": {device_id: {"id": device_id, "name": name} for device_id, name in names.items()}}


@bp.get("/commands/types")
@who_may(STAFF)
@bp.response(200)
@bp.shows(TypesView)
def types() -> dict:
    """List the types that were asked for lately."""
    return {"success": True, "types": queries.types(current_principal())}


@bp.get("/commands/<command_id>")
@who_may(STAFF)
@bp.raises(CommandNotFound)
@bp.response(200)
@bp.shows(OneCommandView)
def show(command_id: str) -> dict:
    """Show a command with its parameters and what came of it."""
    return {"success": True, "command": whole_row(*queries.visible_to(current_principal(), command_id))}


@bp.post("/devices/<device_id>/commands")
@who_may(TECHNICIAN)
@bp.arguments(StaffWish)
@bp.raises(DeviceNotFound, ValidationFailed, SessionEnded, IdempotencyMismatch, TooLarge)
@bp.response(201)
@bp.shows(OneCommandView, status=201)
@bp.shows(OneCommandView)
def enqueue(body: dict, device_id: str) -> tuple[dict, int]:
    """Queue a command for a device. What changes something there waits for the customer's approval, unless
    unattended access is allowed. One with an idempotency key that is known already answers 200."""
    wish = service.wish_in(body, request.headers.get("Idempotency-Key"))
    command, is_new = service.enqueue_once(device_id, by=current_principal(), **wish)
    return {"success": True, "command": whole_row(command)}, 201 if is_new else 200


@bp.post("/devices/<device_id>/commands/needs")
@who_may(TECHNICIAN)
@bp.arguments(WishBody)
@bp.raises(DeviceNotFound, ValidationFailed, TooLarge)
@bp.response(200)
@bp.shows(NeedsView)
def needs(body: dict, device_id: str) -> dict:
    """Tell who must say yes to a command before it is queued: the customer in their portal (`approval`), the `person`
    at the device, or nobody (`nothing`)."""
    by = current_principal()
    return {"success": True, "needs": service.needs(device_id, type=body["type"], parameters=body["parameters"], by=by)}


@bp.post("/commands/<command_id>/cancel")
@who_may(TECHNICIAN)
@bp.raises(CommandNotFound, CommandState)
@bp.response(200)
@bp.shows(OneCommandView)
def cancel(command_id: str) -> dict:
    """Call off a command that is not over. A device that works on it already learns of it with its answer."""
    return {"success": True, "command": command_row(service.cancel(command_id, by=current_principal()))}


@bp.post("/commands/<command_id>/redrive")
@who_may(TECHNICIAN)
@bp.raises(CommandNotFound, CommandState, DeviceNotFound)
@bp.response(200)
@bp.shows(OneCommandView)
def redrive(command_id: str) -> dict:
    """Send a command again that could not be delivered."""
    return {"success": True, "command": command_row(service.redrive(command_id, by=current_principal()))}


@bp.post("/commands/redrive")
@who_may(TECHNICIAN)
@bp.arguments(Many)
@bp.response(200)
@bp.shows(RedrivenView)
def redrive_many(body: dict) -> dict:
    """Send up to 100 commands again. `refused` says of each that was not, by the code of the error."""
    outcomes = service.redrive_many(body["ids"], by=current_principal())
    refused = {command_id: code for command_id, code in outcomes.items() if code}
    return {"success": True, "redriven": len(outcomes) - len(refused), "refused": refused}
