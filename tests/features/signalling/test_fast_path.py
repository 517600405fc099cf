"""Frames that pass unparsed: what arrives is what the handler would have sent, and nothing is let through that it
would have refused. A frame that asks for an acknowledgement always takes the handler's way, so the two are compared."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import HELPER
from tests.attacks.raw_socket import RawSocket
from tests.live.server import Server
from tests.live.sitting import Sitting

RIGHTS = ["view", "control", "clipboard", "files"]
GOOD: dict[str, dict[str, Any]] = {
    "remote-mouse": {"type": "mousemove", "x": 0.5, "y": 0.25}, "remote-keyboard": {"type": "keydown", "key": "€"},
    "remote-clipboard": {"text": "Zoë 日本 😀"}, "webrtc-answer": {"answer": {"type": "answer", "sdp": "v=0"}},
    "stream-transport": {"transport": "tiles"}, "screen-ack": {"seq": 1}, "set-stream-quality": {"quality": "speed"},
    "list-remote-dir": {"path": "a/b"}, "get-remote-file": {"path": "a"},
    "put-remote-file": {"filename": "a", "content": "eA=="}}


class Seated:
    """Both sides of a session on raw sockets, joined, with everything allowed."""

    def __init__(self, server: Server) -> None:
        self.sitting = Sitting(server)
        self.id, cast = self.sitting.session_id, server.cast
        self.helper = RawSocket(server, auth=cast["device"].socket_auth)
        assert self.helper.call("join-session", {"sessionId": self.id, "role": "helper"})["ok"]
        self.technician = RawSocket(server, auth=cast["technician_a"].socket_auth)
        assert self.technician.call("join-session", {"sessionId": self.id, "role": "technician"})["ok"]
        asking = self.sitting.ask(RIGHTS)
        self.helper.wait_for('42["connection-request"')
        assert self.helper.call("approval-response", {"approved": True})["ok"]
        assert asking.answer()["approved"]

    def heard(self, name: str) -> tuple[str, Any]:
        """The next such event that the helper hears: the frame, and its argument."""
        frame = self.helper.wait_for(f'42["{name}"')
        return frame, json.loads(frame[2:])[1]

    def refusal(self) -> str:
        """The code of the next refusal that the technician hears."""
        return json.loads(self.technician.wait_for('42["event-error"')[2:])[1]["error_code"]

    def close(self) -> None:
        self.helper.close()
        self.technician.close()
        self.sitting.close()


@pytest.fixture
def seated(engine_server: Server) -> Iterator[Seated]:
    made = Seated(engine_server)
    yield made
    made.close()


def test_every_event_that_passes_is_tried(app: Flask) -> None:
    to_helper = {name for name, event in GATEWAY.events.incoming.items() if event.passes == HELPER}
    assert to_helper <= set(GOOD)
    assert {"remote-mouse", "remote-keyboard", "webrtc-answer", "screen-ack"} <= to_helper


def variants(data: dict[str, Any], seated: Seated) -> Iterator[str]:
    """One argument in many spellings."""
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    own, inside = f'"sessionId":"{seated.id}"', plain[1:-1]
    yield plain
    yield json.dumps(data, ensure_ascii=True)
    yield f"{{{own},{inside}}}"
    yield f"{{{inside},{own}}}"
    yield f"{{ {inside} , {own} }}"
    yield f'{{{inside},"session\\u0049d":"{seated.id}"}}'
    yield f'{{"sessionId":"AAA-000-AAA",{inside},{own}}}'
    yield f'{{{inside},"from":"somebody","{own[1:]}}}'
    yield f'{{{inside},"\\u0066rom":"somebody"}}'
    yield f'{{"from":"a",{inside},"from":"b"}}'
    yield f'{{{inside},"deep":{{"from":"kept","sessionId":"kept","list":[[[1]]]}}}}'
    yield f'{{{inside},"said":"}}],[{{","quoted":"a\\"b"}}'
    yield f'{{{inside},"deep":{"[" * 40}{"]" * 40}}}'


@pytest.mark.parametrize("name", sorted(GOOD))
def test_it_arrives_as_the_handler_would_send_it(seated: Seated, name: str) -> None:
    for argument in variants(GOOD[name], seated):
        seated.technician.send(f'42["{name}",{argument}]')
        seated.technician.send(f'427["{name}",{argument}]')
        (frame, passed), (_, handled) = seated.heard(name), seated.heard(name)
        assert passed == handled, argument
        assert passed["from"] == seated.technician.sid
        assert passed["sessionId"] == seated.id
        assert "AAA-000-AAA" not in frame
        assert "somebody" not in frame


def test_results_arrive_at_all_whom_the_customer_admitted(seated: Seated) -> None:
    for data in ({"requestId": "1", "list": []}, {"sessionId": seated.id, "list": [{"name": "a", "from": "kept"}]}):
        seated.helper.send("42" + json.dumps(["list-remote-dir-result", data]))
        seated.helper.send("428" + json.dumps(["list-remote-dir-result", data]))
        frames = [seated.technician.wait_for('42["list-remote-dir-result"') for _ in range(2)]
        passed, handled = (json.loads(frame[2:])[1] for frame in frames)
        assert passed == handled == {**data, "sessionId": seated.id}


@pytest.mark.parametrize("body", [
    "{}", "[]", "null", "5", '"x"', '{"type":5}', '{"type":"mousemove","sessionId":"AAA-000-AAA"}',
    '{"type":"mousemove","sessionId":5}',
    '{"type":null}', '{"type":true}', '{"Type":"mousemove"}'])
def test_what_the_handler_refuses_does_not_pass(seated: Seated, body: str) -> None:
    frame = f'["remote-mouse",{body}]'
    seated.technician.send(f"427{frame}")
    told = json.loads(seated.technician.wait_for("437")[3:])[0]
    assert not told["ok"]
    seated.technician.send(f"42{frame}")
    assert seated.refusal() == told["error_code"]
    seated.technician.send('42["remote-mouse",{"type":"next"}]')
    assert seated.heard("remote-mouse")[1]["type"] == "next", "nothing came before it"


@pytest.mark.parametrize("frame", [
    '42["remote-mouse",{"type":"bad"}', '42["remote-mouse",{"type":"bad",}]', '42["remote-mouse",{"type":bad}]',
    '42["remote-mouse",{"type":"bad"}]]', '42["remote-mouse",{"type":"bad","x":NaN}]',
    '42["remote-mouse",{type:"bad"}]', '42["remote-mouse",{"type":"bad"}]42[]',
    '42["remote-mouse",{"type":"bad"}]\x1e42["session-stop",{}]', '42["remote-mouse",{"type":"bad"}}]',
    '42["remote-mouse",{"type":"bad\x00"}]', '42["remote-mouse",{"type":"bad\n"}]',
    '42["remote-mouse",{"type":"bad","a":"' + '"}', '42["remote-mouse" ,{"type":"bad"}',
    '42["remote-mouse",{"type":"bad","deep":' + "[" * 500 + "}]", b'\x04["remote-mouse",{"type":"bad"}]'])
def test_what_is_no_json_reaches_nobody(seated: Seated, frame: str | bytes) -> None:
    seated.technician.send(frame)
    again = RawSocket(seated.sitting.server, auth=seated.sitting.server.cast["technician_a"].socket_auth)
    assert again.call("join-session", {"sessionId": seated.id, "role": "technician"})["ok"]
    again.send('42["remote-mouse",{"type":"next"}]')
    assert seated.heard("remote-mouse")[1]["type"] == "next"
    again.close()


def test_a_second_argument_goes_the_handlers_way(seated: Seated) -> None:
    seated.technician.send('42["remote-mouse",{"type":"mousemove"},{"from":"somebody"}]')
    frame, heard = seated.heard("remote-mouse")
    assert "somebody" not in frame
    assert heard["from"] == seated.technician.sid


def test_a_right_taken_back_counts_for_the_very_next_frame(seated: Seated) -> None:
    move = '42["remote-mouse",{"type":"mousemove"}]'
    seated.technician.send(move)
    seated.heard("remote-mouse")
    assert seated.helper.call("consent-revoke", {"rights": ["control"]})["ok"]
    seated.technician.send(move)
    assert seated.refusal() == "NOT_CONSENTED"


def test_who_left_the_session_speaks_to_nobody(seated: Seated) -> None:
    assert seated.technician.call("leave-session", {"sessionId": seated.id})["ok"]
    seated.technician.send('42["remote-mouse",{"type":"mousemove"}]')
    assert seated.refusal() == "NOT_JOINED"


def test_the_two_ways_keep_one_order(seated: Seated) -> None:
    for number in range(200):
        asks = str(number) if number % 3 == 0 else ""
        seated.technician.send(f'42{asks}["remote-keyboard",{{"type":"keydown","key":"{number}"}}]')
    assert [seated.heard("remote-keyboard")[1]["key"] for _ in range(200)] == [str(n) for n in range(200)]


def test_a_helper_that_polls_hears_it_too(engine_server: Server) -> None:
    sitting = Sitting(engine_server)
    helper = sitting.socket("device", transports=("polling",))
    assert helper.join(sitting.session_id, "helper")["ok"]
    sitting.allow(helper, ["control"])
    sitting.technician().emit("remote-keyboard", {"type": "keydown", "key": "é€😀"})
    assert helper.heard("remote-keyboard")["key"] == "é€😀"
    sitting.close()
