"""The OpenAPI document: made from the routes, completed with who may call each, served at /openapi.json."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Response

from connectassist import VERSION
from connectassist.core import errors
from connectassist.core.errors import AppError
from connectassist.http import dialects, document_words
from connectassist.http.dialects import Dialect
from connectassist.http.guard import ANYONE, CUSTOMER, DEVICE, SIGNED_IN, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import Body, ErrorView, GatewayErrorView

PATH = "/openapi.json"
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The token of a sign-in."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "remote.sid",
               "description": "Set by a sign-in; all but GET also need the cookie XSRF-TOKEN as header X-XSRF-TOKEN."},
    "deviceId": {"type": "apiKey", "in": "header", "name": "X-Device-Id"},
    "deviceSecret": {"type": "apiKey", "in": "header", "name": "X-Device-Secret",
                     "description": "Shown once, as the device registers or enrolls."},
    "deviceToken": {"type": "apiKey", "in": "header", "name": "X-Device-Token",
                    "description": "A device's sign-in at POST /api/v1/device/auth, good for a week from its last use; "
                                   "also as X-Device-Session or as a bearer token."},
    "supabase": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT",
                 "description": "An access token of the Supabase project that the settings name."},
}
_STAFF: list[dict[str, list]] = [{"bearer": []}, {"cookie": []}]
_DEVICE: list[dict[str, list]] = [{"deviceToken": []}, {"deviceId": [], "deviceSecret": []}]
_CUSTOMER: list[dict[str, list]] = [*_STAFF, {"supabase": []}]
#: When the errors of the examples happened.
_ONCE = "2026-01-01T00:00:00.000Z"


class Api(flask_smorest.Api):
    """flask-smorest without its error handlers: http/guard.py renders every error. The document is written when
    somebody first asks for it, for that takes longer than all the rest of a start."""

    ERROR_SCHEMA = ErrorView
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask, **options: Any) -> None:
        self._flask, self._unwritten, self._writing, self._written = app, [], threading.Lock(), {}
        super().__init__(app, **options)

    def _register_error_handlers(self) -> None:
        pass

    def register_blueprint(self, bp: flask_smorest.Blueprint, **options: Any) -> None:
        """Mount a blueprint."""
        self._flask.extensions["flask-smorest"]["blp_name_to_api"][bp.name] = self
        self._flask.register_blueprint(bp, **options)
        self._unwritten.append(bp)

    def document(self) -> dict[str, Any]:
        """The OpenAPI document."""
        with self._writing:
            if self._unwritten:
                self._write()
                self._written = _as_browsers_read_it(self.spec.to_dict()) | {"x-tagGroups": [
                    {"name": name, "tags": list(tags)} for name, tags in document_words.THEMES.items()]}
            return self._written

    def _write(self) -> None:
        for bp in self._unwritten:
            bp.register_views_in_doc(self, self._flask, self.spec, name=bp.name, parameters=None)
            self.spec.tag({"name": bp.name, "description": bp.description, "x-displayName": _spelled(bp.name)})
        self._unwritten.clear()
        _describe_callers(self._flask, self)


def install(app: Flask) -> Api:
    """Set the document up and serve it at /openapi.json."""
    app.config.update(API_TITLE="ConnectAssist", API_VERSION=VERSION, OPENAPI_VERSION="3.0.3",
                      OPENAPI_URL_PREFIX=None)
    api = Api(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
                                "info": {"description": document_words.INTRODUCTION},
                                "servers": [{"url": "/"}]})

    @app.get(PATH, endpoint="openapi")
    @who_may(ANYONE)
    def document() -> Response:
        """The API's OpenAPI document."""
        return json_response(api.document())

    return api


def _schema_name(schema: Any) -> str | None:
    """A schema's name with its feature's before it, so that two features may each have a Registration; what comes in
    is told from what goes out."""
    found = resolve_schema_cls(schema)
    parts = found.__module__.split(".")
    plain = (resolver(schema) or "").removesuffix("View")
    if issubclass(found, Body) and not plain.endswith("Body"):
        plain += "Body"
    if "features" not in parts:
        return plain
    feature = "".join(word.title() for word in parts[parts.index("features") + 1].split("_"))
    return plain if plain.startswith(feature.rstrip("s")) else feature + plain


def _as_browsers_read_it(told: Any) -> Any:
    """The document with its patterns as JavaScript writes them, which knows no `\\Z`."""
    if isinstance(told, list):
        return [_as_browsers_read_it(each) for each in told]
    if not isinstance(told, dict):
        return told
    return {name: value.replace(r"\Z", "$") if name == "pattern" and isinstance(value, str)
            else _as_browsers_read_it(value) for name, value in told.items()}


def _describe_callers(app: Flask, api: Api) -> None:
    """Write into the document who may call each operation and how those are refused who may not, from the
    views' own marks."""
    for name, scheme in _SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for name, schema in (("Error", ErrorView), ("GatewayError", GatewayErrorView)):
        if name not in api.spec.components.schemas:
            api.spec.components.schema(name, schema=schema)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        path = api.spec._paths.get(_documented(rule.rule)) or {}
        _explain(path.get("parameters", ()))
        for method in (m.lower() for m in rule.methods or ()):
            if method in path:
                _describe(path[method], view, api, dialects.of(rule.rule))
                path[method]["operationId"] = f"{rule.endpoint.replace('.', '_')}_{method}"


def _explain(parameters: Iterable[dict[str, Any]]) -> None:
    """Say what parameters mean that say nothing of themselves."""
    for told in parameters:
        told["description"] = told.get("description") or document_words.PARAMETERS.get(told["name"], "")


def _spelled(tag: str) -> str:
    return tag.replace("_", " ").replace("-", " ").capitalize()


def _describe(operation: dict[str, Any], view: Any, api: Api, dialect: Dialect) -> None:
    caller = view.who_may
    operation["x-who-may"] = caller
    operation["security"] = _security(caller, view)
    _explain(operation.get("parameters", ()))
    _show_that_it_is_json(operation["responses"])
    operation |= _in_two(operation.get("summary", ""), operation.get("description", ""))
    by_status: dict[int, dict[str, type[AppError]]] = {}
    for error in (*getattr(view, "raises", ()), *_refusals(operation, view, dialect)):
        by_status.setdefault(error.status, {})[error.code] = error
    for status, group in by_status.items():
        operation["responses"][str(status)] = _refusal(list(group.values()), dialect, api)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _show_that_it_is_json(responses: dict[str, Any]) -> None:
    """An answer whose fields nobody wrote down is an object all the same."""
    if not any("content" in told or status[0] in "13" for status, told in responses.items()):
        for status, told in responses.items():
            if status[0] == "2":
                told["content"] = {"application/json": {"schema": {"type": "object"}}}


def _in_two(summary: str, description: str) -> dict[str, str]:
    """The first sentence of a view's text is its summary, the others describe it."""
    first, stop, others = " ".join(summary.split()).partition(". ")
    told = "\n\n".join(part for part in (others, description) if part)
    return {"summary": first + stop.strip()} | ({"description": told} if told else {})


def _refusals(operation: dict[str, Any], view: Any, dialect: Dialect) -> list[type[AppError]]:
    """The errors that the door answers with before a view runs, as far as the view does not name others."""
    caller, named = view.who_may, {error.status for error in getattr(view, "raises", ())}
    found: list[type[AppError]] = [] if caller == ANYONE else [errors.Unauthorized]
    if "requestBody" in operation or operation.get("parameters"):
        found.append(errors.ValidationFailed)
    if caller not in (ANYONE, SIGNED_IN, DEVICE) or (caller == DEVICE and dialect.name != "gateway"):
        found.append(errors.Forbidden)
    if hasattr(view, "limit") or caller not in (ANYONE, DEVICE) or dialect.name == "gateway":
        found.append(errors.RateLimited)
    return [error for error in found if error.status not in named]


def _security(caller: str, view: Any) -> list[dict[str, list]]:
    """Anyone may call without proof, but a proof that is sent counts, where it is looked at."""
    if caller == ANYONE:
        if hasattr(view, "reads_the_secret"):
            return [{}, *_DEVICE] if hasattr(view, "is_websocket") else [{}]
        return [{}] if hasattr(view, "asks_nobody") else [{}, *_STAFF, *_DEVICE]
    return {DEVICE: _DEVICE, CUSTOMER: _CUSTOMER}.get(caller, _STAFF)


def _refusal(group: list[type[AppError]], dialect: Dialect, api: Api) -> dict[str, Any]:
    """How errors of one status are answered, each with an example."""
    schema = "GatewayError" if dialect.name == "gateway" else "Error"
    answer: dict[str, Any] = {
        "description": "; ".join(f"`{error.code}`: {error.sentence}" for error in group),
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"},
                                         "examples": {error.code: _example(error, dialect, api) for error in group}}}}
    if errors.RateLimited in group:
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return answer


def _example(error: type[AppError], dialect: Dialect, api: Api) -> dict[str, str]:
    """A reference to what such an error looks like."""
    name = f"{dialect.name}.{error.code}"
    if name not in api.spec.components.examples:
        told = AppError.__new__(error)
        AppError.__init__(told, retry_after=30 if error.status == 429 else None)
        body = dialect.body(told) if dialect.body else {}
        api.spec.components.example(name, {"summary": error.sentence, "value": {
            key: _ONCE if key == "timestamp" else value for key, value in body.items()}})
    return {"$ref": f"#/components/examples/{name}"}


def _documented(rule: str) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)
