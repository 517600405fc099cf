"""Whoever opens a line without a sign-in has some seconds and a few tries to show who they are."""

from __future__ import annotations

from typing import Any

import pytest

from connectassist.core.errors import Unauthorized
from connectassist.identity.principal import Principal
from connectassist.realtime import hub_sockets, newcomers
from connectassist.realtime.newcomers import Newcomer

ANNA, BEA = (Principal(kind="user", user_id=number, role="customer") for number in (1, 2))


class Wire:
    """What is said over a line, and how it ends."""

    socket = None

    def __init__(self) -> None:
        self.said: list[Any] = []

    def refuse(self, problem: Exception) -> None:
        self.said.append(problem)

    def close(self, code: int, reason: str) -> None:
        self.said.append((code, reason))


class Guest(Newcomer):
    """Writes down who comes and goes."""

    def __init__(self, by: Principal | None) -> None:
        super().__init__(by, address="192.0.2.1")
        self.wire, self.noted = Wire(), []  # type: ignore[var-annotated]
        self.line = self.wire  # type: ignore[assignment]

    def enter(self, by: Principal) -> None:
        self.noted.append(("enter", by.user_id))

    def leave(self, by: Principal) -> None:
        self.noted.append(("leave", by.user_id))

    def wait(self) -> None:
        self.noted.append("wait")

    def wait_no_more(self) -> None:
        self.noted.append("wait no more")


@pytest.fixture
def expected(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """For how many seconds the hub was asked to wait."""
    waits: list[float] = []
    monkeypatch.setattr(hub_sockets.PINGS, "expect", lambda line, seconds: waits.append(seconds))
    return waits


def by_token(token: str, *, address: str) -> Principal:
    if token not in ("anna", "bea"):
        raise Unauthorized()
    return ANNA if token == "anna" else BEA


def test_nobody_waits_for_ever_to_sign_in(expected: list[float]) -> None:
    guest = Guest(None)
    guest.opened()
    guest.beat()
    refusal, closed = guest.wire.said
    assert expected == [newcomers.PATIENCE] and closed == (1008, "Unauthorized")
    assert "Nobody signed in" in refusal.sentence
    guest.left()
    assert guest.noted == ["wait", "wait no more"]


def test_who_has_signed_in_is_not_waited_for(expected: list[float]) -> None:
    guest = Guest(ANNA)
    guest.opened()
    guest.beat()
    guest.left()
    assert guest.noted == [("enter", 1), ("leave", 1)] and not expected and not guest.wire.said


def test_a_first_message_signs_in_and_a_later_one_changes_who_it_is(expected: list[float]) -> None:
    guest, auth = Guest(None), newcomers.signing_in(by_token)
    guest.opened()
    auth(guest, {"type": "auth", "token": "anna"})
    auth(guest, {"type": "auth", "data": {"token": "bea"}})
    guest.beat()
    assert guest.noted == ["wait", "wait no more", ("enter", 1), ("leave", 1), ("enter", 2)] and not guest.wire.said


def test_a_few_tries_and_no_more(expected: list[float]) -> None:
    guest, auth = Guest(None), newcomers.signing_in(by_token)
    guest.opened()
    for wrong in ("x", 5, None, "y"):
        assert not guest.wire.said
        with pytest.raises(Unauthorized):
            auth(guest, {"type": "auth", "token": wrong})
    assert guest.wire.said == [(1008, "Unauthorized")]
