"""Those who keep a server busy in every way at once, each at an even pace, in a thread of their own."""

from __future__ import annotations

import itertools
import os
import threading
import time
import uuid
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import requests

from bench._fleet_load import Fleet
from bench._queue_load import Call, Caller, cycle
from bench._queue_servers import Queue
from bench.fleet import known, put_in
from bench.relay import servers
from bench.relay.line import Line
from tests.live.sockets import Orderly

DEVICES, AT_THE_GATEWAY, SESSIONS = 300, 3, 4
PICTURE, MEGABYTES = os.urandom(24_000), 8
READS = ("/api/devices?limit=50&sort=online", "/api/devices/health/summary", "/api/sessions", "/api/tickets?limit=50",
         "/api/tickets/figures", "/api/commands", "/dashboard", "/api/auth/me")
Step = Callable[[], Any]


class Server(Queue, servers.Ours):
    """`app.py` over SQLite, with devices of which some use the gateway."""

    def __init__(self, core: int | None, *, engine: str) -> None:
        super().__init__(core, engine=engine)
        self.token()
        self.known = known(DEVICES)
        put_in(self, self.known)
        self.sign_in(self.known[:AT_THE_GATEWAY])
        (self.folder / "downloads" / "soak.bin").write_bytes(os.urandom(MEGABYTES * 1_000_000))

    def files(self) -> int:
        """How many files and sockets it has open."""
        return len(os.listdir(f"/proc/{self.process_id}/fd"))

    def desk(self) -> requests.Session:
        """A technician's kept connection."""
        session = requests.Session()
        session.trust_env = False
        session.headers["Authorization"] = f"Bearer {self.token()}"
        return session

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"


class Work:
    """Everything that goes on; `done` counts it, `problems` holds what went wrong."""

    def __init__(self) -> None:
        self.done: Counter[str] = Counter()
        self.problems: defaultdict[str, list[str]] = defaultdict(list)
        self._over = threading.Event()
        self._threads: list[threading.Thread] = []
        self._closed: list[Step] = []

    def begin(self, server: Server) -> None:
        """Put everybody to work."""
        for _ in range(SESSIONS):
            sitting = Sitting(server, self.done)
            self._closed.append(sitting.close)
            self._go("input", sitting.point, each=0.05)
            self._go("pictures", sitting.show, each=0.2)
            self._go("chat", sitting.chat, each=2)
        for token in server.tokens:
            self._go("commands", commanding(server, token), each=0.3)
        for _ in range(2):
            self._go("reads", reading(server), each=0.2)
        self._go("tickets", ticketing(server), each=0.5)
        self._go("downloads", downloading(server), each=2)
        self._go("reconnects", lambda: reconnect(server), each=0.5)
        self._go("sessions", lambda: sit_down(server), each=2)

    def _go(self, what: str, step: Step, *, each: float) -> None:
        thread = threading.Thread(target=self._run, args=(what, step, each), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, what: str, step: Step, each: float) -> None:
        due = time.perf_counter()
        while not self._over.wait(max(0.0, due - time.perf_counter())):
            due = max(due + each, time.perf_counter() - each)
            try:
                step()
            except Exception as problem:
                self.problems[what].append(repr(problem))
            else:
                self.done[what] += 1

    def total(self, fleet: Fleet) -> int:
        """How much is done by now."""
        return self.done.total() + fleet.answers

    def failed(self, fleet: Fleet) -> int:
        """How much went wrong; a device that was cut off ends the whole fleet."""
        return sum(map(len, self.problems.values())) + (not fleet.is_alive)

    def end(self) -> None:
        """Let everybody go home."""
        self._over.set()
        for thread in self._threads:
            thread.join(10)
        for close in self._closed:
            with suppress(Exception):
                close()


class Sitting:
    """A session that goes on: pictures one way, input the other, words both ways."""

    def __init__(self, server: Server, arrived: Counter[str]) -> None:
        self.session_id, helper, technician = opened(server)
        self._helper, self._technician = Ear(server, helper, arrived), Ear(server, technician, arrived)
        for ear, role in ((self._helper, "helper"), (self._technician, "technician")):
            ear.call("join-session", {"sessionId": self.session_id, "role": role})
        asking = threading.Thread(target=server.desk().post, args=(server.url(
            f"/api/sessions/{self.session_id}/connect"),), kwargs={"json": {"rights": ["view", "control"]}})
        self._helper.on_request = lambda: self._helper.say(
            "approval-response", {"sessionId": self.session_id, "approved": True})
        asking.start()
        asking.join(60)

    def point(self) -> None:
        self._technician.say("remote-mouse", {"sessionId": self.session_id, "kind": "mouse",
                                              "type": "mousemove", "x": 0.41875, "y": 0.73194})

    def show(self) -> None:
        self._helper.say("screen-frame", {"sessionId": self.session_id, "data": PICTURE,
                                              "targetSocketId": self._technician.client.get_sid()})

    def chat(self) -> None:
        for ear in (self._technician, self._helper):
            ear.call("chat-message", {"sessionId": self.session_id, "message": "How is the printer now?"})

    def close(self) -> None:
        self._helper.client.disconnect()
        self._technician.client.disconnect()


class Ear:
    """A client of the library's that counts the pictures and the input that arrive."""

    def __init__(self, server: Server, auth: dict[str, str], arrived: Counter[str]) -> None:
        self.client, self.on_request, self._turn = Orderly(), lambda: None, threading.Lock()
        self.client.on("screen-frame", lambda data: arrived.update(["pictures seen"]))
        self.client.on("remote-mouse", lambda data: arrived.update(["input felt"]))
        self.client.on("connection-request", lambda data: self.on_request())
        self.client.connect(server.url(""), auth=auth, transports=["websocket"], wait_timeout=60)

    def say(self, name: str, data: dict[str, Any], callback: Callable[[Any], None] | None = None) -> None:
        """One after the other: nothing may come between a picture's two packets."""
        with self._turn:
            self.client.emit(name, data, callback=callback)

    def call(self, name: str, data: dict[str, Any]) -> None:
        answers: list[Any] = []
        has_come = threading.Event()
        self.say(name, data, lambda answer: (answers.append(answer), has_come.set()))
        assert has_come.wait(60), "no answer"
        assert answers[0]["ok"], answers


def opened(server: Server) -> tuple[str, dict[str, str], dict[str, str]]:
    """A new session, and the proofs of its helper and its technician."""
    device_id, desk = f"SOAK-{uuid.uuid4().hex[:8]}", server.desk()
    made = requests.post(server.url("/api/devices/register"), json={"deviceId": device_id}, timeout=60).json()
    session = desk.post(server.url(f"/api/devices/{device_id}/request"), timeout=60).json()
    return session["sessionId"], {"deviceId": device_id, "deviceSecret": made["deviceSecret"]}, {
        "token": server.token()}


def sit_down(server: Server) -> None:
    """A short session: opened, both come, it is ended."""
    session_id, *proofs = opened(server)
    lines = [Line(server.port, proof) for proof in proofs]
    for line, role in zip(lines, ("helper", "technician"), strict=True):
        line.call("join-session", {"sessionId": session_id, "role": role})
    answer = server.desk().delete(server.url(f"/api/sessions/{session_id}"), timeout=60)
    assert answer.status_code < 300, answer.text
    for line in lines:
        line.socket.close()


def reconnect(server: Server) -> None:
    """A page that is loaded and left."""
    Line(server.port, {"token": server.token()}).socket.close()


def reading(server: Server) -> Step:
    """Somebody who looks at one list after the other."""
    desk, paths = server.desk(), itertools.cycle(READS)

    def step() -> None:
        answer = desk.get(server.url(next(paths)), timeout=60)
        assert answer.status_code == 200, f"{answer.status_code} {answer.url}"
    return step


def ticketing(server: Server) -> Step:
    """Somebody who opens tickets, says something in them and closes them."""
    desk, numbers = server.desk(), itertools.count()

    def step() -> None:
        made = desk.post(server.url("/api/tickets"), timeout=60, json={
            "title": f"The printer does not print {next(numbers)}", "description": "It says that paper is out."})
        assert made.status_code == 201, made.text
        place = server.url(f"/api/tickets/{made.json()['id']}")
        for answer in (desk.post(f"{place}/comments", json={"content": "Is there any?"}, timeout=60),
                       desk.patch(place, json={"status": "resolved"}, timeout=60)):
            assert answer.status_code < 300, answer.text
    return step


def downloading(server: Server) -> Step:
    """Somebody who fetches a file."""
    def step() -> None:
        with requests.get(server.url("/downloads/soak.bin"), stream=True, timeout=60) as answer:
            assert sum(map(len, answer.iter_content(256 * 1024))) == MEGABYTES * 1_000_000
    return step


def commanding(server: Server, token: str) -> Step:
    """A device that works off a queue which it fills itself: a whole command at each step."""
    caller, finished = Caller(server.port, {"X-Device-Token": token}), []
    script: Iterator[Call] = cycle(lambda: finished.append(True))
    call = next(script)

    def step() -> None:
        nonlocal call
        finished.clear()
        while not finished:
            call = script.send(caller.call(call)[0])
    return step
