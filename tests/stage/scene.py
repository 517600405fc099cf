"""A session in full swing: the real helper out of a real package, a technician's page, a customer who said yes.

For tests of what happens then; how one gets there is told in tests/e2e/test_spine.py.
"""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests
from playwright.sync_api import Browser, Page

from tests.cast import PASSWORD
from tests.stage.browser import PIXEL
from tests.stage.display import Display, TargetWindow, eventually
from tests.stage.helper import Helper, unpack
from tests.stage.person import Customer
from tests.stage.server import Server, SignedIn

USUAL = ("view", "control", "clipboard", "files")
PATIENCE = 40
#: For what is promised within a second; a busy machine is forgiven some.
SOON = 20


def download(server: Server, code: str, folder: Path) -> Path:
    """A code's package, as a customer with Linux gets it."""
    made = requests.post(server.url + "/api/customer/installer", timeout=30,
                         json={"support_code": code, "platform": "linux"}).json()
    address = made["download_url"]
    answer = requests.get(address if "://" in address else server.url + address, timeout=60)
    answer.raise_for_status()
    package = folder / f"package-{uuid.uuid4().hex[:6]}.zip"
    package.write_bytes(answer.content)
    return package


def make_code(desk: SignedIn, customer: str = "Carla Customer") -> str:
    """A new support code."""
    return desk.post("/api/support-codes", json={"customer_name": customer}).json()["support_code"]


class Desk:
    """One technician's session page."""

    def __init__(self, browser: Browser, url: str, *, username: str = "admin", **options: Any) -> None:
        self._context = browser.new_context(viewport={"width": 1280, "height": 800}, **options)
        self._context.request.post(url + "/api/auth/local/login",
                                   data={"username": username, "password": PASSWORD}).dispose()
        self.page: Page = self._context.new_page()
        self.url = url

    def opens(self, session_id: str, query: str = "") -> None:
        self.page.goto(f"{self.url}/sessions/{session_id}{query}")

    def state(self) -> str:
        """What the page says is going on, in one word."""
        return self.page.locator("#session").get_attribute("data-state") or ""

    def transport(self) -> str:
        return self.page.locator("#session").get_attribute("data-transport") or ""

    def words(self) -> str:
        """What the page says is going on."""
        return " ".join(self.page.locator("#banner, #curtain").all_inner_texts())

    def rights(self) -> set[str]:
        return set((self.page.locator("#session").get_attribute("data-rights") or "").split())

    def frames(self) -> int:
        """How many frames have been shown."""
        return int(self.page.locator("#session").get_attribute("data-frames") or 0)

    def awaits(self, state: str, *, within: float = PATIENCE) -> None:
        eventually(lambda: self.state() == state, within=within, what=f"the state {state} (it was {self.state()!r})")

    def awaits_rights(self, *rights: str, within: float = PATIENCE) -> None:
        eventually(lambda: self.rights() == set(rights), within=within, what=f"the rights {rights}")

    def place(self, part_x: float, part_y: float) -> tuple[float, float]:
        """Where on the page a part of the customer's screen is."""
        shown = self.page.locator("#tiles" if self.transport() == "tiles" else "#video")
        box = shown.bounding_box()
        assert box
        return box["x"] + part_x * box["width"], box["y"] + part_y * box["height"]

    def colour(self, part_x: float, part_y: float) -> list[int] | None:
        """The colour that the page shows of a part of the customer's screen."""
        return self.page.evaluate(PIXEL, [part_x, part_y])

    def close(self) -> None:
        self._context.close()


class Scene:
    """Customer and technician at a session. `server` is up; it outlives the scene."""

    def __init__(self, folder: Path, browser: Browser, server: Server, *, width: int = 1280, height: int = 800,
                 helper: tuple[str, ...] = (), desk_url: str = "", username: str = "admin",
                 target: tuple[int, int] = (TargetWindow.X, TargetWindow.Y),
                 before: Callable[[Display], object] | None = None, prefix: tuple[str, ...] = ()) -> None:
        self.folder, self.browser, self.server = folder, browser, server
        self.display = Display(width=width, height=height)
        self.shown_left, self.shown_width = 0, width
        if before:
            before(self.display)
        self.target = TargetWindow(self.display, folder, at=target)
        self.customer, self.api = Customer(self.display), server.sign_in(username)
        self.code = make_code(self.api)
        package = unpack(download(server, self.code, folder), folder)
        self.helper = Helper(package, self.display, folder / "home", *helper, prefix=prefix)
        self.device_id = eventually(self._online, within=PATIENCE, what="the device's arrival")
        opened = self.api.post(f"/api/devices/{self.device_id}/connect", json={}).json()
        self.session_id = opened["connection_info"]["session_id"]
        self.desk = Desk(browser, desk_url or server.url, username=username)

    def _online(self) -> str:
        rows = self.api.get("/api/devices").json()["devices"]
        return next((r["device_id"] for r in rows if r["support_code"] == self.code and r["status"] == "online"), "")

    def is_online(self) -> bool:
        """Is the helper there, as the server sees it?"""
        return bool(self._online())

    def starts(self, *rights: str, query: str = "", allow: bool = True, picture: bool = True) -> None:
        """Open the page, ask, and get the customer's yes and the picture."""
        wanted = rights or USUAL
        self.desk.opens(self.session_id, f"?rights={','.join(wanted)}{query}")
        if allow:
            self.customer.allows()
            self.desk.awaits_rights(*wanted)
        if allow and picture:
            self.sees_target()

    def row(self) -> dict[str, Any]:
        """The session as the server tells it."""
        return self.api.get(f"/api/sessions/{self.session_id}").json()

    def timeline(self) -> list[dict[str, Any]]:
        return self.api.get(f"/api/sessions/{self.session_id}/timeline").json()["timeline"]

    def part(self, point: tuple[int, int]) -> tuple[float, float]:
        """A pixel of the display as parts of the monitor that is shown."""
        return (point[0] - self.shown_left) / self.shown_width, point[1] / self.display.height

    def clicks(self, point: tuple[int, int] | None = None, *, desk: Desk | None = None, **options: Any) -> None:
        """Click into the picture, into the target's field if nothing else is named."""
        shown = desk or self.desk
        shown.page.mouse.click(*shown.place(*self.part(point or self.target.field)), **options)

    def sees(self, colour: str, *, desk: Desk | None = None, within: float = PATIENCE) -> None:
        """Wait until a technician sees the target's field in this colour."""
        shown, wanted = desk or self.desk, TargetWindow.COLOURS[colour]
        eventually(lambda: _near(shown.colour(*self.part(self.target.field)), wanted), within=within,
                   what=f"the colour {colour} in the technician's picture")

    def sees_target(self, *, desk: Desk | None = None, within: float = PATIENCE) -> None:
        """Wait until a technician sees the target as it is."""
        self.sees(self.target.state()["colour"], desk=desk, within=within)

    def works(self, *, desk: Desk | None = None) -> None:
        """Picture and control are there: a click turns the colour, and the technician sees it turn."""
        self.sees_target(desk=desk)
        other = {"red": "green", "green": "red"}[self.target.state()["colour"]]
        eventually(lambda: self._click_turns(other, desk), within=PATIENCE, what="a click that reaches the target")
        self.sees(other, desk=desk)

    def _click_turns(self, colour: str, desk: Desk | None) -> bool:
        """Click once, not so soon after the last time that it makes a double click. Clicks of a technician whose
        channel is being made anew may be lost, as the page may tell."""
        if self.target.state()["colour"] != colour:
            self.clicks(desk=desk)
            self.desk.page.wait_for_timeout(700)
        return self.target.state()["colour"] == colour

    def close(self) -> None:
        self.desk.close()
        self.helper.close()
        self.target.close()
        self.display.close()
        shutil.rmtree(self.helper.folder, ignore_errors=True)


def _near(seen: list[int] | None, wanted: tuple[int, int, int]) -> bool:
    return seen is not None and all(abs(a - b) < 60 for a, b in zip(seen, wanted, strict=True))
