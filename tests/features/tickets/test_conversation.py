"""Comments, the public and the internal; what customers never see; whose turn it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask

from connectassist.features.tickets import service
from tests.cast import Caller
from tests.contracts.shape import fits

SECRET = "he never pays his bills"


def test_internal_words_stay_internal(hers: dict, customer: Caller, technician_a: Caller, viewer_a: Caller) -> None:
    path = f"/api/tickets/{hers['id']}"
    before = customer.get(path).json
    assert technician_a.post(f"{path}/comments", json={"content": SECRET, "is_internal": True}).status_code == 201
    assert customer.get(path).json == before
    assert technician_a.get(path).json["comments"][0]["is_internal"]
    assert viewer_a.get(path).json["comments"][0]["content"] == SECRET
    assert [line["kind"] for line in customer.get(f"{path}/history").json] == ["opened"]
    assert [line["kind"] for line in technician_a.get(f"{path}/history").json] == ["commented", "opened"]
    for address in ("/api/tickets", "/api/tickets/page", "/api/tickets/export.csv", f"{path}/attachments"):
        assert SECRET not in customer.get(address).text
    assert customer.get("/api/tickets?search=pays").json == []


def test_a_customer_writes_nothing_internal(hers: dict, customer: Caller) -> None:
    path = f"/api/tickets/{hers['id']}"
    customer.post(f"{path}/comments", json={"content": "Hello", "is_internal": True})
    assert customer.get(path).json["comments"][0]["content"] == "Hello"
    assert customer.post(f"{path}/comments", json={"content": "x", "is_internal": "perhaps"}).status_code == 400


HOOKS = ("on_opened", "on_deleted", "on_changed", "on_solved")


@pytest.fixture
def heard() -> Iterator[list[Any]]:
    """What listeners hear, each after one that fails."""
    told: list[Any] = []

    def fails(*what: Any) -> None:
        raise RuntimeError("a listener that fails")

    kept = {name: list(getattr(service, name)) for name in HOOKS}
    for name in HOOKS:
        getattr(service, name)[:] = [fails, lambda *what, name=name: told.append((name, *what))]
    yield told
    for name in HOOKS:
        getattr(service, name)[:] = kept[name]


def test_hooks_hear_what_became_of_it(hers: dict, heard: list[Any], technician_a: Caller, admin: Caller,
                                      customer: Caller) -> None:
    path = f"/api/tickets/{hers['id']}"
    customer.post("/api/tickets", json={"title": "Another", "description": "x"})
    technician_a.post(f"{path}/comments", json={"content": SECRET, "is_internal": True})
    technician_a.patch(path, json={"status": "resolved"})
    admin.delete(path)
    assert [name for name, *_ in heard] == ["on_opened", "on_changed", "on_changed", "on_solved", "on_deleted"]
    assert [heard[1][2], heard[2][2], heard[3][1]] == [
        {"commented": True, "is_internal": True}, {"status": ["open", "resolved"]}, hers["id"]]


def test_whose_turn_it_is(hers: dict, customer: Caller, technician_a: Caller,
                          later: Callable[..., Any]) -> None:
    path = f"/api/tickets/{hers['id']}"
    later(minutes=10)
    technician_a.post(f"{path}/comments", json={"content": "Which program?", "waiting_for_customer": True})
    waiting = technician_a.get(path).json
    assert fits(waiting, {"waiting_for_customer": True, "waiting_since": str, "responded_at": str})
    later(hours=5)
    assert not technician_a.get(path).json["is_overdue"]
    customer.post(f"{path}/comments", json={"content": "Outlook"})
    again = technician_a.get(path).json
    assert (again["waiting_for_customer"], again["response_due_at"]) == (False, hers["response_due_at"])
    assert again["resolution_due_at"][11:16] != hers["resolution_due_at"][11:16]
    assert {"waiting_for_customer": [True, False]} in [line["changes"] for line in
                                                       customer.get(f"{path}/history").json]


def test_an_answer_to_a_solved_one_opens_it_again(hers: dict, customer: Caller, technician_a: Caller,
                                                  later: Callable[..., Any]) -> None:
    path = f"/api/tickets/{hers['id']}"
    technician_a.put(path, json={"status": "resolved", "resolution": "Restarted it"})
    later(hours=5)
    customer.post(f"{path}/comments", json={"content": "Still broken"})
    now = customer.get(path).json
    assert fits(now, {"status": "open", "resolved_at": None, "responded_at": None, "is_overdue": False})
    technician_a.patch(path, json={"status": "closed"})
    customer.post(f"{path}/comments", json={"content": "Thanks"})
    assert customer.get(path).json["status"] == "closed"


def test_customers_are_held_to_a_pace(make_app: Callable[..., Flask], cast: dict[str, Any]) -> None:
    client = make_app(rate_limits="on").test_client(use_cookies=False)
    told = [client.post("/api/tickets", json={"title": f"No. {number}", "description": "x"},
                        headers=cast["customer"].headers).status_code for number in range(12)]
    assert told == [201] * 10 + [429] * 2
