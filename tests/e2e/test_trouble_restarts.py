"""The server or the helper dies in the middle of a session, as by a power cut."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Locator, expect

from tests.stage.display import eventually
from tests.stage.scene import USUAL, Scene
from tests.stage.server import Server


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    made = Server(tmp_path_factory.mktemp("server"))
    yield made
    made.stop()


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene], server: Server) -> Scene:
    made = stage(server)
    made.starts()
    return made


def _rows(server: Server, statement: str) -> list[tuple]:
    with closing(sqlite3.connect(server.folder / "instance" / "connectassist.db")) as database:
        return database.execute(statement).fetchall()


def _says(scene: Scene, words: str) -> None:
    scene.desk.page.locator("#tab-chat").click()
    scene.desk.page.fill("#message", words)
    scene.desk.page.keyboard.press("Enter")
    expect(_message(scene, words)).to_have_attribute("data-delivery", "sent")


def _message(scene: Scene, words: str) -> Locator:
    return scene.desk.page.locator("#messages li", has_text=words)


def test_the_server_dies_and_comes_back(scene: Scene, server: Server) -> None:
    _says(scene, "Before the power cut")
    server.kill()
    scene.desk.awaits("line-lost", within=40)
    expect(scene.desk.page.locator("#banner")).to_contain_text("by itself")
    scene.desk.page.fill("#message", "Into the dark")
    scene.desk.page.keyboard.press("Enter")
    expect(_message(scene, "Into the dark")).to_contain_text("Sending")
    server.start()
    scene.desk.awaits("connected")
    eventually(scene.is_online, within=40, what="the helper's return")
    assert scene.desk.rights() == set(USUAL)
    scene.works()
    expect(scene.desk.page.locator("#messages")).to_contain_text("Before the power cut")
    _says(scene, "After the power cut")
    expect(_message(scene, "Into the dark")).to_have_attribute("data-delivery", "failed")
    _message(scene, "Into the dark").get_by_role("button", name="Try again").click()
    expect(_message(scene, "Into the dark")).to_have_attribute("data-delivery", "sent")


def test_nothing_is_half_written(scene: Scene, server: Server) -> None:
    assert _rows(server, "pragma integrity_check") == [("ok",)]
    assert _rows(server, "pragma foreign_key_check") == []
    assert _rows(server, "select session_id, status from sessions") == [(scene.session_id, "connected")]
    assert [text for (text,) in _rows(server, "select text from chat_messages order by id")] == [
        "Before the power cut", "After the power cut", "Into the dark"]
    kinds = [event["kind"] for event in scene.timeline()]
    assert kinds.count("consent_given") == 1 and "consent_revoked" not in kinds


def test_the_server_dies_while_the_customer_is_asked(scene: Scene, server: Server) -> None:
    page = scene.desk.page
    page.locator("#ask").click()
    page.check("input[name=rights][value=commands]")
    page.get_by_role("button", name="Ask", exact=True).click()
    scene.customer.waits_for_question()
    server.kill()
    scene.customer.question_is_gone()
    server.start()
    scene.desk.awaits("connected")
    eventually(scene.is_online, within=40, what="the helper's return")
    assert scene.desk.rights() == set(USUAL)
    expect(page.locator("#banner").get_by_role("button", name="Ask again")).to_be_visible()
    scene.works()


def test_a_helper_that_was_killed_comes_back_without_rights(scene: Scene, server: Server) -> None:
    page = scene.desk.page
    scene.helper.kill()
    scene.desk.awaits("helper-lost", within=40)
    expect(page.locator("#banner")).to_contain_text("customer's connection was lost")
    scene.helper.start()
    scene.desk.awaits_rights()
    scene.desk.awaits("revoked")
    assert "started anew" in scene.desk.words()
    eventually(lambda: scene.row()["status"] == "connected", within=40, what="the helper's return")
    assert scene.row()["rights"] == []
    assert scene.desk.colour(0.5, 0.5) is None, "nothing of the screen stays on the page"
    expect(page.locator("#messages")).to_contain_text("After the power cut")
    page.get_by_role("button", name="Ask again").first.click()
    scene.customer.allows()
    scene.desk.awaits_rights(*USUAL)
    scene.works()
    assert len(_rows(server, "select id from sessions")) == 1
