"""Packages that nginx sends: the same bytes, ranges, names and counts as when the server sends them, at no cost."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
import requests

from tests.features.packages.payload import write_payload
from tests.live.nginx import Proxied

pytestmark = pytest.mark.timeout(180)
SIZE = 200 * 1024 * 1024
SAID = ("Content-Type", "Content-Disposition", "Content-Length", "ETag", "Accept-Ranges", "Cache-Control",
        "Content-Security-Policy", "X-Content-Type-Options")


@pytest.fixture(scope="module")
def payloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a helper of 200 MB that don't compress."""
    return write_payload(tmp_path_factory.mktemp("large") / "payloads", size=SIZE)


@pytest.fixture(scope="module")
def site(sites: Callable[..., Proxied], payloads: Path) -> Proxied:
    return sites(payloads=payloads)


@pytest.fixture(scope="module")
def address(site: Proxied) -> str:
    """Where a customer's package is, all 200 MB of it."""
    code = site.http("technician_a").post("/api/support-codes", json={"customer_name": "A"}).json()["support_code"]
    made = site.raw("/api/customer/installer", method="POST", json={"support_code": code, "platform": "linux"})
    return made.json()["download_url"]


def counted(site: Proxied, address: str) -> int:
    device_id = address.removeprefix("/downloads/ConnectAssist-").removesuffix(".zip")
    return site.server.sql("SELECT downloads FROM packages WHERE device_id = :id", id=device_id)[0][0]


def copies(site: Proxied) -> list[Path]:
    return sorted((Path(site.server._environment["CONNECTASSIST_WEB_FOLDER"]) / "packages").iterdir())


@pytest.fixture(scope="module")
def whole(site: Proxied, address: str) -> requests.Response:
    """The package as it came first: it is put together now, in the kernel."""
    return site.raw(address)


def test_a_package_of_200_mb_costs_python_nothing(site: Proxied, address: str, whole: requests.Response) -> None:
    process, before = psutil.Process(site.server.process_id), counted(site, address)
    moved, spent = process.io_counters().read_chars, process.cpu_times().user
    again = site.raw(address)
    spent = process.cpu_times().user - spent
    assert again.content == whole.content and len(whole.content) > SIZE
    assert spent < 0.25, f"200 MB took {spent} s"
    assert process.io_counters().read_chars - moved < SIZE / 10
    assert counted(site, address) == before + 1
    assert len(copies(site)) == 1 and copies(site)[0].stat().st_mode & 0o777 == 0o640


def test_it_is_what_the_server_sends_itself(site: Proxied, address: str, whole: requests.Response) -> None:
    (copy,) = copies(site)
    copy.rename(copy.with_suffix(".part"))  # somebody else is just putting it together
    process = psutil.Process(site.server.process_id)
    moved = process.io_counters().read_chars
    direct = site.raw(address)
    assert process.io_counters().read_chars - moved > SIZE
    copy.with_suffix(".part").rename(copy)
    assert direct.content == whole.content == copy.read_bytes()
    assert {name: whole.headers[name] for name in SAID} == {name: direct.headers[name] for name in SAID}


def test_ranges_are_served_and_count_as_nothing(site: Proxied, address: str, whole: requests.Response) -> None:
    before, size, tag = counted(site, address), len(whole.content), whole.headers["ETag"]
    part = site.raw(address, headers={"Range": f"bytes={size - 1000}-", "If-Range": tag})
    assert (part.status_code, part.headers["Content-Range"]) == (206, f"bytes {size - 1000}-{size - 1}/{size}")
    assert part.content == whole.content[-1000:]
    assert site.raw(address, headers={"Range": "bytes=0-0"}).content == whole.content[:1]
    assert site.raw(address, headers={"Range": "bytes=-7"}).content == whole.content[-7:]
    assert counted(site, address) == before
    for others in ({"Range": "bytes=5-9", "If-Range": '"something else"'}, {"Range": "bytes=0-0,5-9"}):
        answer = site.raw(address, headers=others, stream=True)
        assert (answer.status_code, answer.headers["Content-Length"]) == (200, str(size)), others
        answer.close()
    beyond = site.raw(address, headers={"Range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    head = site.raw(address, method="HEAD")
    assert (head.status_code, head.headers["Content-Length"], head.content) == (200, str(size), b"")


def test_an_operators_file_is_handed_over_too(site: Proxied) -> None:
    (Path(site.folder) / "downloads" / "manual.pdf").write_bytes(b"%PDF" * 1000)
    answer = site.raw("/downloads/manual.pdf")
    assert answer.content == b"%PDF" * 1000 and 'filename="manual.pdf"' in answer.headers["Content-Disposition"]
    assert site.raw("/downloads/ConnectAssist-nobodys.zip").status_code == 404


def test_a_payload_that_was_built_anew_is_sent_anew(site: Proxied, address: str, payloads: Path) -> None:
    """What was fetched of the old one can't go on."""
    old = site.raw(address, method="HEAD").headers["ETag"]
    write_payload(payloads, version="0.2.0")
    answer = site.raw(address, headers={"Range": "bytes=5-9"})
    assert answer.status_code == 200 and len(answer.content) < SIZE and answer.headers["ETag"] != old
    assert site.raw(address, headers={"Range": "bytes=5-9"}).content == answer.content[5:10]
