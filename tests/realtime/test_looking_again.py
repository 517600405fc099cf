"""Each process compares its sockets with the database: what changed without its being told counts all the same."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from connectassist.core.db import db
from connectassist.identity import principal
from connectassist.identity.models import VIEWER, StaffClient, User
from connectassist.realtime import rescoping, websockets
from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import IT
from tests.cast import ACME, Member


class Line:
    """A plain WebSocket of somebody."""

    def __init__(self, by: principal.Principal) -> None:
        self.principal, self.reason = by, ""

    def end(self, reason: str) -> None:
        self.reason = reason


@pytest.fixture
def opened(in_app: None, cast: dict[str, Member], monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """Technician A's page, the viewer's dashboard. Which people are looked up anew by themselves."""
    for name, connections in (("technician_a", GATEWAY.connections), ("viewer_a", IT.connections)):
        user = db.session.get(User, cast[name].user_id)
        assert user is not None
        monkeypatch.setitem(connections, name, Connection(name, principal.of_user(user)))
    found: list[int] = []
    monkeypatch.setattr(rescoping, "_rescope_here", found.append)
    return found


def lose_a_client(user: User) -> None:
    user.assignments = [each for each in user.assignments if each.client_id != ACME]


def gain_a_client(user: User) -> None:
    user.assignments.append(StaffClient(client_id=1))


def become_a_viewer(user: User) -> None:
    user.role = VIEWER


def leave(user: User) -> None:
    user.is_active = False


def test_nothing_happens_where_nothing_changed(opened: list[int]) -> None:
    rescoping.look_again()
    assert opened == []


@pytest.mark.parametrize("change", [lose_a_client, gain_a_client, become_a_viewer, leave])
def test_a_change_is_put_in_force(opened: list[int], cast: dict[str, Member], change: Callable[[User], None]) -> None:
    user = db.session.get(User, cast["technician_a"].user_id)
    assert user is not None
    change(user)
    db.session.commit()
    rescoping.look_again()
    assert opened == [cast["technician_a"].user_id]


def test_a_line_of_somebody_who_may_do_less_ends(app: Flask, in_app: None, cast: dict[str, Member],
                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    user = db.session.get(User, cast["technician_a"].user_id)
    assert user is not None
    now = principal.of_user(user)
    fitting, more = Line(now), Line(replace(now, client_ids=None))
    for line, ends in ((fitting, False), (more, True)):
        monkeypatch.setattr(websockets, "OPEN", {line})
        rescoping.look_again()
        assert bool(line.reason) == ends
