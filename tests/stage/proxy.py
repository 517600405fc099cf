"""A network that can fail: a TCP proxy before a server, cut and healed at will."""

from __future__ import annotations

import asyncio
import socket
import struct
import threading
from collections.abc import Coroutine
from typing import Any

from tests.live.server import free_port

_RESET = struct.pack("ii", 1, 0)
_CHUNK = 64 * 1024


class Proxy:
    """Passes every connection on to a port of this machine.

    `cut()` is a cable pulled out: nothing gets through, nobody is told, new connections hang. `cut(reset=True)` is a
    router that was switched off: connections are reset, new ones refused. `heal()` ends either.
    """

    def __init__(self, target_port: int | None = None) -> None:
        self.port, self._target = free_port(), target_port
        self.url = f"http://127.0.0.1:{self.port}"
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="proxy", daemon=True)
        self._thread.start()
        self._passing = asyncio.Event()
        self._passing.set()
        self._listening: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._do(self._listen())

    def leads_to(self, port: int) -> None:
        """Name the server, whose port may not have been known at first."""
        self._target = port

    def cut(self, *, reset: bool = False) -> None:
        """Lose the network."""
        self._do(self._reset() if reset else self._hold())

    def heal(self) -> None:
        """Have it back: what hung goes on, as TCP would."""
        self._do(self._restore())

    def close(self) -> None:
        """End it and everything that runs through it."""
        self._do(self._reset())
        self._do(self._settle())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)

    def _do(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    async def _listen(self) -> None:
        self._listening = await asyncio.start_server(self._accepted, "127.0.0.1", self.port)

    async def _hold(self) -> None:
        self._passing.clear()

    async def _reset(self) -> None:
        if self._listening:
            self._listening.close()
            self._listening = None
        for writer in list(self._writers):
            writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _settle(self) -> None:
        """Nothing waits for a healing that never comes."""
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    async def _restore(self) -> None:
        self._passing.set()
        if self._listening is None:
            await self._listen()

    async def _accepted(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        far: asyncio.StreamWriter | None = None
        try:
            await self._passing.wait()
            far_reader, far = await asyncio.open_connection("127.0.0.1", self._target)
            self._writers.add(far)
            await asyncio.gather(self._pump(reader, far), self._pump(far_reader, writer))
        except OSError:
            pass
        finally:
            for each in (writer, far):
                if each:
                    self._writers.discard(each)
                    each.close()

    async def _pump(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(_CHUNK):
            await self._passing.wait()
            writer.write(data)
            await writer.drain()
        await self._passing.wait()
        writer.close()
