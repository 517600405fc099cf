"""The queue's two servers: ours, and a Fastify over a Redis of its own."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

import requests

from bench.fleet import Known, known, put_in
from bench.relay import servers
from bench.relay.servers import Program
from tests.live import node


class Queue(Program):
    """A server with devices that are signed in."""

    tokens: list[str]

    def _wait(self) -> None:
        for _ in range(400):
            assert self._process.poll() is None, (self.folder / "log").read_text()
            try:
                requests.get(f"http://127.0.0.1:{self.port}/login", timeout=10)
                return
            except requests.ConnectionError:
                time.sleep(0.1)
        raise AssertionError("the server did not start")

    def sign_in(self, devices: Known) -> None:
        """Let these devices in."""
        with requests.Session() as session:
            answers = [session.post(f"http://127.0.0.1:{self.port}/api/v1/device/auth", timeout=30,
                                    json={"deviceId": device_id, "deviceSecret": secret})
                       for device_id, secret in devices]
        self.tokens = [answer.json()["token"] for answer in answers]


class Ours(Queue, servers.Ours):
    """`app.py` over SQLite."""

    def __init__(self, core: int | None, *, engine: str, devices: int) -> None:
        super().__init__(core, engine=engine)
        enrolled = known(devices)
        put_in(self, enrolled)
        self.sign_in(enrolled)


class Redis(Program):
    """A Redis that writes what it is told to its disk: each second, or before each answer."""

    def __init__(self, core: int | None, *, fsync: str) -> None:
        self._fsync, self._data = fsync, Path(tempfile.mkdtemp(prefix="bench-redis-"))
        super().__init__(core)

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        assert program, "there is no redis-server; scripts/system_packages.sh test installs it"
        return [program, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._data), "--save", "",
                "--appendonly", "yes", "--appendfsync", self._fsync]

    def _wait(self) -> None:
        for _ in range(100):
            if b"Ready to accept connections" in (self.folder / "log").read_bytes():
                return
            time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def close(self) -> None:
        super().close()
        shutil.rmtree(self._data, ignore_errors=True)


class Peer(Queue):
    """Fastify and Redis; what they use counts together."""

    name = "peer"

    def __init__(self, core: int | None, *, fsync: str, devices: int) -> None:
        self.redis = Redis(core, fsync=fsync)
        super().__init__(core)
        self.sign_in(known(devices))

    def command(self) -> list[str]:
        return [node.program(), str(Path(__file__).with_name("_queue_peer.mjs")), str(self.port), str(self.redis.port)]

    def processor(self) -> float:
        return super().processor() + self.redis.processor()

    def memory(self) -> float:
        return super().memory() + self.redis.memory()

    def close(self) -> None:
        super().close()
        self.redis.close()
