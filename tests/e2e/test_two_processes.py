"""The spine with the customer's helper at one process of a site and the technician at another."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

import pypdf
import pytest
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.conftest import PostgresTemplate
from tests.live import server as live
from tests.live.pair import Pair
from tests.live.redis import Redis
from tests.stage.display import TargetWindow, eventually
from tests.stage.scene import SOON, USUAL, Desk, Scene
from tests.stage.server import SignedIn

pytestmark = [pytest.mark.timeout(240)]
LEFT = ("view", "clipboard", "files")


class House(live.Server):
    """A process, to sign in at."""

    def sign_in(self, username: str = "admin") -> SignedIn:
        return SignedIn(self.url, username, PASSWORD)


@pytest.fixture(scope="module")
def pair(postgres_template: PostgresTemplate, redis_server: Redis, tmp_path_factory: pytest.TempPathFactory,
         ) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    copy = postgres_template.copy_to(folder)
    made = Pair(folder, database_url=copy["database_url"], redis=redis_server, cast=postgres_template.cast, kind=House)
    yield made
    made.close()
    postgres_template.drop(copy)


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene], pair: Pair) -> Scene:
    """The helper is at the first process, the technician at the second."""
    made = stage(pair.servers[0], desk_url=pair.servers[1].url)
    made.starts()
    return made


def _types(scene: Scene, text: str) -> None:
    before = scene.target.state()["text"]
    scene.clicks(TargetWindow.ENTRY)
    scene.desk.page.keyboard.press("End")
    scene.desk.page.keyboard.type(text)
    eventually(lambda: scene.target.state()["text"] == before + text, within=40, what=f"the typed {text!r}")


def _route(desk: Desk, name: str) -> None:
    desk.page.locator("#route-button").click()
    desk.page.locator("#route-menu button", has_text=name).click()


def test_1_the_screen_comes_and_is_worked_at(scene: Scene) -> None:
    assert scene.desk.transport().startswith("webrtc")
    scene.works()
    _types(scene, "Hello aé")
    listed = scene.server.sign_in().get("/api/sessions").json()["sessions"]
    row = next(each for each in listed if each["session_id"] == scene.session_id)
    assert (row["active_technicians"], row["helper_connected"]) == (1, True)


def test_2_by_tiles_every_picture_and_key_goes_between_the_processes(scene: Scene) -> None:
    _route(scene.desk, "Tiles")
    eventually(lambda: scene.desk.transport() == "tiles", within=40, what="tiles")
    scene.works()
    _types(scene, " by tiles")


def test_3_chat_goes_both_ways(scene: Scene) -> None:
    page = scene.desk.page
    page.locator("#tab-chat").click()
    before = scene.customer.chat_ink()
    page.fill("#message", "Hello from the other process")
    page.keyboard.press("Enter")
    eventually(lambda: scene.customer.chat_ink() > before + 100, within=40, what="the technician's words in the window")
    scene.customer.writes("Yes I can")
    expect(page.locator("#messages")).to_contain_text("Yes I can")


def test_4_redis_goes_and_comes_back(scene: Scene, pair: Pair) -> None:
    pair.redis.stop()
    scene.desk.page.wait_for_timeout(1000)
    pair.redis.start()
    scene.works()
    _types(scene, " again")
    assert scene.desk.rights() == set(USUAL)


def test_5_the_technicians_process_dies(scene: Scene, pair: Pair) -> None:
    pair.servers[1].kill()
    scene.desk.awaits("line-lost", within=40)
    pair.servers[1].start()
    scene.desk.awaits("connected")
    assert scene.desk.rights() == set(USUAL)
    scene.works()
    assert scene.row()["status"] == "connected"


def test_6_what_is_taken_back_stops_at_once(scene: Scene) -> None:
    scene.customer.takes_back("control", held=USUAL)
    scene.desk.awaits_rights(*LEFT, within=SOON)
    clicks = scene.target.state()["clicks"]
    scene.clicks()
    scene.desk.page.wait_for_timeout(700)
    assert scene.target.state()["clicks"] == clicks


def test_7_stop_and_the_case(scene: Scene) -> None:
    page = scene.desk.page
    scene.customer.stops()
    expect(page.locator("#banner")).to_contain_text(re.compile("stop|ended", re.I), timeout=SOON * 1000)
    assert scene.desk.rights() == set()
    page.get_by_role("link", name=re.compile("write the case", re.I)).or_(
        page.get_by_role("button", name=re.compile("write the case", re.I))).first.click()
    page.wait_for_url("**/cases/new*")
    page.fill("#problemDescription", "Printer prints nothing")
    page.fill("#workDone", "Installed the driver")
    page.click("#case-form button[type=submit]")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}"))
    case_id = page.url.rsplit("/", 1)[1].partition("?")[0]
    path = scene.folder / "case.pdf"
    path.write_bytes(scene.server.sign_in().get(f"/api/cases/{case_id}/pdf?page=A4").content)
    text = "".join(each.extract_text() for each in pypdf.PdfReader(path).pages)
    for expected in ("Carla Customer", "Yes I can", "Hello from the other process", "Installed the driver"):
        assert expected in text, f"{expected} is not in {text}"
