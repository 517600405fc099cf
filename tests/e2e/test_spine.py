"""The spine, told once from end to end by the people in it. The acts build on each other."""

from __future__ import annotations

import re
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Story
from tests.stage.display import TargetWindow, eventually
from tests.stage.scene import SOON

pytestmark = [pytest.mark.timeout(240)]


def test_1_the_technician_makes_a_code(signed_in: Story) -> None:
    page = signed_in.technician
    page.goto(signed_in.server.url + "/codes")
    page.fill("#customer_name", "Jürgen Österreich")
    page.fill("#notes", "The printer prints nothing")
    page.click("#code-form button[type=submit]")
    large = page.locator(".ca-code-large")
    expect(large).to_have_text(re.compile(r"^\d{3}\s\d{3}$"))
    signed_in.code = re.sub(r"\D", "", large.inner_text())


def test_2_the_customer_gets_the_package(signed_in: Story) -> None:
    story, page = signed_in, signed_in.portal
    page.goto(story.server.url + "/")
    page.fill("#code", f" {story.code[:2]}-{story.code[2:4]} {story.code[4:]} ")
    page.click("#code-go")
    with page.expect_download() as download:
        page.click("#door-helper")
    story.package = story.folder / download.value.suggested_filename
    download.value.save_as(story.package)
    expect(page.locator("#found")).to_contain_text("Administrator")
    codes = story.server.sign_in().get("/api/support-codes").json()["support_codes"]
    assert [c["downloads"] for c in codes if c["code"] == story.code] == [1]


def test_3_the_device_comes_online_without_a_reload(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    page.goto(story.server.url + "/devices")
    expect(page.locator("#empty")).to_be_visible()
    story.start_helper(story.package)
    row = page.locator("#rows tr")
    expect(row).to_contain_text("online now")
    expect(row).to_contain_text("Jürgen Österreich")
    expect(row).to_contain_text("127.0.0.1")
    expect(row).to_contain_text("Linux")


def test_4_the_customer_may_decline(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    page.get_by_role("button", name="Connect").click()
    for right in ("clipboard", "files"):
        page.check(f"input[name=rights][value={right}]")
    page.get_by_label("Reason, shown to the customer").fill("Look at the printer")
    page.get_by_role("button", name="Ask and connect").click()
    page.wait_for_url("**/sessions/*")
    story.session_id = page.locator("#session").get_attribute("data-session-id")
    story.customer.declines()
    expect(page.locator("#banner")).to_contain_text(re.compile("declined|said no", re.I))
    assert story.rights() == set()


def test_5_after_allow_the_screen_is_there(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    page.get_by_role("button", name=re.compile("ask again", re.I)).first.click()
    story.customer.allows()
    story.sees("red")
    assert story.rights() == {"view", "control", "clipboard", "files"}
    assert page.locator("#session").get_attribute("data-transport").startswith("webrtc")


def _click_in_picture(story: Story, point: tuple[int, int], **options: object) -> None:
    box = story.technician.locator("#video").bounding_box()
    x, y = point[0] / story.display.width, point[1] / story.display.height
    story.technician.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"], **options)


def test_6_mouse_and_keyboard_reach_the_screen(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    _click_in_picture(story, TargetWindow.FIELD)
    story.sees("green")
    assert story.target.state()["clicks"] == 1
    _click_in_picture(story, TargetWindow.ENTRY)
    page.keyboard.type("Hello aé@#~|{}")
    page.keyboard.insert_text("€ßЖ日")
    eventually(lambda: story.target.state()["text"] == "Hello aé@#~|{}€ßЖ日", within=40, what="the typed text")
    box = page.locator("#video").bounding_box()
    page.mouse.move(box["x"] + box["width"] * 0.7, box["y"] + box["height"] * 0.5)
    page.mouse.wheel(0, 240)
    eventually(lambda: story.target.state()["wheel"] > 0, within=40, what="the wheel")


def test_7_the_clipboard_is_pasted(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    _click_in_picture(story, TargetWindow.ENTRY)
    page.keyboard.press("End")
    page.evaluate("navigator.clipboard.writeText(' pasted ☂ text')")
    page.locator("#paste").click()
    eventually(lambda: story.target.state()["text"].endswith(" pasted ☂ text"), within=40, what="the pasted text")


def test_8_chat_goes_both_ways(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    page.locator("#tab-chat").click()
    before = story.customer.chat_ink()
    page.fill("#message", "Hello, <b>can</b> you see me?")
    page.keyboard.press("Enter")
    eventually(lambda: story.customer.chat_ink() > before + 100, within=40, what="the technician's words in the window")
    story.customer.writes("Yes I can")
    expect(page.locator("#messages")).to_contain_text("Yes I can")


def test_9_files_go_both_ways(signed_in: Story, tmp_path: Path) -> None:
    story, page = signed_in, signed_in.technician
    sent = tmp_path / "driver ünïcode.txt"
    sent.write_text("driver" * 50_000)
    page.locator("#tab-files").click()
    page.locator("#pick").set_input_files(str(sent))
    landed = eventually(lambda: next(story.helper.home.rglob(sent.name), None), within=40,
                        what="the file at the customer's")
    eventually(lambda: landed.stat().st_size == sent.stat().st_size, within=40, what="the whole file")
    assert landed.read_text() == sent.read_text()
    (landed.parent / "from customer.txt").write_text("the log of the printer")
    page.locator("#folder-refresh").click()
    entry = page.locator("#folder-list").get_by_text("from customer.txt")
    expect(entry).to_be_visible(timeout=40_000)
    with page.expect_download() as download:
        page.locator("#folder-list li", has_text="from customer.txt").get_by_role("button").first.click()
    assert Path(download.value.path()).read_text() == "the log of the printer"


def test_a_taking_back_one_right_works_at_once(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    clicks = story.target.state()["clicks"]
    story.customer.takes_back("control", held=("view", "control", "clipboard", "files"))
    eventually(lambda: story.rights() == {"view", "clipboard", "files"}, within=SOON, what="control gone from the page")
    _click_in_picture(story, TargetWindow.FIELD)
    page.wait_for_timeout(700)
    assert story.target.state()["clicks"] == clicks


def test_b_stop_ends_the_session(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    story.customer.stops()
    expect(page.locator("#banner")).to_contain_text(re.compile("stop|ended", re.I), timeout=SOON * 1000)
    assert story.rights() == set()


def test_c_the_case_and_its_pdf(signed_in: Story) -> None:
    story, page = signed_in, signed_in.technician
    page.get_by_role("link", name=re.compile("write the case", re.I)).or_(
        page.get_by_role("button", name=re.compile("write the case", re.I))).first.click()
    page.wait_for_url("**/cases/new*")
    page.fill("#problemDescription", "Printer prints nothing\n打印机没有反应 🖨 الطابعة")
    page.fill("#workDone", "Installed the driver <script>alert(1)</script>")
    page.click("#case-form button[type=submit]")
    page.wait_for_url(re.compile(r"/cases/[0-9a-f-]{36}"))
    case_id = page.url.rsplit("/", 1)[1].partition("?")[0]
    for size, width in (("A4", 595), ("Letter", 612)):
        answer = story.server.sign_in().get(f"/api/cases/{case_id}/pdf?page={size}")
        assert answer.headers["Content-Type"] == "application/pdf"
        path = story.folder / f"case-{size}.pdf"
        path.write_bytes(answer.content)
        document = pypdf.PdfReader(path)
        assert abs(float(document.pages[0].mediabox.width) - width) < 2
        text = "".join(each.extract_text() for each in document.pages)
        for expected in ("Jürgen Österreich", "打印机没有反应", "<script>alert(1)</script>", "Yes I can",
                         "from customer.txt", "Administrator"):
            assert expected in text, f"{expected} is not in {text}"
