"""An update is checked whole before any of it is used, and a download that broke off goes on."""

from __future__ import annotations

import asyncio
import errno
import json
import random
import shutil
import zipfile
from collections.abc import Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientSession, web

from builder.helper import succession, updating
from builder.helper.api import Api
from builder.helper.board import Board, Technician, Update
from builder.helper.errors import Tampered
from builder.helper.succession import Own, Pointer, Versions, number
from builder.helper.updating import Updates, install
from builder.manifest import Signer
from builder.payloads import load
from builder.payloads.pack import Label, pack
from builder.stamp import Order, stamp
from tests.live import apart

KEY = Signer.from_seed(b"u" * 32)
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """A stamped package of a version, as the server sends it."""
    def write(version: str, *, platform: str = "linux-x86_64", device: str = "SUPP-1", signer: Signer = KEY,
              unattended: bool = False, url: str = "http://desk") -> Path:
        folder = tmp_path / f"made-{version}-{platform}"
        tree = folder / "tree"
        (tree / "_internal").mkdir(parents=True, exist_ok=True)
        (tree / "connectassist-helper").write_text("#!/bin/sh\nexit 0\n")
        (tree / "connectassist-helper").chmod(0o755)
        (tree / "_internal" / "lib.so").write_bytes(random.Random(version).randbytes(300_000))
        pack(tree, out=folder, label=Label(platform=platform, version=version, executable="connectassist-helper",
                                           source=version))
        settings = {"Server": {"Url": url}, "Device": {"Id": device}, "Support": {"AllowUnattended": unattended}}
        order = Order(device_id=device, settings=settings, readme="", created_at=datetime(2026, 1, 1, tzinfo=UTC))
        stamp(order, payload=load(folder, platform=platform), signer=signer).write_to(folder / "package.zip")
        return folder / "package.zip"
    return write


@pytest.fixture
def own(make: Make, tmp_path: Path) -> Own:
    """The running version, 1.2.0."""
    with zipfile.ZipFile(make("1.2.0")) as archive:
        archive.extractall(tmp_path / "own")
    return succession.own(tmp_path / "own" / "ConnectAssist-Helper")


@pytest.fixture
def versions(tmp_path: Path) -> Versions:
    return Versions(tmp_path / "state")


def nothing_is_installed(versions: Versions) -> bool:
    left = [path.name for path in versions.folder.iterdir()] if versions.folder.exists() else []
    return versions.pointer() is None and not [name for name in left if name[0].isdigit() or name.startswith(".draft")]


def test_a_good_one_lies_beside_the_old_and_is_the_next(make: Make, own: Own, versions: Versions) -> None:
    before = sorted(own.folder.rglob("*"))
    assert install(make("1.10.0"), own=own, versions=versions) == "1.10.0"
    assert versions.pointer() == Pointer("1.10.0")
    assert (versions.path("1.10.0") / "connectassist-helper").stat().st_mode & 0o111
    assert sorted(own.folder.rglob("*")) == before


@pytest.mark.parametrize(("order", "why"), [
    ({"version": "1.1.9"}, "not newer"), ({"version": "1.2.0"}, "not newer"), ({"version": "1.2"}, "not newer"),
    ({"version": "2.0.0", "platform": "windows-x86_64"}, "another kind"),
    ({"version": "2.0.0", "device": "SUPP-2"}, "another computer"),
    ({"version": "2.0.0", "signer": Signer.from_seed(b"e" * 32)}, "not signed by this helper's server"),
    ({"version": "2.0.0", "unattended": True}, "change this helper's settings"),
    ({"version": "2.0.0", "url": "http://elsewhere"}, "change this helper's settings"),
    ({"version": "2.0.0-evil"}, "which version"), ({"version": "../../2.0"}, "which version"),
], ids=[str(number) for number in range(10)])
def test_what_is_refused(make: Make, own: Own, versions: Versions, order: dict[str, Any], why: str) -> None:
    order = dict(order)
    version = order.pop("version")
    package = relabelled(make("9.9"), version) if "/" in version else make(version, **order)
    with pytest.raises(Tampered, match=why):
        install(package, own=own, versions=versions)
    assert nothing_is_installed(versions)


def relabelled(package: Path, version: str) -> Path:
    """The same package, signed for another version."""
    payload = load(package.parent, platform="linux-x86_64")
    order = Order(device_id="SUPP-1", settings={}, readme="", created_at=datetime(2026, 1, 1, tzinfo=UTC))
    stamp(order, payload=replace(payload, version=version), signer=KEY).write_to(package)
    return package


@pytest.mark.parametrize("share", [0.001, 0.1, 0.3, 0.5, 0.7, 0.9, 0.985, 0.999])
def test_one_changed_byte_is_found(make: Make, own: Own, versions: Versions, share: float) -> None:
    package = make("2.0.0")
    data = bytearray(package.read_bytes())
    data[int(len(data) * share)] ^= 1
    package.write_bytes(data)
    try:
        install(package, own=own, versions=versions)
    except Tampered:
        assert nothing_is_installed(versions)
    else:  # a date in the ZIP's own records: the files are what was signed
        succession.integrity.check(versions.path("2.0.0"))


def test_a_file_more_is_refused(make: Make, own: Own, versions: Versions) -> None:
    package = make("2.0.0")
    with zipfile.ZipFile(package, "a") as archive:
        archive.writestr("ConnectAssist-Helper/../../evil.so", b"x")
    with pytest.raises(Tampered, match="other files"):
        install(package, own=own, versions=versions)
    assert nothing_is_installed(versions)


def test_without_room_nothing_is_left(make: Make, own: Own, versions: Versions,
                                      monkeypatch: pytest.MonkeyPatch) -> None:
    package = make("2.0.0")
    usage = shutil.disk_usage(package)
    monkeypatch.setattr(updating.shutil, "disk_usage", lambda _: usage._replace(free=1000))
    with pytest.raises(OSError, match="needed") as told:
        install(package, own=own, versions=versions)
    assert told.value.errno == errno.ENOSPC
    assert nothing_is_installed(versions)


def test_a_version_that_was_put_aside_gives_way_to_the_one_before(own: Own, versions: Versions) -> None:
    versions.folder.mkdir(parents=True)
    versions.refuse(Pointer("2.0.0", "trying", 1, "1.5.0"))
    assert versions.pointer() == Pointer("1.5.0", "good")
    assert versions.is_refused("2.0.0")
    versions.refuse(Pointer("1.5.0", "good"))
    assert versions.pointer() is None


@pytest.mark.parametrize(("smaller", "larger"), [("1.9.0", "1.10.0"), ("1", "1.0.1"), ("0.9.9.9", "1"), ("2", "10")])
def test_versions_are_compared_by_their_numbers(smaller: str, larger: str) -> None:
    assert number(smaller) < number(larger)


@pytest.mark.parametrize("text", ["", "1.", "v1", "1.0rc1", "1.2.3.4.5", "-1", "١.٢", "1" * 20])
def test_what_is_no_version(text: str) -> None:
    assert number(text) == ()


# -- fetching ---------------------------------------------------------------------------------------------------


class Source:
    """A server that hands a package out, badly if told to."""

    def __init__(self, package: Path, board: Board) -> None:
        self.data, self.board = package.read_bytes(), board
        self.cuts: list[int] = []
        self.tells_length = True
        self.asked: list[str] = []

    async def has_come(self, size: int) -> None:
        """Wait until so much of it has reached the helper."""
        async with asyncio.timeout(30):
            while (update := self.board.read().update) is None or update.received < size:
                await asyncio.sleep(0.01)

    async def info(self, request: web.Request) -> web.Response:
        return web.json_response({"updateAvailable": True, "latestVersion": "2.0.0"})

    async def package(self, request: web.Request) -> web.StreamResponse:
        self.asked.append(request.headers.get("Range", ""))
        start = int(self.asked[-1].removeprefix("bytes=").removesuffix("-") or 0)
        length = {"Content-Length": str(len(self.data) - start)} if self.tells_length else {}
        answer = web.StreamResponse(status=206 if start else 200, headers={**length, "ETag": '"one"'})
        await answer.prepare(request)
        if self.cuts:
            cut = self.cuts.pop(0)
            await answer.write(self.data[start:start + cut])
            await self.has_come(start + cut)
            request.transport.close()
            return answer
        await answer.write(self.data[start:])
        return answer


@asynccontextmanager
async def offering(source: Source, own: Own, state: Path, board: Board) -> Any:
    """An `Updates` that runs against a source."""
    app = web.Application()
    app.router.add_get("/api/helper/update-info", source.info)
    app.router.add_get("/api/helper/package", source.package)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    url = f"http://127.0.0.1:{site._server.sockets[0].getsockname()[1]}"
    restarts: list[bool] = []
    async with ClientSession() as http:
        updates = Updates(api=Api(http, url=url, device_id="SUPP-1"), board=board, own=own, state_dir=state,
                          restart=lambda: restarts.append(True))
        running = asyncio.ensure_future(updates.run())
        try:
            yield updates, restarts
        finally:
            running.cancel()
            await runner.cleanup()


async def phase(board: Board, *wanted: str) -> Update:
    async with asyncio.timeout(30):
        while not (update := board.read().update) or update.phase not in wanted:
            await asyncio.sleep(0.01)
    return update


def test_a_cut_download_goes_on_where_it_broke_off(make: Make, own: Own, tmp_path: Path,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "PAUSES", (0.01, 0.01, 0.01))
    board = Board()
    source = Source(make("2.0.0"), board)
    source.cuts = [100_000, 50_000]

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, restarts):
            await phase(board, "offered")
            updates.want(now=True)
            await phase(board, "ready")
            assert restarts == [True]

    apart.run(story())
    assert source.asked[0] == "" and len(source.asked) == 3
    assert all(asked.startswith("bytes=") for asked in source.asked[1:])
    assert Versions(tmp_path / "state").pointer() == Pointer("2.0.0")


def test_a_download_without_an_end_fills_no_disk(make: Make, own: Own, tmp_path: Path) -> None:
    board = Board()
    source = Source(make("2.0.0"), board)
    source.tells_length = False

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, _):
            await phase(board, "offered")
            updates.want(now=True)
            assert "larger" in (await phase(board, "failed")).error

    apart.run(story())
    assert not (tmp_path / "state" / "updates" / "package.part").exists()


def test_a_changed_download_is_told_and_fetched_anew(make: Make, own: Own, tmp_path: Path) -> None:
    board = Board()
    source = Source(make("2.0.0"), board)
    good = source.data
    source.data = good[:200_000] + bytes([good[200_000] ^ 1]) + good[200_001:]

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, restarts):
            await phase(board, "offered")
            updates.want(now=True)
            failed = await phase(board, "failed")
            assert "Nothing was changed" in failed.error and restarts == []
            source.data = good
            updates.want(now=False)
            await phase(board, "ready")
            assert restarts == []

    apart.run(story())
    assert source.asked == ["", ""]


def test_next_session_waits_for_the_end_of_this_one(make: Make, own: Own, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(updating, "IDLE_LOOK_SECONDS", 0.01)
    board = Board()
    source = Source(make("2.0.0"), board)
    board.update(technicians=(Technician(socket_id="a", name="Tina"),), rights=frozenset({"view"}))

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, _):
            await phase(board, "offered")
            updates.want(now=False)
            await phase(board, "later")
            for _ in range(20):
                await asyncio.sleep(0.01)
                assert source.asked == []
            board.update(technicians=(), rights=frozenset())
            await phase(board, "ready")

    apart.run(story())


def test_a_full_disk_is_told_in_plain_words(make: Make, own: Own, tmp_path: Path,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    board = Board()
    source = Source(make("2.0.0"), board)
    usage = shutil.disk_usage(tmp_path)
    monkeypatch.setattr(updating.shutil, "disk_usage", lambda _: usage._replace(free=1000))

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, _):
            await phase(board, "offered")
            updates.want(now=True)
            assert "not enough room" in (await phase(board, "failed")).error

    apart.run(story())
    assert not list((tmp_path / "state" / "updates").glob("package*"))


def test_a_version_that_failed_is_not_offered_again(make: Make, own: Own, tmp_path: Path) -> None:
    board = Board()
    source = Source(make("2.0.0"), board)
    versions = Versions(tmp_path / "state")
    versions.folder.mkdir(parents=True)
    (versions.folder / "refused.json").write_text(json.dumps(["2.0.0"]))

    async def story() -> None:
        async with offering(source, own, tmp_path / "state", board) as (updates, _):
            assert await updates._newer() == ""

    apart.run(story())
    assert board.read().update is None
