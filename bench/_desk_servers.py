"""The desk's servers: ours with its tickets, Flask on the same rows, and Node's `ws` for live news."""

from __future__ import annotations

import sqlite3
import sys
import tempfile
from pathlib import Path

import requests

from bench import _desk_data
from bench._queue_servers import Queue
from bench.fleet import database
from bench.relay import servers
from tests.live import node

PASSWORD = "correct-horse-battery"


class Ours(Queue, servers.Ours):
    """`app.py` over SQLite, with tickets of twenty clients; a hundredth of them are one customer's."""

    def __init__(self, core: int | None, *, engine: str, tickets: int) -> None:
        super().__init__(core, engine=engine)
        self.token()
        self.customer_id = self._post("/api/admin/customers", {
            "username": "mia", "password": PASSWORD, "client_id": 1})["customer"]["id"]
        self.customer = self._sign_in("mia")
        with database(self) as db:
            _desk_data.put_in(db, tickets, customer_id=self.customer_id)

    def _sign_in(self, name: str) -> str:
        return self._post("/api/auth/local/login", {"username": name, "password": PASSWORD},
                          by=requests.Session())["token"]

    def staff(self, number: int) -> list[str]:
        """The tokens of so many administrators."""
        names = [f"staff{each}" for each in range(number)]
        for name in names:
            self._post("/api/admin/users", {"username": name, "password": PASSWORD, "role": "admin"})
        return [self._sign_in(name) for name in names]


class Flask(Queue):
    """A tiny Flask app on a copy of the same rows, with an index of trigrams besides."""

    name = "peer"

    def __init__(self, core: int | None, ours: Ours) -> None:
        self._data = Path(tempfile.mkdtemp(prefix="bench-desk-"))
        with database(ours) as db:
            db.execute("VACUUM INTO ?", [str(self._data / "tickets.db")])
        with sqlite3.connect(self._data / "tickets.db") as db:
            db.execute("CREATE VIRTUAL TABLE found USING fts5(search_text, content='tickets', content_rowid='id', "
                       "tokenize='trigram')")
            db.execute("INSERT INTO found(found) VALUES ('rebuild')")
        super().__init__(core)

    def command(self) -> list[str]:
        return [sys.executable, "-P", str(Path(__file__).with_name("_desk_peer.py")),  # bench/queue.py is not Python's
                str(self._data / "tickets.db"), str(self.port)]

    def close(self) -> None:
        super().close()
        servers.shutil.rmtree(self._data, ignore_errors=True)


class Node(Queue):
    """Node's `ws`."""

    name = "peer"

    def command(self) -> list[str]:
        return [node.program(), str(Path(__file__).with_name("_desk_peer.mjs")), str(self.port)]
