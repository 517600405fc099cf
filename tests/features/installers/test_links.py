"""Links to installers: whoever has one downloads it, for one machine, until it ends."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
import segno
from flask import Flask
from playwright.sync_api import Browser

from connectassist.core import clock
from tests.cast import ACME, Caller
from tests.contracts.shape import TIME, fits
from tests.features.installers.conftest import settings_in

SQUARE, BORDER = 5, 4
READ_SQUARES = """async ([svg, square]) => {
  const image = new Image();
  image.src = `data:image/svg+xml,${encodeURIComponent(svg)}`;
  await image.decode();
  const canvas = new OffscreenCanvas(image.width, image.height), pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const at = (n) => Math.floor((n + 0.5) * square), count = image.width / square;
  const isDark = (x, y) => pen.getImageData(at(x), at(y), 1, 1).data[0] < 128;
  return [...Array(count)].map((_, y) => [...Array(count)].map((_, x) => isDark(x, y)));
}"""


@pytest.fixture
def make(admin: Caller) -> Callable[..., dict[str, Any]]:
    """A link to an installer of client A, and the path that it leads to."""
    def make(**order: Any) -> dict[str, Any]:
        answer = admin.post(f"/api/clients/{ACME}/installers", json=order)
        assert answer.status_code == 201, answer.text
        return answer.json | {"path": urlsplit(answer.json["link"]).path}
    return make


def enroll(nobody: Caller, token: str) -> int:
    body = {"token": token, "deviceId": "pc-1", "hostname": "PC"}
    return nobody.post("/api/enrollment/enroll", json=body).status_code


def test_a_link_and_its_code(make: Callable[..., dict]) -> None:
    made = make()
    assert fits(made, {"success": True, "link": str, "qr": str, "expiresAt": TIME, "fileName": "pocket-it-acme.zip",
                       "installer": {"state": "unused", "purpose": "link", "downloads": 0, "platform": "linux-x86_64"}})
    assert made["qr"].startswith("<svg")


def test_the_code_says_the_link(make: Callable[..., dict], browser: Browser) -> None:
    """What a browser draws is the pattern of this very link, with a quiet border around it."""
    made, page = make(), browser.new_page()
    dark = page.evaluate(READ_SQUARES, [made["qr"], SQUARE])
    page.close()
    pattern = segno.make(made["link"], error="m", micro=False).matrix
    assert [row[BORDER:-BORDER] for row in dark[BORDER:-BORDER]] == [[bool(each) for each in row] for row in pattern]
    assert not any(map(any, (*dark[:BORDER], *dark[-BORDER:])))


def test_whoever_has_it_sees_what_it_is_and_downloads_it(make: Callable[..., dict], nobody: Caller,
                                                         admin: Caller) -> None:
    made = make(allow_unattended=True)
    page = nobody.get(made["path"])
    assert page.status_code == 200
    assert "Acme" in page.text
    assert "Linux" in page.text
    assert admin.get("/api/enrollment/tokens").json["tokens"][0]["downloads"] == 0, "looking is no download"
    first, second = (nobody.get(made["path"] + "/download") for _ in range(2))
    assert first.headers["Content-Disposition"] == 'attachment; filename="pocket-it-acme.zip"'
    assert first.data == second.data, "a download that was cut can go on"
    settings = settings_in(first.data)
    assert settings["Support"] == {"AllowUnattended": True}
    assert made["path"].endswith(settings["Enrollment"]["Token"])
    part = nobody.get(made["path"] + "/download", headers={"Range": "bytes=100-"})
    assert (part.status_code, part.data) == (206, first.data[100:])
    assert admin.get("/api/enrollment/tokens").json["tokens"][0]["downloads"] == 2
    assert enroll(nobody, settings["Enrollment"]["Token"]) == 200


def test_a_link_that_is_over(make: Callable[..., dict], nobody: Caller, admin: Caller,
                             monkeypatch: pytest.MonkeyPatch) -> None:
    used, revoked, expired = make(), make(), make()
    assert enroll(nobody, used["path"].rpartition("/")[2]) == 200
    admin.delete(f"/api/enrollment/tokens/{revoked['installer']['id']}")
    for made, why in ((used, "was used already"), (revoked, "was taken back")):
        for path in (made["path"], made["path"] + "/download"):
            answer = nobody.get(path)
            assert (answer.status_code, why in answer.text) == (410, True)
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=1, seconds=1))
    assert "has expired" in nobody.get(expired["path"]).text


def test_what_is_no_link(nobody: Caller, admin: Caller) -> None:
    token = admin.post("/api/enrollment/token", json={"client_id": ACME}).json["token"]
    for wrong in (token, "x", "%00", "00000000-0000-4000-8000-000000000000"):
        assert nobody.get(f"/install/{wrong}").status_code == 404
        assert nobody.get(f"/install/{wrong}/download").status_code == 404


def test_guessing_links_is_limited(make_app: Callable[..., Flask]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    found = [client.get(f"/install/{number}").status_code for number in range(21)]
    assert found == [404] * 20 + [429]


def test_who_may_make_links(technician_a: Caller, admin: Caller) -> None:
    assert technician_a.post(f"/api/clients/{ACME}/installers", json={}).status_code == 403
    assert technician_a.get(f"/api/clients/{ACME}/installers").status_code == 403
    assert admin.post("/api/clients/99/installers", json={}).status_code == 404
    assert admin.get("/api/clients/99/installers").status_code == 404
    assert admin.post(f"/api/clients/{ACME}/installers", json={"platform": "amiga"}).status_code == 400
    assert admin.post(f"/api/clients/{ACME}/installers", json={"platform": "macos"}).status_code == 500
