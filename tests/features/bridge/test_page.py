"""The customer's page in Chromium: chat, consent, files and Stop, without a socket."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import requests
from playwright.sync_api import Page

from tests.features.bridge.test_waiting import Machine
from tests.live.server import Server
from tests.web.conftest import visit

__all__ = ["visit"]
PATIENCE = 30_000


def test_a_sitting_on_an_old_machine(server: Server, visit: Callable[..., Page], tmp_path: Path) -> None:
    machine, http = Machine(server), server.http("admin")
    page = visit(f"{server.url}/customer/xp-chat.html?session={machine.session_id}")
    page.set_default_timeout(PATIENCE)

    machine.technician.call("chat-message", {"text": "<b>Hello</b>"})
    page.wait_for_selector("text=<b>Hello</b>")
    page.fill("#text", "It hums\nloudly")
    page.press("#text", "Enter")
    assert machine.technician.heard("chat-message", within=40)["message"] == "It hums\nloudly"
    page.wait_for_selector(".own")
    assert page.locator(".message").count() == 2, "what one says is shown once"

    asking = threading.Thread(daemon=True, target=lambda: http.post(
        f"/api/sessions/{machine.session_id}/connect", json={"rights": ["files"], "reason": "the driver"}))
    asking.start()
    page.wait_for_selector("text=exchange files with you.")
    page.click("#allow")
    asking.join(30)
    page.wait_for_selector("#held:visible")

    put = {"path": "", "filename": "driver.exe", "content": "aGVsbG8=", "requestId": "1"}
    file_id = machine.technician.call("put-remote-file", put)["fileId"]
    with page.expect_download() as fetched:
        page.click("#files a")
    assert fetched.value.suggested_filename == "driver.exe" and Path(fetched.value.path()).read_bytes() == b"hello"
    rows = http.get(f"/api/files/session/{machine.session_id}").json()["files"]
    assert [(row["id"], row["status"]) for row in rows] == [(file_id, "downloaded")]

    (tmp_path / "a & b.log").write_bytes(b"log")
    page.set_input_files("#file", tmp_path / "a & b.log")
    page.click("#send button")
    page.wait_for_selector("text=Upload successful: a & b.log")
    assert machine.technician.heard("file-available", where=lambda f: f["direction"] == "user-to-technician")

    page.click("#stop")
    page.wait_for_selector("text=This session is over")
    assert requests.get(f"{machine.root}/messages", timeout=30).status_code == 404
    machine.close()


def test_json_is_read_without_the_browsers_help(server: Server, visit: Callable[..., Page]) -> None:
    page = visit(f"{server.url}/customer/xp-chat.html?session=ABC-123-DEF")
    page.wait_for_selector("text=This session is over", timeout=PATIENCE)
    read = page.evaluate(r"""() => [bridge.read('{"a":[1,-2.5e3,true,null,"x\\n\\u00e9\\"/"],"b":{},"c":""} ').a,
        ['{"a":', '[1,', 'alert(1)', '"x', '{a:1}'].map((text) => {
            try { return bridge.read(text); } catch (problem) { return "refused"; } })]""")
    assert read == [[1, -2500, True, None, 'x\né"/'], ["refused"] * 5]
