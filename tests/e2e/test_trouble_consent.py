"""No answer, half an answer, and one more question later."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from playwright.sync_api import expect

from tests.stage.display import eventually
from tests.stage.scene import SOON, Scene

ASKED = ("view", "control", "files")


@pytest.fixture(scope="module")
def scene(stage: Callable[..., Scene]) -> Scene:
    return stage()


def test_no_answer_in_thirty_seconds_is_a_no(scene: Scene) -> None:
    scene.starts(*ASKED, query="&reason=Look%20at%20the%20printer", allow=False)
    scene.customer.waits_for_question()
    scene.desk.awaits("asking")
    assert scene.desk.rights() == set()
    scene.desk.awaits("timeout", within=60)
    scene.customer.question_is_gone()
    assert "30 seconds" in scene.desk.words()
    assert scene.desk.rights() == set() and scene.row()["rights"] == []
    told = [e for e in scene.timeline() if "consent" in e["kind"]]
    assert [e["kind"] for e in told] == ["consent_asked", "consent_timeout"]
    asked, over = (datetime.fromisoformat(e["at"]) for e in told)
    assert (over - asked).total_seconds() > 29


def test_a_part_of_what_is_asked(scene: Scene) -> None:
    scene.desk.page.get_by_role("button", name="Ask again").first.click()
    scene.customer.unticks("files", asked=ASKED)
    scene.customer.allows()
    scene.desk.awaits_rights("view", "control")
    scene.works()
    assert scene.row()["rights"] == ["view", "control"]
    scene.desk.page.locator("#tab-files").click()
    expect(scene.desk.page.locator("#files-need")).to_be_visible()
    expect(scene.desk.page.locator("#folder")).to_be_hidden()


def test_one_more_right_later(scene: Scene) -> None:
    scene.desk.page.locator("#ask-files").click()
    scene.customer.waits_for_question()
    scene.sees_target()
    scene.customer.allows()
    scene.desk.awaits_rights(*ASKED)
    expect(scene.desk.page.locator("#folder")).to_be_visible()
    scene.works()


def test_a_no_to_one_more_changes_nothing(scene: Scene) -> None:
    page = scene.desk.page
    page.locator("#ask").click()
    page.check("input[name=rights][value=commands]")
    page.get_by_role("button", name="Ask", exact=True).click()
    scene.customer.declines()
    expect(page.locator("#banner")).to_contain_text("declined")
    assert scene.desk.rights() == set(ASKED)
    scene.works()


def test_taking_the_view_takes_what_needs_it(scene: Scene) -> None:
    scene.customer.takes_back("view", held=ASKED)
    scene.desk.awaits_rights("files", within=SOON)
    eventually(lambda: scene.desk.colour(0.5, 0.5) is None, within=SOON, what="an empty page")
    assert scene.row()["rights"] == ["files"]
