"""Packages that were changed, used twice, came too late; devices that were removed."""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy
import pytest

from tests.stage.display import Display, eventually
from tests.stage.helper import Helper, unpack
from tests.stage.person import Customer
from tests.stage.scene import download, make_code
from tests.stage.server import Server, SignedIn

CHANGED, REFUSED, REMOVED = 3, 4, 5


@pytest.fixture(scope="module")
def display() -> Iterator[Display]:
    made = Display(width=800, height=600)
    yield made
    made.close()


@pytest.fixture(scope="module")
def desk(house: Server) -> SignedIn:
    return house.sign_in()


@pytest.fixture(scope="module")
def whole(house: Server, desk: SignedIn, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An unpacked package that nobody has started."""
    folder = tmp_path_factory.mktemp("whole")
    yield unpack(download(house, make_code(desk), folder), folder)
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def start(display: Display, tmp_path: Path) -> Iterator[Callable[..., Helper]]:
    started: list[Helper] = []

    def run(folder: Path, *arguments: str) -> Helper:
        started.append(Helper(folder, display, tmp_path / f"home{len(started)}", *arguments))
        return started[-1]

    yield run
    for helper in started:
        helper.close()


@pytest.fixture
def changed(whole: Path) -> Iterator[Callable[[str], None]]:
    """Change one byte of one file in the middle of it; put back afterwards."""
    kept: dict[Path, bytes] = {}

    def change(name: str) -> None:
        path = whole / name
        kept[path] = path.read_bytes()
        middle = len(kept[path]) // 2
        path.write_bytes(kept[path][:middle] + bytes([kept[path][middle] ^ 1]) + kept[path][middle + 1:])

    yield change
    for path, content in kept.items():
        path.write_bytes(content)


def _payload_file(whole: Path) -> str:
    """A data file deep in the payload, not one that the program needs to come up at all."""
    return str(next(iter(sorted(whole.glob("_internal/tzdata/**/*")) or sorted(whole.glob("_internal/**/*.txt"))))
               .relative_to(whole))


@pytest.mark.parametrize("what", ["appsettings.json", "manifest.json", "README.txt", "payload"])
def test_one_changed_byte_and_it_refuses(whole: Path, changed: Callable[[str], None], start: Callable[..., Helper],
                                         what: str) -> None:
    name = _payload_file(whole) if what == "payload" else what
    changed(name)
    helper = start(whole, "--ui", "terminal")
    assert helper.wait(40) == CHANGED
    said = helper.log()
    assert re.search("download", said, re.I) and "Traceback" not in said
    if what != "manifest.json":
        assert name in said


def test_it_says_so_in_a_window(whole: Path, changed: Callable[[str], None], start: Callable[..., Helper],
                                display: Display) -> None:
    changed("appsettings.json")
    customer = Customer(display)
    before = customer.looks()
    helper = start(whole)
    eventually(lambda: int((customer.looks() != before).any(axis=2).sum()) > 20_000, within=40, what="a window")
    around = customer.looks()[60:280, 60:500].reshape(-1, 3)
    assert len(numpy.unique(around, axis=0)) > 10, "there are words in it"
    assert helper.exit_status() is None, "it stays for a while, so that one can read it"
    display.click(60 + 440 - 55, 60 + 220 - 35)  # Close
    assert helper.wait(30) == CHANGED


def test_a_package_that_was_started_elsewhere(whole: Path, start: Callable[..., Helper], house: Server,
                                             desk: SignedIn) -> None:
    first = start(whole, "--ui", "terminal")
    eventually(lambda: "Waiting for your technician" in first.log(), within=40, what="the first helper's arrival")
    second = start(whole, "--ui", "terminal")
    assert second.wait(40) == REFUSED
    assert re.search("new code", second.log())
    assert re.search("used", second.log())
    assert first.exit_status() is None
    _removed_while_it_runs(first, desk)


def _removed_while_it_runs(helper: Helper, desk: SignedIn) -> None:
    device = desk.get("/api/devices").json()["devices"][0]["device_id"]
    assert desk.delete(f"/api/devices/{device}").status_code == 200
    assert helper.wait(40) == REMOVED
    assert "no longer knows this device" in helper.log()


def _deactivate(house: Server, desk: SignedIn, code: str) -> None:
    assert desk.delete(f"/api/support-codes/{code}").status_code == 200


def _expire(house: Server, desk: SignedIn, code: str) -> None:
    """A day goes by: as if the package had been made long ago."""
    with closing(sqlite3.connect(house.folder / "instance" / "connectassist.db", timeout=10)) as database:
        found = database.execute("update packages set expires_at = '2020-01-01 00:00:00.000000' where support_code_id ="
                                 " (select id from support_codes where code = ?)", [code])
        database.commit()
        assert found.rowcount == 1


@pytest.mark.parametrize("end", [_deactivate, _expire])
def test_a_code_that_is_over(house: Server, desk: SignedIn, start: Callable[..., Helper], tmp_path: Path,
                             end: Callable[[Server, SignedIn, str], None]) -> None:
    code = make_code(desk, "Late Larry")
    package = unpack(download(house, code, tmp_path), tmp_path)
    end(house, desk, code)
    helper = start(package, "--ui", "terminal")
    assert helper.wait(40) == REFUSED
    assert "new code" in helper.log()
    assert "Late Larry" not in {row["customer_name"] for row in desk.get("/api/devices").json()["devices"]}
    shutil.rmtree(package)
