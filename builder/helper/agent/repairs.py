"""Repairs that the support desk asks for: known ones only, with the person's yes, and told of truly."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from .. import remedies
from ..examine.errors import NotAvailable, NotRun, Refused, Unknown
from ..remedies import Outcome, Plan
from ..text import field, printable, raw
from .approvals import Approvals
from .examiner import BUSY, NOT_ALLOWED
from .lanes import Allowance, Lane, aside
from .line import AgentLine

log = logging.getLogger("helper.agent")
REPAIRS_PER_MINUTE = 20
REPAIR_SECONDS = 1800.0
PLAN_SECONDS = 30.0
SOMEBODY = "Your support desk"
_UNSENT, _REMEMBERED = 20, 200


@dataclass(frozen=True)
class Verdict:
    """What came of asking for a repair; `declined` when nobody let it be done."""

    outcome: Outcome
    declined: bool = False


class Repairs:
    """Answers `remediation_request`. `may` says whether repairs may be asked for at all, `alone(auto_approve)` whether
    this one needs no click, `again` keeps a task running."""

    def __init__(self, line: AgentLine, *, approvals: Approvals, may: Callable[[], bool],
                 alone: Callable[[bool], bool], again: Callable[[Any], None]) -> None:
        self._line = line
        self._approvals = approvals
        self._may, self._alone, self._again = may, alone, again
        self._allowance = Allowance(REPAIRS_PER_MINUTE)
        self._unsent: list[dict[str, Any]] = []
        self._heard: deque[str] = deque(maxlen=_REMEMBERED)
        self.lane = Lane(waiting=4)
        line.on("remediation_request", self.requested)

    async def requested(self, data: dict[str, Any]) -> None:
        """`remediation_request`: look at it, ask, do it."""
        request_id = raw(data, "requestId", limit=128)
        if not request_id or request_id in self._heard or not self._allowance.take():
            return  # a request is heard once
        self._heard.append(request_id)
        self._again(self._consider(data))

    async def _consider(self, data: dict[str, Any]) -> None:
        request_id, action_id = raw(data, "requestId", limit=128), raw(data, "actionId", limit=40)
        verdict = await self.settle(
            request_id, action_id=action_id, parameter=raw(data, "parameter", limit=200),
            by=field(data, "technicianName", limit=60) or SOMEBODY, unasked=data.get("autoApprove") is True,
            begins=lambda: self._line.send("remediation_started", {"requestId": request_id, "actionId": action_id}))
        await self._tell(request_id, action_id, verdict)

    async def settle(self, request_id: str, *, action_id: str, parameter: str, by: str, unasked: bool,
                     begins: Callable[[], Awaitable[object]]) -> Verdict:
        """Look at a repair, ask the person, do it. `unasked`: the desk says that nobody need be asked, which counts
        only where this computer's own settings say so too. `begins` is called right before it is done."""
        if not self._may():
            return Verdict(Outcome(False, NOT_ALLOWED), declined=True)
        try:
            plan = await aside(lambda: remedies.plan(action_id, parameter), seconds=PLAN_SECONDS)
        except (Unknown, Refused, NotAvailable, NotRun, TimeoutError) as problem:
            return Verdict(Outcome(False, printable(str(problem)) or BUSY))
        refused = await self._refused(request_id, plan, by=by, unasked=unasked)
        return refused or await self.lane.through(lambda: self._do(action_id, plan, begins)) or _busy()

    async def _refused(self, request_id: str, plan: Plan, *, by: str, unasked: bool) -> Verdict | None:
        """Why it is not done; None after a yes."""
        said: bool | None = self._alone(unasked)
        if not said and self._approvals.is_full:
            return _busy()
        if not said:
            said = await self._approvals.ask(request_id, title=plan.title, explains=plan.explains, by=by)
        if said and self._may():
            return None
        words = "Nobody at the computer answered within two minutes." if said is None else "Declined at the computer."
        return Verdict(Outcome(False, words), declined=True)

    async def _do(self, action_id: str, plan: Plan, begins: Callable[[], Awaitable[object]]) -> Verdict:
        if not self._may():  # taken back while it stood in line
            return Verdict(Outcome(False, NOT_ALLOWED), declined=True)
        log.info("repair %s", action_id)
        try:
            await begins()
            return Verdict(await aside(plan.carry_out, seconds=REPAIR_SECONDS))
        except (Refused, NotAvailable, NotRun) as problem:
            return Verdict(Outcome(False, printable(str(problem))))
        except TimeoutError:
            return Verdict(Outcome(False, "The repair did not come to an end in time."))
        except Exception:
            log.exception("repair %s", action_id)
            return Verdict(Outcome(False, "The repair failed with an error of its own."))

    async def _tell(self, request_id: str, action_id: str, verdict: Verdict) -> None:
        outcome = verdict.outcome
        result = {"requestId": request_id, "actionId": action_id, "success": outcome.success,
                  "message": outcome.message, "deviceId": self._line.device_id, "before": outcome.before,
                  "after": outcome.after, **({"declined": True} if verdict.declined else {})}
        if not await self._line.send("remediation_result", result):  # a repair of the network cuts the line
            self._unsent = [*self._unsent, result][-_UNSENT:]

    async def tell_the_rest(self) -> None:
        """Send what could not be sent while the line was down."""
        waiting, self._unsent = self._unsent, []
        for result in waiting:
            if not await self._line.send("remediation_result", result):
                self._unsent.append(result)


def _busy() -> Verdict:
    return Verdict(Outcome(False, BUSY))
