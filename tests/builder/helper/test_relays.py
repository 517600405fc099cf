"""Relays are asked for anew in time, and tried one after the other."""

from __future__ import annotations

from typing import Any

import pytest

from builder.helper.relays import Relays, in_turn
from tests.live import apart

LISTED = [{"urls": ["stun:s", "turn:a", "turn:a?transport=tcp"], "username": "u", "credential": "p"},
          {"urls": "turns:b", "username": "u", "credential": "p"}, {"urls": 7}, {}]


@pytest.mark.parametrize(("turn", "first"), [(0, "turn:a"), (1, "turn:a?transport=tcp"), (2, "turns:b"), (3, "turn:a")])
def test_each_failure_puts_the_next_relay_first(turn: int, first: str) -> None:
    urls = [server["urls"] for server in in_turn(LISTED, turn)]
    assert urls[:2] == ["stun:s", first]
    assert sorted(urls) == sorted(["stun:s", "turn:a", "turn:a?transport=tcp", "turns:b"])


def test_without_relays_nothing_turns() -> None:
    assert in_turn([{"urls": "stun:s"}], 5) == [{"urls": "stun:s"}] and in_turn([], 3) == []


def test_a_list_is_taken_until_half_of_its_time_is_over() -> None:
    at, answers = [0.0], [([{"urls": "turn:1"}], 100.0), None, ([{"urls": "turn:2"}], 0.0)]

    async def ask() -> tuple[list[dict[str, Any]], float] | None:
        return answers.pop(0)

    async def story() -> list[str]:
        known, seen = Relays(ask, now=lambda: at[0]), []
        for moment in (0.0, 49.0, 51.0, 52.0, 600.0):
            at[0] = moment
            seen.append((await known.servers())[0]["urls"])
        return seen

    assert apart.run(story()) == ["turn:1", "turn:1", "turn:1", "turn:2", "turn:2"]
