"""What is kept, what is unread, and when the assistant has the word again."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import DeviceNotFound
from connectassist.features.device_chat import answering, modes, news, queries, service
from connectassist.features.device_chat.models import DeviceMessage
from connectassist.features.device_chat.rows import agent_name, message_row, to_person
from connectassist.features.devices import queries as devices
from connectassist.features.devices.models import Device
from connectassist.identity import principal
from connectassist.identity.principal import Principal
from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Caller


def staff(role: str = "technician", *clients: int) -> Principal:
    return Principal(kind="user", name="Tina", user_id=2, role=role, client_ids=frozenset(clients or (ACME,)))


def device() -> Device:
    found = devices.by_id(DEVICE_ID)
    assert found is not None
    return found


def said(*texts: str, sender: str = "user", device_id: str = DEVICE_ID) -> list[DeviceMessage]:
    return [service.keep(device_id, sender=sender, content=text) for text in texts]


PAGES = {"": range(70, 120), "?limit=3": range(117, 120), "?limit=2&offset=3": range(115, 117),
         "?limit=0": range(119, 120), "?limit=-5": range(119, 120), "?limit=1000": range(20, 120), "?offset=500": [],
         "?offset=-3&limit=1": range(119, 120), "?limit=&offset=": range(70, 120)}


def test_the_history_is_paged_from_its_newest_end(app: Flask, technician_a: Caller) -> None:
    with app.app_context():
        db.session.add_all(DeviceMessage(device_id=DEVICE_ID, sender="user", content=f"m{n}") for n in range(120))
        db.session.commit()
    for path in (f"/api/chat/{DEVICE_ID}/history", f"/api/chat/{DEVICE_ID}", f"/pocket-it/api/chat/{DEVICE_ID}"):
        for query, numbers in PAGES.items():
            assert [row["content"] for row in technician_a.get(path + query).json] == [f"m{n}" for n in numbers], query


def test_bad_questions_are_refused(technician_a: Caller) -> None:
    assert technician_a.get(f"/api/chat/{DEVICE_ID}?limit=many").status_code == 400
    assert technician_a.get("/api/chat/nobody").status_code == 404
    for body in ({}, {"content": ""}, {"content": "  \x00"}, {"content": "x" * 10_001}, {"content": 5}):
        assert technician_a.post(f"/api/chat/{DEVICE_ID}", json=body).status_code == 400
    for body in ({}, {"messageId": "1"}, {"messageId": True}, {"messageId": None}):
        assert technician_a.post(f"/api/chat/{DEVICE_ID}/accept", json=body).status_code == 400


def test_what_staff_have_not_seen_is_counted(app: Flask, technician_a: Caller, technician_b: Caller, viewer_a: Caller,
                                             admin: Caller) -> None:
    path = "/api/devices/unread-counts"
    with app.test_request_context():
        said("one", "two")
        said("an answer", sender="ai")
        said("three", device_id=DEVICE_OF_B_ID)
    assert technician_a.get(path).json == viewer_a.get(path).json == {DEVICE_ID: 2}
    assert technician_b.get(path).json == {DEVICE_OF_B_ID: 1}
    assert admin.get(path).json == {DEVICE_ID: 2, DEVICE_OF_B_ID: 1}
    with app.test_request_context():
        service.mark_read(DEVICE_ID, by=staff("viewer"))
    assert technician_a.get(path).json == {DEVICE_ID: 2}, "a viewer's look leaves it to those who can act"
    with app.test_request_context():
        service.mark_read(DEVICE_ID, by=staff())
        with pytest.raises(DeviceNotFound):
            service.mark_read(DEVICE_OF_B_ID, by=staff())
    assert technician_a.get(path).json == {}
    assert technician_a.post(f"/api/chat/{DEVICE_OF_B_ID}", json={"content": "x"}).status_code == 404
    with app.test_request_context():
        said("four")
    assert technician_a.get(path).json == {DEVICE_ID: 1}
    assert technician_a.post(f"/api/chat/{DEVICE_ID}", json={"content": "coming"}).status_code == 201
    assert technician_a.get(path).json == {}, "who answers has read"


def test_a_pause_is_over_by_time(in_app: None) -> None:
    service.write(DEVICE_ID, "hi", by=staff())
    assert modes.mode_of(device()) == modes.TEMPORARY
    assert queries.ai_status(device()) == {"enabled": False, "reason": "it_active"}
    left = service.resume(DEVICE_ID)
    assert left is not None
    assert 290 < left <= 300
    device().ai_resumes_at = clock.now() - timedelta(seconds=1)
    db.session.commit()
    assert queries.ai_status(device()) == {"enabled": True, "reason": None}
    assert service.hear(DEVICE_ID, "hello") is not None, "the assistant answers again"
    assert service.resume(DEVICE_ID) is None
    assert device().ai_mode is None


def test_a_pause_that_became_permanent_does_not_end(in_app: None) -> None:
    service.set_mode(DEVICE_ID, modes.TEMPORARY, by=staff())
    service.set_mode(DEVICE_ID, modes.PERMANENT, by=staff())
    assert service.resume(DEVICE_ID) is None
    assert modes.mode_of(device()) == modes.PERMANENT


def test_the_notice_comes_again_after_half_a_day(in_app: None) -> None:
    service.set_mode(DEVICE_ID, modes.PERMANENT, by=staff())
    for text in ("one", "two"):
        service.hear(DEVICE_ID, text)
    notices = [m for m in queries.latest(DEVICE_ID) if m.sender == "system"]
    assert len(notices) == 1
    notices[0].created_at -= timedelta(hours=13)
    db.session.commit()
    service.hear(DEVICE_ID, "three")
    assert [m.sender for m in queries.latest(DEVICE_ID)] == ["user", "system", "user", "user", "system"]


def test_a_flood_is_refused_politely(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    refused: list[tuple[str, str]] = []
    monkeypatch.setattr(news, "refuse", lambda device_id, text: refused.append((device_id, text)))
    with make_app(rate_limits="on").test_request_context():
        for number in range(35):
            service.hear(DEVICE_ID, f"m{number}")
        service.hear(DEVICE_OF_B_ID, "the other one is not held up")
        assert len(queries.latest(DEVICE_ID, limit=100)) == 30
        assert len(queries.latest(DEVICE_OF_B_ID)) == 1
    assert refused == [(DEVICE_ID, service.TOO_MANY)] * 5


def test_a_device_that_is_gone_says_nothing(in_app: None) -> None:
    assert service.hear("gone", "hello") is None
    service.clear_context("gone")


def test_a_new_start_hides_what_was_before_from_the_assistant_alone(in_app: None) -> None:
    said("before")
    service.clear_context(DEVICE_ID)
    said("after")
    assert [m.content for m in queries.latest(DEVICE_ID, after=device().chat_context_id)] == ["after"]
    assert [m.content for m in queries.latest(DEVICE_ID)] == ["before", "after"]


def test_a_proposal_is_good_for_one(in_app: None) -> None:
    action = {"type": "diagnose", "checkType": "disk"}
    proposal = service.keep(DEVICE_ID, sender="ai", content="Shall I?", action=action)
    by = principal.device(DEVICE_ID)
    assert service.spend(proposal, client_id=ACME, by=by) is True
    assert service.spend(proposal, client_id=ACME, by=by) is False
    assert proposal.accepted_by == "the person at the device"
    service.give_back(proposal)
    assert service.spend(proposal, client_id=ACME, by=staff()) is True
    assert message_row(proposal)["metadata"] == '{"type":"diagnose","checkType":"disk"}'
    shown = to_person(proposal)
    assert shown["action"] == action
    assert "type" not in shown
    assert shown["agentName"] == agent_name(DEVICE_ID) == agent_name(DEVICE_ID)


def test_an_old_chat_is_deleted(in_app: None) -> None:
    for message, days in zip(said("old", "newer"), (366, 364), strict=True):
        message.created_at = clock.now() - timedelta(days=days)
    db.session.commit()
    assert service.prune() == 1
    assert service.prune() == 0
    assert [message.content for message in queries.latest(DEVICE_ID)] == ["newer"]


def test_with_no_days_set_all_chats_are_kept(make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch) -> None:
    with make_app(device_chat_days="0").app_context():
        said("old")
        real = clock.now
        monkeypatch.setattr(clock, "now", lambda: real() + timedelta(days=4000))
        assert service.prune() == 0


def test_where_too_many_wait_the_person_hears_so_and_staff_read_it(in_app: None, monkeypatch: pytest.MonkeyPatch,
                                                                   ) -> None:
    told: list[tuple] = []
    monkeypatch.setattr(answering.assistant, "in_turn", lambda *_: False)
    monkeypatch.setattr(news, "refuse", lambda *heard: told.append(heard))
    monkeypatch.setattr(news, "tell_staff", lambda *heard, **_: told.append(heard[1].content))
    answering.in_turn(said("help")[0])
    assert told == [(DEVICE_ID, answering.BUSY), "help"]
