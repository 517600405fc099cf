"""A model that takes its time: nobody else waits, staff see the question, and a technician has the word."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from connectassist.features.assistant.turns import AT_ONCE
from tests.features.assistant import models
from tests.features.device_chat.people import PATIENCE, Talker
from tests.live.server import Server

ANSWER = '{"text": "Have you tried it again?", "action": null}'


@pytest.fixture(scope="module", params=["eventlet", "gevent"])
def slow(request: pytest.FixtureRequest, servers: Callable[..., Server]) -> Iterator[tuple[Server, models.Model]]:
    with models.running("openai", models.says(ANSWER)) as (model, url):
        yield servers(async_mode=request.param, llm_provider="openai", llm_url=url, llm_api_key="k"), model


@pytest.fixture
def model(slow: tuple[Server, models.Model]) -> models.Model:
    """Holds every answer back until it is released."""
    slow[1].released.clear()
    slow[1].most_at_once = 0
    slow[1].scripts = models.deque([models.waits_then(models.says(ANSWER))])
    return slow[1]


@pytest.fixture
def comes(slow: tuple[Server, models.Model]) -> Iterator[Callable[[], Talker]]:
    """Let a new device come."""
    made: list[Talker] = []

    def come() -> Talker:
        made.append(Talker(slow[0]))
        return made[-1]

    yield come
    slow[1].released.set()
    for device in made:
        device.socket.close()


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_so_many_are_answered_at_once_and_all_in_the_end(comes: Callable[[], Talker], model: models.Model) -> None:
    asked, devices = len(model.asked), [comes() for _ in range(AT_ONCE + 3)]
    for device in devices:
        device.say("it is odd")
    until(lambda: model.answering == AT_ONCE)
    assert devices[0].server.http("admin").get("/api/llm/models").status_code == 200, "nobody else waits"
    model.released.set()
    assert {device.heard()["text"] for device in devices} == {"Have you tried it again?"}
    assert model.most_at_once == AT_ONCE
    assert len(model.asked) == asked + len(devices)


def test_staff_see_a_question_before_its_answer(comes: Callable[[], Talker], model: models.Model) -> None:
    device = comes()
    with device.server.socket("technician_a", namespace="/it") as dashboard:
        device.say("it is odd")
        first = device.update(dashboard)
        assert (first["message"]["sender"], first["message"]["content"]) == ("user", "it is odd")
        assert "response" not in first
        model.released.set()
        assert device.update(dashboard)["message"]["content"] == "Have you tried it again?"


def test_a_technician_who_comes_in_meanwhile_has_the_word(comes: Callable[[], Talker], model: models.Model) -> None:
    device = comes()
    with device.server.socket("technician_a", namespace="/it") as dashboard:
        device.say("it is odd")
        until(lambda: model.answering == 1)
        assert dashboard.call("chat_to_device", {"deviceId": device.device_id, "content": "I am here"})["ok"]
        assert device.heard()["text"] == "I am here"
        model.released.set()
        until(lambda: model.answering == 0)
        device.say("good")
        assert device.heard()["sender"] == "system"
    assert "ai" not in [row["sender"] for row in device.history()]


def test_a_device_that_is_removed_meanwhile_is_no_trouble(comes: Callable[[], Talker], model: models.Model) -> None:
    device, other = comes(), comes()
    device.say("it is odd")
    until(lambda: model.answering == 1)
    assert device.server.http("admin").delete(f"/api/devices/{device.device_id}").status_code == 200
    model.released.set()
    until(lambda: model.answering == 0)
    assert other.ask("it is odd")["sender"] == "ai"
    assert "Traceback" not in device.server.log.read_text()


def test_a_model_that_is_down_gives_way_to_the_builtin_assistant(comes: Callable[[], Talker],
                                                                 model: models.Model) -> None:
    model.scripts = models.deque([models.status(401)])
    answer = comes().ask("My internet is slow")
    assert answer["sender"] == "ai"
    assert answer["action"] == {"type": "diagnose", "checkType": "network"}
