"""Losing a client, a role or the account while sockets are open, on both engines; and who is trusted on a socket."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import Any

import pytest

from tests.cast import ACME, BETA, Member
from tests.live.server import Http, Server
from tests.live.sitting import Sitting
from tests.live.sockets import Socket

PATIENCE = 30
_numbers = count(1)


class Roamer:
    """A technician of client A whom the administrator moves about, with a page and a dashboard of 000 open."""

    def __init__(self, server: Server) -> None:
        self.server, self.admin = server, server.http("admin")
        name = f"roamer-{next(_numbers)}-{server.port}"
        made = self.admin.post("/api/admin/users", json={
            "username": name, "password": "long-enough-1", "display_name": "Robin", "client_ids": [ACME]})
        self.id = made.json()["id"]
        signed_in = server.http().post("/api/admin/login", json={"username": name, "password": "long-enough-1"})
        self.token = signed_in.json()["token"]
        self.page = Socket(server.url, auth={"token": self.token})
        self.dashboard = Socket(server.url, auth={"token": self.token}, namespace="/it")

    def change(self, **values: Any) -> None:
        """The administrator changes the account."""
        answer = self.admin.put(f"/api/admin/users/{self.id}", json=values)
        assert answer.status_code == 200, answer.text

    def http(self) -> Http:
        return Http(self.server.url, Member("roamer", {"Authorization": f"Bearer {self.token}"}))

    def close(self) -> None:
        self.page.close()
        self.dashboard.close()


@pytest.fixture
def roamer(sitting: Sitting) -> Iterator[Roamer]:
    made = Roamer(sitting.server)
    yield made
    made.close()


def ticket_of_a(roamer: Roamer, title: str) -> None:
    """News of client A that both kinds of dashboard are told of."""
    http = roamer.server.http("technician_a")
    device_id = roamer.server.cast["device"].device_id
    assert http.post("/api/tickets", json={"device_id": device_id, "title": title,
                                           "description": "x"}).status_code == 201


def leave_a(roamer: Roamer) -> None:
    assert roamer.admin.delete(f"/api/clients/{ACME}/users/{roamer.id}").status_code == 200


def test_a_lost_client_is_silent_at_once(roamer: Roamer) -> None:
    ticket_of_a(roamer, "before")
    roamer.dashboard.heard("ticket_created", where=lambda said: said["title"] == "before", within=PATIENCE)
    leave_a(roamer)
    assert roamer.page.heard("scope-changed", within=PATIENCE) == {"lost": True}
    roamer.page.forget()
    roamer.dashboard.forget()
    ticket_of_a(roamer, "between")
    assert roamer.dashboard.heard_nothing_of("ticket_created")
    assert roamer.page.heard_nothing_of("ticket-updated") and roamer.page.heard_nothing_of("stats-changed")
    assert roamer.admin.post(f"/api/clients/{ACME}/users", json={"user_id": roamer.id}).status_code == 200
    assert roamer.page.heard("scope-changed", within=PATIENCE) == {"lost": False}
    ticket_of_a(roamer, "after")
    roamer.dashboard.heard("ticket_created", where=lambda said: said["title"] == "after", within=PATIENCE)
    roamer.page.heard("stats-changed", within=PATIENCE)


def test_a_watched_device_is_watched_no_more(roamer: Roamer) -> None:
    device_id = roamer.server.cast["device"].device_id
    roamer.dashboard.emit("watch_device", {"deviceId": device_id})
    roamer.dashboard.heard("device_status", within=PATIENCE)
    with roamer.server.socket("technician_a", namespace="/it") as other:
        other.emit("watch_device", {"deviceId": device_id})
        other.heard("device_watchers", where=lambda said: "Robin" in said["watchers"], within=PATIENCE)
        leave_a(roamer)
        other.heard("device_watchers_changed", where=lambda said: "Robin" not in said["watchers"], within=PATIENCE)
        roamer.dashboard.forget()
        other.emit("unwatch_device", {"deviceId": device_id})
        other.emit("watch_device", {"deviceId": device_id})
        other.heard("device_status", within=PATIENCE)
    assert roamer.dashboard.heard_nothing_of("device_watchers_changed")
    roamer.dashboard.emit("watch_device", {"deviceId": device_id})
    roamer.dashboard.heard("device_notes", within=PATIENCE)
    assert roamer.dashboard.heard_nothing_of("device_status")


@pytest.mark.parametrize("change", [{"client_ids": [BETA]}, {"role": "viewer"}], ids=["client", "role"])
def test_a_seat_is_empty_at_once(sitting: Sitting, roamer: Roamer, change: dict[str, Any]) -> None:
    helper = sitting.helper()
    assert roamer.page.join(sitting.session_id, "technician")["ok"]
    helper.heard("technician-joined", within=PATIENCE)
    assert roamer.page.call("chat-message", {"message": "hello"})["ok"]
    roamer.change(**change)
    helper.heard("technician-left", where=lambda said: said["technicianName"] == "Robin", within=PATIENCE)
    assert roamer.page.call("chat-message", {"message": "still here?"})["error_code"] == "NOT_JOINED"
    assert roamer.page.join(sitting.session_id, "technician")["ok"] is False
    roamer.page.forget()
    assert helper.call("chat-message", {"message": "are you alone?"})["ok"]
    assert roamer.page.heard_nothing_of("chat-message")


def test_what_the_customer_allowed_goes_with_the_client(sitting: Sitting, roamer: Roamer) -> None:
    helper = sitting.helper()
    assert roamer.page.join(sitting.session_id, "technician")["ok"]
    asking = Asked(roamer, sitting.session_id)
    helper.heard("connection-request", within=PATIENCE)
    assert helper.call("approval-response", {"sessionId": sitting.session_id, "approved": True})["ok"]
    assert asking.answer()["approved"] is True
    helper.heard("consent-changed", where=lambda said: said["admitted"] == [str(roamer.id)], within=PATIENCE)
    leave_a(roamer)
    said = helper.heard("consent-changed", where=lambda said: said["by"] == "server", within=PATIENCE)
    assert (said["rights"], said["admitted"]) == ([], [])
    assert roamer.page.call("remote-mouse", {"type": "mousemove", "x": 0, "y": 0})["error_code"] == "NOT_JOINED"


class Asked:
    """A question that waits for the customer's answer meanwhile."""

    def __init__(self, roamer: Roamer, session_id: str) -> None:
        self._pool = ThreadPoolExecutor(1)
        self._answer = self._pool.submit(roamer.http().post, f"/api/sessions/{session_id}/connect",
                                         json={"rights": ["view", "control"], "reason": "printer"})

    def answer(self) -> dict[str, Any]:
        return self._answer.result(PATIENCE).json()


def test_a_closed_account_has_no_sockets(roamer: Roamer) -> None:
    assert roamer.admin.delete(f"/api/admin/users/{roamer.id}").status_code == 200
    roamer.page.heard("disconnect", within=PATIENCE)
    roamer.dashboard.heard("disconnect", within=PATIENCE)
    with Socket(roamer.server.url, auth={"token": roamer.token}, namespace="/it") as again:
        again.heard("disconnect", within=PATIENCE)


def test_a_new_password_closes_the_sockets(roamer: Roamer) -> None:
    roamer.change(password="another-long-1")
    roamer.page.heard("disconnect", within=PATIENCE)
    roamer.dashboard.heard("disconnect", within=PATIENCE)


def test_a_program_on_a_trusted_computer_is_staff_on_it_alone(servers: Callable[..., Server]) -> None:
    server = servers(trust_localhost="1")
    with server.socket("nobody", namespace="/it") as dashboard:
        dashboard.emit("watch_device", {"deviceId": server.cast["device"].device_id})
        assert dashboard.heard("device_status", within=PATIENCE)["device_id"] == server.cast["device"].device_id
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    with server.socket("nobody", namespace="/it", headers=forwarded) as dashboard:
        dashboard.heard("disconnect", within=PATIENCE)
    with server.socket("nobody", namespace="/agent") as agent:
        agent.heard("disconnect", within=PATIENCE)
    with server.socket("nobody") as page:
        assert page.join("AAA-AAA-AAA", "technician")["error_code"] == "UNAUTHORIZED"
