"""A customer whose computer has no helper, only a VNC server: a technician sees and controls it in the browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from playwright.sync_api import Browser

from tests.live.server import free_port
from tests.stage.display import Display, TargetWindow, eventually
from tests.stage.scene import Desk
from tests.stage.server import Server
from tests.stage.vnc import SECRET, Mirror, VncDisplay

PATIENCE = 40
#: The colour of one point of what noVNC shows.
PIXEL = """([x, y]) => {
  const shown = document.querySelector('#vnc:not([hidden]) canvas');
  return shown && shown.width ? [...shown.getContext('2d').getImageData(x, y, 1, 1).data].slice(0, 3) : null;
}"""


@pytest.fixture(scope="module")
def door() -> int:
    """The port for reverse connections."""
    return free_port()


@pytest.fixture(scope="module")
def server(door: int, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    started = Server(tmp_path_factory.mktemp("vnc"), vnc_listen_port=door)
    yield started
    started.stop()


@pytest.fixture
def desk(browser: Browser, server: Server) -> Iterator[Desk]:
    opened = Desk(browser, server.url)
    yield opened
    opened.close()


class OldMachine:
    """What the scripts of a package do on a machine without a helper: they register over HTTP."""

    def __init__(self, server: Server, name: str, **said: Any) -> None:
        self._url = server.url
        self.id = self.post("assign", deviceId=name, hostname=name)["sessionId"]
        self.post("register", sessionId=self.id, clientInfo={"hostname": name, "os": "Windows XP"}, **said)

    def post(self, row: str, **body: Any) -> dict[str, Any]:
        answer = requests.post(f"{self._url}/api/sessions/{row}", json=body, timeout=30)
        answer.raise_for_status()
        return answer.json()

    def allows_beforehand(self) -> None:
        requests.patch(f"{self._url}/api/sessions/{self.id}/settings", json={"allowUnattended": True},
                       timeout=30).raise_for_status()


@pytest.fixture
def machine(server: Server) -> Iterator[Callable[..., OldMachine]]:
    """Machines of customers; each one's session ends with the test, since they all share an address."""
    made: list[OldMachine] = []

    def start(name: str, **said: Any) -> OldMachine:
        made.append(OldMachine(server, name, **said))
        return made[-1]

    yield start
    admin = server.sign_in()
    for each in made:
        admin.delete(f"/api/sessions/{each.id}")


def sees(desk: Desk, target: TargetWindow, colour: str) -> None:
    """Wait until the technician sees the target's field in this colour."""
    wanted = TargetWindow.COLOURS[colour]

    def is_it() -> bool:
        seen = desk.page.evaluate(PIXEL, list(target.field))
        return seen is not None and all(abs(a - b) < 30 for a, b in zip(seen, wanted, strict=True))
    eventually(is_it, within=PATIENCE, what=f"the colour {colour} on the page")


def click(desk: Desk, screen: Display, x: int, y: int) -> None:
    """Click where a point of the customer's screen is shown."""
    box = desk.page.locator("#vnc canvas").bounding_box()
    assert box
    desk.page.mouse.click(box["x"] + x * box["width"] / screen.width, box["y"] + y * box["height"] / screen.height)


def test_a_connection_that_the_customer_made(server: Server, door: int, desk: Desk, tmp_path: Path,
                                             machine: Callable[..., OldMachine]) -> None:
    customer, screen = machine("xp-reverse"), Display()
    target, mirror = TargetWindow(screen, tmp_path), None
    try:
        desk.opens(customer.id)
        desk.awaits("waiting")
        mirror = Mirror(screen, to=f"127.0.0.1:{door}")
        desk.awaits("connected")
        assert desk.transport() == "vnc"
        assert desk.page.locator("#record").is_hidden(), "nobody there could be asked, or be shown that it runs"
        desk.awaits_rights("view", "control", "clipboard", "files")
        sees(desk, target, "red")
        click(desk, screen, *target.field)
        sees(desk, target, "green")
        click(desk, screen, *target.entry)
        desk.page.keyboard.type("Gruesse 42")
        eventually(lambda: target.state()["text"] == "Gruesse 42", within=PATIENCE, what="the typed text")
        desk.page.click("#look")
        click(desk, screen, *target.field)
        desk.page.click("#look")
        click(desk, screen, *target.field)
        sees(desk, target, "red")
        assert target.state()["clicks"] == 2, "who only looks presses nothing"
        row = server.sign_in().get("/api/sessions").json()["sessions"][0]
        assert row["vnc_connected"] and row["billable_started_at"] and row["status"] == "connected"
        mirror.close()
        desk.awaits("waiting")
        assert "VNC" in desk.words()
        desk.awaits_rights()
        mirror = Mirror(screen, to=f"127.0.0.1:{door}")
        desk.awaits("connected")
        sees(desk, target, "red")
    finally:
        for each in (mirror, target, screen):
            if each:
                each.close()


def test_calling_the_customers_vnc_server(server: Server, desk: Desk, tmp_path: Path,
                                          machine: Callable[..., OldMachine]) -> None:
    screen = VncDisplay(tmp_path)
    target = TargetWindow(screen, tmp_path)
    try:
        customer = machine("xp-direct", vncPort=screen.port)
        desk.opens(customer.id)
        desk.awaits("waiting")
        customer.allows_beforehand()
        asked = server.sign_in().post(f"/api/sessions/{customer.id}/connect", json={"rights": ["view", "control"]})
        assert asked.json()["autoApproved"]
        desk.page.fill("#vnc-password", SECRET, timeout=PATIENCE * 1000)
        desk.page.click("dialog button[type=submit]")
        desk.awaits("connected")
        sees(desk, target, "red")
        click(desk, screen, *target.field)
        sees(desk, target, "green")
        desk.page.reload()
        desk.page.fill("#vnc-password", "wrong", timeout=PATIENCE * 1000)
        desk.page.click("dialog button[type=submit]")
        desk.page.get_by_text("The VNC server refused").first.wait_for(timeout=PATIENCE * 1000)
    finally:
        target.close()
        screen.close()
