"""The session page's chat pages back, says a thing once, and an upload is sent again when the line breaks."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, Route

HISTORY = [{"id": str(n), "role": "technician" if n % 2 else "user", "sender": "Ann", "message": f"message {n}",
            "timestamp": 1_800_000_000_000 + n} for n in range(250)]
CHAT = """async () => {
  const { createChat } = await import("/static/session/chat.js");
  document.body.innerHTML = "<ul id=list></ul><form id=form><textarea id=words></textarea></form>";
  const [list, form, field] = ["list", "form", "words"].map((id) => document.getElementById(id));
  window.sent = [];
  window.tries = 0;
  const line = { on() {}, ask: async (event, data) => {
    window.sent.push(data);
    window.tries += 1;
    if (window.tries === 1) throw new Error("the answer is lost");
    return { ok: true, id: "900" };
  } };
  const panels = { isShown: () => true, badge() {} };
  window.chat = createChat({ line, sessionId: "S", me: { name: "Tina" }, list, form, field, panels });
  await window.chat.load();
}"""


def answer(route: Route) -> None:
    """The server's pages of the history."""
    query = {name: int(value[0]) for name, value in parse_qs(urlsplit(route.request.url).query).items()}
    found = [m for m in HISTORY if m["timestamp"] < query.get("before", 2**60)][-query["limit"]:]
    route.fulfill(body=json.dumps({"messages": found, "more": len(found) == query["limit"]}),
                  content_type="application/json")


def said(page: Page) -> list[str]:
    return page.locator(".cs-said").all_text_contents()


def test_earlier_messages_come_page_by_page(page: Page) -> None:
    page.route("**/api/sessions/S/messages*", answer)
    page.evaluate(CHAT)
    assert said(page) == [m["message"] for m in HISTORY[150:]]
    for shown in (200, 250):
        page.click("text=Earlier messages")
        page.wait_for_function(f"document.querySelectorAll('.cs-said').length === {shown}")
    assert said(page) == [m["message"] for m in HISTORY]
    assert page.locator("text=Earlier messages").count() == 0
    page.evaluate("chat.load()")
    assert len(said(page)) == 250, "what is fetched again after a reconnect stands there once"


def test_a_message_whose_answer_was_lost_is_sent_under_the_same_id(page: Page) -> None:
    page.route("**/api/sessions/S/messages*", lambda route: route.fulfill(
        body='{"messages": [], "more": false}', content_type="application/json"))
    page.evaluate(CHAT)
    page.fill("#words", "hello")
    page.press("#words", "Enter")
    page.click("text=Try again")
    page.wait_for_selector("[data-delivery=sent]", state="attached")
    sent: list[dict[str, Any]] = page.evaluate("sent")
    assert len(sent) == 2 and sent[0]["id"] == sent[1]["id"] and len(sent[0]["id"]) == 32


UPLOAD = """async () => {
  const { upload } = await import("/static/session/transfer.js");
  const again = [];
  try {
    const file = new File(["x"], "a.txt");
    const answer = await upload({ file, sessionId: "S", onProgress() {}, onAgain: () => again.push(1) });
    return [answer.fileId, again.length];
  } catch (error) { return [error.message, again.length]; }
}"""


def test_an_upload_is_sent_again_when_the_line_broke(page: Page) -> None:
    tries = []

    def upload(route: Route) -> None:
        tries.append(route.request.method)
        if len(tries) == 1:
            route.abort("connectionreset")
        else:
            route.fulfill(body='{"success": true, "fileId": "f1"}', content_type="application/json")

    page.route("**/api/files/upload", upload)
    assert page.evaluate(UPLOAD) == ["f1", 1] and tries == ["POST", "POST"]


def test_a_full_disk_is_told_and_not_tried_again(page: Page) -> None:
    page.route("**/api/files/upload", lambda route: route.fulfill(
        status=507, body='{"success": false, "error": "The server\'s disk is full"}', content_type="application/json"))
    assert page.evaluate(UPLOAD) == ["The server's disk is full", 0]
