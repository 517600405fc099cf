"""Small events, heard in the hub: answered as the ordinary way answers them, and only what is plain takes theirs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from connectassist.realtime import frames
from connectassist.realtime.namespaces import AGENT, DEVICE
from connectassist.realtime.small import MOST_BYTES, Ear
from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server


class Heard:
    """An ear, what it handed on and what it answered."""

    def __init__(self) -> None:
        self.told: list[tuple] = []
        self.answers: list[bytes] = []
        self.ear = Ear("abc", "/agent", names={"heartbeat"}, receive=self._receive)

    def _receive(self, *told: Any) -> dict[str, Any]:
        self.told.append(told)
        return {"ok": True}

    def hears(self, frame: str) -> bool:
        return self.ear.hears(frame.encode(), self.answers.append)


@pytest.mark.parametrize(("frame", "told", "answer"), [
    ('42/agent,["heartbeat",{"a":1}]', ("heartbeat", "abc", {"a": 1}), None),
    ('42/agent,["heartbeat"]', ("heartbeat", "abc"), None),
    ('42/agent,["heartbeat",null,5]', ("heartbeat", "abc", None, 5), None),
    ('42/agent,["heart\\u0062eat","text"]', ("heartbeat", "abc", "text"), None),
    ('42/agent,7["heartbeat",{}]', ("heartbeat", "abc", {}), b'43/agent,7[{"ok":true}]'),
    ('42/agent,007["heartbeat",{}]', ("heartbeat", "abc", {}), b'43/agent,7[{"ok":true}]')])
def test_what_is_plain_is_heard_and_answered(frame: str, told: tuple, answer: bytes | None) -> None:
    heard = Heard()
    assert heard.hears(frame)
    assert heard.told == [told]
    assert heard.answers == ([frames.framed(answer)] if answer else [])


@pytest.mark.parametrize("frame", [
    "", "3", "42", "42/agent", "42/agent,", "42/agent,7", "42/agent,[]", "42/agent,[5]", '42/agent,[["heartbeat"]]',
    '42/agent,["heartbeat"', '42/agent,["heartbeat",{]', '42/agent,["heartbeat",{}]]', '42/agent,["heartbeat",NaN]',
    '42/agent,{"heartbeat":1}', '42/agent,["connect"]', '42/agent,["disconnect",{}]', '42/agent,["system_profile",{}]',
    '42["heartbeat",{}]', '42/it,["heartbeat",{}]', '42/agent?x=1,["heartbeat",{}]', '42/pocket-it/agent,["heartbeat"]',
    '40/agent,["heartbeat",{}]', '451-/agent,["heartbeat",{}]', '421-/agent,["heartbeat",{}]',
    '42/agent,1234567890["heartbeat",{}]', '42/agent,-1["heartbeat",{}]', '42/agent,\u0663["heartbeat",{}]',
    '42/agent,["heartbeat",{}]\x1e42/agent,["heartbeat",{}]',
    '42/agent,["heartbeat",{"a":"' + "x" * MOST_BYTES + '"}]'])
def test_everything_else_goes_the_ordinary_way(frame: str) -> None:
    heard = Heard()
    assert not heard.hears(frame)
    assert not heard.told
    assert not heard.answers


def test_what_uses_the_database_is_not_small() -> None:
    with pytest.raises(ValueError, match="not small"):
        AGENT.on("never", speaks=DEVICE, small=True)


class Device:
    """A device's raw socket on `/agent`, by one of its two names."""

    def __init__(self, server: Server, path: str) -> None:
        self.raw, self.path = RawSocket(server, joins=False), path
        self.raw.send(f"40{path}," + json.dumps(server.cast["device"].socket_auth))
        self.raw.wait_for(f'42{path},["ai_status"', within=40)

    def answer_to(self, number: str, arguments: str) -> Any:
        self.raw.send(f'42{self.path},{number}["heartbeat"{arguments}]')
        return json.loads(self.raw.wait_for(f"43{self.path},{number}[", within=40).partition(number)[2])


@pytest.fixture(params=["/agent", "/pocket-it/agent"])
def device(engine_server: Server, request: pytest.FixtureRequest) -> Iterator[Device]:
    made = Device(engine_server, request.param)
    yield made
    made.raw.close()


@pytest.mark.parametrize("arguments", ["", ",null", ",{}", ',{"deviceId":"other"}', ',"text"', ",[1]", ",5", ",{},{}"])
def test_both_ways_give_the_same_answer(device: Device, arguments: str) -> None:
    assert device.answer_to("7", arguments) == device.answer_to("1234567890", arguments)


def test_the_two_ways_keep_one_order(device: Device) -> None:
    numbers = [str(number) if number % 3 else str(10**9 + number) for number in range(1, 100)]
    for number in numbers:
        device.raw.send(f'42{device.path},{number}["heartbeat",{{}}]')
    answers = [device.raw.wait_for(f"43{device.path},", within=40) for _ in numbers]
    assert answers == [f'43{device.path},{number}[{{"ok":true}}]' for number in numbers]


def test_what_leaves_the_namespace_is_heard_no_more(device: Device) -> None:
    device.raw.send(f"41{device.path},")
    device.raw.send(f'42{device.path},7["heartbeat",{{}}]')
    device.raw.send("40" + device.path + ",{}")
    device.raw.wait_for(f"40{device.path}", within=40)
    frame = device.raw.wait_for("4", within=40)
    assert frame.startswith(f"41{device.path}"), "no answer came, and without a proof it is shown out"
