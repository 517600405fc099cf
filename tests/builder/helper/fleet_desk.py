"""The desk with `/agent` too: everything that a device says there can be awaited."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tests.builder.helper.desk import TOKEN, Desk, package, sign


class FleetDesk(Desk):
    """Lets devices into `/agent`, or turns them away there."""

    def __init__(self, *, lets_in: bool = True) -> None:
        self.lets_in = lets_in
        self.agent = ""
        self.query = ""
        self.answers: dict[str, dict[str, Any]] = {}
        super().__init__()

    def _events(self) -> None:
        super()._events()
        self.sio.on("connect", self._agent_came, namespace="/agent")
        self.sio.on("disconnect", self._agent_went, namespace="/agent")
        self.sio.on("*", self._agent_said, namespace="/agent")

    async def _agent_came(self, sid: str, environ: dict[str, Any], auth: Any) -> None:
        assert auth["deviceSecret"] == self.secret
        self.agent, self.query = sid, environ["QUERY_STRING"]
        self._happened("agent", {"sid": sid, **auth})
        if not self.lets_in:
            self.sio.start_background_task(self.sio.disconnect, sid, namespace="/agent")

    async def _agent_went(self, sid: str, *_: Any) -> None:
        self._happened("agent-gone", {"sid": sid})

    async def _agent_said(self, event: str, sid: str, data: Any) -> dict[str, Any]:
        self._happened(event, data)
        return self.answers.get(event, {"ok": True})

    def _routes(self) -> None:
        super()._routes()
        self.app.router.add_get("/api/devices/pending/{id}", self._pending)

    async def _pending(self, request: Any) -> Any:
        from aiohttp import web

        self.posted.append(("pending", {}))
        if not self._known(request):
            return web.json_response({"success": False, "error": "unknown device"}, status=401)
        return web.json_response({"pending": False})

    async def tell(self, event: str, **data: Any) -> None:
        """Say something to the device on `/agent`."""
        await self.sio.emit(event, data, to=self.agent, namespace="/agent")

    async def answer_to(self, event: str, *, within: float = 40, **data: Any) -> dict[str, Any]:
        """Ask the device something and wait for the event that answers it."""
        import asyncio

        waiting = asyncio.ensure_future(self.next(event, within))
        await asyncio.sleep(0)
        await self.tell(data.pop("ask"), **data)
        return await waiting


def installer(folder: Path, *, url: str, unattended: bool = False, minutes: float = 5) -> Path:
    """Write an unpacked installer: it names a client and no device."""
    package(folder, url=url, unattended=unattended)
    settings = json.loads((folder / "appsettings.json").read_text())
    del settings["Device"]
    settings |= {"Enrollment": {"Token": TOKEN}, "Client": {"Name": "Acme Corp"}, "Fleet": {"Enabled": True},
                 "Monitoring": {"IntervalMinutes": minutes}}
    (folder / "appsettings.json").write_text(json.dumps(settings))
    sign(folder)
    return folder
