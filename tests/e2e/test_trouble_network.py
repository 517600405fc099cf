"""The network fails for a while: what the page says meanwhile, and that everything heals by itself."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import expect

from tests.stage.display import eventually
from tests.stage.proxy import Proxy
from tests.stage.scene import USUAL, Scene
from tests.stage.server import Server

pytestmark = [pytest.mark.timeout(240)]
LONG = 20.0


class Roads:
    """The helper's way to the server, and the technician's."""

    def __init__(self) -> None:
        self.helper, self.desk = Proxy(), Proxy()


@pytest.fixture(scope="module")
def roads() -> Iterator[Roads]:
    made = Roads()
    yield made
    made.helper.close()
    made.desk.close()


@pytest.fixture(scope="module")
def server(roads: Roads, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"), public_url=roads.helper.url)
    roads.helper.leads_to(made.port)
    roads.desk.leads_to(made.port)
    yield made
    made.stop()


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene], server: Server, roads: Roads) -> Scene:
    made = stage(server, desk_url=roads.desk.url)
    made.starts()
    return made


def _all_is_well(scene: Scene) -> None:
    """Everybody is back, what the customer allowed still holds, and nobody had to click for it."""
    scene.desk.awaits("connected")
    eventually(scene.is_online, within=40, what="the helper's return")
    assert scene.desk.rights() == set(USUAL)
    scene.works()
    row = scene.row()
    assert (row["status"], set(row["rights"])) == ("connected", set(USUAL))


def test_twenty_seconds_without_the_customer(scene: Scene, roads: Roads) -> None:
    began = time.monotonic()
    roads.helper.cut()
    scene.desk.awaits("helper-lost", within=LONG)
    expect(scene.desk.page.locator("#banner")).to_contain_text(re.compile(r"customer's connection was lost \d+ s ago"))
    expect(scene.desk.page.locator("#banner")).to_contain_text("by itself")
    scene.desk.page.wait_for_timeout(max(0, LONG - (time.monotonic() - began)) * 1000)
    roads.helper.heal()
    _all_is_well(scene)


def test_a_customer_whose_connections_are_reset(scene: Scene, roads: Roads) -> None:
    roads.helper.cut(reset=True)
    scene.desk.awaits("helper-lost", within=40)
    scene.desk.page.wait_for_timeout(3000)
    roads.helper.heal()
    _all_is_well(scene)


def test_the_technician_is_cut_off_and_comes_back(scene: Scene, roads: Roads) -> None:
    roads.desk.cut()
    scene.desk.awaits("line-lost", within=25)
    expect(scene.desk.page.locator("#banner")).to_contain_text(
        re.compile(r"Your connection .* lost \d+ s ago.*by itself"))
    roads.desk.heal()
    _all_is_well(scene)
    rows = scene.api.get("/api/sessions").json()["sessions"]
    assert [r["active_technicians"] for r in rows if r["session_id"] == scene.session_id] == [1]


def test_the_technician_whose_connections_are_reset(scene: Scene, roads: Roads) -> None:
    roads.desk.cut(reset=True)
    scene.desk.awaits("line-lost", within=40)
    scene.desk.page.wait_for_timeout(2000)
    roads.desk.heal()
    _all_is_well(scene)


def test_taking_back_a_right_while_cut_off_holds_afterwards(scene: Scene, roads: Roads) -> None:
    """The helper enforces it at once, though the server can't know yet."""
    roads.helper.cut(reset=True)
    scene.desk.awaits("helper-lost", within=40)
    scene.customer.takes_back("control", held=USUAL)
    scene.customer.waits_for_rights(len(USUAL) - 1)
    before = scene.target.state()["clicks"]
    scene.clicks()
    scene.desk.page.wait_for_timeout(700)
    assert scene.target.state()["clicks"] == before
    roads.helper.heal()
    scene.desk.awaits_rights("view", "clipboard", "files")
    assert scene.row()["rights"] == ["view", "clipboard", "files"]
