"""Two server processes of one site, without the parent that keeps them running: tests end and start them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.cast import Member
from tests.live.redis import Redis
from tests.live.server import Server


class Pair:
    """One process on each engine, on a database that is prepared, and a Redis. Both take the other one to be there, so
    that neither clears up at its start what the other's people are at."""

    def __init__(self, folder: Path, *, database_url: str, redis: Redis, cast: dict[str, Member],
                 kind: type[Server] = Server) -> None:
        self.redis = redis
        self.servers: list[Server] = []
        for number, engine in enumerate(("eventlet", "gevent")):
            place = folder / str(number)
            place.mkdir(parents=True)
            self.servers.append(kind(
                place, cast=cast, program=("app.py", "--is-prepared", "--has-company"), process=number, processes=2,
                async_mode=engine, database_url=database_url, redis_url=redis.url, instance=folder / "instance",
                downloads=folder / "downloads"))
        with ThreadPoolExecutor() as pool:
            list(pool.map(Server.start, self.servers))

    def close(self) -> None:
        for server in self.servers:
            server.stop()
