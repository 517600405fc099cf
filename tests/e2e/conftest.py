"""One stage for the whole story: a server, a customer's display with a window, two browsers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.stage.browser import PIXEL
from tests.stage.display import Display, TargetWindow, eventually
from tests.stage.helper import Helper, unpack
from tests.stage.person import Customer
from tests.stage.scene import Scene
from tests.stage.server import PASSWORD, Server


@dataclass
class Story:
    """What the acts of a story share."""

    folder: Path
    server: Server
    display: Display
    target: TargetWindow
    technician: Page
    portal: Page
    customer: Customer
    code: str = ""
    package: Path | None = None
    helper: Helper | None = None
    session_id: str = ""
    notes: dict[str, str] = field(default_factory=dict)

    def start_helper(self, package: Path, name: str = "unpacked") -> Helper:
        """Unpack a package and start what lies in it, as the readme says."""
        place = self.folder / name
        place.mkdir()
        self.helper = Helper(unpack(package, place), self.display, self.folder / f"home-{name}")
        return self.helper

    def picture_colour(self, x: int, y: int) -> list[int] | None:
        """The colour that the technician sees at a point of the customer's screen."""
        return self.technician.evaluate(PIXEL, [x / self.display.width, y / self.display.height])

    def sees(self, colour: str, *, within: float = 40) -> None:
        """Wait until the technician sees the target's field in this colour."""
        wanted = TargetWindow.COLOURS[colour]
        eventually(lambda: _near(self.picture_colour(*TargetWindow.FIELD), wanted), within=within,
                   what=f"the colour {colour} in the technician's picture")

    def state(self) -> str:
        """What the session page says of itself."""
        return self.technician.locator("#session").get_attribute("data-state") or ""

    def rights(self) -> set[str]:
        """The rights that the session page shows."""
        return set((self.technician.locator("#session").get_attribute("data-rights") or "").replace(",", " ").split())


def _near(seen: list[int] | None, wanted: tuple[int, int, int]) -> bool:
    return seen is not None and all(abs(a - b) < 60 for a, b in zip(seen, wanted, strict=True))


@pytest.fixture(scope="module")
def story(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Story]:
    folder = tmp_path_factory.mktemp("story")
    server, display = Server(folder), Display(width=1280, height=800)
    target = TargetWindow(display, folder)
    desk = browser.new_context(viewport={"width": 1280, "height": 800},
                               permissions=["clipboard-read", "clipboard-write"])
    street = browser.new_context(viewport={"width": 1280, "height": 800}, accept_downloads=True)
    told = Story(folder, server, display, target, desk.new_page(), street.new_page(), Customer(display))
    yield told
    desk.close()
    street.close()
    if told.helper:
        told.helper.close()
    target.close()
    display.close()
    server.stop()


@pytest.fixture(scope="module")
def signed_in(story: Story) -> Story:
    """The technician at the dashboard."""
    page = story.technician
    page.goto(story.server.url + "/login")
    page.fill("#username", "admin")
    page.fill("#password", PASSWORD)
    page.click("#go")
    page.wait_for_url("**/dashboard")
    return story


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server for all the scenes that leave it alone."""
    server = Server(tmp_path_factory.mktemp("house"))
    yield server
    server.stop()


@pytest.fixture(scope="module")
def stage(house: Server, browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Scene]]:
    """Set up scenes: `stage(width=1920, helper=("--ui", "terminal"))`."""
    made: list[Scene] = []

    def build(server: Server | None = None, **options: Any) -> Scene:
        shown_in = options.pop("browser", browser)
        made.append(Scene(tmp_path_factory.mktemp("scene"), shown_in, server or house, **options))
        return made[-1]

    yield build
    for scene in made:
        scene.close()
