"""Is every row of contract 000's tables covered? A row without its test fails here."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from flask import Flask

from connectassist.realtime.namespaces import AGENT, IT, Namespace
from tests.contracts import rows_000 as rows

HERE = Path(__file__).parent


def functions() -> dict[str, str]:
    """The source of each test function of contract 000."""
    found = {}
    for path in HERE.glob("test_000_*.py"):
        text = path.read_text()
        found |= {node.name: ast.get_source_segment(text, node) or "" for node in ast.walk(ast.parse(text))
                  if isinstance(node, ast.FunctionDef)}
    return found


def test_every_row_is_there_and_called(app: Flask) -> None:
    rules = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    called = functions()
    for row, (name, words) in (rows.REST | rows.BESIDES).items():
        assert row in rules, f"the server has no {row}"
        assert words in called.get(name, ""), f"{name} does not call {row}"


@pytest.mark.parametrize(("namespace", "says", "is_told", "hears", "script"), [
    (AGENT, rows.DEVICE_SAYS, rows.DEVICE_IS_TOLD, rows.DEVICE_HEARS, "pocket_agent.mjs"),
    (IT, rows.STAFF_SAY, rows.STAFF_ARE_TOLD, rows.STAFF_HEAR, "pocket_dashboard.mjs")], ids=["agent", "it"])
def test_every_event_is_known_and_played(app: Flask, namespace: Namespace, says: list[str], is_told: list[str],
                                         hears: dict, script: str) -> None:
    source = (HERE / script).read_text()
    for name in says:
        assert name in namespace.events.incoming, f"{namespace.path} does not take {name}"
        assert f'emit("{name}", {{' in source, f"{script} does not send {name}"
        assert f'"{name}"' in source.split("const EMPTY = ")[1].split("];")[0], f"{script} never sends an empty {name}"
    assert set(is_told) <= set(hears)
    assert all(namespace.events.knows(name) for name in hears)
