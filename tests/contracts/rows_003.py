"""Contract 003's tables: every REST row with its answer and its documented errors, what its real agent and portal call
besides, and every message of both WebSockets with its shape."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

from tests.contracts.shape import NONE, TIME, TIME_OR_NONE

NUMBER, ANYTHING = (int, float), lambda value: True


def A_TOKENS_LIFE(value: Any) -> bool:
    """A week, or less than the 24 days that the agent's timer takes."""
    return type(value) is int and 0 < value < 24 * 86400


def INTERVAL(value: Any) -> bool:
    """Milliseconds until the next heartbeat: the agent takes over any number."""
    return type(value) is int and 5_000 <= value <= 300_000


def TOKEN(value: Any) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[0-9a-f]{64}", value) is not None


def TEXT(value: Any) -> bool:
    """Not empty."""
    return isinstance(value, str) and value != ""


#: Every error: contract 003's envelope.
ERROR = {"error": {"code": lambda code: re.fullmatch(r"[A-Z][A-Z_]+", code) is not None, "message": TEXT,
                   "details": dict}}


@dataclass(frozen=True)
class Row:
    """A route with the answer that the document shows and the errors that it lists. `status` is that of success, where
    the document leaves it open; `leaves_out` are fields that it marks with a question mark."""

    method: str
    path: str
    answer: dict[str, Any]
    errors: tuple[int, ...] = ()
    status: int = 200
    leaves_out: dict[str, Any] = field(default_factory=dict)

    @property
    def rule(self) -> str:
        return f"{self.method} {self.path}"


_DEVICE, _CUSTOMER = "/api/v1/device", "/api/v1/customer"
AUTH = Row("POST", f"{_DEVICE}/auth", {"token": TOKEN, "expiresIn": A_TOKENS_LIFE, "deviceId": str}, (401, 403, 429))
REGISTER = Row("POST", f"{_DEVICE}/register", {
    "success": True, "device": {"id": str, "status": str, "customerId": TEXT, "registeredAt": TIME},
    "deviceSecret": TEXT}, (400, 401, 404, 409))
HEARTBEAT = Row("POST", f"{_DEVICE}/heartbeat", {"success": True, "nextHeartbeat": INTERVAL}, (401, 404, 503),
                leaves_out={"pendingCommands": int})
CLAIM = Row("POST", f"{_DEVICE}/commands/claim", {"commands": [{
    "id": TEXT, "type": TEXT, "parameters": ANYTHING, "priority": int, "claimToken": TEXT, "visibleUntil": TIME}]},
    (401, 404))
EXTEND = Row("POST", f"{_DEVICE}/commands/<command_id>/extend", {"success": True, "visibleUntil": TIME},
             (401, 403, 404))
RESULT = Row("POST", f"{_DEVICE}/commands/<command_id>/result", {"success": True}, (401, 403, 404, 409),
             leaves_out={"nextCommand": {"id": TEXT}})
DEVICES = Row("GET", f"{_CUSTOMER}/devices", {
    "devices": [{"id": TEXT, "name": TEXT, "status": TEXT, "lastSeen": TIME}], "total": int}, (401, 403),
    leaves_out={"location": str})
STATUS = Row("GET", f"{_CUSTOMER}/devices/<device_id>/status", {"device": {
    "id": TEXT, "status": TEXT, "lastHeartbeat": TIME_OR_NONE, "metrics": (dict, NONE), "diagnostics": ANYTHING}},
    (401, 403, 404), leaves_out={"activeSession": str})
PROVISION = Row("POST", f"{_CUSTOMER}/devices/provision", {
    "device": {"id": TEXT, "activationCode": TEXT, "expiresAt": TIME}, "instructions": TEXT}, (401, 409))
SESSIONS = Row("POST", f"{_CUSTOMER}/sessions", {"session": {
    "id": TEXT, "deviceId": TEXT, "status": "active", "createdAt": TIME, "expiresAt": TIME}}, (401, 403, 404, 409), 201)
SESSION = Row("GET", f"{_CUSTOMER}/sessions/<session_id>", {"session": {
    "id": TEXT, "status": TEXT, "commands": [{"id": TEXT, "type": TEXT, "status": TEXT}], "createdAt": TIME}},
    (401, 403, 404), leaves_out={"result": ANYTHING})
APPROVE = Row("POST", f"{_CUSTOMER}/sessions/<session_id>/approve", {
    "success": True, "command": {"id": TEXT, "status": str}}, (401, 403, 404, 409))
SYSTEM_INFO = Row("GET", f"{_CUSTOMER}/system/info", {
    "version": TEXT, "build": str, "environment": str, "uptime": NUMBER, "services": dict}, (401,))
HEALTHZ = Row("GET", "/healthz", {"status": "ok", "timestamp": TIME})
READYZ = Row("GET", "/readyz", {"ready": True, "checks": {"database": True, "redis": (bool, NONE)}}, (503,))
VERSION = Row("GET", "/version", {"version": TEXT})
DOCUMENTED = (AUTH, REGISTER, HEARTBEAT, CLAIM, EXTEND, RESULT, DEVICES, STATUS, PROVISION, SESSIONS, SESSION, APPROVE,
              SYSTEM_INFO, HEALTHZ, READYZ, VERSION)

# What the original's agent, portal and tests call besides.
ENQUEUE = Row("POST", f"{_DEVICE}/commands", {"id": TEXT, "status": TEXT}, status=201)
ENQUEUE_FOR = Row("POST", "/api/v1/dev/enqueue-command", {"id": TEXT, "status": TEXT}, status=201)
COMMAND = Row("GET", f"{_DEVICE}/commands/<command_id>", {"id": TEXT, "status": TEXT})
SESSION_COMMAND = Row("POST", f"{_CUSTOMER}/sessions/<session_id>/commands", {
    "success": True, "command": {"id": TEXT, "type": TEXT, "status": TEXT}}, status=201)
SESSION_LIST = Row("GET", f"{_CUSTOMER}/sessions", {
    "sessions": [{"id": TEXT, "device_id": TEXT, "status": TEXT, "type": TEXT, "created_at": TIME}], "devices": dict,
    "users": dict, "totalCount": int, "currentPage": int, "totalPages": int})
APPROVE_COMMAND = Row("POST", f"{_CUSTOMER}/sessions/<session_id>/approve-command", APPROVE.answer, (404, 409))
REJECT = Row("POST", f"{_CUSTOMER}/sessions/<session_id>/reject", {"success": True})
TRANSCRIPT = Row("GET", f"{_CUSTOMER}/sessions/<session_id>/transcript", {
    "transcript": [{"timestamp": TIME, "type": TEXT, "message": TEXT}]})
BESIDES = (ENQUEUE, ENQUEUE_FOR, COMMAND, SESSION_COMMAND, SESSION_LIST, APPROVE_COMMAND, REJECT, TRANSCRIPT)

#: The addresses of both WebSockets: the document's, and those that the original's clients open.
DEVICE_LINES = ("/ws/device", "/api/v1/device/ws")
CUSTOMER_LINES = ("/ws/customer", "/api/v1/customer/ws")
#: What a device is told -> its shape. `payload` beside the document's `data` is what the real agent acts on.
DEVICE_HEARS: dict[str, Any] = {
    "command": {"data": {"id": TEXT, "type": TEXT, "parameters": ANYTHING, "claimToken": TEXT},
                "payload": {"id": TEXT, "type": TEXT, "parameters": ANYTHING, "claimToken": TEXT, "timestamp": TIME}},
    "config_update": {"data": dict},
}
#: What a device may say, the document's first; `data` as it is documented, flat as the original's server takes it.
DEVICE_SAYS = ("status", "command_result", "connected", "heartbeat", "status_update", "claim_command")
CUSTOMER_HEARS: dict[str, Any] = {
    "device_status": {"data": {"deviceId": TEXT, "status": TEXT}},
    "command_update": {"data": {"commandId": TEXT, "deviceId": TEXT, "status": TEXT}},
}
CUSTOMER_SAYS = ("subscribe", "unsubscribe")
