"""What the server hands over, and what a device hands back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

SUCCESS, FAILURE, TIMEOUT = "success", "failure", "timeout"


@dataclass(frozen=True)
class Command:
    """A command that is this device's until `visible_until` (by the server's clock). The token is the proof of it."""

    id: str
    type: str
    parameters: Any
    claim_token: str
    priority: int = 5
    visible_until: str = ""

    @classmethod
    def read(cls, row: dict[str, Any]) -> Command:
        """From an answer to a claim, or from a message on the line."""
        return cls(id=row["id"], type=row["type"], parameters=row.get("parameters"), claim_token=row["claimToken"],
                   priority=row.get("priority", 5), visible_until=row.get("visibleUntil", ""))


@dataclass(frozen=True)
class Outcome:
    """What came of a command. `status` is success, failure or timeout; `duration` in milliseconds; `executed_at` in
    ISO 8601, by the device's clock."""

    status: str = SUCCESS
    output: str | None = None
    error: str | None = None
    executed_at: str = ""
    duration: int = 0

    def body(self, claim_token: str) -> dict[str, Any]:
        """As the server wants it."""
        body = {"claimToken": claim_token, "status": self.status, "output": self.output, "error": self.error,
                "executedAt": self.executed_at, "duration": self.duration}
        return {name: value for name, value in body.items() if value is not None}
