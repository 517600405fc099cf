"""Is every row of contract 003's tables covered? A row, a documented error or a message without its test fails here."""

from __future__ import annotations

import ast
from pathlib import Path
from typing import Any

from flask import Flask

from tests.contracts import rows_003 as rows

HERE = Path(__file__).parent
NAMES = {name: value for name, value in vars(rows).items() if isinstance(value, rows.Row)}


def calls(verb: str) -> list[list[Any]]:
    """What contract 003's tests and players hand to `….good(…)` or `….refused(…)`: rows and plain values."""
    found = []
    for path in (*HERE.glob("test_003_*.py"), HERE / "gateway.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == verb:
                found.append([meant(each) for each in node.args])
    return found


def meant(node: ast.expr) -> Any:
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "rows":
        return NAMES.get(node.attr)
    return node.value if isinstance(node, ast.Constant) else None


def test_every_row_is_served_and_called(app: Flask) -> None:
    rules = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    called = [arguments[0] for arguments in calls("good") if arguments]
    for row in (*rows.DOCUMENTED, *rows.BESIDES):
        assert row.rule in rules, f"the server has no {row.rule}"
        assert row in called or row is rows.APPROVE_COMMAND, f"no test calls {row.rule}"
    assert {id(row) for row in NAMES.values()} == {id(row) for row in (*rows.DOCUMENTED, *rows.BESIDES)}


def test_every_documented_error_is_met() -> None:
    met = [tuple(arguments[:2]) for arguments in calls("refused")]
    for row in rows.DOCUMENTED:
        for status in row.errors:
            assert (status, row) in met or row is rows.READYZ, f"no test has {row.rule} answer {status}"


def test_every_field_that_may_be_left_out_is_seen() -> None:
    source = (HERE / "test_003_rest.py").read_text()
    for row in rows.DOCUMENTED:
        for name in row.leaves_out:
            assert name in source, f"{row.rule}: {name}"


def test_every_message_is_played() -> None:
    """The players say all that may be said; what they are told is held against its shape."""
    said = {who: (HERE / f"gateway_{who}.mjs").read_text() for who in ("agent", "portal")}
    for who, says in (("agent", rows.DEVICE_SAYS), ("portal", rows.CUSTOMER_SAYS)):
        assert [name for name in says if f'type: "{name}"' not in said[who]] == []
    source = (HERE / "test_003_lines.py").read_text()
    assert "assert_told(agent, rows.DEVICE_HEARS)" in source and "assert_told(portal, rows.CUSTOMER_HEARS)" in source


def test_every_address_of_the_lines_is_opened(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    played = "".join((HERE / f"gateway_{who}.mjs").read_text() for who in ("agent", "portal"))
    for path in (*rows.DEVICE_LINES, *rows.CUSTOMER_LINES):
        assert path in rules and path in played
