"""The kinds of commands that a managed computer takes out of the queue, and what each does.

| type | parameters | what it does |
|---|---|---|
| `check` | `checkType` | one check |
| `check.all` | | every check |
| `tool` | `tool`, `params` | one of the tools |
| `profile` | | what this computer is |
| `repair` | `actionId`, `parameter` | one of the repairs, if the person at the computer allows it |
| `message` | `text` | shows it in the window |
"""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from .. import remedies
from ..board import Board, DeskLine
from ..examine import checks, profile, tools
from ..examine.errors import NotAvailable, NotRun, Refused, Unknown
from ..gateway import Claimed, Result
from ..text import printable, raw
from .chat import CHECKS, LONGEST, clock_time
from .examiner import CHECK_SECONDS, PROFILE_SECONDS, TOOL_SECONDS
from .lanes import aside
from .line import AgentLine
from .repairs import SOMEBODY, Repairs

log = logging.getLogger("helper.agent")
#: Tools that change something: what was done once is not done again for the same command.
ACTING = ("process_kill", "service_action")
_TOOLS = {"process_list": "Listed the programs that run", "process_kill": "Ended a program",
          "service_list": "Listed the services", "service_action": "Started or stopped a service",
          "event_log_query": "Read the event log"}
Begins = Callable[[], Awaitable[object]]


class Kinds:
    """Carries out one command. `nobody` says that there is no window in which a message could be read."""

    def __init__(self, *, line: AgentLine, repairs: Repairs, board: Board, server: str, nobody: bool) -> None:
        self._line, self._repairs, self._board = line, repairs, board
        self._server, self._nobody = server, nobody
        self._known: dict[str, Callable[[Claimed, Begins], Awaitable[Result]]] = {
            "check": self._check, "check.all": self._check_all, "tool": self._tool, "profile": self._profile,
            "repair": self._repair, "message": self._message,
        }

    async def run(self, command: Claimed, *, begins: Begins) -> Result:
        """What came of it; nothing is raised. `begins` is called before anything is changed."""
        work = self._known.get(command.type)
        if work is None:
            return _failed(f"This helper knows no command of the type {printable(command.type, limit=60)!r}.")
        try:
            return await work(command, begins)
        except TimeoutError:
            return Result("timeout", error="It did not come to an end in time.")
        except (Unknown, NotAvailable, NotRun, Refused) as problem:
            return _failed(printable(str(problem)))
        except Exception:
            log.exception("command %s", printable(command.type, limit=40))
            return _failed("The helper failed with an error of its own.")

    async def _check(self, command: Claimed, _: Begins) -> Result:
        return await self._examine(raw(command.parameters, "checkType", limit=40) or checks.ALL)

    async def _check_all(self, *_: Any) -> Result:
        return await self._examine(checks.ALL)

    async def _examine(self, wanted: str) -> Result:
        """Run checks. What they find is told on `/agent` too, as a report that nobody asked for."""
        found: list[dict[str, Any]] = []
        for name in checks.names(wanted):
            found += await aside(lambda n=name: checks.run(n, server=self._server), seconds=CHECK_SECONDS)
            await self._line.send("diagnostic_result", {**found[-1], "silent": True})
        self._did(f"Looked at {CHECKS.get(wanted, 'this computer')}")
        return _done(checks=found)

    async def _tool(self, command: Claimed, begins: Begins) -> Result:
        tool, params = raw(command.parameters, "tool", limit=40), command.parameters.get("params")
        given = params if isinstance(params, dict) else {}
        if tool in ACTING:
            await begins()
        found = await aside(lambda: tools.run(tool, given), seconds=TOOL_SECONDS)
        self._did(_TOOLS.get(tool, "Used a tool"))
        return _done(tool=tool, data=found)

    async def _profile(self, *_: Any) -> Result:
        found = await aside(profile.collect, seconds=PROFILE_SECONDS)
        await self._line.send("system_profile", found)
        self._did("Told what kind of computer this is")
        return _done(profile=found)

    async def _repair(self, command: Claimed, begins: Begins) -> Result:
        action_id = raw(command.parameters, "actionId", limit=40)
        verdict = await self._repairs.settle(
            f"command-{command.id}", action_id=action_id, parameter=raw(command.parameters, "parameter", limit=200),
            by=SOMEBODY, unasked=True, begins=begins)
        outcome = verdict.outcome
        ending = "done" if outcome.success else "declined" if verdict.declined else "not done"
        self._did(f"{remedies.name(action_id) or 'A repair'}: {ending}")
        told = _done(message=outcome.message, before=outcome.before, after=outcome.after, declined=verdict.declined)
        return told if outcome.success else Result("failure", output=told.output, error=outcome.message)

    async def _message(self, command: Claimed, begins: Begins) -> Result:
        text = printable(command.parameters.get("text"), limit=LONGEST, lines=True)
        if not text:
            return _failed("There is nothing in this message.")
        if self._nobody:
            return _failed("The helper runs without a window here: nobody would read it.")
        await begins()
        self._board.desk_says(DeskLine(sender="Support desk", message=text, own=False, at=clock_time()))
        return _done(shown=True)

    def _did(self, what: str) -> None:
        self._board.update(activity=f"{clock_time()} {what}, for your support desk")


def _done(**found: Any) -> Result:
    return Result("success", output=json.dumps(found, ensure_ascii=False, default=str))


def _failed(why: str) -> Result:
    return Result("failure", error=why)
