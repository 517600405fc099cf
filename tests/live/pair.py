"""Two server processes of one site, without the parent that keeps them running: tests end and start them."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from copy import copy
from pathlib import Path
from typing import Any

import requests

from tests.cast import Member
from tests.live.redis import Redis
from tests.live.server import Server, free_port
from tests.live.sitting import Sitting
from tests.live.sockets import Socket
from tests.stage.display import eventually

USUAL = ("view", "control", "clipboard", "files")
SOON = 40


class Pair:
    """One process on each engine, on a database that is prepared, and a Redis. Both take the other one to be there, so
    that neither clears up at its start what the other's people are at."""

    def __init__(self, folder: Path, *, database_url: str, redis: Redis, cast: dict[str, Member],
                 kind: type[Server] = Server) -> None:
        self.redis, self.vnc_port = redis, free_port()
        self.servers: list[Server] = []
        for number, engine in enumerate(("eventlet", "gevent")):
            place = folder / str(number)
            place.mkdir(parents=True)
            self.servers.append(kind(
                place, cast=cast, program=("app.py", "--is-prepared", "--has-company"), process=number, processes=2,
                async_mode=engine, database_url=database_url, redis_url=redis.url, instance=folder / "instance",
                downloads=folder / "downloads", vnc_listen_port=self.vnc_port))
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.start, self.servers))

    def close(self) -> None:
        for server in self.servers:
            server.stop()


class PairSitting(Sitting):
    """A session whose helper is at the second process, and whose technicians are at the first unless they say so.
    `answer` is what the last one who joined was answered."""

    def __init__(self, pair: Pair) -> None:
        super().__init__(pair.servers[0])
        self.pair = pair

    def at(self, number: int, name: str, role: str, **more: Any) -> Socket:
        """A member of the cast, joined at a process."""
        self.sockets.append(self.pair.servers[number].socket(name))
        answer = self.sockets[-1].join(self.session_id, role, **more)
        assert answer["ok"], answer
        self.answer = answer
        return self.sockets[-1]

    def helper(self, number: int = 1, **more: Any) -> Socket:
        return self.at(number, "device", "helper", **more)

    def technician(self, name: str = "technician_a", number: int = 0) -> Socket:
        return self.at(number, name, "technician")

    def another(self) -> PairSitting:
        """A session beside it, of no device."""
        made = copy(self)
        made.session_id = self.server.http("technician_a").post("/api/sessions/create").json()["sessionId"]
        return made

    def browser(self, number: int) -> Socket:
        """The customer's page, which followed the session's link, in its seat at a process."""
        server = self.pair.servers[number]
        answer = requests.post(server.url + "/api/share", json={"sessionId": self.session_id}, timeout=20)
        cookie = {"Cookie": f"share.sid={answer.cookies['share.sid']}"}
        self.sockets.append(server.socket("nobody", auth={"share": True}, headers=cookie))
        answer = self.sockets[-1].join(self.session_id, "helper", rights=[])
        assert answer["ok"], answer
        return self.sockets[-1]

    def both(self, rights: Sequence[str] = USUAL) -> tuple[Socket, Socket]:
        """Helper and technician, who may what `rights` say."""
        helper, technician = self.helper(), self.technician()
        helper.heard("technician-joined")
        self.allow(helper, [*rights])
        technician.heard("consent-changed")
        return helper, technician

    def rows(self) -> list[dict[str, Any]]:
        """The session as each process' list shows it."""
        return [next(row for row in server.http("technician_a").get("/api/sessions?all=1").json()["sessions"]
                     if row["session_id"] == self.session_id) for server in self.pair.servers]

    def counts(self) -> list[tuple[int, int, bool]]:
        return [(row["active_technicians"], row["viewing_technicians"], row["helper_connected"]) for row in self.rows()]

    def becomes(self, count: tuple[int, int, bool]) -> None:
        """Wait until both processes' lists show so many."""
        eventually(lambda: self.counts() == [count, count], within=SOON, what=f"{count} in both lists")

    def timeline(self) -> list[str]:
        found = self.server.http("technician_a").get(f"/api/sessions/{self.session_id}/timeline").json()
        return [event["kind"] for event in found["timeline"]]

    def emits(self, socket: Socket, name: str, **data: Any) -> dict[str, Any]:
        return socket.call(name, {"sessionId": self.session_id, **data})
