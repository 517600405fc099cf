"""The people and devices of a site whose processes are struck (chaos.py): each comes to any process, is thrown out and
comes back, and writes down what it was promised and what it heard."""

from __future__ import annotations

import asyncio
import json
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import requests
import socketio
import websocket

from tests.cast import Member
from tests.live.lines import Closed, JsonSocket, in_query
from tests.live.server import Server
from tests.live.site import Site
from tests.live.sockets import Socket

#: What everybody must expect of a site that is struck. AssertionError: what was waited for did not come.
TROUBLE = (AssertionError, OSError, requests.RequestException, websocket.WebSocketException, Closed,
           socketio.exceptions.SocketIOError)
RIGHTS = ["view", "control", "clipboard"]
SOON = 12.0
#: How long after the customer's no what was under way before may still be heard, by a client on a busy machine.
UNDER_WAY = 1.0


class Crowd:
    """All of them. `problems` are broken promises, `troubles` what went wrong and may, by kind; `chats`, `tickets` and
    `commands` were acknowledged, `over` are sessions whose end was."""

    def __init__(self, site: Site, *, devices: list[Member], seed: int) -> None:
        self.site, self.devices, self._seed = site, devices, seed
        self.problems: list[str] = []
        self.done: Counter[str] = Counter()
        self.troubles: Counter[str] = Counter()
        self.chats: set[str] = set()
        self.tickets: set[str] = set()
        self.commands: set[str] = set()
        self.over: set[str] = set()
        self.sessions: set[str] = set()
        self.news: set[str] = set()
        self.agents: dict[str, Any] = {}
        self._is_quiet, self._is_over = threading.Event(), threading.Event()
        self._busy, self._lock = 0, threading.Lock()

    # -- how they come and go ----------------------------------------------------------------------------

    def begin(self, *, sessions: int, lines: int, agents: int) -> None:
        """So many devices of each kind; whoever else is needed."""
        groups = (self.devices[:sessions], self.devices[sessions:sessions + lines],
                  self.devices[sessions + lines:sessions + lines + agents])
        for device in groups[0]:
            self._start(self._sit, device)
        for device in groups[1]:
            self._start(self._line, device, stops=False)
        for device in random.Random(self._seed).sample(groups[1], min(4, lines)):
            self._start(self._command, device)
        for _ in range(2):
            self._start(self._ticket, None)
        for _ in range(3):
            self._start(self._live_line, None, stops=False)
        for name, namespace in (("technician_b", "/"), ("technician_b", "/it"), ("device_b", "/agent")):
            for number in range(len(self.site.ports)):
                self._start(self._foreigner, (name, namespace, number), stops=False)
        threading.Thread(target=lambda: asyncio.run(self._rest(groups[2])), daemon=True).start()

    def calm(self) -> None:
        """Nobody does anything new; who is connected stays. Returns when what was begun is over."""
        self._is_quiet.set()
        deadline = time.monotonic() + 120
        while self._busy and time.monotonic() < deadline:
            time.sleep(0.2)
        if self._busy:
            self.problems.append(f"{self._busy} did not come to an end within two minutes")

    def go_on(self) -> None:
        self._is_quiet.clear()

    def end(self) -> None:
        self._is_over.set()
        self.calm()

    def _start(self, what: Callable[[random.Random, Any], None], about: Any, *, stops: bool = True) -> None:
        dice = random.Random(f"{self._seed} {what.__name__} {about}")

        def run() -> None:
            while not self._is_over.is_set():
                if stops and self._is_quiet.is_set():
                    time.sleep(0.3)
                    continue
                self._count(stops)
                try:
                    what(dice, about)
                except TROUBLE as trouble:
                    self.troubles[f"{what.__name__[1:]}: {type(trouble).__name__} {str(trouble)[:160]}"] += 1
                    time.sleep(dice.uniform(0.3, 1.5))
                except Exception as problem:
                    self.problems.append(f"{what.__name__}: {problem!r}")
                    raise
                finally:
                    self._count(-stops)

        threading.Thread(target=run, daemon=True).start()

    def _count(self, change: int) -> None:
        with self._lock:
            self._busy += change

    def anywhere(self, dice: random.Random) -> Server:
        """Any process."""
        return self.site.at(dice.randrange(len(self.site.ports)))

    # -- sessions ----------------------------------------------------------------------------------------

    def _sit(self, dice: random.Random, device: Member) -> None:
        """One session from its beginning to its end."""
        answer = self.anywhere(dice).http("technician_a").post(f"/api/devices/{device.device_id}/request")
        assert answer.status_code == 200, answer.status_code
        session_id = answer.json()["sessionId"]
        self.sessions.add(session_id)
        with Socket(self.anywhere(dice).url, auth=device.socket_auth) as helper, \
                self.anywhere(dice).socket("technician_a") as technician:
            assert helper.join(session_id, "helper")["ok"], "helper's seat"
            assert technician.join(session_id, "technician")["ok"], "technician's seat"
            for _ in range(dice.randint(1, 3)):
                self._ask(dice, session_id, helper)
                self._work(dice, session_id, helper, technician)
                self._take_back(session_id, helper, technician)
            self._end(dice, session_id, helper, technician)

    def _ask(self, dice: random.Random, session_id: str, helper: Socket) -> None:
        answers: list[requests.Response] = []
        server = self.anywhere(dice)

        def ask() -> None:
            with suppress(requests.RequestException):
                answers.append(server.http("technician_a").post(
                    f"/api/sessions/{session_id}/connect", json={"rights": RIGHTS, "reason": "chaos"}))

        asking = threading.Thread(target=ask, daemon=True)
        asking.start()
        deadline = time.monotonic() + SOON
        while asking.is_alive() and time.monotonic() < deadline and "connection-request" not in helper.names():
            time.sleep(0.05)
        if asking.is_alive():  # a session that was left, or cut off, may still hold what was allowed in it
            question = helper.heard("connection-request", within=1)
            assert helper.call("approval-response", {"sessionId": session_id, "approved": True,
                                                     "requestId": question["requestId"]})["ok"], "yes"
        asking.join(40)
        assert answers and answers[0].ok and answers[0].json()["approved"], "asked"
        self.done["yes"] += 1

    def _work(self, dice: random.Random, session_id: str, helper: Socket, technician: Socket) -> None:
        assert technician.call("viewer-state", {"sessionId": session_id, "viewing": True})["ok"], "watching"
        for number in range(dice.randint(3, 12)):
            self._press(session_id, technician, f"before {number}")
            helper.emit("screen-frame", {"sessionId": session_id, "targetSocketId": technician.id, "seq": number,
                                         "data": b"x" * 4000})
            time.sleep(0.1)
        helper.heard("remote-keyboard", within=SOON)
        technician.heard("screen-frame", within=SOON)
        for speaker, listener in ((technician, helper), (helper, technician)):
            text = f"chaos {uuid.uuid4()}"
            assert speaker.call("chat-message", {"sessionId": session_id, "text": text})["ok"], "chat"
            self.chats.add(text)
            listener.heard("chat-message", within=SOON, where=lambda said, text=text: said["text"] == text)
            self.done["chat message"] += 1
        self.done["picture and input"] += 1

    def _take_back(self, session_id: str, helper: Socket, technician: Socket) -> None:
        """The customer's no, in a stream of keys. None that is pressed after it was acknowledged may arrive."""
        told = threading.Event()

        def press() -> None:
            end = time.monotonic() + 60
            with suppress(*TROUBLE):
                while time.monotonic() < end and not told.wait(0.02):
                    self._press(session_id, technician, "at the same time")
                for number in range(60):
                    self._press(session_id, technician, f"after {number}")
                    time.sleep(0.02)

        pressing = threading.Thread(target=press, daemon=True)
        pressing.start()
        time.sleep(0.2)
        try:
            is_taken = helper.call("consent-revoke", {"sessionId": session_id, "rights": ["view", "control"]})["ok"]
        finally:
            told.set()
        assert is_taken, "no"
        time.sleep(UNDER_WAY)
        while "remote-keyboard" in helper.names():
            key = helper.heard("remote-keyboard", within=1)["key"]
            if key.startswith("after"):
                self.problems.append(f"{session_id}: input that came {key} the customer's no")
        pressing.join(30)
        time.sleep(0.5)
        late = helper.names().count("remote-keyboard")
        if late:
            self.problems.append(f"{session_id}: {late} keys were heard {UNDER_WAY} s after the customer's no")
        self.done["no"] += 1

    def _press(self, session_id: str, technician: Socket, key: str) -> None:
        technician.emit("remote-keyboard", {"sessionId": session_id, "type": "keydown", "key": key})

    def _end(self, dice: random.Random, session_id: str, helper: Socket, technician: Socket) -> None:
        way = dice.choice(("http", "stop", "leave", "cut"))
        if way == "http":
            answer = self.anywhere(dice).http("technician_a").delete(f"/api/sessions/{session_id}")
            assert answer.ok, "end"
            for each in (helper, technician):
                each.heard("session-ended", within=SOON)
        elif way == "stop":
            assert helper.call("session-stop", {"sessionId": session_id})["ok"], "stop"
            technician.heard("session-ended", within=SOON)
        elif way == "leave":
            technician.call("leave-session", {"sessionId": session_id})
            helper.call("leave-session", {"sessionId": session_id})
        if way in ("http", "stop"):
            self.over.add(session_id)
        self.done[f"end by {way}"] += 1

    # -- devices, tickets, listeners ---------------------------------------------------------------------

    def _line(self, dice: random.Random, device: Member) -> None:
        """A device's line, which works off commands."""
        with closing(JsonSocket(self.anywhere(dice), in_query(device))) as line:
            line.ws.settimeout(2)
            end = time.monotonic() + dice.uniform(20, 60)
            while time.monotonic() < end and not self._is_over.is_set():
                with suppress(websocket.WebSocketTimeoutException):
                    said = line.kept.pop(0) if line.kept else line._next()
                    if said["type"] == "command":
                        line.say("command_result", commandId=said["id"], claimToken=said["claimToken"],
                                 status="success", output="done")

    def _command(self, dice: random.Random, device: Member) -> None:
        made = self.anywhere(dice).http("technician_a").post(
            f"/api/devices/{device.device_id}/commands", json={"type": "ping"})
        assert made.status_code == 201, made.status_code
        self.commands.add(made.json()["command"]["id"])
        self.done["command"] += 1
        time.sleep(dice.uniform(0.2, 1))

    def _ticket(self, dice: random.Random, _: None) -> None:
        title = f"Chaos {uuid.uuid4()}"
        made = self.anywhere(dice).http("technician_a").post(
            "/api/tickets", json={"title": title, "description": "Made in a storm."})
        assert made.status_code == 201, made.status_code
        self.tickets.add(title)
        self.done["ticket"] += 1
        time.sleep(dice.uniform(0.2, 1))

    def _live_line(self, dice: random.Random, _: None) -> None:
        """One that comes back with the cursor it had, to any process. What it is told of late comes with a state."""
        cursor = ""
        while not self._is_over.is_set():
            with suppress(*TROUBLE), closing(JsonSocket(
                    self.anywhere(dice), f"/ws?token={self.site.cast['technician_a'].token}&since={cursor}")) as line:
                line.ws.settimeout(2)
                end = time.monotonic() + dice.uniform(3, 20)
                while time.monotonic() < end and not self._is_over.is_set():
                    with suppress(websocket.WebSocketTimeoutException):
                        said = line._next()
                        cursor = said.get("cursor", cursor)
                        self._note_news(said)
            time.sleep(dice.uniform(0, 1))

    def _note_news(self, said: dict[str, Any]) -> None:
        self.done[f"live line: {said['type']}"] += 1
        found = [said["ticket"]] if said["type"] == "ticket_created" else said.get("tickets", [])
        if said["type"] == "snapshot":  # it shows the newest; what it leaves out a page finds in the list
            self.news |= self.tickets
        self.news |= {each["title"] for each in found if isinstance(each, dict)}

    def _foreigner(self, dice: random.Random, where: tuple[str, str, int]) -> None:
        """Somebody of another client, who must hear nothing of all this."""
        name, namespace, number = where
        with self.site.at(number).socket(name, namespace=namespace) as ear:
            while ear.is_open and not self._is_over.is_set():
                time.sleep(1)
                with ear._news:
                    heard = list(ear._events)
                    ear._events.clear()
                for event, data in heard:
                    told = json.dumps(data, default=str).lower()
                    if "chaos" in told or any(each in told for each in list(self.sessions)):
                        self.problems.append(f"{name} at {number}{namespace} heard {event} {told[:200]}")

    async def _rest(self, devices: list[Member]) -> None:
        await asyncio.gather(*(self._agent(device) for device in devices))

    async def _agent(self, device: Member) -> None:
        """A device that rests."""
        dice = random.Random(f"{self._seed} {device.device_id}")
        while not self._is_over.is_set():
            client = socketio.AsyncClient(reconnection=False)
            self.agents[device.device_id] = client
            try:
                await client.connect(self.anywhere(dice).url, auth=device.socket_auth, namespaces=["/agent"],
                                     transports=["websocket"], wait_timeout=40)
                while client.connected and not self._is_over.is_set():
                    await asyncio.sleep(0.5)
            except (TimeoutError, socketio.exceptions.SocketIOError, OSError):
                self.troubles["agent"] += 1
            with suppress(Exception):
                await client.disconnect()
            await asyncio.sleep(dice.uniform(0.2, 2))
