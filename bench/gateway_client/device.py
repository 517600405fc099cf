"""The calls of a device, signed in by itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from bench.gateway_client.answers import Command, Outcome
from bench.gateway_client.errors import Refused
from bench.gateway_client.patience import Patience
from bench.gateway_client.wire import Wire

DEVICE = "/api/v1/device"
#: A sign-in is renewed when so much of its time has passed without a call.
RENEWED_AFTER = 0.8
UNAUTHORIZED = 401


@dataclass(frozen=True)
class Registered:
    """The answer to a registration; `secret` is shown this once."""

    device: dict[str, Any]
    secret: str


def register(url: str, device_id: str, activation_code: str, *, patience: Patience | None = None,
             **metadata: str) -> Registered:
    """Turn a one-time activation code into a device's own secret. `metadata`: location, model.
    Raises Refused, Unreachable."""
    answer = Wire(url).post(f"{DEVICE}/register", {"deviceId": device_id, "activationCode": activation_code,
                                                    "metadata": metadata}, patience=patience or Patience())
    return Registered(answer["device"], answer["deviceSecret"])


class Device:
    """A registered device. It signs in when a call needs it and again when the server says so.

    Every call raises Refused (final), Unreachable (after `patience`) and Stopped (`patience.stop` was set)."""

    def __init__(self, url: str, device_id: str, *, secret: str, patience: Patience | None = None) -> None:
        self.url, self.id, self._secret = url.rstrip("/"), device_id, secret
        self.patience = patience or Patience()
        self._wire = Wire(url)
        self._token, self._good_until = "", 0.0
        self._expires_in = 0.0
        self._signing_in = threading.Lock()

    def sign_in(self, *, instead_of: str = "") -> str:
        """A session token. One that another thread got meanwhile, in place of the one that failed, is as good."""
        with self._signing_in:
            if self._token and self._token != instead_of and time.monotonic() < self._good_until:
                return self._token
            answer = self._wire.post(f"{DEVICE}/auth", {"deviceId": self.id, "deviceSecret": self._secret},
                                     patience=self.patience)
            self._token, self._expires_in = answer["token"], float(answer["expiresIn"])
            self._renewed()
            return self._token

    def _renewed(self) -> None:
        """Each call puts the end of the sign-in off."""
        self._good_until = time.monotonic() + self._expires_in * RENEWED_AFTER

    def headers(self) -> dict[str, str]:
        """The proof that goes with a call; of the line, too."""
        return {"X-Device-Token": self.sign_in()}

    def heartbeat(self, status: str = "online", *, metrics: dict[str, float] | None = None,
                  diagnostics: Any = None) -> dict[str, Any]:
        """Say how the device is. The answer holds `nextHeartbeat` (ms) and `pendingCommands`."""
        body = {"timestamp": now(), "status": status, "metrics": metrics, "diagnostics": diagnostics}
        return self._post("heartbeat", {name: value for name, value in body.items() if value is not None})

    def enqueue(self, type: str, parameters: Any = None, *, priority: int = 5, key: str = "") -> str:
        """Queue a command for this device itself. Returns its id. With a `key`, saying it twice queues it once."""
        return self._post("commands", {"command": type, "parameters": parameters or {}, "priority": priority,
                                       **({"idempotencyKey": key} if key else {})})["id"]

    def claim(self, *, limit: int = 1, hold: float = 300.0) -> list[Command]:
        """Take up to `limit` commands, most urgent first, for `hold` seconds."""
        answer = self._post("commands/claim", {"limit": limit, "visibilityTimeout": int(hold * 1000)})
        return [Command.read(row) for row in answer["commands"]]

    def extend(self, command: Command, *, hold: float = 300.0) -> str:
        """Keep a command for `hold` seconds from now. Returns until when, by the server's clock."""
        body = {"claimToken": command.claim_token, "extensionMs": int(hold * 1000)}
        return self._post(f"commands/{command.id}/extend", body)["visibleUntil"]

    def finish(self, command: Command, outcome: Outcome, *, patience: Patience | None = None) -> str | None:
        """Hand in what came of a command. Returns the id of the next one that waits, if any."""
        answer = self._post(f"commands/{command.id}/result", outcome.body(command.claim_token), patience=patience)
        return (answer.get("nextCommand") or {}).get("id")

    def _post(self, path: str, body: dict[str, Any], *, patience: Patience | None = None) -> dict[str, Any]:
        shown: list[str] = []

        def prove() -> dict[str, str]:
            shown[:] = [self.sign_in()]
            return {"X-Device-Token": shown[0]}

        def call() -> dict[str, Any]:
            return self._wire.post(f"{DEVICE}/{path}", body, headers=prove, patience=patience or self.patience)
        answer = self._once_more_signed_in(call, shown)
        self._renewed()
        return answer

    def _once_more_signed_in(self, call: Callable[[], dict[str, Any]], shown: list[str]) -> dict[str, Any]:
        try:
            return call()
        except Refused as refusal:
            if refusal.status != UNAUTHORIZED or not shown:  # the sign-in itself may have been refused
                raise
        self.sign_in(instead_of=shown[0])
        return call()


def now() -> str:
    """The device's clock, as the server reads it."""
    return datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
