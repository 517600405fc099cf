"""A repair is done when the person at this computer says yes to it, and never else."""

from __future__ import annotations

import asyncio
import time

from ..board import Approval, Board

APPROVAL_SECONDS = 120.0
_MOST = 4


class Approvals:
    """Shows one approval after the other. `answer` is "ask", or what a test rig or a service always says."""

    def __init__(self, board: Board, *, answer: str = "ask") -> None:
        self._board = board
        self._always = answer
        self._waiting: dict[str, asyncio.Future[bool | None]] = {}
        self._turn = asyncio.Lock()

    @property
    def is_full(self) -> bool:
        """Whether so many questions stand in line that no more are taken."""
        return len(self._waiting) >= _MOST

    async def ask(self, request_id: str, *, title: str, explains: str, by: str) -> bool | None:
        """What the person says: True, False, or None when nobody said anything for 120 s."""
        if self._always != "ask":
            return self._always == "allow"
        if request_id in self._waiting:
            return None
        said = self._waiting[request_id] = asyncio.get_running_loop().create_future()
        try:
            async with self._turn:
                self._board.update(approval=Approval(
                    request_id=request_id, title=title, explains=explains, by=by,
                    deadline=time.monotonic() + APPROVAL_SECONDS))
                return await asyncio.wait_for(said, APPROVAL_SECONDS)
        except TimeoutError:
            return None
        finally:
            del self._waiting[request_id]
            if (shown := self._board.read().approval) and shown.request_id == request_id:
                self._board.update(approval=None)

    def decline_all(self) -> None:
        """Stop, or what allowed the question was taken back: a no to everything that stands."""
        for request_id in list(self._waiting):
            self.answer(request_id, False)

    def answer(self, request_id: str, yes: bool) -> None:
        """The person clicked."""
        said = self._waiting.get(request_id)
        if said and not said.done():
            said.set_result(yes)
