"""Which way input goes, and that nothing goes without consent."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

SEND = """async (m, rights, channel) => {
  const events = [], messages = [];
  const line = channel && { readyState: channel.state, bufferedAmount: channel.waiting || 0,
    send: (data) => messages.push(typeof data === "string" ? JSON.parse(data) : [...new Uint8Array(data)]) };
  const control = m.createControl({ store: { may: (right) => rights.includes(right) }, channel: () => line,
    emit: (event, fields, options = {}) => events.push([event, fields, Boolean(options.volatile)]) });
  control.pointer({ kind: 1, x: 0, y: 0 });
  control.pointer({ kind: 2, x: 0, y: 0, button: 0 });
  control.key({ type: "keydown", key: "a" });
  control.clipboard("short");
  control.clipboard("x".repeat(20000));
  return { events, messages };
}"""
ALL = ["view", "control", "clipboard"]


def test_over_the_channel_when_it_is_open(run: Callable[..., Any]) -> None:
    told = run("control", SEND, ALL, {"state": "open"})
    assert told["messages"] == [
        [1, 0, 0, 0, 0], [2, 0, 0, 0, 0, 0], {"event": "remote-keyboard", "type": "keydown", "key": "a"},
        {"event": "remote-clipboard", "text": "short"}]
    assert [(name, len(fields["text"])) for name, fields, _ in told["events"]] == [("remote-clipboard", 20000)], (
        "what is too long for one message of the channel goes over the socket")


@pytest.mark.parametrize("channel", [None, {"state": "connecting"}, {"state": "closed"}])
def test_as_events_otherwise(run: Callable[..., Any], channel: dict[str, Any] | None) -> None:
    told = run("control", SEND, ALL, channel)
    assert told["messages"] == []
    assert [(name, fields.get("type"), volatile) for name, fields, volatile in told["events"]] == [
        ("remote-mouse", "mousemove", True), ("remote-mouse", "mousedown", False),
        ("remote-keyboard", "keydown", False),
        ("remote-clipboard", None, False), ("remote-clipboard", None, False)]


def test_a_full_channel_drops_moves_but_no_press(run: Callable[..., Any]) -> None:
    told = run("control", SEND, ["view", "control"], {"state": "open", "waiting": 10**6})
    assert [message[0] for message in told["messages"] if isinstance(message, list)] == [2]


@pytest.mark.parametrize(("rights", "expected"), [
    ([], []), (["view"], []), (["view", "clipboard"], ["remote-clipboard"] * 2)])
def test_nothing_goes_without_its_right(run: Callable[..., Any], rights: list[str], expected: list[str]) -> None:
    for channel in (None, {"state": "open"}):
        told = run("control", SEND, rights, channel)
        assert [m["event"] for m in told["messages"]] + [name for name, _, _ in told["events"]] == expected
