"""Print cases in a process of its own, kept warm, so that the server never waits inside WeasyPrint.

Servers on eventlet or gevent replace much of the standard library by versions that only work on their own
loop. This module runs in a real thread beside that loop, so it keeps to what they leave alone: C sockets,
the C queue, and the spawn and wait of `posix` (the `os` ones are replaced).
"""

from __future__ import annotations

import _queue
import _socket
import json
import os
import posix
import signal
import struct
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from builder.pdf.errors import OrderRefused, PdfFailed, PdfTimeout, PdfUnavailable
from builder.pdf.order import MAX_ORDER_BYTES, CaseOrder

ROOT = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path.insert(0, {root!r}); from builder.pdf.__main__ import main; sys.exit(main())"
#: How long the rest of an answer may take once it has begun.
_BODY_SECONDS = 5.0
_CHUNK = 1 << 20


class PdfWorker:
    """One warm worker process and its lock. Safe to share between threads; prints one case at a time.

    `render` blocks, so call it from a real thread (eventlet: `tpool.execute(worker.render, order)`; gevent:
    `get_hub().threadpool.apply(worker.render, (order,))`), never on an event loop. The process is started
    when first needed, killed when a case overruns, and replaced after `recycle_after` cases, which keeps
    what C libraries never give back from adding up. `cache` keeps the index of fonts between processes.
    """

    def __init__(self, *, cache: Path | None = None, fonts: Path | None = None, recycle_after: int = 200) -> None:
        self._options = [
            *(["--cache", str(cache)] if cache else []),
            *(["--fonts", str(fonts)] if fonts else []),
        ]
        self._recycle_after = recycle_after
        self._process: _Process | None = None
        self._cases = 0
        # A queue of one token is a lock that works between real threads whatever was patched.
        self._turns = _queue.SimpleQueue()
        self._turns.put(None)

    @property
    def pid(self) -> int | None:
        """The process at work now, if any."""
        return self._process.pid if self._process and self._process.is_alive() else None

    def render(self, order: CaseOrder | dict[str, Any], page_size: str = "A4", timeout: float = 30.0) -> bytes:
        """Print a case on "A4" or "Letter" paper within `timeout` seconds, once the worker is free.

        Raises OrderRefused, PdfUnavailable (this machine cannot make PDFs), PdfTimeout, PdfFailed.
        """
        request = _request(order, page_size)
        self._turns.get()
        try:
            answer = self._exchange(request, timeout)
        finally:
            self._turns.put(None)
        if answer[0] == 0:
            return answer[1:]
        raise _error(answer[0], answer[1:].decode("utf-8", "replace"))

    def start(self) -> None:
        """Start the process now, so that the first case finds it warm."""
        self._turns.get()
        try:
            self._ready()
        finally:
            self._turns.put(None)

    def close(self) -> None:
        """End the process. A later render starts a new one."""
        self._turns.get()
        try:
            self._stop()
        finally:
            self._turns.put(None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, request: bytes, timeout: float) -> bytes:
        try:
            answer = self._ready().ask(request, timeout)
        except TimeoutError:
            self._stop()
            raise PdfTimeout(timeout) from None
        except (OSError, EOFError) as error:
            self._stop()
            raise PdfFailed("The PDF worker stopped before this case was done.") from error
        self._cases += 1
        if self._cases >= self._recycle_after:
            self._stop()
        return answer

    def _ready(self) -> _Process:
        if self._process is None or not self._process.is_alive():
            self._stop()
            self._process, self._cases = _Process(self._options), 0
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process:
            process.end()


class _Process:
    """A running `builder.pdf --serve`, spoken to over a socket that is its stdin and stdout."""

    def __init__(self, options: list[str]) -> None:
        self._ours, theirs = _socket.socketpair(_socket.AF_UNIX, _socket.SOCK_STREAM)
        command = [sys.executable, "-c", _START.format(root=str(ROOT)), "--serve", *options]
        standard = [(os.POSIX_SPAWN_DUP2, theirs.fileno(), fd) for fd in (0, 1)]
        try:
            # The environment is handed on whole: it may say where Pango lies.
            self.pid = posix.posix_spawn(sys.executable, command, os.environ, file_actions=standard)
        except OSError:
            self._ours.close()
            raise
        finally:
            theirs.close()
        self._has_ended = False

    def is_alive(self) -> bool:
        """Look whether it still runs, and collect it where it does not."""
        if not self._has_ended:
            self._collect(os.WEXITED | os.WNOHANG)
        return not self._has_ended

    def ask(self, request: bytes, timeout: float) -> bytes:
        """Send a request and return its answer. Raises TimeoutError, EOFError or another OSError."""
        self._ours.settimeout(timeout)
        self._ours.sendall(request)
        length = struct.unpack(">I", self._read(4))[0]
        self._ours.settimeout(_BODY_SECONDS)
        return self._read(length)

    def end(self) -> None:
        """Kill it and collect it."""
        self._ours.close()
        if self.is_alive():
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)
            self._collect(os.WEXITED)

    def _collect(self, how: int) -> None:
        try:
            self._has_ended = posix.waitid(os.P_PID, self.pid, how) is not None
        except ChildProcessError:  # another part of the server collected it
            self._has_ended = True

    def _read(self, count: int) -> bytes:
        parts, missing = [], count
        while missing:
            part = self._ours.recv(min(missing, _CHUNK))
            if not part:
                raise EOFError
            parts.append(part)
            missing -= len(part)
        return b"".join(parts)


def _request(order: CaseOrder | dict[str, Any], page_size: str) -> bytes:
    try:
        request = json.dumps({"page_size": page_size, "order": order}).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise OrderRefused(f"The order cannot be written as JSON: {error}") from None
    if len(request) > MAX_ORDER_BYTES:
        raise OrderRefused(f"The order is larger than {MAX_ORDER_BYTES // 1024 // 1024} MB.")
    return struct.pack(">I", len(request)) + request


def _error(status: int, sentence: str) -> Exception:
    if status == 2:
        error = PdfUnavailable()
        error.args = (sentence,)
        return error
    return OrderRefused(sentence) if status == 1 else PdfFailed(sentence)
