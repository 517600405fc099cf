"""Print cases in a process of its own, kept warm, so that the server never waits inside WeasyPrint."""

from __future__ import annotations

import json
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

from builder.pdf.errors import OrderRefused, PdfFailed, PdfTimeout, PdfUnavailable
from builder.pdf.order import MAX_ORDER_BYTES, CaseOrder

ROOT = Path(__file__).resolve().parent.parent
_ERRORS: dict[int, type[Exception]] = {1: OrderRefused, 3: PdfFailed}


class PdfWorker:
    """One warm worker process and its lock. Safe to share between threads; renders one case at a time.

    `render` blocks, so call it from a real thread, not from an event loop. The process is started when
    first needed, stopped when a render overruns, and replaced after `recycle_after` renders, which keeps
    what C libraries never give back from adding up.
    """

    def __init__(self, *, cache: Path | None = None, fonts: Path | None = None, recycle_after: int = 200) -> None:
        self._options = [
            *(["--cache", str(cache)] if cache else []),
            *(["--fonts", str(fonts)] if fonts else []),
        ]
        self._recycle_after = recycle_after
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._renders = 0

    @property
    def pid(self) -> int | None:
        """The process at work now, if any."""
        return self._process.pid if self._process and self._process.poll() is None else None

    def render(self, order: CaseOrder | dict[str, Any], page_size: str = "A4", timeout: float = 30.0) -> bytes:
        """Print a case on "A4" or "Letter" paper within `timeout` seconds, once the worker is free.

        Raises OrderRefused, PdfUnavailable (this machine cannot make PDFs), PdfTimeout, PdfFailed.
        """
        request = _request(order, page_size)
        with self._lock:
            body = self._exchange(request, timeout)
            self._renders += 1
            if self._renders >= self._recycle_after:
                self._stop()
        if body[0] == 0:
            return body[1:]
        raise _error(body[0], body[1:].decode("utf-8", "replace"))

    def start(self) -> None:
        """Start the process now, so that the first case finds it warm."""
        with self._lock:
            self._ready()

    def close(self) -> None:
        """End the process. A later render starts a new one."""
        with self._lock:
            self._stop()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _exchange(self, request: bytes, timeout: float) -> bytes:
        process, late = self._ready(), threading.Event()

        def overrun() -> None:
            late.set()
            process.kill()

        timer = threading.Timer(timeout, overrun)
        timer.start()
        try:
            process.stdin.write(request)
            process.stdin.flush()
            length = struct.unpack(">I", _exactly(process, 4))[0]
            return _exactly(process, length)
        except (OSError, EOFError) as error:
            self._stop()
            if late.is_set():
                raise PdfTimeout(timeout) from None
            raise PdfFailed("The PDF worker stopped before this case was done.") from error
        finally:
            timer.cancel()

    def _ready(self) -> subprocess.Popen[bytes]:
        if self._process is None or self._process.poll() is not None:
            self._stop()
            command = [sys.executable, "-m", "builder.pdf", "--serve", *self._options]
            self._process = subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            self._renders = 0
        return self._process

    def _stop(self) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout):
            with suppress(OSError):  # the rest of a request that a dead worker never read
                stream.close()


def _request(order: CaseOrder | dict[str, Any], page_size: str) -> bytes:
    try:
        request = json.dumps({"page_size": page_size, "order": order}).encode("ascii")
    except (TypeError, ValueError, RecursionError) as error:
        raise OrderRefused(f"The order cannot be written as JSON: {error}") from None
    if len(request) > MAX_ORDER_BYTES:
        raise OrderRefused(f"The order is larger than {MAX_ORDER_BYTES // 1024 // 1024} MB.")
    return struct.pack(">I", len(request)) + request


def _exactly(process: subprocess.Popen[bytes], count: int) -> bytes:
    body = process.stdout.read(count)
    if len(body) < count:
        raise EOFError
    return body


def _error(status: int, sentence: str) -> Exception:
    if status == 2:
        error = PdfUnavailable()
        error.args = (sentence,)
        return error
    return _ERRORS.get(status, PdfFailed)(sentence)
