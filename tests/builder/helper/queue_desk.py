"""The desk with a queue: what a managed helper claims, keeps and reports can be awaited."""

from __future__ import annotations

import asyncio
from typing import Any

from aiohttp import web

from tests.builder.helper.fleet_desk import FleetDesk


class QueueDesk(FleetDesk):
    """Hands out `waiting`, one by one. `says` makes an address answer with these statuses before it does its work."""

    def __init__(self) -> None:
        self.waiting: list[dict[str, Any]] = []
        self.results: dict[str, list[dict[str, Any]]] = {}
        self.says: dict[str, list[int]] = {}
        self.tokens: set[str] = set()
        self.claims = 0
        super().__init__()

    def _routes(self) -> None:
        super()._routes()
        add = self.app.router.add_post
        add("/api/v1/device/auth", self._auth)
        add("/api/v1/device/commands/claim", self._claim)
        add("/api/v1/device/commands/{id}/extend", self._extend)
        add("/api/v1/device/commands/{id}/result", self._result)

    async def _auth(self, request: web.Request) -> web.Response:
        if (await request.json())["deviceSecret"] != self.secret:
            return _no(401)
        self.tokens.add(f"token-{len(self.tokens)}")
        self._happened("auth", {"headers": dict(request.headers)})
        return web.json_response({"token": f"token-{len(self.tokens) - 1}", "expiresIn": 604800, "deviceId": "DEV-1"})

    def _refusal(self, what: str, request: web.Request) -> web.Response | None:
        said = self.says.get(what)
        if said:
            return _no(said.pop(0))
        return None if request.headers.get("X-Device-Token") in self.tokens else _no(401)

    async def _claim(self, request: web.Request) -> web.Response:
        body = await request.json()
        self._happened("claim", body)
        if refused := self._refusal("claim", request):
            return refused
        self.claims += 1
        given = [{**self.waiting.pop(0), "claimToken": f"claim-{self.claims}"}] if self.waiting else []
        return web.json_response({"commands": given})

    async def _extend(self, request: web.Request) -> web.Response:
        self._happened("extend", await request.json())
        return self._refusal("extend", request) or web.json_response({"success": True, "visibleUntil": ""})

    async def _result(self, request: web.Request) -> web.Response:
        body, command_id = await request.json(), request.match_info["id"]
        self._happened("tried", {"id": command_id, **body})
        if refused := self._refusal("result", request):
            return refused
        self.results.setdefault(command_id, []).append(body)
        self._happened(f"result {command_id}", body)
        return web.json_response({"success": True})

    def puts(self, command_id: str, kind: str, **parameters: Any) -> None:
        """Put a command into the queue; nobody is told."""
        self.waiting.append({"id": command_id, "type": kind, "parameters": parameters, "priority": 5})

    async def has(self, command_id: str, kind: str, **parameters: Any) -> dict[str, Any]:
        """Put a command into the queue, tell the device, and wait for its result."""
        result = asyncio.ensure_future(self.next(f"result {command_id}"))
        self.puts(command_id, kind, **parameters)
        await self.tell("commands_waiting", count=1)
        return await result


def _no(status: int) -> web.Response:
    return web.json_response({"error": {"code": "NO", "message": "No.", "details": {}}}, status=status)
