"""Whatever is sent to whatever route: never a 500, never half of something written.

The routes and their fields are read from the app, so a new one is attacked without anybody thinking of it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from tests.attacks.nasty import BODIES, PATHS, TYPES, VALUES
from tests.attacks.world import GROWING, World, document, good_body, rows
from tests.cast import Caller

pytestmark = [pytest.mark.timeout(240)]
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "PROPFIND", "BREW")
#: Pages whose frame is the same whatever the id is.
FRAMES = ("/support/<session_id>",)
#: Each good call prints; its filters are tested with the cases.
PRINTING = "/api/cases/<case_id>/pdf"
#: The longest attacks go in parts, so that none of them takes a minute.
PARTS = 6


def rules(app: Flask) -> list[Rule]:
    """What suspends the device comes last: from then on it gets nowhere."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule.endswith("/suspend"), rule.rule))


def views(app: Flask) -> dict[tuple[str, str], Any]:
    """The view of each call."""
    return {(method, rule.rule): app.view_functions[rule.endpoint]
            for rule in rules(app) for method in rule.methods or ()}


def calls(app: Flask) -> list[tuple[str, str]]:
    """Every documented call: its method and its rule."""
    return [(method, rule.rule) for rule in rules(app) for method in sorted(rule.methods or ())
            if method not in ("HEAD", "OPTIONS") and rule.endpoint != "static"]


def operation(app: Flask, method: str, rule: str) -> dict[str, Any]:
    """A call as the OpenAPI document tells it; empty for pages."""
    document = app.extensions["test-document"]
    path = rule.replace("<path:", "<").replace("<", "{").replace(">", "}")
    return document["paths"].get(path, {}).get(method.lower(), {})


def body_fields(app: Flask, method: str, rule: str) -> list[str]:
    """The names of the fields that a call's body may have."""
    schema = operation(app, method, rule).get("requestBody", {}).get("content", {}).get(
        "application/json", {}).get("schema", {})
    named = schema.get("$ref", "").rpartition("/")[2]
    return list(app.extensions["test-document"]["components"]["schemas"].get(named, {}).get("properties", {}))


def query_fields(app: Flask, method: str, rule: str) -> list[str]:
    return [each["name"] for each in operation(app, method, rule).get("parameters", []) if each["in"] == "query"]


@pytest.fixture
def callers(app: Flask, technician_a: Caller, customer: Caller, device: Caller, nobody: Caller) -> dict[str, Caller]:
    """Who sends: for each rule of the guard somebody whom it lets in, so that bad input comes as far as it can."""
    app.extensions |= {"test-document": document(app), "test-views": views(app)}
    app.testing = False
    return {"anyone": nobody, "device": device, "signed-in": technician_a, "staff": technician_a,
            "technician": technician_a, "admin": technician_a, "customer": customer}


def caller_of(app: Flask, callers: dict[str, Caller], rule: str, method: str) -> Caller:
    return callers[app.extensions["test-views"][method, rule].who_may]


class Range:
    """Sends, and notes every answer that should not have come."""

    def __init__(self, app: Flask) -> None:
        self.app, self.faults, self.sent, self.rows, self.has_written = app, [], 0, rows(app), False

    def note(self, connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        """Hears every statement: rows are counted anew after those alone that may have added or removed some."""
        words = statement.split(None, 3)
        self.has_written |= words[0] in ("INSERT", "DELETE") and words[2].strip('"') not in GROWING

    def send(self, caller: Caller, method: str, path: str, *, what: object = "", **options: Any) -> TestResponse:
        """Send a request, however bad, and judge the answer."""
        self.has_written = False
        answer, told = caller.open(method, path, **options), f"{method} {path[:80]} {what!r:.120}"
        self.sent += 1
        if answer.status_code >= 500 and answer.status_code != 503:
            self.faults.append(f"{told} answers {answer.status_code}")
        if self.has_written:
            before, self.rows = self.rows, rows(self.app)
            if answer.status_code >= 400 and self.rows != before:
                self.faults.append(f"{told} is refused with {answer.status_code} and leaves rows behind")
        if b"Traceback" in answer.data or b"sqlalchemy" in answer.data.lower():
            self.faults.append(f"{told} shows our insides")
        return answer

    def verdict(self) -> None:
        assert self.sent
        assert not self.faults, f"{len(self.faults)} faults:\n" + "\n".join(self.faults[:40])


@pytest.fixture
def shooting(app: Flask, world: World) -> Iterator[Range]:
    made = Range(app)
    event.listen(Engine, "before_cursor_execute", made.note)
    yield made
    event.remove(Engine, "before_cursor_execute", made.note)


def test_a_row_that_a_refusal_leaves_behind_is_noticed(app: Flask, world: World, callers: dict[str, Caller],
                                                       shooting: Range) -> None:
    def refuse(response: Any) -> Any:
        response.status_code = 400
        return response

    app.after_request_funcs[None].append(refuse)
    shooting.send(callers["technician"], "POST", "/api/support-codes", data=json.dumps({"customer_name": "Ann"}))
    assert any("leaves rows behind" in fault for fault in shooting.faults)


def test_bodies_that_are_no_json_object(app: Flask, world: World, callers: dict[str, Caller], shooting: Range) -> None:
    for method, rule in calls(app):
        if method in ("GET", "DELETE"):
            continue
        for body in BODIES:
            shooting.send(caller_of(app, callers, rule, method), method, world.path(rule), what=body[:60], data=body)
    shooting.verdict()


@pytest.mark.parametrize("part", range(PARTS))
def test_every_field_with_every_bad_value(app: Flask, world: World, callers: dict[str, Caller],
                                          shooting: Range, part: int) -> None:
    fields = [(method, rule, name) for method, rule in calls(app) for name in body_fields(app, method, rule)]
    for method, rule, name in fields[part::PARTS]:
        caller, good = caller_of(app, callers, rule, method), good_body(rule, world)
        for value in VALUES:
            shooting.send(caller, method, world.path(rule), what=(name, value), data=json.dumps({**good, name: value}))
    shooting.verdict()


@pytest.mark.parametrize("part", range(3))
def test_every_filter_with_every_bad_value(app: Flask, world: World, callers: dict[str, Caller],
                                           shooting: Range, part: int) -> None:
    filters = [(method, rule, name) for method, rule in calls(app) if rule != PRINTING
               for name in query_fields(app, method, rule)]
    for method, rule, name in filters[part::3]:
        for value in VALUES:
            if isinstance(value, str | int | float):
                shooting.send(caller_of(app, callers, rule, method), method, world.path(rule), what=name,
                              query_string={name: str(value)[:3000]})
    shooting.verdict()


def test_every_path_with_every_bad_id(app: Flask, world: World, callers: dict[str, Caller], shooting: Range) -> None:
    for method, rule in calls(app):
        start, _, rest = rule.partition("<")
        for bad in PATHS if rest else ():
            body = None if method == "GET" else json.dumps(good_body(rule, world))
            answer = shooting.send(caller_of(app, callers, rule, method), method, start + bad + rest.partition(">")[2],
                                   data=body)
            if answer.status_code < 300 and rule not in FRAMES:
                shooting.faults.append(f"{method} {rule} answers {answer.status_code} for {bad}, which is no id")
    shooting.verdict()


def test_every_route_with_every_method(app: Flask, world: World, nobody: Caller, callers: dict[str, Caller],
                                       shooting: Range) -> None:
    adapter = app.url_map.bind("")
    for path in sorted({world.path(rule.rule) for rule in rules(app)}):
        taken = set(adapter.allowed_methods(path))
        for method in METHODS:
            answer = shooting.send(nobody, method, path)
            if method in taken:
                continue
            if answer.status_code != 405 or set(answer.headers.get("Allow", "").split(", ")) != taken:
                shooting.faults.append(f"{method} {path} answers {answer.status_code}, {answer.headers.get('Allow')}")
    shooting.verdict()


def test_every_route_with_every_content_type(app: Flask, world: World, callers: dict[str, Caller],
                                             shooting: Range) -> None:
    for method, rule in calls(app):
        for kind in TYPES if method in ("POST", "PUT", "PATCH") else ():
            shooting.send(caller_of(app, callers, rule, method), method, world.path(rule), what=kind, data=b"{",
                          headers={} if kind is None else {"Content-Type": kind})
    shooting.verdict()
