"""Is every row of contract 001's tables covered? A row without its test fails here."""

from __future__ import annotations

import ast
from pathlib import Path

from flask import Flask

from connectassist.realtime.gateway import GATEWAY
from tests.contracts.rows_001 import DOCUMENTED, ELSEWHERE, EVENTS, HEARD_BY_THE_SERVER, REST
from tests.laws.source import ROOT

HERE = Path(__file__).parent


def functions() -> dict[str, str]:
    """The source of each test function of contract 001."""
    found = {}
    for path in HERE.glob("test_001_*.py"):
        text = path.read_text()
        found |= {node.name: ast.get_source_segment(text, node) or "" for node in ast.walk(ast.parse(text))
                  if isinstance(node, ast.FunctionDef)}
    return found


def test_every_documented_event_is_played(app: Flask) -> None:
    for name in DOCUMENTED:
        assert GATEWAY.events.knows(name), f"{name} is in no table of the server's"
        assert name in EVENTS or HEARD_BY_THE_SERVER.get(name) in EVENTS or name in ELSEWHERE, name
        assert name not in HEARD_BY_THE_SERVER or name in scripts(), f"no client of the test sends {name}"


def scripts() -> str:
    return "".join(path.read_text() for path in HERE.glob("seed_*.mjs"))


def test_what_is_tested_elsewhere_is() -> None:
    for name, folder in ELSEWHERE.items():
        assert any(name in path.read_text() for path in (ROOT / folder).rglob("*.py")), name


def test_every_documented_route_is_there_and_called(app: Flask) -> None:
    rules = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() for method in rule.methods or ()}
    called = functions()
    for row, (name, words) in REST.items():
        assert row in rules, f"the server has no {row}"
        assert words in called.get(name, ""), f"{name} does not call {row}"
