"""How a call can fail: for good, or for now."""

from __future__ import annotations

from typing import Any


class GatewayError(Exception):
    """Base of all."""


class Refused(GatewayError):
    """The server said no, and will say so again: asking once more is of no use."""

    def __init__(self, status: int, code: str, message: str, details: dict[str, Any] | None = None) -> None:
        super().__init__(f"{status} {code}: {message}")
        self.status, self.code, self.message, self.details = status, code, message, details or {}


class Unreachable(GatewayError):
    """The server can't be reached or has trouble of its own, even after a few tries."""


class Stopped(GatewayError):
    """The program is told to stop while it waited for another try."""
