"""A file on its way from the server: when the line breaks it goes on where it broke off."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp

from .api import Api
from .errors import BadFile, Unreachable
from .files import Incoming

LARGEST = 2 * 1024**3
_CHUNK = 64 * 1024
_TRIES = 6
_LONGEST_PAUSE = 15.0


class Arriving:
    """Fetches one file. `step(received, size)` is told of every piece; `permit` may raise at any of them."""

    def __init__(
        self, api: Api, file_id: str, incoming: Incoming, *, permit: Callable[[], None],
        step: Callable[[int, int], Awaitable[None]],
    ) -> None:
        self._api = api
        self._file_id = file_id
        self._incoming = incoming
        self._permit = permit
        self._step = step
        self._mark = ""
        self.size = -1

    async def whole(self) -> Path:
        """Fetch all of it, and give it its name. Raises BadFile, Refused, Unreachable."""
        failures = 0
        while self._incoming.received != self.size:
            before = self._incoming.received
            try:
                await self._part()
            except (Unreachable, aiohttp.ClientError, TimeoutError) as error:
                failures = 1 if self._incoming.received > before else failures + 1
                if failures >= _TRIES:
                    raise Unreachable(str(error) or "the line broke") from error
                await asyncio.sleep(min(2.0**failures / 2, _LONGEST_PAUSE))
        return await asyncio.to_thread(self._incoming.finish, size=self.size)

    async def _part(self) -> None:
        """Read what is still to come; all of it, when the server does not go on or the file is another one."""
        async with self._api.download(self._file_id, start=self._incoming.received, mark=self._mark) as answer:
            if answer.status == 200:
                await asyncio.to_thread(self._incoming.restart)
            self._mark = answer.headers.get("ETag", "")
            self.size = self._incoming.received + int(answer.headers.get("Content-Length", 0))
            if self.size > LARGEST:
                raise BadFile("This file is too large.")
            async for chunk in answer.content.iter_chunked(_CHUNK):
                self._permit()
                if self._incoming.received + len(chunk) > self.size:
                    raise BadFile("The file is not what the server announced.")
                await asyncio.to_thread(self._incoming.write, chunk)
                await self._step(self._incoming.received, self.size)
