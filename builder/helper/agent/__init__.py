"""The helper as a device of the fleet: what it says and does on `/agent`, beside any session."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable
from typing import Any

from .. import VERSION
from ..board import Board, Snapshot
from ..gateway import Gateway
from ..link import Link
from ..settings import Settings
from ..text import raw
from .approvals import Approvals
from .chat import DeskChat
from .commands import Commands
from .examiner import Examiner
from .journal import Journal
from .kinds import Kinds
from .line import AgentLine
from .repairs import Repairs

log = logging.getLogger("helper.agent")
FIRST_REPORT_SECONDS = 20.0


class Agent:
    """Everything of one device that is not a session. On a quick-support computer nothing is examined or repaired but
    while the customer grants the right `commands` (`allows`); on a managed one (`fleet`) examinations are always
    answered. Repairs need a click on both."""

    def __init__(self, *, link: Link, board: Board, settings: Settings, device_id: str,
                 allows: Callable[[str], bool]) -> None:
        self._settings, self._board, self._allows = settings, board, allows
        self._tasks: set[asyncio.Task[Any]] = set()
        self._had_commands = False
        self.line = AgentLine(link, device_id=device_id)
        self.line.on_up = self._up
        self.chat = DeskChat(self.line, board)
        self.approvals = Approvals(board, answer=settings.own_answer)
        self.examiner = Examiner(self.line, server=settings.server_url, may=self._may,
                                 is_watched=lambda: allows("view"))
        self.repairs = Repairs(self.line, approvals=self.approvals, may=self._may, alone=self._alone, again=self.keep)
        self.line.on("settings_request", self._settings_asked)

    def about(self, *, exe_hash: str, username: str, hostname: str) -> dict[str, str]:
        """What the connection's address says of this device, as contract 000's agents do."""
        return {"hostname": hostname, "username": username, "clientVersion": VERSION, "exeHash": exe_hash or "unknown",
                "lastSeenChat": self.chat.last_seen}

    def start(self) -> None:
        """Begin to work; the tasks go with the event loop."""
        self.keep(self.examiner.lane.run())
        self.keep(self.repairs.lane.run())
        if self._settings.fleet:
            first = random.uniform(0.2, 1.0) * FIRST_REPORT_SECONDS
            self.keep(self.examiner.report(minutes=self._settings.report_minutes, first=first))
        loop = asyncio.get_running_loop()
        self._board.watch(lambda new: loop.is_closed() or loop.call_soon_threadsafe(self._granted, new))

    def take_commands(self, gateway: Gateway, *, journal: Journal) -> None:
        """Work off the server's queue too. A managed computer does, and no other."""
        kinds = Kinds(line=self.line, repairs=self.repairs, board=self._board, server=self._settings.server_url,
                      nobody=self._settings.nobody_to_ask)
        commands = Commands(gateway, kinds=kinds, journal=journal)
        self.line.on("commands_waiting", commands.waiting)
        self.keep(commands.live())

    def stop(self) -> None:
        """Take up nothing more."""
        for task in list(self._tasks):
            task.cancel()

    def keep(self, work: Any) -> None:
        """Run something until it is done or the program ends."""
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._ended)

    def _ended(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (problem := task.exception()):
            log.error("work for the support desk", exc_info=problem)

    async def _up(self) -> None:
        await self.repairs.tell_the_rest()
        await self.examiner.introduce()

    def _granted(self, new: Snapshot) -> None:
        """The customer of a quick-support computer has granted `commands`, so the desk hears what computer it is; or
        has taken it back, and nothing that was asked for stands any more."""
        had, self._had_commands = self._had_commands, "commands" in new.rights
        if self._settings.fleet or had == self._had_commands:
            return
        if had:
            self.approvals.decline_all()
        elif self.line.is_up:
            self.keep(self.examiner.introduce())

    def _may(self) -> bool:
        return self._settings.fleet or self._allows("commands")

    def _alone(self, auto_approve: bool) -> bool:
        """Without a click only where the signed settings allow unattended access, and then only if the desk says that
        nobody need be asked, or nobody can be."""
        return self._settings.allow_unattended and (auto_approve or self._settings.nobody_to_ask)

    async def _settings_asked(self, data: dict[str, Any]) -> None:
        """`settings_request`: how this helper is set up; no secret among it."""
        settings = self._settings
        await self.line.send("settings_result", {"requestId": raw(data, "requestId", limit=128), "settings": {
            "clientVersion": VERSION, "fleetEnabled": settings.fleet, "intervalMinutes": settings.report_minutes,
            "allowUnattended": settings.allow_unattended, "userInterface": settings.ui, "product": settings.product,
        }})

