"""“I need help”: what is wrong becomes a ticket at the support desk, with a picture of the screen and the helper's
checks if the person wants that."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
from typing import Any

from .agent.lanes import aside
from .api import Api
from .board import Board, HelpCall
from .errors import Refused, Removed, Unreachable
from .examine import checks
from .outbox import Outbox
from .text import field, number

log = logging.getLogger("helper.calls")
PAUSE_SECONDS = 30.0
CHECK_SECONDS = 240.0
LOOKED_AFTER_DAYS = 7
OVER = ("resolved", "closed", "cancelled")


class Calls:
    """Sends what the outbox holds, again and again until the server has it, and tells what becomes of it."""

    def __init__(self, api: Api, *, board: Board, outbox: Outbox, server: str) -> None:
        self._api, self._board, self._outbox, self._server = api, board, outbox, server
        self._wake = asyncio.Event()

    def wake(self) -> None:
        """There is something new to send, or a connection again."""
        self._wake.set()

    async def live(self) -> None:
        """Send and look, for as long as the program runs."""
        while True:
            self._wake.clear()
            for letter in self._outbox.all():
                if not await self.sent(letter):
                    break
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), PAUSE_SECONDS)

    async def sent(self, letter: dict[str, Any]) -> bool:
        """Send what is left of a call, or ask what became of it. False when the server is out of reach."""
        try:
            await self._send(letter)
        except Refused as problem:
            self._outbox.drop(letter["requestId"])
            self._board.update(call=HelpCall("refused", error=str(problem)))
        except (Unreachable, Removed) as problem:
            log.info("a call for help is kept: %s", problem)
            if not letter.get("ticket"):
                self._board.update(call=HelpCall("waiting"))
            return False
        return True

    async def _send(self, letter: dict[str, Any]) -> None:
        if not letter.get("ticket"):
            answer = await self._api.call_for_help(
                letter["requestId"], problem=letter["problem"], contact=str(letter.get("contact", "")))
            letter["ticket"] = int(number(answer, "ticket_id"))
            self._outbox.note(letter)
            self._board.update(call=HelpCall("sent", number=letter["ticket"]))
        await self._send_picture(letter)
        await self._send_checks(letter)
        await self._look(letter)

    async def _send_picture(self, letter: dict[str, Any]) -> None:
        if letter.get("picture"):
            with contextlib.suppress(Refused, FileNotFoundError):  # the ticket is there; a picture is only an extra
                await self._api.help_picture(letter["requestId"], self._outbox.picture(letter["requestId"]))
            letter["picture"] = False
            self._outbox.note(letter)

    async def _send_checks(self, letter: dict[str, Any]) -> None:
        if letter.get("checks"):
            with contextlib.suppress(Refused, TimeoutError):
                await self._api.help_checks(letter["requestId"], await aside(self._checked, seconds=CHECK_SECONDS))
            letter["checks"] = False
            self._outbox.note(letter)

    def _checked(self) -> list[dict[str, Any]]:
        return [found for name in checks.SCORED for found in checks.run(name, server=self._server)]

    async def _look(self, letter: dict[str, Any]) -> None:
        """Ask what became of it, for a week at most."""
        told = await self._api.help_state(letter["requestId"])
        status, by = field(told, "status", limit=20), field(told, "taken_by", limit=60)
        is_over = status in OVER
        phase = "solved" if is_over else "taken" if by or status == "in_progress" else "sent"
        self._board.update(call=HelpCall(phase, number=letter["ticket"], by=by))
        if is_over or time.time() - letter["at"] > LOOKED_AFTER_DAYS * 86400:
            self._outbox.drop(letter["requestId"])
