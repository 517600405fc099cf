"""/api/v1/device/commands: a device's side of its queue (contract 003)."""

from __future__ import annotations

from flask import request

from connectassist.core import clock
from connectassist.core.errors import (
    CommandCompleted,
    CommandNotFound,
    DeviceNotFound,
    IdempotencyMismatch,
    InvalidClaim,
    RateLimited,
    TooLarge,
    ValidationFailed,
)
from connectassist.features.commands import queries, reading, service
from connectassist.features.commands.rows import claimed_row, history_row, queued_row
from connectassist.features.commands.shapes import (
    ClaimBody,
    ClaimView,
    ExtendBody,
    ExtendedView,
    FinishedView,
    HistoryView,
    QueuedView,
    ResultBody,
    WishBody,
)
from connectassist.http.guard import DEVICE, current_principal, who_may
from connectassist.http.openapi import Blueprint

bp = Blueprint("device_commands", __name__, url_prefix="/api/v1/device/commands",
               description="A device's side of its command queue.")


@bp.post("/claim")
@who_may(DEVICE)
@bp.arguments(ClaimBody)
@bp.raises(ValidationFailed, DeviceNotFound)
@bp.response(200)
@bp.shows(ClaimView)
def claim(body: dict) -> dict:
    """Take the next commands, exclusively until `visibleUntil`. A lower priority goes first, then the older one."""
    return {"commands": [claimed_row(each) for each in service.claim(_device(), **body)]}


@bp.post("/<command_id>/extend")
@who_may(DEVICE)
@bp.arguments(ExtendBody)
@bp.raises(ValidationFailed, CommandNotFound, InvalidClaim)
@bp.response(200)
@bp.shows(ExtendedView)
def extend(body: dict, command_id: str) -> dict:
    """Hold on to a command for `extensionMs` from now, 300000 at most."""
    return {"success": True, "visibleUntil": clock.iso(service.extend(_device(), command_id, **body))}


@bp.post("/<command_id>/result")
@who_may(DEVICE)
@reading.of_large_results
@bp.arguments(ResultBody)
@bp.raises(ValidationFailed, CommandNotFound, CommandCompleted, InvalidClaim, TooLarge)
@bp.response(200)
@bp.shows(FinishedView)
def finish(body: dict, command_id: str) -> dict:
    """Tell what came of a command, once. `nextCommand` is a hint that more wait: claim it."""
    following = service.finish(_device(), command_id, **reading.result(body))
    return {"success": True, **({"nextCommand": {"id": following}} if following else {})}


@bp.get("/<command_id>")
@who_may(DEVICE)
@bp.raises(CommandNotFound)
@bp.response(200)
@bp.shows(HistoryView)
def show(command_id: str) -> dict:
    """Show a command of the device's own and what came of it."""
    return history_row(*queries.of_device(_device(), command_id))


@bp.post("")
@who_may(DEVICE)
@bp.arguments(WishBody)
@bp.raises(ValidationFailed, DeviceNotFound, IdempotencyMismatch, RateLimited, TooLarge)
@bp.response(201)
@bp.shows(QueuedView, status=201)
@bp.shows(QueuedView)
def enqueue(body: dict) -> tuple[dict, int]:
    """Queue a command for the device itself. One with an idempotency key that is known already answers 200."""
    wish = service.wish_in(body, request.headers.get("Idempotency-Key"))
    command, is_new = service.enqueue_once(_device(), by=current_principal(), **wish)
    return queued_row(command), 201 if is_new else 200


def _device() -> str:
    return current_principal().device_id or ""
