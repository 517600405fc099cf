"""Everything that is kept of one client as a ZIP: a file of JSON lines for each table, and the files themselves.

It is made as it is read, portion by portion, so that it costs neither memory nor a copy on the disk; what changes
meanwhile may be in it or not.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any, BinaryIO

from connectassist import VERSION
from connectassist.core import clock, jobs
from connectassist.core.db import db, read_aside
from connectassist.features.client_data import belonging, files
from connectassist.http.json import dumps

AT_ONCE, BLOCK = 500, 1024 * 1024
README = """ConnectAssist: everything that is kept of {name}
Made {at} by version {version}.

data/       one file for each table, one JSON object in each line; times are UTC.
files/      what was attached to tickets, sent through sessions and recorded, under the ids that stand in data/.
contents.json  how many rows and files there are.

Passwords, secrets and tokens are not in here, neither hashed nor sealed.
"""


class _Pipe(io.RawIOBase):
    """What the ZIP is written into; what has come is taken out of it again and again."""

    def __init__(self) -> None:
        self._held = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += data
        return len(data)

    def taken(self) -> bytes:
        data, self._held = bytes(self._held), bytearray()
        return data


def pieces(client_id: int, name: str) -> Iterator[bytes]:
    """The ZIP of a client, piece by piece. Needs the app's context all the way."""
    pipe, counts = _Pipe(), {}
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED, compresslevel=4) as made:  # type: ignore[arg-type]
        made.writestr("README.txt", README.format(name=name, at=clock.iso(clock.now()), version=VERSION))
        for table in belonging.BELONGS:
            with made.open(f"data/{table}.jsonl", "w", force_zip64=True) as out:
                counts[table] = 0
                for lines, count in _lines(table, client_id):
                    jobs.run_blocking(out.write, lines)
                    counts[table] += count
                    yield pipe.taken()
        counts["files"] = 0
        for path, kept in files.of(client_id):
            if path.is_file():
                counts["files"] += 1
                yield from _file(made, pipe, path, kept)
        made.writestr("contents.json", dumps(counts))
    yield pipe.taken()


def _lines(name: str, client_id: int) -> Iterator[tuple[bytes, int]]:
    after = None
    while True:
        found = read_aside(belonging.portion(name, client_id, after=after, limit=AT_ONCE))
        db.session.rollback()
        rows = [{column: _plain(value) for column, value in row._mapping.items()} for row in found]
        keys = [row.pop("_key", None) for row in rows]
        if rows:
            yield b"".join(dumps(row) + b"\n" for row in rows), len(rows)
        if len(rows) < AT_ONCE or keys[-1] is None:
            return
        after = keys[-1]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal) else value


def _file(made: zipfile.ZipFile, pipe: _Pipe, path: Path, kept: str) -> Iterator[bytes]:
    entry = zipfile.ZipInfo(f"files/{kept}", clock.now().timetuple()[:6])
    with path.open("rb", buffering=0) as source, made.open(entry, "w", force_zip64=True) as out:
        while block := jobs.run_blocking(_read, source):
            jobs.run_blocking(out.write, block)
            yield pipe.taken()


def _read(source: BinaryIO) -> bytes:
    return source.read(BLOCK)
