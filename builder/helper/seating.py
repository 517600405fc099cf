"""Getting into a session and back into it: assign, register, join, and say what this machine can do."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from .api import Api
from .errors import NotThere, Refused, Removed, Unreachable
from .link import Link
from .machine import Machine
from .session import Session
from .text import raw

log = logging.getLogger("helper.seating")


class Seating:
    """Runs after every connect; sets `removed` when the server does not know this device any more. A managed computer
    (`is_called`) asks for no session of its own: it comes into the one that a technician opens."""

    def __init__(self, *, api: Api, link: Link, session: Session, machine: Machine, allow_unattended: bool,
                 is_called: bool = False) -> None:
        self._api = api
        self._link = link
        self._session = session
        self._machine = machine
        self._unattended = allow_unattended
        self._is_called = is_called
        self._turn = asyncio.Lock()
        self.removed = asyncio.Event()

    async def take(self) -> None:
        """Take a seat, for as long as it takes."""
        await self._session.tell_stopped()
        pause = 0.5
        while not await self._once():
            await asyncio.sleep(pause)
            pause = min(5.0, pause * 1.6)
        self._session.show()

    async def refused(self) -> None:
        """The socket was not accepted: find out whether the server still knows this device."""
        try:
            await self._session_id()
        except Removed:
            self.removed.set()
        except (NotThere, Unreachable, Refused):
            return

    async def _session_id(self) -> str:
        """The session to be in; "" when a managed computer is wanted in none. Raises Removed, Unreachable, Refused."""
        if self._is_called:
            return await self._api.pending()
        answer = await self._api.assign(allow_unattended=self._unattended)
        return raw(answer, "sessionId", limit=128)

    async def _once(self) -> bool:
        try:
            async with self._turn:
                if self._session.id and await self._join(self._session.id):
                    return True
                session_id = await self._session_id()
                if not session_id and self._is_called:
                    return True
                return bool(session_id) and await self._join(session_id)
        except Removed:
            self.removed.set()
        except (NotThere, Unreachable, Refused) as error:
            log.info("no seat yet: %s", error)
        return False

    async def _join(self, session_id: str) -> bool:
        """Register and join; a session that is over is left, and another one asked for."""
        about = await self._machine.capabilities()
        try:
            await self._api.register(
                session_id, capabilities=about["capabilities"], allow_unattended=self._unattended
            )
        except NotThere:
            self._session.leave()
            return False
        self._session.viewers.relays.forget()
        await self._session.viewers.relays.servers()
        answer = await self._session.join(session_id, rights_held=True)
        if answer.get("error_code") in ("SESSION_NOT_FOUND", "SESSION_ENDED"):
            self._session.leave()
        if not answer.get("ok"):
            log.info("the seat was refused: %s", answer.get("error_code"))
            return False
        await self.capabilities()
        return True

    async def pending(self, data: dict[str, Any]) -> None:
        """`pending-session`: a technician opened a session for this device."""
        session_id = raw(data, "sessionId", limit=128)
        session = self._session
        busy = session.id and session.joined and session.consent.rights
        if not session_id or busy or (session_id == session.id and session.joined):
            return
        try:
            async with self._turn:
                await self._join(session_id)
        except Removed:
            self.removed.set()
        except (Unreachable, Refused) as error:
            log.info("no seat yet: %s", error)

    async def capabilities(self) -> None:
        """Tell the technicians which displays there are."""
        await self._session.send("helper-capabilities", await self._machine.capabilities())
