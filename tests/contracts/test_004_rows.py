"""Is every row of contract 004's tables covered? A row, a parameter, a documented error or a message without its test
fails here."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from flask import Flask

from tests.contracts import rows_004 as rows

HERE = Path(__file__).parent
NAMES = {name: value for name, value in vars(rows).items() if isinstance(value, rows.Row)}
#: Errors that a test of all rows at once meets: nobody's call, which has 401.
OF_ALL_AT_ONCE = {401}


def calls(verb: str) -> list[tuple[rows.Row | None, list[Any], set[str]]]:
    """What contract 004's tests hand to `….good(…)` or `….refused(…)`: the row, plain values, and the names of what
    they give."""
    found = []
    for path in HERE.glob("test_004_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == verb:
                row = next((NAMES[each.attr] for each in node.args if isinstance(each, ast.Attribute)
                            and each.attr in NAMES), None)
                found.append((row, [each.value for each in node.args if isinstance(each, ast.Constant)], keys(node)))
    return found


def keys(call: ast.Call) -> set[str]:
    return {key.value for node in ast.walk(call) if isinstance(node, ast.Dict)
            for key in node.keys if isinstance(key, ast.Constant)}


def test_every_row_is_served_and_called(app: Flask) -> None:
    rules = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    called = [row for row, _, _ in calls("good")]
    for row in (*rows.DOCUMENTED, *rows.BESIDES):
        assert row.rule in rules, f"the server has no {row.rule}"
        assert row in called, f"no test calls {row.rule}"
    assert {id(row) for row in NAMES.values()} == {id(row) for row in (*rows.DOCUMENTED, *rows.BESIDES)}


def test_every_parameter_is_given() -> None:
    for row in (*rows.DOCUMENTED, *rows.BESIDES):
        given = set().union(*(names for called, _, names in calls("good") if called is row))
        assert not set(row.parameters) - given, f"no test gives {row.rule} {set(row.parameters) - given}"


def test_every_documented_error_is_met() -> None:
    met = [(row, status) for row, values, _ in calls("refused") for status in values]
    for row in rows.DOCUMENTED:
        for status in set(row.errors) - OF_ALL_AT_ONCE:
            assert (row, status) in met, f"no test has {row.rule} answer {status}"


def test_every_message_is_heard() -> None:
    source = (HERE / "test_004_client.py").read_text()
    assert "rows.HEARS" in source and "rows.WS" in source
    for name in rows.HEARS:
        assert f'"{name}"' in source, f"no test hears {name}"
