"""A real PostgreSQL server in a folder of its own, started by the tests and gone with them."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import time
from functools import cached_property
from pathlib import Path

import psycopg
from psycopg import sql

from tests.live.server import PATIENCE, free_port

USER = "connectassist"
#: What is lost in a power cut is no loss to a test.
HURRIED = ("fsync=off", "full_page_writes=off")


def program(name: str) -> str:
    """One of PostgreSQL's programs; Debian keeps the server's out of the PATH, one folder for each version."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: int(path.parts[4]))
    path = str(found[-1]) if found else shutil.which(name)
    assert path, f"{name} is missing: scripts/system_packages.sh test installs it"
    return path


def _servant() -> dict[str, object]:
    """PostgreSQL does not run as root: somebody without rights runs it then."""
    if os.geteuid() != 0:
        return {}
    return {"user": "nobody", "group": pwd.getpwnam("nobody").pw_gid, "extra_groups": []}


class Postgres:
    """A server with a superuser `connectassist`, on a free port of 127.0.0.1. `durable` waits for the disk."""

    def __init__(self, *, durable: bool = False) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="connectassist-postgres-"))
        self.port, self.log = free_port(), self.folder / "postgres.log"
        self._password, self._as = secrets.token_hex(12), _servant()
        self._options = () if durable else HURRIED
        self._process: subprocess.Popen[bytes] | None = None
        password = self.folder / "password"
        password.write_text(self._password)
        if self._as:
            shutil.chown(self.folder, "nobody")
            shutil.chown(password, "nobody")
        subprocess.run([program("initdb"), "-D", self.folder / "data", "-U", USER, "-A", "scram-sha-256", "-E", "UTF8",
                        f"--pwfile={password}", "--no-locale", "--no-sync", "--no-instructions"],
                       cwd=self.folder, check=True, capture_output=True, **self._as)

    def start(self) -> Postgres:
        """Start (again) and wait until it answers."""
        settings = (*self._options, "listen_addresses=127.0.0.1", f"port={self.port}", "max_connections=200",
                    f"unix_socket_directories={self.folder}", "shared_buffers=32MB", "max_wal_size=256MB")
        options = [part for setting in settings for part in ("-c", setting)]
        with open(self.log, "ab") as log:
            self._process = subprocess.Popen([program("postgres"), "-D", self.folder / "data", *options],
                                             cwd=self.folder, stdout=log, stderr=log, **self._as)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                psycopg.connect(self.url("postgres"), connect_timeout=5).close()
                return self
            except psycopg.OperationalError:
                time.sleep(0.05)
        raise AssertionError(f"PostgreSQL did not start:\n{self.log.read_text()[-4000:]}")

    def url(self, database: str) -> str:
        """Where a database is, as an operator writes it."""
        return f"postgresql://{USER}:{self._password}@127.0.0.1:{self.port}/{database}"

    def new_database(self, *, like: str = "template0") -> str:
        """Make an empty database, or one with all that another holds (which nobody may be connected to). Its URL."""
        name = f"d{secrets.token_hex(6)}"
        self._admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {} STRATEGY file_copy").format(
            sql.Identifier(name), sql.Identifier(like)))
        return self.url(name)

    def drop_database(self, url: str) -> None:
        """Throw a database away, with everybody in it."""
        self._admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
            sql.Identifier(url.rpartition("/")[2])))

    @cached_property
    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.url("postgres"), autocommit=True)

    def freeze(self) -> None:
        """Make every process of the server stand still: connections stay open, and nothing answers."""
        self._signal_all(signal.SIGSTOP)

    def thaw(self) -> None:
        """Go on after `freeze`."""
        self._signal_all(signal.SIGCONT)

    def _signal_all(self, number: int) -> None:
        assert self._process
        children = Path(f"/proc/{self._process.pid}/task/{self._process.pid}/children").read_text().split()
        for process_id in (self._process.pid, *map(int, children)):
            os.kill(process_id, number)

    def kill(self) -> None:
        """End it as a power cut would: no farewell, nothing flushed; the data stays."""
        assert self._process
        self._signal_all(signal.SIGKILL)
        self._process.wait(40)

    def stop(self) -> None:
        """Stop it at once, as a restart by its operator would; the data stays."""
        if self._process and self._process.poll() is None:
            self._signal_all(signal.SIGCONT)
            if "_admin" in self.__dict__:
                self.__dict__.pop("_admin").close()
            self._process.send_signal(signal.SIGINT)
            try:
                self._process.wait(20)
            except subprocess.TimeoutExpired:
                self._process.send_signal(signal.SIGQUIT)
                self._process.wait(40)

    def remove(self) -> None:
        """Stop it and throw everything away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
