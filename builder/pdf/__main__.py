"""The worker: `python -m builder.pdf` prints the order on stdin; with `--serve`, one after another.

One order: JSON on stdin, the PDF on stdout and exit 0, or one line on stderr and exit 1.

Serving: each request is a 4-byte big-endian length and that many bytes of JSON,
`{"page_size": "A4", "order": {…}}`; each answer is such a length, one status byte (0 the PDF follows,
1 the order was refused, 2 this machine cannot make PDFs, 3 it failed) and the PDF or a sentence in UTF-8.
The end of stdin ends the worker.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

from builder.pdf import fonts, limits
from builder.pdf.errors import OrderRefused, PdfUnavailable
from builder.pdf.order import MAX_ORDER_BYTES, PAGE_SIZES
from builder.pdf.render import render_case
from builder.pdf.text import clean

OK, REFUSED, UNAVAILABLE, FAILED = 0, 1, 2, 3


def main(argv: list[str] | None = None) -> int:
    """Run the worker as the command line asks."""
    asked = _arguments(argv)
    out = _private_stdout()
    limits.confine()
    fonts.configure(folder=asked.fonts, cache=asked.cache)
    return serve(sys.stdin.buffer, out) if asked.serve else once(sys.stdin.buffer, out, page_size=asked.page_size)


def once(source: BinaryIO, out: BinaryIO, *, page_size: str) -> int:
    """Print one order. Returns the exit status."""
    raw = source.read(MAX_ORDER_BYTES + 1)
    status, body = answer(raw, page_size=page_size)
    if status != OK:
        sys.stderr.write(body.decode("utf-8", "replace") + "\n")
        return 1
    out.write(body)
    out.flush()
    return 0


def serve(source: BinaryIO, out: BinaryIO) -> int:
    """Answer requests until stdin ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the server, which closes stdin when it goes
    while len(head := source.read(4)) == 4:
        length = struct.unpack(">I", head)[0]
        if length > MAX_ORDER_BYTES:
            return 1  # What follows cannot be told from a next request, so there is none.
        limits.allow_cpu()
        status, body = answer(source.read(length), page_size=None)
        out.write(struct.pack(">IB", len(body) + 1, status) + body)
        out.flush()
    return 0


def answer(raw: bytes, *, page_size: str | None) -> tuple[int, bytes]:
    """Print the order in `raw`, or say in one line why not. Without `page_size` a request wraps the order."""
    try:
        order = _read(raw)
        if page_size is None:
            page_size, order = order.get("page_size", "A4"), order.get("order")
        return OK, render_case(order, page_size=page_size)
    except OrderRefused as error:
        return REFUSED, _line(error)
    except PdfUnavailable as error:
        return UNAVAILABLE, _line(error)
    except Exception as error:  # whatever broke, the next order must be served
        return FAILED, _line(f"The PDF could not be made: {type(error).__name__}: {error}")


def _read(raw: bytes) -> dict[str, Any]:
    if len(raw) > MAX_ORDER_BYTES:
        raise OrderRefused(f"The order is larger than {MAX_ORDER_BYTES // 1024 // 1024} MB.")
    try:
        order = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise OrderRefused(f"The order is no JSON: {error}") from None
    if not isinstance(order, dict):
        raise OrderRefused("The order for a case PDF must be a JSON object.")
    return order


def _line(error: object) -> bytes:
    return clean(error, lines=False)[:500].encode("utf-8", "replace")


def _private_stdout() -> BinaryIO:
    """Keep stdout for PDFs alone: whatever a library prints goes to stderr instead."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return out


def _arguments(argv: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m builder.pdf", description="Print a case as a PDF.")
    parser.add_argument("--serve", action="store_true", help="answer length-prefixed requests until stdin ends")
    parser.add_argument("--page-size", choices=PAGE_SIZES, default="A4")
    parser.add_argument("--fonts", type=Path, default=fonts.VENDORED, help="folder of fonts to use first")
    parser.add_argument("--cache", type=Path, default=None, help="folder for fontconfig's index")
    return parser.parse_args(argv)


if __name__ == "__main__":
    sys.exit(main())
