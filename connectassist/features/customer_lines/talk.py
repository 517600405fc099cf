"""What a customer may say over their line, and who handles it (contract 003, both of its families).

    auth             {token}                                        -> connected, auth_success
    subscribe        {deviceId}                                     -> subscribed, device_status
    unsubscribe      {deviceId}                                     -> unsubscribed
    join_rooms       {}                                             -> rooms_joined {deviceIds}
    get_system_info  {}                                             -> system_info {data}
    send_command     {deviceId, command, parameters, priority, idempotencyKey} -> command_queued {commandId, status}
    approve_session  {sessionId, approved, commandId, reason}       -> session_approved {command, commands}
    ping             {}                                             -> pong

Fields stand flat or under `data`. Anything else is answered with an error, in the gateway's words; so is everything but
`auth` and `ping` until somebody has signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectassist.core import clock
from connectassist.core.errors import Unauthorized, ValidationFailed
from connectassist.features.commands import service as commands
from connectassist.features.customer_lines import proof
from connectassist.features.customer_lines.news import told
from connectassist.features.customer_lines.service import CustomerLine
from connectassist.features.device_sessions import queries as sessions
from connectassist.features.device_sessions import service as session_service
from connectassist.features.device_sessions.rows import decision_view
from connectassist.features.devices import queries as devices
from connectassist.features.heartbeats import queries as heartbeats
from connectassist.features.operations import queries as operations
from connectassist.http import guard, limits
from connectassist.identity.principal import Principal
from connectassist.realtime.json_lines import Handler, Message, inner
from connectassist.realtime.newcomers import pong, signing_in
from connectassist.realtime.presence import presence

MOST_ROOMS = 1000
Verb = Callable[[CustomerLine, Message, Principal], Message | None]


def _signed_in(verb: Verb) -> Handler:
    """For those who have shown who they are."""
    def handler(line: CustomerLine, message: Message) -> Message | None:
        if line.by is None:
            raise Unauthorized("Sign in first: {type: \"auth\", token}")
        return verb(line, inner(message), line.by)
    return handler


def subscribe(line: CustomerLine, said: Message, by: Principal) -> Message:
    """Hear of one device; how it is now is told at once."""
    device_id = devices.owned(by, _text(said, "deviceId")).device_id
    line.subscribe(device_id)
    line.say(_status(device_id), key=("status", device_id))
    return told("subscribed", deviceId=device_id)


def unsubscribe(line: CustomerLine, said: Message, by: Principal) -> Message:
    """Hear no more of one device."""
    device_id = _text(said, "deviceId")
    line.unsubscribe(device_id)
    return told("unsubscribed", deviceId=device_id)


def join_rooms(line: CustomerLine, said: Message, by: Principal) -> Message:
    """The original's way of asking for everything; the answer names the devices."""
    return told("rooms_joined", deviceIds=devices.ids_in_scope(by, limit=MOST_ROOMS))


def system_info(line: CustomerLine, said: Message, by: Principal) -> Message:
    """The server itself."""
    return told("system_info", **operations.system_info())


def send_command(line: CustomerLine, said: Message, by: Principal) -> Message:
    """Queue a command for a device of one's own. It is one of the calls that a customer has in a minute, over however
    many lines."""
    guard.limiter().spend(limits.GATEWAY_CUSTOMER, "gateway", str(by.client_id))
    device_id = devices.owned(by, _text(said, "deviceId")).device_id
    order = said.get("command")
    named = order if isinstance(order, dict) else {"type": order, **said, **({"type": order} if order else {})}
    made = commands.enqueue(device_id, type=named.get("type"), parameters=named.get("parameters"), by=by,
                            priority=named.get("priority", 5), idempotency_key=said.get("idempotencyKey"))
    return told("command_queued", commandId=made.command_id, id=made.command_id, deviceId=device_id,
                status=made.state)


def approve_session(line: CustomerLine, said: Message, by: Principal) -> Message:
    """Decide on what waits in a session: on one command, or on all."""
    session, approved = sessions.owned(by, _text(said, "sessionId")), said.get("approved", True)
    if not isinstance(approved, bool):
        raise ValidationFailed("approved must be true or false")
    command_id, reason = said.get("commandId"), said.get("reason")
    if command_id is not None and (not isinstance(command_id, str) or not command_id):
        raise ValidationFailed("commandId must be a command's id; without one it is about all that waits")
    decided = session_service.decide(session, command_id, approved=approved,
                                     reason=reason if isinstance(reason, str) else None, by=by)
    return told("session_approved", sessionId=session.session_id, approved=approved,
                **decision_view(decided, approved=approved, of_all=not command_id))


def _status(device_id: str) -> Message:
    beat = heartbeats.latest(device_id)
    return told("device_status", deviceId=device_id, status="online" if presence.is_online(device_id) else "offline",
                condition=beat.status if beat else None, lastSeen=clock.iso(beat.at) if beat else None,
                metrics=beat.metrics if beat else None)


def _text(said: Message, name: str) -> str:
    found: Any = said.get(name)
    if not isinstance(found, str) or not found:
        raise ValidationFailed(f"The {name} is missing")
    return found[:121]


MESSAGES: dict[str, Handler] = {
    "auth": signing_in(proof.by_token), "ping": pong,
    "subscribe": _signed_in(subscribe), "unsubscribe": _signed_in(unsubscribe),
    "join_rooms": _signed_in(join_rooms), "get_system_info": _signed_in(system_info),
    "send_command": _signed_in(send_command), "approve_session": _signed_in(approve_session),
}
