"""Repairs that the support desk asks for: known ones only, with the person's yes, and told of truly."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable
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
        parameter = raw(data, "parameter", limit=200)
        if not self._may():
            await self._tell(request_id, action_id, Outcome(False, NOT_ALLOWED), declined=True)
            return
        try:
            plan = await aside(lambda: remedies.plan(action_id, parameter), seconds=PLAN_SECONDS)
        except (Unknown, Refused, NotAvailable, NotRun, TimeoutError) as problem:
            await self._tell(request_id, action_id, Outcome(False, printable(str(problem)) or BUSY))
            return
        await self._ask(request_id, action_id, plan, data)

    async def _ask(self, request_id: str, action_id: str, plan: Plan, data: dict[str, Any]) -> None:
        by = field(data, "technicianName", limit=60) or SOMEBODY
        said: bool | None = self._alone(data.get("autoApprove") is True)
        if not said and self._approvals.is_full:
            await self._tell(request_id, action_id, Outcome(False, BUSY))
            return
        if not said:
            said = await self._approvals.ask(request_id, title=plan.title, explains=plan.explains, by=by)
        if said and self._may():
            if not self.lane.put(lambda: self._do(request_id, action_id, plan)):
                await self._tell(request_id, action_id, Outcome(False, BUSY))
            return
        words = "Nobody at the computer answered within two minutes." if said is None else "Declined at the computer."
        await self._tell(request_id, action_id, Outcome(False, words), declined=True)

    async def _do(self, request_id: str, action_id: str, plan: Plan) -> None:
        if not self._may():  # taken back while it stood in line
            await self._tell(request_id, action_id, Outcome(False, NOT_ALLOWED), declined=True)
            return
        log.info("repair %s", action_id)
        try:
            outcome = await aside(plan.carry_out, seconds=REPAIR_SECONDS)
        except (Refused, NotAvailable, NotRun) as problem:
            outcome = Outcome(False, printable(str(problem)))
        except TimeoutError:
            outcome = Outcome(False, "The repair did not come to an end in time.")
        except Exception:
            log.exception("repair %s", action_id)
            outcome = Outcome(False, "The repair failed with an error of its own.")
        await self._tell(request_id, action_id, outcome)

    async def _tell(self, request_id: str, action_id: str, outcome: Outcome, *, declined: bool = False) -> None:
        result = {"requestId": request_id, "actionId": action_id, "success": outcome.success,
                  "message": outcome.message, "deviceId": self._line.device_id, "before": outcome.before,
                  "after": outcome.after, **({"declined": True} if declined else {})}
        if not await self._line.send("remediation_result", result):  # a repair of the network cuts the line
            self._unsent = [*self._unsent, result][-_UNSENT:]

    async def tell_the_rest(self) -> None:
        """Send what could not be sent while the line was down."""
        waiting, self._unsent = self._unsent, []
        for result in waiting:
            if not await self._line.send("remediation_result", result):
                self._unsent.append(result)
