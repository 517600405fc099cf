"""A customer's browser in its seat, over real sockets on both engines: what it may give, and how a helper follows."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import socketio

from tests.live.server import Server
from tests.live.sitting import Asking
from tests.live.sockets import Socket

OFFER = {"offer": {"type": "offer", "sdp": "v=0"}}


class Shared:
    """A session that technician A opened with a link, and the browsers of a customer who followed it."""

    def __init__(self, server: Server) -> None:
        self.server, self.sockets = server, []
        self.desk = server.http("technician_a")
        self.session_id = self.desk.post("/api/sessions/create").json()["sessionId"]
        self.cookies = self.new_cookie()

    def new_cookie(self) -> dict[str, str]:
        """The cookie of a browser that comes in by the link."""
        answer = requests.post(self.server.url + "/api/share", json={"sessionId": self.session_id}, timeout=20)
        return {"Cookie": f"share.sid={answer.cookies['share.sid']}"}

    def socket(self, **options: Any) -> Socket:
        self.sockets.append(self.server.socket("nobody", **options))
        return self.sockets[-1]

    def browser(self, *, held: list[str] | None = None, cookies: dict[str, str] | None = None) -> Socket:
        """The customer's page, in its seat."""
        socket = self.socket(auth={"share": True}, headers=cookies or self.cookies)
        assert socket.join(self.session_id, "helper", rights=held or [])["ok"]
        return socket

    def technician(self) -> Socket:
        self.sockets.append(self.server.socket("technician_a"))
        assert self.sockets[-1].join(self.session_id, "technician")["ok"]
        return self.sockets[-1]

    def ask(self, *rights: str) -> Asking:
        return Asking(self, "technician_a", list(rights), "printer")  # type: ignore[arg-type]

    def shares(self, browser: Socket) -> None:
        """The customer shows the screen without being asked."""
        tina = self.server.cast["technician_a"].user_id
        assert browser.call("share-start", {"technicians": [str(tina)]})["rights"] == ["view"]

    def rights(self) -> list[str]:
        return self.desk.get(f"/api/sessions/{self.session_id}").json()["rights"]

    def kinds(self) -> list[str]:
        timeline = self.desk.get(f"/api/sessions/{self.session_id}/timeline").json()["timeline"]
        return [line["kind"] for line in timeline]


@pytest.fixture
def shared(engine_server: Server) -> Iterator[Shared]:
    made = Shared(engine_server)
    yield made
    for socket in made.sockets:
        socket.close()
    made.desk.delete(f"/api/sessions/{made.session_id}")


def test_of_all_that_is_asked_a_browser_is_asked_for_and_gives_the_view_alone(shared: Shared) -> None:
    browser = shared.browser()
    technician = shared.technician()
    asking = shared.ask("view", "control", "clipboard", "files", "commands")
    question = browser.heard("connection-request")
    assert (question["rights"], question["technicianName"]) == (["view"], "Tina Acme")
    everything = ["view", "control", "clipboard", "files", "commands"]
    assert browser.call("approval-response", {"approved": True, "rights": everything})["ok"]
    assert asking.answer()["rights"] == ["view"]
    assert technician.heard("consent-changed")["rights"] == ["view"]
    for event, data in (("remote-mouse", {"type": "mousemove"}), ("list-remote-dir", {"path": ""}),
                        ("remote-clipboard", {"text": "x"})):
        assert technician.call(event, data)["error_code"] == "NOT_CONSENTED"


@pytest.mark.parametrize("rights", [["files"], ["commands", "files"]])
def test_what_only_a_helper_can_give_is_refused_with_the_way_out(shared: Shared, rights: list[str]) -> None:
    shared.browser()
    answer = shared.desk.post(f"/api/sessions/{shared.session_id}/connect", json={"rights": rights})
    assert (answer.status_code, answer.json()["error_code"]) == (409, "HELPER_NEEDED")
    assert "ask for the helper to control" in answer.json()["error"]


def test_the_picture_goes_to_the_technicians_the_page_named(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    assert browser.call("webrtc-offer", {**OFFER, "targetSocketId": technician.id})["error_code"] == "NOT_CONSENTED"
    assert browser.call("share-start", {"technicians": ["999999", "x", None]})["rights"] == []
    shared.shares(browser)
    assert browser.call("webrtc-offer", {**OFFER, "targetSocketId": technician.id})["ok"]
    answer = {"answer": {"type": "answer", "sdp": ""}, "targetSocketId": technician.heard("webrtc-offer")["from"]}
    assert technician.call("webrtc-answer", answer)["ok"]
    assert browser.heard("webrtc-answer")["from"] == technician.id


def test_closing_the_page_takes_the_view_at_once(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    shared.shares(browser)
    browser.call("leave-session", {})
    assert technician.heard("consent-changed", where=lambda data: not data["rights"])["by"] == "customer"
    assert technician.heard("helper-status", where=lambda data: not data["online"])
    assert shared.rights() == []
    assert shared.kinds()[-2:] == ["consent_revoked", "browser_left"]


def test_a_lost_line_keeps_what_the_page_still_holds_and_nothing_else(shared: Shared) -> None:
    browser = shared.browser()
    shared.shares(browser)
    browser.close()
    browser.heard("disconnect")
    again = shared.browser(held=["view", "control"])
    assert shared.rights() == ["view"]
    again.close()
    again.heard("disconnect")
    shared.browser(held=[])
    assert shared.rights() == []


def test_the_newest_page_has_the_seat(shared: Shared) -> None:
    browser = shared.browser()
    shared.shares(browser)
    shared.browser(cookies=shared.new_cookie())
    assert browser.heard("share-moved")["to"] == "elsewhere"
    browser.heard("disconnect")
    assert shared.rights() == []


def test_a_secret_speaks_for_its_own_session_alone(shared: Shared, engine_server: Server) -> None:
    other = Shared(engine_server)
    browser = shared.socket(auth={"share": True}, headers=other.cookies)
    assert browser.join(shared.session_id, "helper")["error_code"] == "UNAUTHORIZED"
    for headers in ({}, {"Cookie": "share.sid=guessed"}):
        with pytest.raises(socketio.exceptions.ConnectionError):
            engine_server.socket("nobody", auth={"share": True}, headers=headers)
    other.desk.delete(f"/api/sessions/{other.session_id}")


def test_a_session_of_a_code_is_entered_by_the_code_alone_and_shown_to_who_made_it(
        shared: Shared, engine_server: Server) -> None:
    code = shared.desk.post("/api/support-codes", json={"customer_name": "Ann"}).json()["support_code"]
    entered = requests.post(engine_server.url + "/api/share", json={"support_code": code}, timeout=20)
    session_id = entered.json()["sessionId"]
    assert shared.socket().join(session_id, "helper")["error_code"] == "UNAUTHORIZED"
    browser = shared.socket(auth={"share": True}, headers={"Cookie": f"share.sid={entered.cookies['share.sid']}"})
    assert browser.join(session_id, "helper", rights=[])["ok"]
    shared.shares(browser)
    assert browser.heard("consent-changed")["technicianName"] == "Tina Acme"
    shared.desk.delete(f"/api/sessions/{session_id}")


def test_asking_for_the_helper_reaches_the_page_now_and_after_a_reload(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    assert technician.call("ask-for-helper", {})["ok"]
    assert browser.heard("helper-wanted")["technicianName"] == "Tina Acme"
    page = requests.get(shared.server.url + "/api/share", headers=shared.cookies, timeout=20).json()["sharing"]
    assert page["helperWanted"] == "Tina Acme"
    assert browser.call("helper-coming", {"step": "declined"})["ok"]
    assert technician.heard("helper-coming")["step"] == "declined"
    page = requests.get(shared.server.url + "/api/share", headers=shared.cookies, timeout=20).json()["sharing"]
    assert page["helperWanted"] == ""


def test_a_helper_takes_over_once_its_own_question_is_answered(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    shared.shares(browser)
    helper = shared.socket()
    assert helper.join(shared.session_id, "helper", rights=[])["rights"] == ["view"]
    assert browser.heard("peer-joined", where=lambda data: data["role"] == "helper")
    assert helper.call("webrtc-offer", {**OFFER, "targetSocketId": technician.id})["error_code"] == "NOT_CONSENTED"
    assert browser.call("webrtc-offer", {**OFFER, "targetSocketId": technician.id})["error_code"] == "WRONG_ROLE"
    assert shared.rights() == ["view"], "the browser's picture goes on"
    asking = shared.ask("view", "control")
    assert helper.heard("connection-request")["rights"] == ["view", "control"]
    assert browser.call("approval-response", {"approved": True})["error_code"] == "WRONG_ROLE"
    assert helper.call("approval-response", {"approved": True})["ok"]
    assert asking.answer()["rights"] == ["view", "control"]
    assert browser.heard("share-moved")["to"] == "helper"
    assert browser.call("consent-revoke", {"rights": ["view"]})["rights"] == ["view", "control"]
    browser.call("leave-session", {})
    assert shared.rights() == ["view", "control"]
    assert shared.kinds()[-3:] == ["consent_asked", "consent_given", "helper_took_over"]


def test_whom_the_browser_showed_the_screen_asks_the_helper_in_their_turn(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    shared.shares(browser)
    shared.sockets.append(colleague := shared.server.socket("admin"))
    assert colleague.join(shared.session_id, "technician")["ok"]
    helper = shared.socket()
    helper.join(shared.session_id, "helper", rights=[])
    asking = Asking(shared, "admin", ["view", "control"], "")  # type: ignore[arg-type]
    assert helper.heard("connection-request")["joins"] == []
    assert helper.call("approval-response", {"approved": True})["ok"]
    assert asking.answer()["rights"] == ["view", "control"]
    admitted = technician.heard("consent-changed", where=lambda data: "control" in data["rights"])["admitted"]
    assert admitted == [str(shared.server.cast["admin"].user_id)]
    assert technician.call("remote-mouse", {"type": "click", "x": 0.1, "y": 0.1})["error_code"] == "NOT_CONSENTED"


def test_a_helper_that_goes_unanswered_gives_the_seat_back(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    shared.shares(browser)
    helper = shared.socket()
    helper.join(shared.session_id, "helper", rights=[])
    helper.call("leave-session", {})
    assert browser.heard("peer-disconnected")["role"] == "helper"
    assert technician.heard("helper-status", where=lambda data: data["online"])
    assert shared.rights() == ["view"]
    assert browser.call("webrtc-offer", {**OFFER, "targetSocketId": technician.id})["ok"]


def test_beside_a_helper_a_browser_chats_and_takes_back_its_own_view(shared: Shared) -> None:
    browser, technician = shared.browser(), shared.technician()
    shared.shares(browser)
    shared.socket().join(shared.session_id, "helper", rights=[])
    assert browser.call("chat-message", {"message": "still here"})["ok"]
    assert technician.heard("chat-message")["text"] == "still here"
    assert browser.call("consent-revoke", {"rights": ["view"]})["rights"] == []
    late = shared.browser(cookies=shared.new_cookie(), held=["view"])
    assert late.call("share-start", {"technicians": []})["error_code"] == "WRONG_ROLE"
    assert shared.rights() == []
