"""Files on their way: requests of the technician, files that wait on the server, files that the customer sends."""

from __future__ import annotations

import asyncio
import base64
import binascii
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import aiohttp

from .api import Api
from .arriving import Arriving
from .board import Board, Transfer
from .errors import BadFile, Refused, Removed, Unreachable
from .files import SharedFolder
from .text import field, printable, raw

log = logging.getLogger("helper.files")
INLINE_LIMIT = 512 * 1024
_CHUNK = 64 * 1024
_PROGRESS_SECONDS = 0.2
_TRIES = 3
Send = Callable[[str, dict[str, Any]], Awaitable[bool]]


class Transfers:
    """Serves the shared folder; asks `allows("files")` before every request and again while bytes flow."""

    def __init__(
        self, *, api: Api, board: Board, folder: SharedFolder, send: Send, allows: Callable[[str], bool]
    ) -> None:
        self._api = api
        self._board = board
        self.folder = folder
        self._send = send
        self._allows = allows
        self._running: set[asyncio.Task[None]] = set()
        self._fetched: set[str] = set()
        self._offered: dict[str, dict[str, Any]] = {}
        self.session_id = ""

    # what a technician asks for

    async def list_dir(self, data: dict[str, Any]) -> None:
        """`list-remote-dir`."""
        answer: dict[str, Any] = {"requestId": raw(data, "requestId"), "list": [], "root": self.folder.root.name}
        try:
            self._permit()
            answer["list"] = await asyncio.to_thread(self.folder.list, data.get("path") or "")
        except BadFile as error:
            answer["error"] = str(error)
        await self._send("list-remote-dir-result", answer)

    async def get_file(self, data: dict[str, Any]) -> None:
        """`get-remote-file`: small ones inline, others by upload."""
        answer: dict[str, Any] = {"requestId": raw(data, "requestId")}
        try:
            self._permit()
            path = self.folder.file(data.get("path"))
            answer["name"] = path.name
            if data.get("via") == "upload" or path.stat().st_size > INLINE_LIMIT:
                self._spawn(self._get_by_upload(path, answer))
                return
            answer["content"] = base64.b64encode(await asyncio.to_thread(path.read_bytes)).decode()
        except (BadFile, OSError) as error:
            answer["error"] = str(error) if isinstance(error, BadFile) else "This file cannot be read."
        await self._send("get-remote-file-result", answer)

    async def put_file(self, data: dict[str, Any]) -> None:
        """`put-remote-file`."""
        answer: dict[str, Any] = {"requestId": raw(data, "requestId"), "success": False}
        try:
            self._permit()
            content = base64.b64decode(data.get("content") or "", validate=True)
            written = await asyncio.to_thread(self._write, data, content)
            answer.update(success=True, name=written)
            self._board.transfer(Transfer(f"put-{time.monotonic()}", written, True, len(content), len(content), True))
        except (BadFile, binascii.Error, TypeError, ValueError) as error:
            answer["error"] = str(error) if isinstance(error, BadFile) else "The content is not valid base64."
        await self._send("put-remote-file-result", answer)

    def _write(self, data: dict[str, Any], content: bytes) -> str:
        incoming = self.folder.incoming(folder=data.get("path"), name=data.get("filename"))
        try:
            incoming.write(content)
        except BadFile:
            incoming.abandon()
            raise
        return incoming.finish(size=len(content)).name

    async def _get_by_upload(self, path: Path, answer: dict[str, Any]) -> None:
        try:
            sent = await self._upload(path, request_id=answer["requestId"], needs_right=True)
            answer.update(fileId=sent.get("fileId"), size=path.stat().st_size)
        except (BadFile, Refused, Removed, Unreachable, OSError) as error:
            answer["error"] = printable(str(error))
        await self._send("get-remote-file-result", answer)

    # what waits on the server, and what the customer sends

    async def available(self, data: dict[str, Any]) -> None:
        """`file-available`: fetch what a technician sent, once, now or when files are allowed."""
        file_id = raw(data, "id", limit=128) or raw(data, "fileId", limit=128)
        mine = data.get("direction") == "technician-to-user"
        plain = file_id.replace("-", "").replace("_", "").isalnum()
        if mine and plain and file_id not in self._fetched and len(self._offered) < 50:
            self._offered[file_id] = data
            self.resume()

    def resume(self) -> None:
        """Fetch what waits, if files are allowed now."""
        if self._allows("files"):
            offered, self._offered = self._offered, {}
            for file_id, data in offered.items():
                self._fetched.add(file_id)
                self._spawn(self._fetch(file_id, data))

    def send_file(self, path: Path) -> None:
        """The customer sends a file of their own choice; this needs no right but theirs."""
        self._spawn(self._send_own(path))

    async def _send_own(self, path: Path) -> None:
        try:
            await self._upload(path, request_id="", needs_right=False)
        except (BadFile, Refused, Removed, Unreachable, OSError) as error:
            self._board.update(notice=f"{printable(path.name, limit=60)} was not sent: {printable(str(error))}")

    async def _fetch(self, file_id: str, data: dict[str, Any]) -> None:
        name = field(data, "original_name") or field(data, "originalName")
        progress = Progress(self, name=name, incoming=True, file_id=file_id)
        try:
            incoming = self.folder.incoming(folder=data.get("path"), name=name)
        except BadFile as error:
            await progress.end(error=str(error))
            return
        arriving = Arriving(self._api, file_id, incoming, permit=self._permit, step=progress.step)
        try:
            written = await arriving.whole()
            await progress.end(name=written.name)
        except (BadFile, Refused, Removed, Unreachable, ValueError) as error:
            incoming.abandon()
            await progress.end(error=printable(str(error)) or "The file did not arrive whole.")
        except asyncio.CancelledError:
            incoming.abandon()
            raise

    async def _upload(self, path: Path, *, request_id: str, needs_right: bool) -> dict[str, Any]:
        size = path.stat().st_size
        progress = Progress(self, name=path.name, incoming=False, request_id=request_id, size=size)
        try:
            answer = await self._sent(path, progress, request_id=request_id, needs_right=needs_right)
        except (BadFile, Refused, Removed, Unreachable) as error:
            await progress.end(error=printable(str(error)))
            raise
        await progress.end(file_id=field(answer, "fileId"))
        return answer

    async def _sent(self, path: Path, progress: Progress, *, request_id: str, needs_right: bool) -> dict[str, Any]:
        """Send a file; from the start again when the line broke, up to three times."""
        for attempt in range(1, _TRIES + 1):
            form = aiohttp.FormData(quote_fields=False)
            form.add_field("sessionId", self.session_id)
            form.add_field("direction", "user-to-technician")
            if request_id:
                form.add_field("requestId", request_id)
            form.add_field("file", self._chunks(path, progress, needs_right=needs_right), filename=path.name,
                           content_type="application/octet-stream")
            try:
                return await self._api.upload(form)
            except Unreachable:
                if attempt == _TRIES:
                    raise
                await asyncio.sleep(2.0 * attempt)
        raise AssertionError

    async def _chunks(self, path: Path, progress: Progress, *, needs_right: bool) -> AsyncIterator[bytes]:
        sent = 0
        with path.open("rb") as stream:
            while chunk := await asyncio.to_thread(stream.read, _CHUNK):
                if needs_right:
                    self._permit()
                yield chunk
                sent += len(chunk)
                await progress.step(sent)

    def _permit(self) -> None:
        if not self._allows("files"):
            raise BadFile("The customer has not allowed files.")

    def _spawn(self, work: Any) -> None:
        task = asyncio.ensure_future(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    def stop(self) -> None:
        """End every transfer: the session is over."""
        self._offered.clear()
        for task in self._running:
            task.cancel()

    async def report(self, data: dict[str, Any]) -> None:
        """Tell the technician how far a file is."""
        await self._send("file-progress", data)


class Progress:
    """How far one file is: on the window, and to the technician at most five times a second."""

    def __init__(
        self, owner: Transfers, *, name: str, incoming: bool, file_id: str = "", request_id: str = "", size: int = 0
    ) -> None:
        self._owner = owner
        self._key = file_id or request_id or f"own-{time.monotonic_ns()}"
        self._name, self._incoming = name, incoming
        self._file_id, self._request_id = file_id, request_id
        self._received, self._last = 0, 0.0
        self.size = size

    async def step(self, received: int, size: int | None = None) -> None:
        """So many bytes have passed."""
        self._received, self.size = received, self.size if size is None else size
        if time.monotonic() - self._last >= _PROGRESS_SECONDS:
            self._last = time.monotonic()
            await self._say(done=False, error="")

    async def end(self, *, error: str = "", name: str = "", file_id: str = "") -> None:
        """It is over, well or not."""
        self._name, self._file_id = name or self._name, file_id or self._file_id
        await self._say(done=True, error=error)

    async def _say(self, *, done: bool, error: str) -> None:
        size = self.size or self._received
        self._owner._board.transfer(Transfer(
            self._key, printable(self._name, limit=80), self._incoming, self._received, size, done, error
        ))
        data: dict[str, Any] = {
            "name": self._name, "direction": "technician-to-user" if self._incoming else "user-to-technician",
            "received": self._received, "size": size, "done": done,
        }
        for key, value in (("fileId", self._file_id), ("requestId", self._request_id), ("error", error)):
            if value:
                data[key] = value
        await self._owner.report(data)
