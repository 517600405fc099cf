"""Many at once, against a real server: one package, one redemption, nobody held up."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest

from tests.features.packages.payload import write_payload
from tests.live.server import Server

T = TypeVar("T")
CROWD = 20


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def shop(request: pytest.FixtureRequest, servers: Callable[..., Server],
         tmp_path_factory: pytest.TempPathFactory) -> Server:
    """A real server with a payload, once for each engine."""
    folder = write_payload(tmp_path_factory.mktemp("payloads") / "payloads", size=5_000_000)
    return servers(async_mode=request.param, payloads=folder)


def crowd(act: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(CROWD) as pool:
        return list(pool.map(act, range(CROWD)))


def new_code(shop: Server) -> str:
    return shop.http("technician_a").post("/api/support-codes", json={"customer_name": "x"}).json()["support_code"]


def order(shop: Server, code: str) -> dict[str, Any]:
    answer = shop.http().post("/api/customer/installer", json={"support_code": code})
    assert answer.status_code == 200, answer.text
    return answer.json()


def appsettings(package: bytes) -> dict[str, Any]:
    return json.loads(zipfile.ZipFile(io.BytesIO(package)).read("ConnectAssist-Helper/appsettings.json"))


def test_twenty_orders_at_once_get_one_package(shop: Server) -> None:
    code = new_code(shop)
    assert len({answer["download_url"] for answer in crowd(lambda _: order(shop, code))}) == 1


def test_twenty_codes_at_once_are_twenty(shop: Server) -> None:
    assert len(set(crowd(lambda _: new_code(shop)))) == CROWD


def test_twenty_downloads_at_once_are_the_same_bytes_and_all_counted(shop: Server) -> None:
    code = new_code(shop)
    url = order(shop, code)["download_url"]
    assert len({hash(body) for body in crowd(lambda _: shop.http().get(url).content)}) == 1
    listed = shop.http("technician_a").get("/api/support-codes?limit=500").json()["support_codes"]
    assert [row["downloads"] for row in listed if row["code"] == code] == [CROWD]


def test_a_token_enrolls_one_of_twenty(shop: Server) -> None:
    settings = appsettings(shop.http().get(order(shop, new_code(shop))["download_url"]).content)
    body = {"token": settings["Enrollment"]["Token"], "deviceId": settings["Device"]["Id"], "hostname": "pc"}
    answers = crowd(lambda _: shop.http().post("/api/enrollment/enroll", json=body))
    assert sorted(answer.status_code for answer in answers) == [200] + [400] * (CROWD - 1)
    refusals = {answer.json()["error_code"] for answer in answers if answer.status_code == 400}
    assert refusals == {"INVALID_ENROLLMENT_TOKEN"}


def test_slow_readers_hold_nobody_up(shop: Server) -> None:
    """Forty customers who stop reading their download leave the server, and its database, to the others."""
    url = order(shop, new_code(shop))["download_url"]
    waiting = [shop.http().get(url, stream=True) for _ in range(40)]
    try:
        assert {answer.status_code for answer in waiting} == {200}
        assert order(shop, new_code(shop))["success"] is True
    finally:
        for answer in waiting:
            answer.close()


def test_a_cut_download_goes_on(shop: Server) -> None:
    url = order(shop, new_code(shop))["download_url"]
    cut = shop.http().get(url, stream=True)
    head = cut.raw.read(1_000_000)
    cut.close()
    rest = shop.http().get(url, headers={"Range": f"bytes={len(head)}-", "If-Range": cut.headers["ETag"]})
    assert rest.status_code == 206
    assert zipfile.ZipFile(io.BytesIO(head + rest.content)).testzip() is None
