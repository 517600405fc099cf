"""A download goes on where the line broke, begins anew when the file is another one, and gives up in the end."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web

from builder.helper import arriving
from builder.helper.api import Api
from builder.helper.arriving import Arriving
from builder.helper.errors import BadFile, Refused, Unreachable
from builder.helper.files import SharedFolder
from tests.live import apart

CONTENT = bytes(range(256)) * 4096
PROGRESS = web.AppKey("progress", asyncio.Event)
Answer = Callable[[web.Request, int], Awaitable[web.StreamResponse]]


@pytest.fixture(autouse=True)
def hasty(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(arriving, "_LONGEST_PAUSE", 0.01)


def fetch(
    tmp_path: Path, answer: Answer, *, permit: Callable[[], None] = lambda: None
) -> tuple[Path | None, list[str]]:
    """Fetch one file from a server that answers the n-th request so. Returns where it lies and the ranges asked for."""
    asked: list[str] = []

    async def handle(request: web.Request) -> web.StreamResponse:
        asked.append(request.headers.get("Range", ""))
        return await answer(request, len(asked))

    app = web.Application()

    async def step(received: int, size: int) -> None:
        assert 0 < received <= size
        app[PROGRESS].set()

    async def run() -> Path:
        app[PROGRESS] = asyncio.Event()
        app.router.add_get("/api/files/download/f1", handle)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
        incoming = SharedFolder(tmp_path / "shared").incoming(folder="", name="a.bin")
        try:
            async with aiohttp.ClientSession() as http:
                api = Api(http, url=url, device_id="d")
                return await Arriving(api, "f1", incoming, permit=permit, step=step).whole()
        finally:
            incoming.abandon()
            await runner.cleanup()

    return apart.run(run()), asked


async def part(request: web.Request, *, start: int, stop: int, mark: str = '"one"') -> web.StreamResponse:
    """Announce everything from `start` on and send it up to `stop`; then the line breaks."""
    response = web.StreamResponse(status=206 if start else 200, headers={
        "Content-Length": str(len(CONTENT) - start), "ETag": mark})
    await response.prepare(request)
    await response.write(CONTENT[start:stop])
    if stop < len(CONTENT):
        assert request.transport is not None
        await request.app[PROGRESS].wait()
        request.app[PROGRESS].clear()
        request.transport.close()
    return response


def test_it_goes_on_where_the_line_broke(tmp_path: Path) -> None:
    async def answer(request: web.Request, count: int) -> web.StreamResponse:
        start = int(request.headers["Range"][6:-1]) if "Range" in request.headers else 0
        assert request.headers.get("If-Range", '"one"') == '"one"'
        return await part(request, start=start, stop=len(CONTENT) if count == 3 else start + 300_000)

    path, asked = fetch(tmp_path, answer)
    assert path is not None and path.read_bytes() == CONTENT
    assert asked[0] == "" and len(asked) == 3 and 0 < int(asked[1][6:-1]) < int(asked[2][6:-1]) < len(CONTENT)


def test_another_file_under_the_address_begins_anew(tmp_path: Path) -> None:
    async def answer(request: web.Request, count: int) -> web.StreamResponse:
        return await part(request, start=0, stop=300_000 if count == 1 else len(CONTENT), mark=f'"{count}"')

    path, asked = fetch(tmp_path, answer)
    assert path is not None and path.read_bytes() == CONTENT and len(asked) == 2


@pytest.mark.parametrize(("status", "error", "requests"), [(404, Refused, 1), (410, Refused, 1), (503, Unreachable, 6)])
def test_it_gives_up(tmp_path: Path, status: int, error: type[Exception], requests: int) -> None:
    seen = []

    async def answer(request: web.Request, count: int) -> web.StreamResponse:
        seen.append(count)
        return web.Response(status=status)

    with pytest.raises(error):
        fetch(tmp_path, answer)
    assert len(seen) == requests and list((tmp_path / "shared").iterdir()) == []


def test_taking_files_back_on_the_way_leaves_nothing(tmp_path: Path) -> None:
    pieces = []

    def permit() -> None:
        pieces.append(1)
        if len(pieces) == 3:
            raise BadFile("The customer has not allowed files.")

    async def answer(request: web.Request, count: int) -> web.StreamResponse:
        return await part(request, start=0, stop=len(CONTENT))

    with pytest.raises(BadFile):
        fetch(tmp_path, answer, permit=permit)
    assert list((tmp_path / "shared").iterdir()) == []


def test_an_empty_file(tmp_path: Path) -> None:
    async def answer(request: web.Request, count: int) -> web.StreamResponse:
        return web.Response(body=b"")

    path, _ = fetch(tmp_path, answer)
    assert path is not None and path.read_bytes() == b""
