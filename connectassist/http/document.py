"""The OpenAPI document: made from the routes, completed with who may call each, served at /openapi.json."""

from __future__ import annotations

import re
import threading
from typing import Any

import flask_smorest
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from apispec.ext.marshmallow.common import resolve_schema_cls
from flask import Flask, Response

from connectassist import VERSION
from connectassist.core import errors
from connectassist.core.errors import AppError
from connectassist.http.guard import ANYONE, DEVICE, SIGNED_IN, who_may
from connectassist.http.json import json_response
from connectassist.http.openapi import ErrorView

PATH = "/openapi.json"
_SCHEMES = {
    "bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT", "description": "The token of a sign-in."},
    "cookie": {"type": "apiKey", "in": "cookie", "name": "remote.sid",
               "description": "Set by a sign-in; all but GET also need the cookie XSRF-TOKEN as header X-XSRF-TOKEN."},
    "deviceId": {"type": "apiKey", "in": "header", "name": "X-Device-Id"},
    "deviceSecret": {"type": "apiKey", "in": "header", "name": "X-Device-Secret"},
}
_STAFF: list[dict[str, list]] = [{"bearer": []}, {"cookie": []}]
_DEVICE: list[dict[str, list]] = [{"deviceId": [], "deviceSecret": []}]


class Api(flask_smorest.Api):
    """flask-smorest without its error handlers: http/guard.py renders every error. The document is written when
    somebody first asks for it, for that takes longer than all the rest of a start."""

    ERROR_SCHEMA = ErrorView
    DEFAULT_ERROR_RESPONSE_NAME = None

    def __init__(self, app: Flask, **options: Any) -> None:
        self._flask, self._unwritten, self._writing = app, [], threading.Lock()
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
            return self.spec.to_dict()

    def _write(self) -> None:
        for bp in self._unwritten:
            bp.register_views_in_doc(self, self._flask, self.spec, name=bp.name, parameters=None)
            self.spec.tag({"name": bp.name, "description": bp.description})
        self._unwritten.clear()
        _describe_callers(self._flask, self)


def install(app: Flask) -> Api:
    """Set the document up and serve it at /openapi.json."""
    app.config.update(API_TITLE="ConnectAssist", API_VERSION=VERSION, OPENAPI_VERSION="3.0.3",
                      OPENAPI_URL_PREFIX=None)
    api = Api(app, spec_kwargs={"marshmallow_plugin": MarshmallowPlugin(schema_name_resolver=_schema_name),
                                "info": {"description": "A self-hosted remote-support desk."}})

    @app.get(PATH, endpoint="openapi")
    @who_may(ANYONE)
    def document() -> Response:
        """The API's OpenAPI document."""
        return json_response(api.document())

    return api


def _schema_name(schema: Any) -> str | None:
    """A schema's name with its feature's before it, so that two features may each have a Registration."""
    found = resolve_schema_cls(schema)
    parts = found.__module__.split(".")
    plain = (resolver(schema) or "").removesuffix("View")
    if "features" not in parts:
        return plain
    feature = "".join(word.title() for word in parts[parts.index("features") + 1].split("_"))
    return plain if plain.startswith(feature.rstrip("s")) else feature + plain


def _describe_callers(app: Flask, api: Api) -> None:
    """Write into the document who may call each operation and how those are refused who may not, from the
    views' own marks."""
    for name, scheme in _SCHEMES.items():
        api.spec.components.security_scheme(name, scheme)
    for rule in app.url_map.iter_rules():
        view = app.view_functions[rule.endpoint]
        path = api.spec._paths.get(_documented(rule.rule)) or {}
        for method in (m.lower() for m in rule.methods or ()):
            if method in path:
                _describe(path[method], view, api)


def _describe(operation: dict[str, Any], view: Any, api: Api) -> None:
    caller = view.who_may
    operation["x-who-may"] = caller
    operation["security"] = _security(caller)
    refusals: list[type[AppError]] = [] if caller == ANYONE else [errors.Unauthorized]
    if "requestBody" in operation or operation.get("parameters"):
        refusals.append(errors.ValidationFailed)
    if caller not in (ANYONE, SIGNED_IN, DEVICE):
        refusals.append(errors.Forbidden)
    if hasattr(view, "limit") or caller not in (ANYONE, DEVICE):
        refusals.append(errors.RateLimited)
    for error in refusals:
        if "description" not in operation["responses"].get(str(error.status), {}):
            operation["responses"][str(error.status)] = _refusal(error)
    operation["responses"] = dict(sorted(operation["responses"].items()))


def _security(caller: str) -> list[dict[str, list]]:
    """Anyone may call without proof, but a proof that is sent counts."""
    if caller == ANYONE:
        return [{}, *_STAFF, *_DEVICE]
    return _DEVICE if caller == DEVICE else _STAFF


def _refusal(error: type[AppError]) -> dict[str, Any]:
    answer: dict[str, Any] = {
        "description": f"`{error.code}`: {error.sentence}",
        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Error"}}}}
    if error is errors.RateLimited:
        answer["headers"] = {"Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer"}}}
    return answer


def _documented(rule: str) -> str:
    return re.sub(r"<(?:[^:<>]+:)?([^<>]+)>", r"{\1}", rule)
