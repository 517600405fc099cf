"""Checks of the database and of Redis, asked over connections of their own that change nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, NullPool, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import clock
from connectassist.core.settings import PREFIX, ROOT
from connectassist.features.checkup.findings import Check, Finding, error, hint, ok, warning
from connectassist.features.checkup.grounds import Grounds, said

ABOUT = "Database and Redis"
#: SQLite files larger than this are not looked through; bytes.
LARGEST_LOOKED_THROUGH = 500 * 1024**2
OLDEST_POSTGRESQL, OLDEST_REDIS = 13, 6
#: Seconds that clocks may differ.
APART = 5
#: Connections of one process beside the pools: the probe's, and some for people.
BESIDE = 5
WEAK = ("connectassist", "administrator", "1234567890", "password123", "password1234", "0123456789", "adminadmin",
        "correct-horse", "changeme123", "qwertyuiop")


def database(grounds: Grounds) -> Iterator[Finding]:
    """Does the database answer, is it sound, are our tables in it?"""
    if grounds.settings.database.startswith("sqlite"):
        yield from _sqlite(Path(grounds.settings.database.removeprefix("sqlite:///")))
        return
    engine = create_engine(grounds.settings.database, poolclass=NullPool, connect_args={"connect_timeout": 5})
    try:
        with engine.connect() as connection:
            yield from _postgresql(connection, connections=grounds.settings.database_connections)
    except SQLAlchemyError as problem:
        reason = str(problem.__cause__ or problem).strip().splitlines()[0][:200]
        yield error(f"PostgreSQL does not answer: {reason}.",
                    f"Look whether it runs and lets us in; {PREFIX}DATABASE_URL says where it is.")


def _sqlite(path: Path) -> Iterator[Finding]:
    if not path.is_file():
        yield hint("There is no database yet; the first start makes it.")
        return
    try:
        with closing(sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=5)) as connection:
            yield _revision([row[0] for row in connection.execute("SELECT version_num FROM alembic_version")])
            mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
            if mode != "wal":
                yield warning(f"SQLite runs in {mode} mode, so whoever writes holds readers up.", "Restart the server.")
            yield _sound(connection, path)
    except sqlite3.Error as problem:
        yield error(f"The database can't be read: {problem}.", "Look at the disk, then restore a backup.")


def _sound(connection: sqlite3.Connection, path: Path) -> Finding:
    size = path.stat().st_size
    if size > LARGEST_LOOKED_THROUGH:
        return ok(f"SQLite answers ({size / 1024**2:.0f} MB, too large to be looked through here).")
    found = connection.execute("PRAGMA quick_check(3)").fetchall()
    if found != [("ok",)]:
        return error(f"The database is damaged: {found[0][0][:200]}", "Stop the server and restore a backup.")
    return ok(f"SQLite answers, and its {max(size / 1024**2, 0.1):.1f} MB are sound.")


def _postgresql(connection: Connection, *, connections: int) -> Iterator[Finding]:
    """Asked in as few words as can be."""
    def setting(name: str) -> str:
        return str(connection.scalar(text("SELECT current_setting(:name)"), {"name": name}))

    release = int(setting("server_version_num")) // 10_000
    if connection.scalar(text("SELECT pg_is_in_recovery()")):
        yield error("This PostgreSQL is a standby, which takes nothing.", "Name the primary.")
    if release < OLDEST_POSTGRESQL:
        yield warning(f"PostgreSQL {release} is older than what we know ({OLDEST_POSTGRESQL}).", "Update it.")
    if setting("server_encoding") != "UTF8":
        yield error(f"The database's encoding is {setting('server_encoding')}, so names in other scripts are lost.",
                    "Make one with `--encoding=UTF8 --template=template0` and carry it over (docs/operations.md).")
    unsafe = [name for name in ("fsync", "full_page_writes", "synchronous_commit") if setting(name) == "off"]
    if unsafe:
        yield warning(f"{', '.join(unsafe)} is off: after a power cut, what was acknowledged may be lost.",
                      "Switch it on.")
    wanted, most = 3 * connections + BESIDE, int(setting("max_connections"))
    if wanted > most:
        yield warning(f"PostgreSQL takes {most} connections, and one process of ours may want {wanted}.",
                      f"Raise max_connections, or lower {PREFIX}DATABASE_CONNECTIONS.")
    apart = abs((clock.now() - connection.scalar(text("SELECT clock_timestamp()"))).total_seconds())
    if apart > APART:
        yield warning(f"The database's clock and ours are {apart:.0f} seconds apart.", "Have both set by NTP.")
    if not connection.scalar(text("SELECT to_regclass('alembic_version')")):
        yield hint("The database is empty; the first start makes the tables.")
        return
    yield _revision([row[0] for row in connection.execute(text("SELECT version_num FROM alembic_version"))])
    yield ok(f"PostgreSQL {release} answers.")


def _revision(found: list[str]) -> Finding:
    newest = ScriptDirectory(str(ROOT / "migrations")).get_heads()
    if found == newest:
        return ok(f"The tables are those of this version ({newest[0]}).")
    known = {each.revision for each in ScriptDirectory(str(ROOT / "migrations")).walk_revisions()}
    if set(found) <= known:
        return warning(f"The tables are of an older version ({', '.join(found) or 'none'}); the next start brings them "
                       "up to date.", "Make a backup, then restart the server.")
    return error(f"The tables are of a newer version than this program ({', '.join(found)}).",
                 "Run the version that made them, or restore a backup of before.")


def administrators(grounds: Grounds) -> Iterator[Finding]:
    """Is there an administrator, with a password that nobody guesses at once?"""
    engine = create_engine(grounds.settings.database, poolclass=NullPool)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").is_file():
        return
    try:
        with engine.connect() as connection:
            rows = connection.execute(text("SELECT username, password_hash FROM users WHERE role = 'admin' "
                                           "ORDER BY id LIMIT 20")).all()
    except SQLAlchemyError:
        return  # `database` tells of it
    weak = [name for name, kept in rows if kept and _is_weak(name, kept)]
    if weak:
        yield error(f"The password of {', '.join(weak)} is one of the first that anybody tries.",
                    f"`connectassist password {weak[0]}`")
    elif not rows:
        yield error("There is no administrator.", "`connectassist staff NAME --role admin`")
    else:
        yield ok(f"There {'is one administrator' if len(rows) == 1 else f'are {len(rows)} administrators'}, with no "
                 "password that is tried first.")


def _is_weak(name: str, kept: str) -> bool:
    from connectassist.identity import passwords
    return any(passwords.matches(kept, tried) for tried in dict.fromkeys((name, *WEAK)))


def redis(grounds: Grounds) -> Iterator[Finding]:
    """Does Redis answer, where one is configured?"""
    if not grounds.settings.redis_url:
        yield ok("No Redis is configured; one process needs none.")
        return
    import redis
    from redis.backoff import NoBackoff
    from redis.retry import Retry
    try:
        with closing(redis.Redis.from_url(grounds.settings.redis_url, socket_timeout=5, socket_connect_timeout=5,
                                          retry=Retry(NoBackoff(), 0))) as client:
            seconds, _ = client.time()
            about = client.info()
    except (redis.RedisError, ValueError) as problem:
        yield error(f"Redis does not answer: {said(problem)}.",
                    f"Look whether it runs and lets us in; {PREFIX}REDIS_URL says where it is.")
        return
    release = str(about.get("redis_version", "0"))
    if int(release.partition(".")[0]) < OLDEST_REDIS:
        yield warning(f"Redis {release} is older than what we know ({OLDEST_REDIS}).", "Update it.")
    apart = abs((clock.now() - datetime.fromtimestamp(seconds, UTC)).total_seconds())
    if apart > APART:
        yield warning(f"Redis' clock and ours are {apart:.0f} seconds apart.", "Have both set by NTP.")
    yield ok(f"Redis {release} answers.")


CHECKS: Iterable[Check] = (Check("database", ABOUT, database), Check("administrators", ABOUT, administrators),
                           Check("redis", ABOUT, redis))
