"""Commands that waited in the server's queue for this computer: claimed one by one, done, and told of until the server
has heard it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import random
import time
from typing import Any

from ..errors import Unreachable
from ..gateway import Claimed, Final, Gateway, Result
from .journal import Journal
from .kinds import Kinds
from .line import now

log = logging.getLogger("helper.agent")
#: How long a claim lasts, in milliseconds, and how often it is made to last longer, in seconds. A helper that is ended
#: in the middle gets the command again once its claim has run out.
HOLD_MS, EXTEND_SECONDS = 120_000, 40.0
#: The server tells of waiting commands; this is for what it could not tell.
POLL_SECONDS, FIRST_POLL_SECONDS = 600.0, 60.0
FIRST_PAUSE, LONGEST_PAUSE = 2.0, 60.0


class Commands:
    """Works off the queue for as long as the program runs: one command at a time, whatever else goes on."""

    def __init__(self, gateway: Gateway, *, kinds: Kinds, journal: Journal) -> None:
        self._gateway, self._kinds, self._journal = gateway, kinds, journal
        self._waiting = asyncio.Event()
        self._pause = FIRST_PAUSE

    async def waiting(self, _: dict[str, Any]) -> None:
        """`commands_waiting`: look into the queue now."""
        self._waiting.set()

    async def live(self) -> None:
        """Look when the server says that something waits, and now and then without being told."""
        pause = FIRST_POLL_SECONDS * random.uniform(0.3, 1.3)
        while True:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._waiting.wait(), pause)
            self._waiting.clear()
            pause = await self._until_none_waits()

    async def _until_none_waits(self) -> float:
        """Do what waits. Returns after how many seconds to look again, unless the server says so before."""
        try:
            while claimed := await self._gateway.claim(hold_ms=HOLD_MS):
                await self._serve(claimed)
        except Unreachable as why:
            log.info("the queue cannot be asked: %s", why)
            return self._longer()
        except Final as why:
            log.warning("the queue is closed to this computer: %s", why)
        self._pause = FIRST_PAUSE
        return POLL_SECONDS * random.uniform(0.75, 1.25)

    def _longer(self) -> float:
        self._pause = min(LONGEST_PAUSE, self._pause * 2)
        return self._pause * random.uniform(0.75, 1.25)

    async def _serve(self, claimed: Claimed) -> None:
        """Do one command and report it; one that was done before is reported as it was."""
        began, executed_at = time.monotonic(), now()
        known = self._journal.result_of(claimed.id)
        work = asyncio.ensure_future(_given(known) if known else self._do(claimed))
        claim = asyncio.ensure_future(self._keep(claimed, work))
        try:
            await asyncio.wait([work])
            if not work.cancelled():
                await self._report(claimed, work.result(), executed_at=executed_at,
                                   duration_ms=round(1000 * (time.monotonic() - began)))
        finally:
            claim.cancel()
            work.cancel()

    async def _do(self, claimed: Claimed) -> Result:
        changes = False

        async def begins() -> None:
            nonlocal changes
            await asyncio.to_thread(self._journal.begin, claimed.id)
            changes = True

        log.info("command %s of type %r", claimed.id, claimed.type)
        result = await self._kinds.run(claimed, begins=begins)
        if changes:
            with contextlib.suppress(OSError):  # what is reported now need not be known later
                await asyncio.to_thread(self._journal.finish, claimed.id, result)
        return result

    async def _keep(self, claimed: Claimed, work: asyncio.Future[Result]) -> None:
        """Make the claim last for as long as the work does. A command that is no longer this computer's (it was
        cancelled, or the claim ran out) is given up, unless something is being changed already."""
        while True:
            await asyncio.sleep(EXTEND_SECONDS * random.uniform(0.9, 1.1))
            try:
                await self._gateway.extend(claimed, hold_ms=HOLD_MS)
            except Unreachable:
                continue
            except Final as why:
                log.info("command %s is no longer ours: %s", claimed.id, why)
                if self._journal.result_of(claimed.id) is None:
                    work.cancel()
                return

    async def _report(self, claimed: Claimed, result: Result, **when: Any) -> None:
        """Until the server has it, or does not want it."""
        pause = FIRST_PAUSE
        while True:
            try:
                return await self._gateway.finish(claimed, result, **when)
            except Final as why:
                log.warning("the result of command %s is not taken: %s", claimed.id, why)
                return
            except Unreachable as why:
                log.info("the result of command %s waits: %s", claimed.id, why)
            await asyncio.sleep(pause * random.uniform(0.75, 1.25))
            pause = min(LONGEST_PAUSE, pause * 2)


async def _given(result: Result) -> Result:
    return result
