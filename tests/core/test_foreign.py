"""What others send as data is made small, plain and printable."""

from __future__ import annotations

import random
from typing import Any

import orjson
import pytest

from connectassist.core import foreign


def test_a_text_is_one_printable_line_of_so_many_characters() -> None:
    assert foreign.text("a\x00b\x1b[2J\nc\u202e\ud800", 50) == "a b [2J c  "
    assert (foreign.text("x" * 10, 4), foreign.text(5, 9), foreign.text(1.5, 9)) == ("xxxx", "5", "1.5")
    assert [foreign.text(odd, 9) for odd in (None, True, [], {}, b"x", float("nan"), 10**5000)] == [""] * 7


def test_a_name_has_single_spaces_and_prose_keeps_its_lines() -> None:
    assert foreign.line("  a \r\n b\x00 c ", 50) == "a b c" and foreign.line("a  bc", 3) == "a b"
    assert foreign.lines("a\r\n\tb\x1b[2J\u202e\x07 \u200d", 50) == "a\n\tb[2J \u200d"
    assert [foreign.lines("x" * 9, 4), foreign.lines("y" * 9), foreign.lines(5), foreign.line(None)] == [
        "xxxx", "y" * 9, "", ""]


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 10**400, 2**60, b"x", object(), {1, 2}],
                         ids=["nan", "inf", "huge", "more than a browser counts", "bytes", "object", "set"])
def test_what_json_or_a_browser_cannot_hold_is_nothing(value: Any) -> None:
    assert foreign.bounded({"a": value}) == {"a": None}


def test_depth_and_length_have_an_end() -> None:
    deep: Any = "bottom"
    for _ in range(10_000):
        deep = [deep]
    assert orjson.dumps(foreign.bounded(deep)).count(b"[") == foreign.DEEPEST
    assert len(foreign.bounded([1] * 100_000)) == 2000
    assert len(foreign.bounded("x" * 1_000_000)) == 4000
    assert foreign.bounded({"k" * 500: 1}) == {"k" * 80: 1}


def any_value(draw: random.Random, depth: int = 0) -> Any:
    kind = draw.randrange(6 if depth < 7 else 4)
    if kind == 4:
        return [any_value(draw, depth + 1) for _ in range(draw.randrange(9))]
    if kind == 5:
        return {draw.choice(('"', "é", "\U0001f600", "\x00")) * draw.randrange(99): any_value(draw, depth + 1)
                for _ in range(draw.randrange(9))}
    return (draw.choice(("\\\n\"\t", "é", "\U0001f600", "\x1b")) * draw.randrange(3000), -2.5e-300 * draw.random(),
            draw.choice((True, None)), -(2**53))[kind]


@pytest.mark.parametrize("largest", [100, 5_000, 65_536])
def test_as_json_it_is_never_longer_than_asked_for(largest: int) -> None:
    draw = random.Random(4)
    for _ in range(60):
        cut = foreign.bounded([any_value(draw) for _ in range(40)], largest=largest)
        assert len(orjson.dumps(cut)) <= largest
