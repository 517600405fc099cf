"""Devices on `/agent`, contract 000's namespace for them: they come and go, say what they are, and that they live."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qsl

from connectassist.core import clock
from connectassist.core.errors import ValidationFailed
from connectassist.features.agents import queries
from connectassist.features.device_chat import queries as chat
from connectassist.features.device_chat.rows import agent_name
from connectassist.features.devices import queries as device_queries
from connectassist.features.devices import service as devices
from connectassist.features.updates import service as updates
from connectassist.realtime import lines
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT, DEVICE

_sends = AGENT.events.sends
UPDATE = _sends("update_available", to="the device", fields="version", doc="There is a newer helper than this one.")
INFO = _sends("agent_info", to="the device", fields="agentName", doc="What the assistant is called on this device.")
ASSISTANT = "ai_status"  # declared where the assistant is switched
HISTORY = _sends("chat_history", to="the device", fields="messages",
                 doc="What was said while the device was away, oldest first.")
SETTINGS_REQUEST = _sends("settings_request", to="the device", fields="requestId",
                          doc="Send your settings as a `settings_result`.")


def came(connection: Connection) -> None:
    """A device's agent opened a socket: it is online, and told where it stands."""
    device_id = connection.device_id or ""
    said = dict(parse_qsl(connection.environ.get("QUERY_STRING", "")))
    devices.arrived(device_id, address=connection.principal.address, socket_id=connection.socket_id,
                    line=lines.line_of(GATEWAY.socketio.server, connection.socket_id, connection.path))
    devices.describe(device_id, hostname=said.get("hostname"), username=said.get("username"),
                     helper_version=said.get("clientVersion"), exe_hash=said.get("exeHash", ""))
    device = device_queries.arriving(device_id)
    if device is None:
        return
    version = _newer(device.platform, said.get("clientVersion", ""))
    if version:
        AGENT.to_socket(connection, UPDATE, {"version": version})
    AGENT.to_socket(connection, INFO, {"agentName": agent_name(device_id)})
    AGENT.to_socket(connection, ASSISTANT, chat.ai_status(device))
    messages = queries.missed(device_id, said.get("lastSeenChat", ""))
    if messages:
        AGENT.to_socket(connection, HISTORY, {"messages": messages})


def _newer(platform: str | None, running: str) -> str | None:
    """The version of our own helper for this platform, when it is newer than the one that runs."""
    if not platform or not running:
        return None
    try:
        found = updates.info(platform, running, server_url="")
    except ValidationFailed:
        return None
    return found["latestVersion"] if found["updateAvailable"] else None


def went(connection: Connection) -> None:
    """A device's agent is gone: it may be offline now."""
    devices.departed(connection.device_id or "", socket_id=connection.socket_id)


def _ask_settings(device_id: str) -> None:
    AGENT.to_device(device_id, SETTINGS_REQUEST, {"requestId": f"settings-{clock.milliseconds(clock.now())}"})


@AGENT.on("heartbeat", speaks=DEVICE, uses_database=False, small=True)
def heartbeat(data: dict[str, Any], connection: Connection) -> None:
    """The device lives. Which device it is, its socket says, not the event."""
    devices.beat(connection.device_id or "")


@AGENT.on("system_profile", speaks=DEVICE, uses_database=False)
def system_profile(data: dict[str, Any], connection: Connection) -> None:
    """What the device is made of; kept as far as it makes sense."""
    connection.spend()
    devices.describe(connection.device_id or "", profile=data, hostname=data.get("hostname"), os=data.get("osVersion"))


@AGENT.on("settings_result", speaks=DEVICE, uses_database=False)
def settings_result(data: dict[str, Any], connection: Connection) -> None:
    """How the device's agent is set up, for the dashboards to show."""
    connection.spend()
    devices.describe(connection.device_id or "", client_settings=data.get("settings"))


AGENT.on_connect.append(came)
AGENT.on_disconnect.append(went)
devices.on_profile(_ask_settings)
