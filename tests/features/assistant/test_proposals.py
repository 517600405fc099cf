"""What counts as an answer of a model, and what as a proposal."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectassist.features.assistant.proposals import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    REMEDIES,
    Unreadable,
    checked,
    described,
    understood,
)

GOOD: list[dict[str, Any]] = [
    {"type": "diagnose", "checkType": "network"}, {"type": "diagnose", "checkType": "all"},
    {"type": "remediate", "actionId": "flush_dns", "parameter": None},
    {"type": "remediate", "actionId": "restart_service", "parameter": "Spooler"},
    {"type": "ticket", "title": "Help", "priority": "low", "description": None},
]


@pytest.mark.parametrize("action", GOOD, ids=described)
def test_a_proposal_is_taken_as_it_is(action: dict[str, Any]) -> None:
    assert checked(action) == action
    assert understood(json.dumps({"text": "Shall I?", "action": action})) == ("Shall I?", action)


def test_what_may_be_left_out_is_filled_in() -> None:
    assert checked({"type": "remediate", "actionId": "flush_dns"}) == GOOD[2]
    assert checked({"type": "ticket", "title": " a\n b "}) == {
        "type": "ticket", "title": "a b", "priority": "medium", "description": None}


@pytest.mark.parametrize("raw", [
    None, "diagnose", 1, [], [GOOD[0]], {}, {"type": None}, {"type": ["diagnose"], "checkType": "all"},
    {"type": "Diagnose", "checkType": "all"}, {"type": "diagnose"}, {"type": "diagnose", "checkType": "everything"},
    {"type": "diagnose", "checkType": 1}, {"type": "diagnose", "checkType": ["all"]},
    {**GOOD[0], "deviceId": "another"}, {**GOOD[0], "autoApprove": True}, {**GOOD[2], "requestId": "x"},
    {"type": "remediate", "actionId": "format"}, {"type": "remediate", "actionId": "flush_dns", "parameter": "x"},
    {"type": "remediate", "actionId": "kill_process"},
    {"type": "remediate", "actionId": "kill_process", "parameter": 4},
    {"type": "remediate", "actionId": "kill_process", "parameter": ""},
    {"type": "run_script", "scriptId": 1}, {"type": "screenshot"}, {"type": "system_tool_request", "tool": "x"},
    {"type": "ticket"}, {"type": "ticket", "title": ""}, {"type": "ticket", "title": "\x00 \x1b"},
    {"type": "ticket", "title": "x" * (LONGEST_TITLE + 1)}, {"type": "ticket", "title": "x", "priority": "now"},
    {"type": "ticket", "title": "x", "client_id": 2},
], ids=repr)
def test_anything_else_is_none(raw: Any) -> None:
    assert checked(raw) is None
    text, action = understood(json.dumps({"text": "Hello", "action": raw}))
    assert (text, action) == ("Hello", None)


@pytest.mark.parametrize("parameter", ["a;b", "a|b", "$(x)", "`x`", "../x", "/etc/x", "a b; c", "a\nb", "-rf", "a'b",
                                       'a"b', "a&b", "%x%", "\x00", "x" * 101, " x"], ids=repr)
def test_a_parameter_is_a_plain_name(parameter: str) -> None:
    for action_id in (name for name, action in REMEDIES.items() if action.parameter):
        assert checked({"type": "remediate", "actionId": action_id, "parameter": parameter}) is None


def test_without_a_device_only_tickets_count() -> None:
    assert checked(GOOD[0], has_device=False) is None
    assert checked(GOOD[4], has_device=False) == GOOD[4]


def test_plain_words_are_a_text() -> None:
    assert understood("Restart it, please.") == ("Restart it, please.", None)


def test_more_than_was_asked_for_is_no_proposal() -> None:
    assert understood(json.dumps({"text": "a", "action": GOOD[0], "role": "system"})) == ("a", None)


def test_one_fence_around_it_is_overlooked() -> None:
    assert understood("```json\n" + json.dumps({"text": "a", "action": GOOD[0]}) + "\n```") == ("a", GOOD[0])


@pytest.mark.parametrize("said", ["", "   ", '{"text": "a"', "{}", '{"text": 5}', '{"text": ""}', '{"text": "\\u0000"}',
                                  'Here it is: {"text": "a", "action": null}', "```json\n{}\n```",
                                  '{"text": "a"} {"text": "b"}'], ids=repr)
def test_half_an_answer_is_none(said: str) -> None:
    with pytest.raises(Unreadable):
        understood(said)


def test_a_text_is_bounded_and_clean() -> None:
    text, _ = understood(json.dumps({"text": "\x1b[31m\u202ered" + "x" * 9_000}))
    assert len(text) == LONGEST_TEXT
    assert text.startswith("[31mredx")
