"""Several technicians at once, and one who has no business here."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.cast import PASSWORD
from tests.conftest import Template
from tests.live.server import Server as CastServer
from tests.stage.display import eventually
from tests.stage.scene import PATIENCE, USUAL, Desk, Scene
from tests.stage.server import SignedIn


class Staffed(CastServer):
    """A server with the cast in it: Tina and Vera of client A, Bert of client B."""

    def sign_in(self, username: str = "admin", password: str = PASSWORD) -> SignedIn:
        return SignedIn(self.url, username, password)


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene], template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("server")
    template.copy_to(folder)
    server = Staffed(folder, cast=template.cast)
    server.start()
    made = stage(server, username="tina", helper=("--ui", "terminal"))
    yield made
    server.stop()


@pytest.fixture(scope="module")
def admin(scene: Scene, browser: Browser) -> Iterator[Desk]:
    desk = Desk(browser, scene.server.url)
    yield desk
    desk.close()


def _answers(scene: Scene, word: str) -> None:
    """The customer reads the question on the terminal and answers it."""
    eventually(lambda: "Allow? Type y or n" in scene.helper.news(), within=PATIENCE,
               what="the question on the terminal")
    scene.helper.types(word)


def test_whoever_joins_later_sees_nothing_until_the_customer_says_yes(scene: Scene, admin: Desk) -> None:
    scene.starts(allow=False)
    _answers(scene, "y")
    scene.desk.awaits_rights(*USUAL)
    scene.sees_target()
    admin.opens(scene.session_id)
    admin.awaits("idle")
    assert "A colleague is helping here" in admin.words()
    assert (admin.rights(), admin.frames(), admin.transport()) == (set(), 0, "")
    socket = scene.server.socket("admin")
    assert socket.join(scene.session_id, "technician")["rights"] == []
    refused = socket.call("remote-mouse", {"type": "mousedown", "x": 0.5, "y": 0.5, "button": 0})
    assert refused["error_code"] == "NOT_CONSENTED"
    socket.close()


def test_a_no_to_one_leaves_the_other_alone(scene: Scene, admin: Desk) -> None:
    admin.opens(scene.session_id, "?rights=view,control&reason=Second+opinion")
    eventually(lambda: "Administrator wants to join Tina Acme:" in scene.helper.log(), within=PATIENCE,
               what="who asks to join whom")
    scene.helper.types("n")
    admin.awaits("declined")
    assert admin.frames() == 0
    scene.works()
    assert scene.desk.rights() == set(USUAL)


def test_both_see_the_picture_and_work(scene: Scene, admin: Desk) -> None:
    scene.helper.news()
    admin.opens(scene.session_id, "?rights=view")
    _answers(scene, "y")
    scene.sees_target(desk=admin)
    assert admin.rights() == set(USUAL), "a session has one set of rights"
    scene.works(desk=admin)
    scene.works()
    assert (scene.desk.transport(), admin.transport()) == ("webrtc", "webrtc")


def test_everybody_sees_who_is_there(scene: Scene, admin: Desk) -> None:
    eventually(lambda: "Tina Acme and Administrator can see and control your screen" in scene.helper.log(),
               within=PATIENCE, what="both names at the customer's")
    for desk in (scene.desk, admin):
        desk.page.locator("#tab-people").click()
    expect(scene.desk.page.locator("#people")).to_contain_text("Administrator")
    expect(admin.page.locator("#people")).to_contain_text("Tina Acme")


def test_both_get_the_chat(scene: Scene, admin: Desk) -> None:
    for desk in (scene.desk, admin):
        desk.page.locator("#tab-chat").click()
    scene.helper.types("say Which of you is Tina?")
    for desk in (scene.desk, admin):
        expect(desk.page.locator("#messages")).to_contain_text("Which of you is Tina?")
    admin.page.fill("#message", "I am the other one")
    admin.page.keyboard.press("Enter")
    expect(scene.desk.page.locator("#messages")).to_contain_text("I am the other one")
    eventually(lambda: "Administrator: I am the other one" in scene.helper.log(), within=PATIENCE,
               what="the words at the customer's")


def test_the_customer_sends_one_away(scene: Scene, admin: Desk) -> None:
    scene.helper.types("remove Administrator")
    admin.awaits("refused")
    assert "sent you out" in admin.words()
    eventually(lambda: "Tina Acme can see and control your screen" in scene.helper.news(), within=PATIENCE,
               what="the one name that is left")
    scene.desk.page.locator("#tab-people").click()
    expect(scene.desk.page.locator("#people")).not_to_contain_text("Administrator")
    scene.works()
    assert scene.desk.rights() == set(USUAL)


def test_a_hand_over_while_one_works(scene: Scene, admin: Desk) -> None:
    admin.page.goto(scene.server.url + "/dashboard")
    expect(admin.page.locator("#sessions")).to_contain_text("Carla Customer")
    scene.helper.news()
    scene.desk.page.locator("#invite").click()
    dialog = scene.desk.page.locator("dialog")
    dialog.locator("select").select_option(label="Administrator · online")
    dialog.get_by_label("Hand over").check()
    dialog.get_by_label("Note for them").fill("Printer is yours")
    dialog.get_by_role("button", name="Invite").click()
    notice = admin.page.locator(".ca-invitation")
    expect(notice).to_contain_text("Tina Acme asks you to take over: Carla Customer")
    expect(notice).to_contain_text("Printer is yours")
    scene.works()
    notice.get_by_role("link", name="Open").click()
    _answers(scene, "y")
    scene.sees_target(desk=admin)
    scene.desk.awaits("refused")
    assert "You handed this session over to Administrator" in scene.desk.words()
    assert scene.desk.rights() == set()
    scene.works(desk=admin)
    row = scene.row()
    assert row["technicianName"] == "Administrator"
    kinds = [line["kind"] for line in scene.timeline()]
    assert {"technician_invited", "handed_over", "technician_removed"} <= set(kinds)


def test_a_technician_of_another_client_gets_nothing(scene: Scene, browser: Browser) -> None:
    bert = Desk(browser, scene.server.url, username="bert")
    answer = bert.page.goto(f"{scene.server.url}/sessions/{scene.session_id}")
    assert answer.status == 404
    assert bert.page.locator("#session").count() == 0
    assert "Carla" not in bert.page.content()
    socket = scene.server.socket("technician_b")
    refused = socket.call("join-session", {"sessionId": scene.session_id, "role": "technician"})
    assert (refused["ok"], refused["error_code"]) == (False, "SESSION_NOT_FOUND")
    http = scene.server.http("technician_b")
    for path in ("", "/timeline", "/messages"):
        assert http.get(f"/api/sessions/{scene.session_id}{path}").status_code == 404, path
    assert http.post(f"/api/sessions/{scene.session_id}/connect", json={"rights": ["view"]}).status_code == 404
    assert http.delete(f"/api/sessions/{scene.session_id}").status_code == 404
    assert scene.row()["rights"] == list(USUAL)
    socket.close()
    bert.close()
