"""A site of two processes: whoever is connected to one is there for the other, and an outage of Redis between them is
seen, survived and over within seconds. On both engines."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Member
from tests.conftest import PostgresTemplate
from tests.live.peers import wait_for
from tests.live.redis import Redis
from tests.live.site import Site
from tests.live.sockets import Socket

#: What is promised after an outage, in seconds.
BACK = 10.0
_numbers = count(1)


class Pair(Site):
    """Two processes, and the Redis between them."""

    def __init__(self, folder: Path, redis: Redis, **settings: Any) -> None:
        super().__init__(folder, redis_url=redis.url, **settings)
        self.redis = redis

    def roamer(self) -> tuple[Member, dict[str, Any]]:
        """A new technician of client A, signed in, and their account."""
        name = f"roamer-{next(_numbers)}"
        made = self.http("admin").post("/api/admin/users", json={
            "username": name, "password": "long-enough-1", "display_name": "Robin", "client_ids": [ACME]}).json()
        signed_in = self.http().post("/api/admin/login", json={"username": name, "password": "long-enough-1"})
        token = signed_in.json()["token"]
        return Member(name, {"Authorization": f"Bearer {token}"}), made | {"token": token}

    def page(self, number: int, token: str, *, namespace: str = "/") -> Socket:
        """A page of somebody at one of the processes."""
        return Socket(self.urls[number], auth={"token": token}, namespace=namespace)

    def is_online(self, number: int, device_id: str = DEVICE_ID) -> bool:
        """Does a process show the device as online?"""
        rows = self.at(number).http("admin").get("/api/devices").json()["devices"]
        return next(row for row in rows if row["device_id"] == device_id)["status"] == "online"

    def away(self, *pages: Socket) -> None:
        """Redis is gone, and these pages know it."""
        self.redis.stop()
        for page in pages:
            page.heard("site-link", where=lambda said: said == {"whole": False})

    def back(self, *pages: Socket) -> float:
        """Redis is there again. The seconds until these pages know it."""
        self.redis.start()
        began = time.monotonic()
        for page in pages:
            page.heard("site-link", where=lambda said: said == {"whole": True})
        return time.monotonic() - began


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def pair(request: pytest.FixtureRequest, postgres_template: PostgresTemplate,
         tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pair]:
    folder = tmp_path_factory.mktemp("pair")
    redis = Redis(folder).start()
    database = postgres_template.copy_to(folder)
    made = Pair(folder, redis, cast=postgres_template.cast, async_mode=request.param, **database)
    try:
        yield made.start()
    finally:
        made.stop()
        redis.stop()
        postgres_template.drop(database)


@pytest.fixture
def open_socket(pair: Pair) -> Iterator[Callable[..., Socket]]:
    """Open a socket of the cast at a process, closed at the end: `open_socket(0, "device", namespace="/agent")`."""
    made: list[Socket] = []

    def opened(number: int, name: str, **options: Any) -> Socket:
        made.append(pair.at(number).socket(name, **options))
        made[-1].call("no-such-event", {})  # so that the server has greeted it
        return made[-1]
    yield opened
    for socket in made:
        socket.close()


Open = Callable[..., Socket]


def test_a_device_is_there_for_both_and_told_of_once(pair: Pair, open_socket: Open) -> None:
    here, there = open_socket(0, "technician_a"), open_socket(1, "technician_a")
    dashboard = open_socket(1, "technician_a", namespace="/it")
    agent = open_socket(0, "device", namespace="/agent")
    for page in (here, there):
        assert page.heard("device-updated", where=lambda said: said.get("online") is True)["deviceId"] == DEVICE_ID
    assert pair.is_online(0) and pair.is_online(1)
    assert dashboard.call("chat_to_device", {"deviceId": DEVICE_ID, "content": "hello over there"})["ok"]
    assert agent.heard("chat_response")["text"] == "hello over there"
    agent.close()
    for page in (here, there):
        page.heard("device-updated", where=lambda said: said.get("online") is False)
        assert page.heard_nothing_of("device-updated"), "once"
    assert not pair.is_online(1)


def test_colleagues_are_online_wherever_their_page_is(pair: Pair, open_socket: Open) -> None:
    session_id = pair.at(0).http("technician_a").post(f"/api/devices/{DEVICE_ID}/request").json()["sessionId"]
    _, account = pair.roamer()

    def is_online(number: int) -> bool:
        found = pair.at(number).http("technician_a").get(f"/api/sessions/{session_id}/colleagues").json()
        return next(each["online"] for each in found["colleagues"] if each["id"] == account["id"])
    assert not is_online(0)
    page = pair.page(1, account["token"])
    wait_for(lambda: is_online(0) and is_online(1))
    page.close()
    wait_for(lambda: not is_online(0))
    pair.at(1).http("technician_a").delete(f"/api/sessions/{session_id}")


def test_rights_that_change_at_one_change_at_both(pair: Pair, open_socket: Open) -> None:
    member, account = pair.roamer()
    pages = [pair.page(number, account["token"]) for number in (0, 1)]
    dashboard = pair.page(0, account["token"], namespace="/it")
    assert pair.at(1).http("admin").delete(f"/api/clients/{ACME}/users/{account['id']}").status_code == 200
    for page in pages:
        assert page.heard("scope-changed") == {"lost": True}
        assert page.heard_nothing_of("scope-changed"), "each process speaks to its own"
    watcher = open_socket(0, "technician_a")
    open_socket(0, "device", namespace="/agent").close()
    watcher.heard("device-updated")
    assert all(page.heard_nothing_of("device-updated") for page in pages)
    response = requests.post(f"{pair.urls[1]}/api/auth/logout", headers=member.headers, timeout=40)
    assert response.status_code == 200, response.text
    for socket in (*pages, dashboard):
        socket.heard("disconnect")


def test_a_suspended_device_is_out_everywhere(pair: Pair, open_socket: Open) -> None:
    agent, helper = open_socket(0, "device_b", namespace="/agent"), open_socket(1, "device_b")
    admin = pair.at(1).http("admin")
    assert admin.post(f"/api/devices/{DEVICE_OF_B_ID}/suspend", json={}).status_code == 200
    agent.heard("disconnect")
    helper.heard("disconnect")
    assert admin.post(f"/api/devices/{DEVICE_OF_B_ID}/resume", json={}).status_code == 200


def test_an_outage_of_redis_is_seen_survived_and_over_in_seconds(pair: Pair, open_socket: Open) -> None:
    pages = [open_socket(number, "technician_a") for number in (0, 1)]
    agent = open_socket(0, "device", namespace="/agent")
    agent_of_b = open_socket(0, "device_b", namespace="/agent")
    _, account = pair.roamer()
    revoked = pair.page(0, account["token"])
    pages[1].heard("device-updated", where=lambda said: said.get("online") is True)
    pair.away(*pages)
    late = open_socket(1, "technician_a")
    late.heard("site-link", where=lambda said: said == {"whole": False})
    assert pair.is_online(0) and pair.is_online(1), "as it was known last"
    answer = requests.get(f"{pair.urls[1]}/readyz", timeout=40)
    assert (answer.status_code, answer.json()["checks"]["redis"]) == (503, False)
    ticket = pair.at(1).http("technician_a").post("/api/tickets", json={
        "device_id": DEVICE_ID, "title": "written meanwhile", "description": "x"})
    assert ticket.status_code == 201, "what is durable goes on"
    assert pair.at(1).http("admin").post(f"/api/devices/{DEVICE_OF_B_ID}/suspend", json={}).status_code == 200
    pair.sql("UPDATE users SET is_active = false WHERE id = :id", id=account["id"])
    assert agent_of_b.is_open and revoked.is_open
    for page in (*pages, late):
        page.forget()
    assert pair.back(*pages, late) < BACK
    agent_of_b.heard("disconnect")
    revoked.heard("disconnect")
    agent.close()
    pages[1].heard("device-updated", where=lambda said: said.get("online") is False)
    pair.at(1).http("admin").post(f"/api/devices/{DEVICE_OF_B_ID}/resume", json={})


@pytest.mark.parametrize("pair", ["eventlet"], indirect=True)
def test_what_a_killed_process_held_is_gone_and_told(pair: Pair, open_socket: Open) -> None:
    page = open_socket(1, "technician_a")
    open_socket(0, "device", namespace="/agent")
    page.heard("device-updated", where=lambda said: said.get("online") is True)
    gone = pair.kill_one(0)
    page.heard("device-updated", where=lambda said: said.get("online") is False)
    assert not pair.is_online(1)
    pair.revived(0, after=gone)
    wait_for(lambda: pair.log.read_text().count("hears the others") >= 3)
    again = open_socket(0, "device", namespace="/agent")
    page.heard("device-updated", where=lambda said: said.get("online") is True)
    again.close()
