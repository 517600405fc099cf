"""Work for the support desk, one piece at a time, in threads, and never more of it than this computer wants."""

from __future__ import annotations

import asyncio
import logging
import threading
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

log = logging.getLogger("helper.agent")
T = TypeVar("T")


class Allowance:
    """So many in a minute: what a server sends beyond that is not even answered."""

    def __init__(self, per_minute: int) -> None:
        self._most = per_minute
        self._left, self._at = float(per_minute), time.monotonic()

    def take(self) -> bool:
        """Use one up; False when there is none."""
        now = time.monotonic()
        self._left = min(self._most, self._left + (now - self._at) * self._most / 60)
        self._at = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Lane:
    """Does one piece of work after the other; `waiting` of them may stand in line."""

    def __init__(self, *, waiting: int) -> None:
        self._line: asyncio.Queue[Callable[[], Awaitable[None]]] = asyncio.Queue(waiting)

    def put(self, work: Callable[[], Awaitable[None]]) -> bool:
        """Put work into the line; False when the line is full."""
        try:
            self._line.put_nowait(work)
        except asyncio.QueueFull:
            return False
        return True

    async def through(self, work: Callable[[], Awaitable[T]]) -> T | None:
        """Put work into the line and wait for what it returns; None when the line is full."""
        done: asyncio.Future[T] = asyncio.get_running_loop().create_future()

        async def tell() -> None:
            result = await work()
            if not done.done():  # whoever waited may be gone
                done.set_result(result)

        return await done if self.put(tell) else None

    async def run(self) -> None:
        """Work until cancelled."""
        while True:
            work = await self._line.get()
            try:
                await work()
            except Exception:  # one piece of work must not end the line
                log.exception("work for the support desk")


async def aside(work: Callable[[], T], *, seconds: float) -> T:
    """Run something in a thread that the program's end does not wait for. Raises TimeoutError, and what it raises."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[T] = loop.create_future()

    def tell(result: T | None, problem: BaseException | None) -> None:
        if done.done():
            return
        if problem is not None:
            done.set_exception(problem)
        else:
            done.set_result(result)  # type: ignore[arg-type]

    def call() -> None:
        result, problem = None, None
        try:
            result = work()
        except BaseException as error:
            problem = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(tell, result, problem)

    threading.Thread(target=call, name="examination", daemon=True).start()
    return await asyncio.wait_for(done, seconds)
