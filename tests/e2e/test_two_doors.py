"""One code, two doors, told from end to end: the customer shares from the browser, the technician needs control, the
real helper takes over the same session. The acts build on each other."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Story
from tests.stage.browser import PIXEL
from tests.stage.display import TargetWindow, eventually
from tests.stage.scene import make_code

pytestmark = [pytest.mark.timeout(240)]
PATIENCE = 40
SOON = PATIENCE * 1000
#: Chromium's flag takes a choice of this very tab alone.
THIS_TAB = """const media = navigator.mediaDevices, ask = media.getDisplayMedia.bind(media);
media.getDisplayMedia = (wish) => ask({...wish, preferCurrentTab: true});"""
COLOURS = {"blue": (20, 60, 220), "orange": (240, 140, 10)}


def paint(page: Page, colour: str) -> None:
    """Cover the customer's page with a colour, all but the bar with the Stop."""
    page.evaluate("""colour => {
      const cover = document.getElementById('cover') || document.body.appendChild(document.createElement('div'));
      cover.id = 'cover';
      cover.style.cssText = `position:fixed;inset:45% 0 0 0;z-index:9;background:rgb(${colour});pointer-events:none`;
    }""", list(COLOURS[colour]))


def sees(story: Story, colour: str) -> None:
    """Wait until the technician's picture has this colour low in the middle."""
    def near() -> bool:
        seen = story.technician.evaluate(PIXEL, [0.5, 0.8])
        return seen is not None and all(abs(a - b) < 50 for a, b in zip(seen, COLOURS[colour], strict=True))
    eventually(near, within=PATIENCE, what=f"the colour {colour} in the technician's picture")


def sharing(story: Story) -> str:
    return story.portal.locator("#share").get_attribute("data-sharing") or ""


def row(story: Story) -> dict:
    return story.server.sign_in().get(f"/api/sessions/{story.session_id}").json()


def state(story: Story, name: str) -> None:
    expect(story.technician.locator(f"#session[data-state={name}]")).to_be_attached(timeout=SOON)


def test_1_the_code_has_two_doors_and_the_first_leads_into_a_session(signed_in: Story) -> None:
    story, desk, page = signed_in, signed_in.technician, signed_in.portal
    page.context.add_init_script(THIS_TAB)
    story.code = make_code(story.server.sign_in(), "Carla <b>Customer</b>")
    desk.goto(story.server.url + "/sessions")
    expect(desk.locator("#sessions")).to_contain_text("No sessions yet")
    page.goto(story.server.url + "/")
    page.fill("#code", story.code)
    page.click("#code-go")
    expect(page.locator("#door-share-title")).to_have_text("Share my screen now")
    expect(page.locator("#door-helper-title")).to_have_text("Download the helper")
    page.click("#door-share")
    page.wait_for_url("**/share")
    expect(page.locator("#stage")).to_contain_text("Administrator would like to see your screen", timeout=SOON)
    listed = desk.locator("#sessions")
    expect(listed).to_contain_text("Carla <b>Customer</b>", timeout=SOON)
    expect(listed).to_contain_text("Web browser on Linux (Chrome)")
    expect(listed).to_contain_text("Connected")


def test_2_the_customer_may_decline(signed_in: Story) -> None:
    story, desk, page = signed_in, signed_in.technician, signed_in.portal
    desk.get_by_role("link", name="Open").click()
    desk.wait_for_url("**/sessions/*-*-*")
    story.session_id = desk.locator("#session").get_attribute("data-session-id") or ""
    expect(page.locator("#stage")).to_contain_text("Administrator asks to see your screen", timeout=SOON)
    page.get_by_role("button", name="Decline").click()
    state(story, "declined")
    assert row(story)["rights"] == [] and sharing(story) == "off"


def test_3_after_allow_the_technician_sees_what_is_shown(signed_in: Story) -> None:
    story, desk, page = signed_in, signed_in.technician, signed_in.portal
    desk.locator("#curtain").get_by_role("button", name="Ask again").click()
    page.get_by_role("button", name="Allow and choose what to show").click()
    expect(page.locator("#bar")).to_contain_text("Administrator can see one browser tab", timeout=SOON)
    paint(page, "blue")
    state(story, "connected")
    sees(story, "blue")
    paint(page, "orange")
    sees(story, "orange")
    assert story.rights() == {"view"} and row(story)["rights"] == ["view"]


def test_4_chat_goes_both_ways(signed_in: Story) -> None:
    desk, page = signed_in.technician, signed_in.portal
    desk.fill("#message", "Hello, <i>can</i> you hear me?")
    desk.keyboard.press("Enter")
    expect(page.locator("#messages")).to_contain_text("Hello, <i>can</i> you hear me?", timeout=SOON)
    page.fill("#message", "<img src=x onerror=alert(1)> yes")
    page.keyboard.press("Enter")
    expect(desk.locator("#messages")).to_contain_text("<img src=x onerror=alert(1)> yes", timeout=SOON)
    assert page.locator("#messages img").count() == desk.locator("#messages img").count() == 0


def test_5_a_browser_can_give_no_control_and_the_page_says_so(signed_in: Story) -> None:
    story, desk = signed_in, signed_in.technician
    expect(desk.locator("#browser")).to_contain_text("shares from the browser: ask for the helper to control")
    answer = story.server.sign_in().post(f"/api/sessions/{story.session_id}/connect", json={"rights": ["files"]})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "HELPER_NEEDED")


def test_5_then_while_it_is_recorded_both_are_shown_that(signed_in: Story) -> None:
    desk, page = signed_in.technician, signed_in.portal
    desk.click("#record")
    expect(page.locator("#stage")).to_contain_text("Administrator asks to record what you show", timeout=SOON)
    page.get_by_role("button", name="Allow", exact=True).click()
    expect(page.locator("#bar-rec")).to_have_text("Recording: Administrator records what you show", timeout=SOON)
    expect(desk.locator("#recording")).to_contain_text("REC", timeout=SOON)
    expect(desk.locator("#record")).to_have_text("Stop recording")
    desk.click("#record")
    expect(page.locator("#bar-rec")).to_be_hidden(timeout=SOON)
    expect(desk.locator("#recording")).to_be_hidden(timeout=SOON)


def shows_again(story: Story, button: str, colour: str) -> None:
    """The customer shares once more, and the technician sees it."""
    story.portal.get_by_role("button", name=button).click()
    expect(story.portal.locator("#share[data-sharing=on]")).to_be_attached(timeout=SOON)
    paint(story.portal, colour)
    sees(story, colour)


def nothing_is_seen(story: Story) -> None:
    """The picture is gone from the technician's page, and the server knows."""
    expect(story.technician.locator("#video")).to_be_hidden(timeout=SOON)
    eventually(lambda: row(story)["rights"] == [], within=PATIENCE, what="the server's knowing that nothing is shown")


def test_6_stop_takes_the_picture_away(signed_in: Story) -> None:
    page = signed_in.portal
    page.click("#stop")
    nothing_is_seen(signed_in)
    state(signed_in, "revoked")
    expect(page.locator("#stage")).to_contain_text("Nobody can see your screen")
    shows_again(signed_in, "Share my screen again", "blue")
    page.evaluate("document.querySelector('video').srcObject.getTracks()[0].dispatchEvent(new Event('ended'))")
    nothing_is_seen(signed_in)
    expect(page.locator("#stage")).to_contain_text("You stopped it in the browser")


def test_7_a_reload_and_another_tab_come_back_and_ask_anew(signed_in: Story) -> None:
    story = signed_in
    shows_again(story, "Share my screen again", "orange")
    story.portal.reload()
    expect(story.portal.locator("#stage")).to_contain_text("This page was loaded again", timeout=SOON)
    expect(story.portal.locator("#messages")).to_contain_text("<i>can</i> you hear me?")
    nothing_is_seen(story)
    shows_again(story, "Share my screen again", "blue")
    street = story.portal.context
    story.portal.close()
    nothing_is_seen(story)
    story.portal = street.new_page()
    story.portal.goto(story.server.url + "/share")
    shows_again(story, "Allow and choose what to show", "orange")


def test_8_the_technician_asks_for_control_and_the_helper_comes(signed_in: Story) -> None:
    story, desk, page = signed_in, signed_in.technician, signed_in.portal
    desk.click("#ask-helper")
    expect(page.locator("#helper")).to_contain_text("Administrator asks to control: download the helper", timeout=SOON)
    with page.expect_download() as download:
        page.click("#get-helper")
    story.package = story.folder / download.value.suggested_filename
    download.value.save_as(story.package)
    expect(desk.locator("#browser")).to_contain_text("has downloaded the helper", timeout=SOON)
    story.start_helper(story.package)
    expect(page.locator("#stage")).to_contain_text("The helper is running on your computer", timeout=SOON)
    assert sharing(story) == "on", "the browser goes on showing until the helper's question is answered"
    assert row(story)["rights"] == ["view"]


def test_9_it_takes_over_the_same_session_with_control(signed_in: Story) -> None:
    story, page = signed_in, signed_in.portal
    story.customer.allows()
    expect(page.locator("#stage")).to_contain_text("The helper has taken over, you can close this page", timeout=SOON)
    story.sees("red", within=PATIENCE)
    eventually(lambda: sharing(story) == "off", within=PATIENCE, what="the end of the browser's picture")
    assert story.rights() == {"view", "control"}
    known = row(story)
    assert known["deviceId"].startswith(f"SUPP-{story.code}-") and known["rights"] == ["view", "control"]
    box = story.technician.locator("#video").bounding_box()
    part = TargetWindow.FIELD[0] / story.display.width, TargetWindow.FIELD[1] / story.display.height
    story.technician.mouse.click(box["x"] + part[0] * box["width"], box["y"] + part[1] * box["height"])
    story.sees("green", within=PATIENCE)
    expect(story.technician.locator("#browser")).to_be_hidden()


def test_a_one_case_tells_both_parts(signed_in: Story) -> None:
    story, api = signed_in, signed_in.server.sign_in()
    assert [each["session_id"] for each in api.get("/api/sessions?all=1").json()["sessions"]] == [story.session_id]
    made = api.post("/api/cases", json={"sessionId": story.session_id, "description": "It works"}).json()["case"]
    record = api.get(f"/api/cases/{made['id']}").json()["case"]["record"]
    told = [line["what"] for line in record["timeline"]]
    wanted = ("Web browser on Linux (Chrome) connected",
              "Administrator asked the customer to start the helper, for control",
              "The customer downloaded the helper", "The customer's computer connected",
              "The helper took over from the web browser")
    assert next(line for line in told if line in wanted) == wanted[0]
    assert set(wanted) <= set(told), told
    assert told.index(wanted[3]) < told.index(wanted[4])
    assert any("can</i> you hear" in said["text"] for said in record["chat"])
    assert not re.search("browser", record["device"]["name"] or "", re.I), "the case is about the computer now"
