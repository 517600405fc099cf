"""Plain WebSockets against the cases of the Autobahn testsuite, which `kosoku` runs: framing, pings, reserved bits,
opcodes, fragments, UTF-8 as it streams, closes with every code. Both kinds of WebSocket, on both engines.

Section 9 (limits and speed, up to 16 MB) asks for larger messages than this server takes; 12 and 13 are about
compression, which it doesn't speak."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import kosoku
import pytest

from tests.conftest import Template
from tests.live import apart
from tests.live.server import Server

SECTIONS = ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"]
CASES = 247
AT_ONCE = 8


@pytest.fixture(scope="module")
def echoing(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Server]]:
    """A server that says everything back, for each engine."""
    started: list[Server] = []

    def start(engine: str) -> Server:
        folder = tmp_path_factory.mktemp("echoing")
        template.copy_to(folder)
        started.append(Server(folder, cast=template.cast, async_mode=engine, program=("-m", "tests.live.echoing")))
        return started[-1].start()

    yield cache(start)
    for server in started:
        server.stop()
        shutil.rmtree(server.folder, ignore_errors=True)


def failures(url: str) -> tuple[int, list[str]]:
    """How many cases were run, and what is wrong with those that failed or were not strictly right."""
    try:
        found = apart.run(kosoku.run_fuzzingclient(url, cases=SECTIONS, concurrency=AT_ONCE))
    except kosoku.FailureError as problem:
        found = problem.results
    return len(found), [f"{case.case_id}: {case.behavior.value}, {case.behavior_close.value}: {case.result} "
                        f"{case.result_close}" for case in found
                        if not case.passed or case.behavior.value == "NON-STRICT"]


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
@pytest.mark.parametrize("kind", ["echo", "echo-in-hub"])
def test_no_case_fails(echoing: Callable[[str], Server], engine: str, kind: str) -> None:
    run, wrong = failures(f"{echoing(engine).url.replace('http', 'ws')}/{kind}")
    assert run == CASES
    assert not wrong, "\n".join(wrong)


def test_a_server_that_breaks_the_rules_is_caught(tmp_path: Path) -> None:
    """The same cases against one that answers every frame with a pong."""
    async def run() -> list[str]:
        async def wrong(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            from connectassist.realtime.channel import answer_to
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
            key = next(line.split(":")[1].strip() for line in head.split("\r\n") if "Key" in line)
            writer.write(answer_to({"HTTP_SEC_WEBSOCKET_KEY": key, "HTTP_SEC_WEBSOCKET_VERSION": "13",
                                    "HTTP_CONNECTION": "Upgrade"}) or b"")
            while await reader.read(1000):
                writer.write(b"\x8a\x00")
        server = await asyncio.start_server(wrong, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        try:
            await kosoku.run_fuzzingclient(f"ws://127.0.0.1:{port}", cases=["1.1.2"])
        except kosoku.FailureError as problem:
            return [case.case_id for case in problem.results if not case.passed]
        finally:
            server.close()
        return []
    assert apart.run(run()) == ["1.1.2"]
