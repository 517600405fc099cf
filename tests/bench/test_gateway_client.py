"""The devices' client library against a real server: nothing is lost, nothing is done twice."""

from __future__ import annotations

import json
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from bench.gateway_client import (
    Command,
    Device,
    Heart,
    Line,
    Outcome,
    Patience,
    Refused,
    Spool,
    Stopped,
    Unreachable,
    Worker,
    register,
)
from tests.live.server import Server

PATIENCE = 40.0
HASTY = Patience(first=0.01, most=0.02, tries=3)


def eventually(condition: Callable[[], object]) -> object:
    """What the condition returns once that is something."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(0.02)
    raise AssertionError("it did not come about")


@pytest.fixture
def device(server: Server) -> Device:
    """A device of Acme's, announced by its customer and registered with the code."""
    device_id = f"pump-{secrets.token_hex(4)}"
    made = server.http("customer").post("/api/v1/customer/devices/provision", json={"deviceId": device_id})
    code = made.json()["device"]["activationCode"]
    registered = register(server.url, device_id, code, location="Cellar", model="P7")
    assert registered.device["id"] == device_id
    return Device(server.url, device_id, secret=registered.secret, patience=HASTY)


def test_a_command_goes_round(device: Device) -> None:
    first, second = device.enqueue("get_status", {"n": 1}), device.enqueue("get_status", {"n": 2}, priority=1)
    (command,) = device.claim(hold=60)
    assert (command.id, command.parameters, command.priority) == (second, {"n": 2}, 1)
    assert device.extend(command, hold=120) > command.visible_until
    assert device.finish(command, Outcome(output="well")) == first
    with pytest.raises(Refused) as refusal:
        device.finish(command, Outcome(output="well"))
    assert (refusal.value.status, refusal.value.code) == (409, "COMMAND_COMPLETED")


def test_a_key_queues_once(device: Device) -> None:
    assert device.enqueue("get_status", key="monday") == device.enqueue("get_status", key="monday")


def test_a_sign_in_that_ended_is_renewed(device: Device) -> None:
    old = device.sign_in()
    assert device.sign_in() == old
    device._token = "0" * 64  # what a server says of one that ended
    assert device.claim() == []
    assert device.sign_in() not in (old, "0" * 64)


def test_a_wrong_secret_is_final(device: Device) -> None:
    stranger = Device(device.url, device.id, secret="wrong", patience=HASTY)
    with pytest.raises(Refused) as refusal:
        stranger.claim()
    assert refusal.value.status == 401


def test_the_heart_beats_at_the_servers_pace(device: Device) -> None:
    device.enqueue("get_status")
    waiting: list[int] = []
    with Heart(device, tell=lambda: {"status": "busy", "metrics": {"cpu": 3.0}}, on_waiting=waiting.append) as heart:
        eventually(lambda: waiting)
    assert waiting == [1] and heart.beats == 1
    assert heart.pace >= 1


def test_commands_come_over_the_line_and_are_worked_off(device: Device) -> None:
    done: list[str] = []
    with Worker(device, lambda command: done.append(command.id) or "fine", hold=60) as worker, \
            Line(device, worker.hear) as line:
        assert line.is_open.wait(PATIENCE)
        queued = [device.enqueue("get_status", {"n": n}) for n in range(5)]
        eventually(lambda: len(done) == 5)
        line.cut()
        eventually(lambda: not line.is_open.is_set())
        queued.append(device.enqueue("get_status"))
        eventually(lambda: len(done) == 6)
    assert sorted(done) == sorted(queued)
    assert len(worker.spool) == 0


def test_what_fails_is_a_failure(device: Device) -> None:
    told: list[tuple[str, int]] = []

    def fail(command: Command) -> None:
        raise RuntimeError("no such pump")

    device.enqueue("get_status")
    with Worker(device, fail, told=lambda command, outcome, status: told.append((outcome.error or "", status))):
        eventually(lambda: told)
    assert told == [("RuntimeError: no such pump", 200)]


def test_an_answer_that_is_too_large_is_told_as_that(device: Device) -> None:
    told: list[tuple[str, int]] = []
    device.enqueue("get_status")
    with Worker(device, lambda command: "x" * 2_000_000,
                told=lambda command, outcome, status: told.append((outcome.status, status))) as worker:
        eventually(lambda: len(told) == 2)
        eventually(lambda: len(worker.spool) == 0)
    assert told == [("success", 413), ("failure", 200)]


def test_a_claim_is_kept_while_the_work_lasts(device: Device) -> None:
    over = threading.Event()
    told: list[int] = []
    device.enqueue("get_status")
    with Worker(device, lambda command: over.wait(PATIENCE) and "slow", hold=2.0,
                told=lambda command, outcome, status: told.append(status)) as worker:
        (held,) = eventually(lambda: list(worker._held.values()))
        eventually(lambda: time.time() > _seconds(held.visible_until) + 1)
        over.set()
        eventually(lambda: told)
    assert told == [200]


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp()


def test_an_answer_outlives_the_claim_and_the_program(device: Device, tmp_path: Path) -> None:
    device.enqueue("get_status")
    (command,) = device.claim(hold=1)
    Spool(tmp_path).keep(command.id, Outcome(output="done before the power went"))
    eventually(lambda: time.time() > _seconds(command.visible_until) + 0.5)
    with pytest.raises(Refused):
        device.finish(command, Outcome(output="too late"))
    again: list[Command] = []
    told: list[tuple[str | None, int]] = []
    with Worker(device, lambda command: again.append(command), spool=Spool(tmp_path),
                told=lambda command, outcome, status: told.append((outcome.output, status))):
        eventually(lambda: told)
    assert (told, again) == ([("done before the power went", 200)], [])
    eventually(lambda: not list(tmp_path.iterdir()))


def test_a_spool_keeps_the_newest(tmp_path: Path) -> None:
    spool = Spool(tmp_path, most=3)
    for n in range(5):
        spool.keep(f"../{n}", Outcome(output=str(n)))
    assert len(Spool(tmp_path)) == len(spool) == 3
    assert spool.get("../0") is None and Spool(tmp_path).get("../4") == Outcome(output="4")


@contextmanager
def _troubled(answers: list[tuple[int, dict, dict[str, str]]]) -> Iterator[tuple[str, list[str]]]:
    """A server that has these answers, one after the other."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            asked.append(self.path)
            status, body, headers = answers[min(len(asked), len(answers)) - 1]
            text = json.dumps(body).encode()
            self.send_response(status)
            for name, value in ({"Content-Length": str(len(text))} | headers).items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(text)

        def log_message(self, *what: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{made.server_port}", asked
        made.shutdown()


TOKEN = {"token": "a" * 64, "expiresIn": 604800, "deviceId": "pump"}


def test_trouble_of_the_servers_is_tried_again() -> None:
    with _troubled([(502, {}, {}), (429, {}, {"Retry-After": "0"}), (200, TOKEN, {})]) as (url, asked):
        assert Device(url, "pump", secret="s", patience=HASTY).sign_in() == "a" * 64
        assert len(asked) == 3


def test_it_is_not_tried_for_ever() -> None:
    with _troubled([(503, {}, {})]) as (url, asked):
        with pytest.raises(Unreachable):
            Device(url, "pump", secret="s", patience=HASTY).sign_in()
        assert len(asked) == 3


def test_a_refusal_is_final_and_said_in_words() -> None:
    refusal = {"error": {"code": "DEVICE_SUSPENDED", "message": "No", "details": {"since": "today"}}}
    with _troubled([(403, refusal, {})]) as (url, asked):
        with pytest.raises(Refused) as found:
            Device(url, "pump", secret="s", patience=HASTY).sign_in()
        assert (found.value.code, found.value.details, len(asked)) == ("DEVICE_SUSPENDED", {"since": "today"}, 1)


def test_nobody_there_is_unreachable_and_waiting_ends_at_a_stop() -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(Unreachable):
        Device("http://127.0.0.1:9", "pump", secret="s", patience=HASTY).sign_in()
    with pytest.raises(Stopped):
        Device("http://127.0.0.1:9", "pump", secret="s", patience=Patience(tries=None, stop=stop)).sign_in()


def test_waits_double_up_to_a_bound_and_differ() -> None:
    waits = list(Patience(first=1, most=4, jitter=0.5, tries=6).waits())
    assert len(waits) == 5
    for wait, base in zip(waits, (1, 2, 4, 4, 4), strict=True):
        assert base <= wait <= base * 1.5
    assert waits != list(Patience(first=1, most=4, jitter=0.5, tries=6).waits())
