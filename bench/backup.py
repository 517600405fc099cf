"""How long a backup and a restore take, beside what the databases' own programs take for the same rows.

`python bench/backup.py [--quick] [--rows N]`. PostgreSQL's are `pg_dump` and `pg_restore` (its own format, once as it
comes, packed by zlib, and once plain), SQLite's is `sqlite3 … .backup`. All of them write to the same disk, and take
turns, round by round; the table shows medians. PostgreSQL is a real one, started for this, which waits for the disk.

"Rows" is only the copy of the database; "a whole backup" is what `connectassist backup` does, check, list of contents,
packing and all, with no files in the instance folder, and "a whole restore" what `connectassist restore` does. Each of
ours runs in a process of its own, the start of which is not counted; its memory is the most that it took, with
everything that is imported. A ratio is ours by theirs: less is better.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])  # not this folder: its queue.py is not Python's

import json
import multiprocessing
import resource
import shutil
import sqlite3
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing

import click
from sqlalchemy import NullPool, create_engine

from connectassist.core import moving
from connectassist.core.settings import Settings, driver_url
from connectassist.features.backups import age, making, restoring, snapshot
from tests.conftest import Template, settings_for
from tests.live.postgres import Postgres, program

WORDS = "the printer on the second floor prints nothing since this morning although it is on Grüße "
SCRIPT = json.dumps({"script": WORDS})
MOMENT = "2026-11-23 03:%02d:%02d.%06d"
#: Which share of the rows a table has, its columns, and what stands in them. Much like a site of some years.
TABLES: tuple[tuple[str, float, str, Callable[[int], tuple[object, ...]]], ...] = (
    ("audit_entries", 0.4, "at, level, category, action, message, actor_kind, actor_name, user_id, address, client_id, "
     "device_id, details", lambda n: (
         moment(n), "INFO", "command", "command.queue", "A command was queued", "user", f"Technician {n % 40}", 1,
         f"10.0.{n % 250}.{n % 97}", 1, f"DEV-{n % 5000:06d}", f'{{"priority": {n % 9}, "command": "get_status"}}')),
    ("commands", 0.3, "command_id, device_id, client_id, type, parameters, priority, state, visible_at, claims, "
     "attempts, requested_by, created_at", lambda n: (
         f"{n * 2654435761 % 2**32:08x}-{n:08x}", f"DEV-{n % 5000:06d}", 1, "run_script", SCRIPT, 5,
         "done", moment(n), 1, 1, "Tina", moment(n))),
    ("command_results", 0.3, "command_id, outcome, output, executed_at, duration, received_at",
     lambda n: (n + 1, "success", WORDS * (n % 5 + 1), moment(n), n % 900, moment(n))),
)
Run = Callable[[], object]


def moment(number: int) -> str:
    return MOMENT % (number // 60 % 60, number % 60, number * 7919 % 1_000_000)


def fill(database: Path, count: int) -> int:
    """Put rows into a site's database. How many there are then."""
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA foreign_keys=ON")
        for table, share, columns, values in TABLES:
            places = ", ".join("?" * (columns.count(",") + 1))
            connection.executemany(f"INSERT INTO {table} ({columns}) VALUES ({places})",
                                   map(values, range(int(count * share))))
        connection.commit()
        names = [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        found = sum(connection.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return found


def ours(run: Run) -> tuple[float, float]:
    """Seconds, and megabytes of memory, of a process of its own."""
    asks, tells = multiprocessing.get_context("fork").Pipe(duplex=False)

    def measured() -> None:
        begun = time.perf_counter()
        run()
        tells.send((time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))

    process = multiprocessing.get_context("fork").Process(target=measured)
    process.start()
    process.join()
    assert process.exitcode == 0, "it has failed"
    return asks.recv()


def theirs(*command: object) -> float:
    """Seconds of a program."""
    begun = time.perf_counter()
    subprocess.run([str(part) for part in command], check=True)
    return time.perf_counter() - begun


class Bench:
    """A site with its rows in a SQLite and in a PostgreSQL, and room for what is made of them."""

    def __init__(self, folder: Path, postgres: Postgres, count: int) -> None:
        self._folder, self._postgres, self._made = folder, postgres, 0
        template = Template(folder / "site")
        self.rows, self.file = fill(template.database, count), template.database
        self.sqlite = settings_for(folder / "site")
        self.url = postgres.new_database()
        self.postgresql = settings_for(folder / "other", database_url=self.url)
        self._carry(self.url)
        theirs(program("psql"), "-q", "-c", "VACUUM ANALYZE", self.url)

    def _carry(self, url: str) -> None:
        source, target = create_engine(f"sqlite:///{self.file}"), create_engine(driver_url(url), poolclass=NullPool)
        moving.copy(source, target)
        source.dispose()

    def fresh(self) -> Path:
        """A folder that is new."""
        self._made += 1
        made = self._folder / f"made{self._made}"
        made.mkdir()
        return made

    def of_postgresql(self) -> Iterator[tuple[str, tuple[float, float], dict[str, float]]]:
        """Rows out, rows in, whole backup, whole restore: ours with its memory, and theirs by name."""
        at, room = self.url, self.fresh()
        yield ("rows out of PostgreSQL", ours(lambda: snapshot.take(self.postgresql, room / "copy")), {
            "pg_dump plain": theirs(program("pg_dump"), "-f", room / "plain", at)})
        one, two = self._postgres.new_database(), self._postgres.new_database()
        yield ("rows into PostgreSQL", ours(lambda: self._carry(one)), {
            "psql": theirs(program("psql"), "-q", "-1", "-o", "/dev/null", "-f", room / "plain", two)})
        for used in (one, two):
            self._postgres.drop_database(used)
        yield ("a whole backup", ours(lambda: making.make(self.postgresql, room / "kept", keys=age.Keys())), {
            "pg_dump -Fc": theirs(program("pg_dump"), "-Fc", "-f", room / "packed", at)})
        one, two = self._postgres.new_database(), self._postgres.new_database()
        there, (archive,) = settings_for(room / "there", database_url=one), (room / "kept").iterdir()
        yield ("a whole restore", ours(lambda: restored(there, archive)), {
            "pg_restore": theirs(program("pg_restore"), "-1", "-d", two, room / "packed")})
        for used in (one, two):
            self._postgres.drop_database(used)
        shutil.rmtree(room)

    def of_sqlite(self) -> Iterator[tuple[str, tuple[float, float], dict[str, float]]]:
        """The same for SQLite, where a restore is a renamed file."""
        room = self.fresh()
        yield ("rows out of SQLite", ours(lambda: snapshot.take(self.sqlite, room / "copy")), {
            "sqlite3 .backup": theirs("sqlite3", self.file, f".backup {room / 'plain'}")})
        yield ("a whole backup of SQLite", ours(lambda: making.make(self.sqlite, room / "kept", keys=age.Keys())), {
            "the same | gzip -1": theirs("sh", "-c", f"sqlite3 {self.file} '.backup {room}/p' && gzip -1 {room}/p")})
        shutil.rmtree(room)


def restored(settings: Settings, archive: Path) -> None:
    restoring.restore(settings, archive, keys=age.Keys(), key_is_given=True)


def measure(bench: Bench, rounds: int) -> None:
    """Print the medians of all rounds."""
    found: dict[tuple[str, str], list[tuple[float, float, float]]] = {}
    for _ in range(rounds):
        for each in (bench.of_postgresql, bench.of_sqlite):
            for what, (seconds, memory), peers in each():
                for name, other in peers.items():
                    found.setdefault((what, name), []).append((seconds, other, memory))
    print(f"{'':26} {'ours, s':>9} {'rows/s':>9} {'memory, MB':>11}   {'theirs':20} {'s':>7} {'ratio':>7}")
    for (what, name), taken in found.items():
        seconds, other, memory = (statistics.median(column) for column in zip(*taken, strict=True))
        print(f"{what:26} {seconds:9.2f} {bench.rows / seconds:9,.0f} {memory:11.0f}   {name:20} {other:7.2f} "
              f"{seconds / other:7.2f}")


@click.command()
@click.option("--rows", default=1_000_000, show_default=True)
@click.option("--rounds", default=3, show_default=True)
@click.option("--quick", is_flag=True, help="100,000 rows, once.")
def main(rows: int, rounds: int, *, quick: bool) -> None:
    """Measure backups and restores of a site with so many rows."""
    postgres = Postgres(durable=True).start()
    try:
        with tempfile.TemporaryDirectory(prefix="connectassist-bench-") as folder:
            bench = Bench(Path(folder), postgres, 100_000 if quick else rows)
            size = bench.file.stat().st_size / 1e6
            print(f"{bench.rows:,} rows, {size:,.0f} MB as SQLite")
            measure(bench, 1 if quick else rounds)
    finally:
        postgres.remove()


if __name__ == "__main__":
    main()
