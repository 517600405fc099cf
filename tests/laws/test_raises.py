"""Law 7: what the verbs behind a view say that they raise stands in the API's document, in each route's answers."""

from __future__ import annotations

import ast
import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from types import FunctionType, ModuleType
from typing import Any

from flask import Flask

from connectassist.core import errors
from connectassist.core.errors import AppError

ERRORS = {name: error for name, error in vars(errors).items() if inspect.isclass(error) and issubclass(error, AppError)}

#: What a view never comes to, although a verb behind it may raise it, and why.
NEVER = {
    ("POST /api/auth/local/register", "Forbidden"): "it asks for no role",
    ("GET /api/admin/user/profile", "NotFound"): "whoever signed in has an account",
    ("GET /api/clients/<int:client_id>/installer", "RangeNotSatisfiable"): "each download is another; none is resumed",
    ("DELETE /api/chatbot/faqs/<int:entry_id>", "Conflict"): "it names no version",
    ("DELETE /api/chatbot/faqs/<int:entry_id>", "ValidationFailed"): "it sends no words",
    ("POST /api/v1/customer/devices/provision", "ClientNotFound"): "a customer's client is there",
    **{(f"GET {path}", "Unauthorized"): "the line is opened, and closed again with the reason"
       for path in ("/ws", "/ws/device", "/ws/customer", "/api/v1/device/ws", "/api/v1/customer/ws")},
}


def told(function: Callable) -> set[str]:
    """The errors that a docstring names after `Raises`."""
    text = " ".join((inspect.getdoc(function) or "").split())
    return {word for part in re.findall(r"Raises ([^.]*)", text) for word in re.findall(r"\w+", part)} & set(ERRORS)


def verbs(function: Callable, *, deep: int = 2) -> Iterator[Callable]:
    """What a view calls: functions of the modules that it imports, and of its own module, with what those call."""
    plain = inspect.unwrap(function)
    tree = ast.parse(textwrap.dedent(inspect.getsource(plain)))
    body = tree.body[0].body if isinstance(tree.body[0], ast.FunctionDef) else []
    for node in (each for part in body for each in ast.walk(part)):
        found = meant(node.func, plain.__globals__) if isinstance(node, ast.Call) else None
        if isinstance(found, FunctionType):
            yield found
            if found.__module__ == plain.__module__ and deep:
                yield from verbs(found, deep=deep - 1)


def meant(node: ast.expr, known: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        return known.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        module = known.get(node.value.id)
        return getattr(module, node.attr, None) if isinstance(module, ModuleType) else None
    return None


def untold(view: Callable, operation: dict[str, Any]) -> set[str]:
    """Errors that a view may answer with, of statuses that its operation does not name."""
    raised = told(view).union(*(told(verb) for verb in verbs(view)))
    return {name for name in raised if str(ERRORS[name].status) not in operation["responses"]}


def test_what_verbs_raise_is_in_the_document(app: Flask) -> None:
    document = app.test_client().get("/openapi.json").json
    breaches = set()
    for rule in app.url_map.iter_rules():
        path = document["paths"].get(re.sub(r"<(?:[^<>]+:)?([^<>]+)>", r"{\1}", rule.rule), {})
        for method in (rule.methods or set()) & {name.upper() for name in path}:
            missing = untold(app.view_functions[rule.endpoint], path[method.lower()])
            breaches |= {(f"{method} {rule.rule}", name) for name in missing}
    assert breaches <= set(NEVER), "\n".join(f"{route} may answer with {name}" for route, name in breaches - set(NEVER))
    assert breaches >= set(NEVER), f"these are no longer so: {set(NEVER) - breaches}"


def verb() -> None:
    """Do something. Raises NotFound, Conflict for another reason, and none of Nonsense."""


def view() -> None:
    """Call it."""
    verb()


def test_an_error_that_is_not_told_of_is_caught() -> None:
    assert told(verb) == {"NotFound", "Conflict"}
    assert untold(view, {"responses": {"404": {}}}) == {"Conflict"}
    assert untold(view, {"responses": {"404": {}, "409": {}}}) == set()
