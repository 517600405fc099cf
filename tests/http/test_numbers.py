"""A number in an address that no column holds names nothing: a 404, whoever asks, on either database."""

from __future__ import annotations

import re

import pytest
from flask import Flask

from connectassist.core.ids import LARGEST_ID
from connectassist.http.numbers import up_to
from tests.cast import Caller


@pytest.mark.parametrize("number", [LARGEST_ID + 1, 2**63, 10**40], ids=["column", "sqlite", "absurd"])
def test_no_row_has_such_a_number(app: Flask, admin: Caller, number: int) -> None:
    for rule in app.url_map.iter_rules():
        if "<int" not in rule.rule:
            continue
        path = re.sub(r"<int:\w+>", str(number), re.sub(r"<(?!int)[^>]*>", "x", rule.rule))
        for method in sorted(set(rule.methods or ()) - {"HEAD", "OPTIONS"}):
            assert admin.open(method, path, json={}).status_code == 404, f"{method} {rule.rule}"


@pytest.mark.parametrize("largest", [1, 10, 7, 105, 999, LARGEST_ID])
def test_an_expression_takes_the_numbers_up_to_one(largest: int) -> None:
    near = {0, 1, 9, largest // 10, largest - 1, largest, largest + 1, largest + 9, largest * 10}
    for number in near | {largest + 10**power for power in range(10)} | {largest - 10**power for power in range(10)}:
        taken = number >= 0 and re.fullmatch(up_to(largest), str(number)) is not None
        assert taken == (0 <= number <= largest), number


def test_the_largest_is_asked_for(admin: Caller) -> None:
    answer = admin.get(f"/api/tickets/{LARGEST_ID}")
    assert (answer.status_code, answer.json["error_code"]) == (404, "TICKET_NOT_FOUND")


def test_a_route_that_bounds_its_own_is_none(app: Flask) -> None:
    assert not [rule.rule for rule in app.url_map.iter_rules() if "<int(" in rule.rule], "one place says it"
