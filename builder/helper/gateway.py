"""The queue at the server's device gateway (contract 003), spoken as one device: sign in, claim, extend, report."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import aiohttp

from .api import Api
from .errors import Unreachable
from .text import printable, raw

_QUICK = aiohttp.ClientTimeout(total=30, connect=8)
_SIGNED_OUT, _TOO_MANY = 401, 429


class Final(Exception):
    """The server's last word: asking the same again changes nothing. The sentence is the server's."""


@dataclass(frozen=True)
class Claimed:
    """One command that this device has for itself until its claim runs out."""

    id: str
    type: str
    token: str
    parameters: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Result:
    """What came of a command. `status` is success, failure or timeout; `output` is what was found, as JSON."""

    status: str
    output: str = ""
    error: str = ""


class Gateway:
    """Claims commands and reports what came of them. It signs in when it has to, and again when its token is no longer
    taken. Every verb raises Unreachable where trying again may help, and Final where it does not."""

    def __init__(self, api: Api) -> None:
        self._api = api
        self._token = ""

    async def claim(self, *, hold_ms: int) -> Claimed | None:
        """Have the next command for so many milliseconds; None when nothing waits."""
        told = await self._ask("/commands/claim", {"limit": 1, "visibilityTimeout": hold_ms})
        listed = told.get("commands")
        row = listed[0] if isinstance(listed, list) and listed else None
        if row is None:
            return None
        parameters = row.get("parameters") if isinstance(row, dict) else None
        claimed = Claimed(raw(row, "id", limit=64), raw(row, "type", limit=80), raw(row, "claimToken", limit=256),
                          parameters if isinstance(parameters, dict) else {})
        if not (claimed.id.replace("-", "").isalnum() and claimed.token):
            raise Final("the server's command is not understood")
        return claimed

    async def extend(self, claimed: Claimed, *, hold_ms: int) -> None:
        """Have it for so many milliseconds from now. Final: it is no longer this device's."""
        await self._ask(f"/commands/{claimed.id}/extend", {"claimToken": claimed.token, "extensionMs": hold_ms})

    async def finish(self, claimed: Claimed, result: Result, *, executed_at: str, duration_ms: int) -> None:
        """Say what came of it."""
        said = {"output": result.output, "error": result.error}
        await self._ask(f"/commands/{claimed.id}/result", {
            "claimToken": claimed.token, "status": result.status, "executedAt": executed_at, "duration": duration_ms,
            **{name: text for name, text in said.items() if text}})

    async def _ask(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        if not self._token:
            self._token = await self._sign_in()
        status, told = await self._post(path, body)
        if status == _SIGNED_OUT:
            self._token = await self._sign_in()
            status, told = await self._post(path, body)
        return _read(status, told)

    async def _sign_in(self) -> str:
        self._token = ""
        told = _read(*await self._post("/auth", {"deviceId": self._api.device_id,
                                                 "deviceSecret": self._api.device_secret}))
        token = raw(told, "token", limit=256)
        if not token:
            raise Final("the server's answer to the sign-in is not understood")
        return token

    async def _post(self, path: str, body: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        headers = {"X-Device-Token": self._token} if self._token else {}
        try:
            return await self._api.post_to_gateway(path, body, headers=headers, timeout=_QUICK)
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unreachable("the server does not answer") from error


def _read(status: int, told: dict[str, Any]) -> dict[str, Any]:
    if status in (200, 201):
        return told
    problem = told.get("error")
    said = printable(problem.get("message"), limit=200) if isinstance(problem, dict) else ""
    if status == _TOO_MANY or status >= 500:
        raise Unreachable(said or f"the server answered {status}")
    raise Final(said or f"the server answered {status}")
