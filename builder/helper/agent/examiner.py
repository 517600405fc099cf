"""What the support desk asks to know: the profile, checks and tools, answered where that is allowed."""

from __future__ import annotations

import asyncio
import logging
import random
import time
from collections.abc import Callable
from functools import partial
from typing import Any

from ..examine import checks, profile, tools
from ..examine.errors import NotAvailable, NotRun, Refused, Unknown
from ..text import printable, raw
from .lanes import Allowance, Lane, aside
from .line import AgentLine

log = logging.getLogger("helper.agent")
NOT_ALLOWED = "The customer has not allowed diagnostics and repairs on this computer."
BUSY = "This computer is still busy with what it was asked before. Try again in a minute."
REQUESTS_PER_MINUTE = 90
WAITING = 12
CHECK_SECONDS, TOOL_SECONDS, PROFILE_SECONDS = 240.0, 55.0, 120.0
BUSY_PAUSE = 60.0


class Examiner:
    """Answers `diagnostic_request` and `system_tool_request`, and reports unasked where this computer is managed.
    `may` says whether examinations are allowed at this moment, `is_watched` whether somebody looks at the screen;
    `server` is the URL of the one host that the check of the network calls."""

    def __init__(self, line: AgentLine, *, server: str, may: Callable[[], bool],
                 is_watched: Callable[[], bool]) -> None:
        self._line, self._server = line, server
        self._may, self._is_watched = may, is_watched
        self._allowance = Allowance(REQUESTS_PER_MINUTE)
        self.lane = Lane(waiting=WAITING)
        line.on("diagnostic_request", self.diagnose)
        line.on("system_tool_request", self.use_tool)

    async def diagnose(self, data: dict[str, Any]) -> None:
        """`diagnostic_request`: one check, or all of them."""
        if not self._allowance.take():
            return
        check, request_id = raw(data, "checkType", limit=40) or "all", raw(data, "requestId", limit=128)
        if not self._may():
            await self._refuse(check, request_id, NOT_ALLOWED)
        elif not self.lane.put(lambda: self._check(check, request_id)):
            await self._refuse(check, request_id, BUSY)

    async def _check(self, check: str, request_id: str) -> None:
        try:
            for name in checks.names(check):
                if not self._may():  # taken back while it stood in line
                    return await self._refuse(check, request_id, NOT_ALLOWED)
                await self._run(name, requestId=request_id, silent=False)
        except Unknown as problem:
            await self._refuse(check, request_id, printable(str(problem)))
        except TimeoutError:
            await self._refuse(check, request_id, "The check did not come to an end in time.")

    async def _run(self, name: str, **about: Any) -> None:
        """Run one check and tell what it found at once: the others may take a while."""
        for found in await aside(lambda: checks.run(name, server=self._server), seconds=CHECK_SECONDS):
            await self._line.send("diagnostic_result", {**found, **about})

    async def _refuse(self, check: str, request_id: str, message: str) -> None:
        await self._line.send("diagnostic_refused", {"requestId": request_id, "checkType": check, "message": message})

    async def use_tool(self, data: dict[str, Any]) -> None:
        """`system_tool_request`."""
        if not self._allowance.take():
            return
        tool, request_id = raw(data, "tool", limit=40), raw(data, "requestId", limit=128)
        params = data.get("params")
        given = params if isinstance(params, dict) else {}
        if not self._may():
            await self._tell(tool, request_id, error=NOT_ALLOWED)
        elif not self.lane.put(lambda: self._tool(tool, given, request_id)):
            await self._tell(tool, request_id, error=BUSY)

    async def _tool(self, tool: str, params: dict[str, Any], request_id: str) -> None:
        if not self._may():
            return await self._tell(tool, request_id, error=NOT_ALLOWED)
        try:
            found = await aside(lambda: tools.run(tool, params), seconds=TOOL_SECONDS)
        except (Unknown, NotAvailable, NotRun, Refused) as problem:
            await self._tell(tool, request_id, error=printable(str(problem)))
        except TimeoutError:
            await self._tell(tool, request_id, error="The tool did not come to an end in time.")
        except Exception:
            log.exception("tool %s", printable(tool, limit=40))
            await self._tell(tool, request_id, error="The tool failed with an error of its own.")
        else:
            await self._tell(tool, request_id, data=found)

    async def _tell(self, tool: str, request_id: str, *, data: Any = None, error: str | None = None) -> None:
        await self._line.send("system_tool_result", {
            "requestId": request_id, "tool": tool, "success": error is None, "data": data, "error": error,
        })

    # unasked

    async def introduce(self) -> None:
        """Send `system_profile`, where that is allowed."""
        if self._may():
            self.lane.put(self._profile)

    async def _profile(self) -> None:
        found = await aside(profile.collect, seconds=PROFILE_SECONDS)
        await self._line.send("system_profile", found)

    async def report(self, *, minutes: float, first: float) -> None:
        """Run every check after `first` seconds, and then those that make the health score each so many minutes, for
        as long as the program runs. The times are blurred, so that a thousand computers do not report at once, and
        nothing is measured while somebody watches the screen."""
        await asyncio.sleep(first)
        wanted = checks.names(checks.ALL)
        while True:
            while self._is_watched() or not self._line.is_up:
                await asyncio.sleep(min(BUSY_PAUSE, 6 * minutes))
            began = time.monotonic()
            self.lane.put(partial(self._silently, wanted))
            wanted = checks.SCORED
            pause = 60 * minutes * random.uniform(0.9, 1.1)
            await asyncio.sleep(max(1.0, pause - (time.monotonic() - began)))

    async def _silently(self, wanted: tuple[str, ...]) -> None:
        for name in wanted:
            await self._run(name, silent=True)
