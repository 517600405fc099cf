"""Every operation of the OpenAPI document, called with what it allows and with what it forbids: no fault of the
server's, and no answer that the document does not describe.

The calls are made up by schemathesis, the same ones at each run; `--examples=100` makes up more of them. Most name
things that there are, and bodies that are good but for what was made up. A device calls what only devices may, a
customer what only customers may, an administrator all else.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import Any
from zlib import crc32

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.internal.conjecture import engine
from schemathesis import APIOperation, Case, Response
from schemathesis.checks import CheckContext
from schemathesis.core.failures import Failure
from schemathesis.generation import GenerationMode
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from connectassist.http.guard import ANYONE, who_may
from tests.attacks.test_who_may_what import LAST, is_whole
from tests.attacks.world import World, build, document, good_body
from tests.cast import Caller

PARTS = 8
TRIES = 30
#: For a form or a body that is none of JSON.
schemathesis.serializer("video/webm")(lambda context, value: {"data": value if isinstance(value, bytes) else b"webm"})


def no_fault(context: CheckContext, response: Response, case: Case) -> None:
    """A refusal with 5xx is one that the document names; a fault that nobody foresaw never is."""
    if response.status_code >= 500 and b"INTERNAL_ERROR" in response.content:
        raise Failure(operation=case.operation.label, title="A fault", message=response.content.decode())


CHECKS = [no_fault, status_code_conformance, content_type_conformance, response_headers_conformance,
          response_schema_conformance]


@pytest.fixture(autouse=True)
def resigned(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing bad can be made up, hypothesis would try 458 times before it gives up."""
    monkeypatch.setattr(engine, "INVALID_THRESHOLD_BASE", TRIES)


class Tour:
    """Calls one operation after the other, and keeps what was wrong with the answers."""

    def __init__(self, app: Flask, callers: dict[str, Caller], world: World) -> None:
        self._app, self._callers, self._world = app, callers, world
        self._rules = {(method, re.sub(r"<(?:[^<>]+:)?([^<>]+)>", r"{\1}", rule.rule)): rule.rule
                       for rule in app.url_map.iter_rules() for method in rule.methods or ()}
        self.wrong: dict[tuple[str, str, int], str] = {}
        self.statuses: Counter[int] = Counter()

    def visit(self, operation: APIOperation, *, examples: int) -> None:
        """Call an operation well and badly, with everything there that it may be about."""
        is_needed = not operation.path.endswith("/logout")  # and whoever is out can't make anything anew
        if is_needed and not is_whole(self._world, self._callers["admin"]):  # whose account can't be closed
            self._world = build(self._app, technician=self._callers["admin"], device=self._callers["device"])
        for mode, count in ((GenerationMode.POSITIVE, examples), (GenerationMode.NEGATIVE, (examples + 1) // 2)):
            made_up = operation.as_strategy(generation_mode=mode)
            every = settings(max_examples=count, derandomize=True, database=None, deadline=None,
                             phases=[Phase.generate], suppress_health_check=list(HealthCheck))
            try:
                every(given(case=made_up)(self._call))()
            except Unsatisfiable:  # where anything goes, there is nothing to be made up that doesn't
                assert mode == GenerationMode.NEGATIVE, operation.label

    def _call(self, case: Case) -> None:
        self._make_real(case)
        caller = self._callers.get(case.operation.definition.raw.get("x-who-may"), self._callers["admin"])
        answer = case.call(headers=dict(caller.headers))
        self.statuses[answer.status_code] += 1
        for check in CHECKS:
            try:
                case.validate_response(answer, checks=[check])
            except (Failure, BaseExceptionGroup) as problem:
                told = getattr(problem, "exceptions", [problem])[0]
                self.wrong.setdefault((case.operation.label, check.__name__, answer.status_code),
                                      f"{told}\n{answer.content[:300]!r}\n{case.as_curl_command()[:600]}")

    def _make_real(self, case: Case) -> None:
        """Three calls of four are about things that there are; half of the bodies are good but for what is made up."""
        rule = self._rules[case.operation.method.upper(), case.operation.path]
        chance = crc32(repr((case.path_parameters, case.body)).encode())
        if case.path_parameters and chance % 4:
            pattern = re.escape(case.operation.path).replace(r"\{", "{").replace(r"\}", "}")
            found = re.fullmatch(re.sub(r"{(\w+)}", r"(?P<\1>.*)", pattern), self._world.path(rule))
            assert found
            case.path_parameters.update(found.groupdict())
        if isinstance(case.body, dict) and chance % 2:
            case.body = good_body(rule, self._world) | case.body


def order(operation: APIOperation) -> tuple[int, bool, str]:
    """What ends things comes last."""
    last = {re.sub(r"<(?:[^<>]+:)?([^<>]+)>", r"{\1}", route): place for place, route in enumerate(LAST, 1)}
    return last.get(operation.label, 0), operation.method == "delete", operation.label


def schema_of(app: Flask, told: dict[str, Any]) -> Any:
    """The document as schemathesis reads it; its calls go to the app."""
    schema = schemathesis.openapi.from_dict(told)
    schema.app = app
    return schema


@pytest.mark.timeout(600)
@pytest.mark.parametrize("part", range(PARTS))
def test_the_answers_are_those_of_the_document(request: pytest.FixtureRequest, app: Flask, world: World, admin: Caller,
                                               customer: Caller, device: Caller, part: int) -> None:
    schema = schema_of(app, document(app))
    operations = sorted((found.ok() for found in schema.get_all_operations()), key=lambda each: each.label)
    tour = Tour(app, {"admin": admin, "customer": customer, "device": device}, world)
    for operation in sorted(operations[part::PARTS], key=order):
        assert order(operation)[0] or admin.get("/api/auth/me").status_code == 200, "the administrator is out"
        tour.visit(operation, examples=request.config.getoption("--examples"))
    assert not tour.wrong, "\n\n".join(f"{where}: {what}" for where, what in tour.wrong.items())
    well = sum(count for status, count in tour.statuses.items() if status < 300)
    assert well > sum(tour.statuses.values()) / 5, f"hardly any call went well: {tour.statuses}"


def test_an_answer_that_is_not_in_the_document_is_found(app: Flask, world: World, admin: Caller,
                                                        device: Caller) -> None:
    """A route of the tour that answers 500, another status and another shape than it says."""
    told = document(app)
    asked = told["paths"]["/api/auth/me"]["get"]
    asked["responses"]["200"]["content"]["application/json"]["schema"] = {"type": "array"}
    del told["paths"]["/api/auth/logout"]["get"]["responses"]["302"]
    schema = schema_of(app, told)
    tour = Tour(app, {"admin": admin, "device": device}, world)
    app.view_functions[app.url_map.bind("").match("/api/status")[0]] = ruined
    for path in ("/api/auth/me", "/api/status", "/api/auth/logout"):
        tour.visit(schema[path]["GET"], examples=1)
    assert set(tour.wrong) == {("GET /api/auth/me", "response_schema_conformance", 200),
                               ("GET /api/auth/logout", "status_code_conformance", 302),
                               ("GET /api/status", "no_fault", 500),
                               ("GET /api/status", "status_code_conformance", 500)}


@who_may(ANYONE)
def ruined() -> None:
    raise ZeroDivisionError
