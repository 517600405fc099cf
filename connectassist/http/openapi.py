"""The API's building blocks: a blueprint whose decorators both document and enforce.

A view reads:

    @bp.post("/<session_id>/end")
    @who_may(TECHNICIAN)
    @bp.raises(SessionNotFound, SessionEnded)
    @bp.response(200, SessionView)
    def end(session_id): ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import flask_smorest
from flask import Request
from marshmallow import EXCLUDE, INCLUDE, Schema, ValidationError, fields
from webargs.flaskparser import FlaskParser
from webargs.multidictproxy import MultiDictProxy

from connectassist.core import clock
from connectassist.core.errors import AppError, TooLarge, ValidationFailed
from connectassist.http import json
from connectassist.identity import names


class Body(Schema):
    """Base of request bodies and query strings: unknown fields are passed over, as real clients send extras."""

    class Meta:
        unknown = EXCLUDE

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self._has_only_unread = all(isinstance(field, Unread) for field in self.load_fields.values())

    def load(self, data: Any, **options: Any) -> Any:
        if self._has_only_unread and isinstance(data, dict):  # looking for checks took as long as the guard does
            return {name: data.get(field.data_key or name) for name, field in self.load_fields.items()}
        return super().load(data, **options)


class Shape(Schema):
    """Base of documented answers: what stands there comes, and more may."""

    class Meta:
        unknown = INCLUDE


class ErrorView(Shape):
    """An error as most of the API says it."""

    success = fields.Boolean()
    error = fields.String()
    detail = fields.String()
    error_code = fields.String()
    timestamp = fields.String()


class ProblemView(Shape):
    """What went wrong, at the device gateway: `details` names the wrong `fields`, or the seconds to wait."""

    code = fields.String()
    message = fields.String()
    details = fields.Dict()


class GatewayErrorView(Shape):
    """An error as the device gateway says it."""

    error = fields.Nested(ProblemView)


class LenientParser(FlaskParser):
    """Reads JSON whatever the content type says (real clients send none), and empty query values as absent."""

    DEFAULT_VALIDATION_STATUS = 400
    DEFAULT_UNKNOWN_BY_LOCATION = {"json": EXCLUDE, "query": EXCLUDE, "form": EXCLUDE, "files": EXCLUDE}

    def load_json(self, req: Request, schema: Schema) -> Any:
        text = req.get_data(cache=True)
        if len(text) == req.max_content_length:  # a chunked body is cut there without a word
            raise TooLarge()
        body = _read(text) if text.strip() else {}
        if body is None:
            raise ValidationFailed("The body isn't valid JSON")
        if not isinstance(body, dict):
            raise ValidationFailed("The body must be a JSON object")
        return body

    def load_querystring(self, req: Request, schema: Schema) -> Any:
        given = req.args.copy()
        for key in [k for k, v in given.items() if v == ""]:
            del given[key]
        return MultiDictProxy(given, schema)

    def handle_error(self, error: ValidationError, req: Request, schema: Schema, *, error_status_code: int | None,
                     error_headers: Any) -> None:
        problems = next(iter(error.normalized_messages().values()), {})
        raise ValidationFailed(detail=_sentence(problems), fields=problems)


def _read(text: bytes) -> Any:
    """What a body says; None where that is nothing, or no JSON."""
    try:
        return json.loads(text)
    except ValueError:
        return None


def _sentence(problems: dict[str, Any]) -> str:
    return "; ".join(f"{name}: {why}" for name, why in _flat(problems))


def _flat(problems: dict[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Each wrong field, those within others as `metadata.location`, with what is wrong about it."""
    for name, why in problems.items():
        field = path if name == "_schema" and path else f"{path}.{name}".lstrip(".")
        if isinstance(why, dict):
            yield from _flat(why, field)
        else:
            yield field, " ".join(map(str, why)) if isinstance(why, list) else str(why)


def _described(view: Callable, told: Callable) -> Callable:
    """The view as it is, with what a decorator of the library says of it. The library would wrap it each time, and each
    wrapping costs something at each call."""
    view._apidoc = told(view)._apidoc  # type: ignore[attr-defined]
    return view


TEXT = {"type": "string"}
FILE = {"type": "string", "format": "binary"}


class Blueprint(flask_smorest.Blueprint):
    """A flask-smorest blueprint that declares errors by class."""

    ARGUMENTS_PARSER = LenientParser()

    def arguments(self, schema: type[Schema] | Schema, **options: Any) -> Callable:
        """What a view is given: read by a schema that is made here, once, and not at each call."""
        return super().arguments(schema() if isinstance(schema, type) else schema, **options)

    def raises(self, *errors: type[AppError]) -> Callable:
        """Document the errors a view answers with; http/document.py writes them in the dialect of the view's path."""
        def mark(view: Callable) -> Callable:
            view.raises = errors  # type: ignore[attr-defined]
            return view
        return mark

    def shows(self, schema: type[Schema] | Schema, *, status: int = 200) -> Callable:
        """Document the answer of a view that goes well; what the view returns is sent as it is."""
        told = self.alt_response(status, schema=schema, description="OK", success=True)
        return lambda view: _described(view, told)

    def takes(self, media_type: str, **properties: dict[str, Any]) -> Callable:
        """Document a body that the view reads itself: a form by its fields, anything else as bytes."""
        schema = {"type": "object", "properties": properties} if properties else FILE
        return self.doc(requestBody={"required": True, "content": {media_type: {"schema": schema}}})

    def reads(self, **described: str) -> Callable:
        """Document query parameters that the view reads itself, each with a sentence."""
        return self.doc(parameters=[{"in": "query", "name": name, "schema": {"type": "string"}, "description": words}
                                    for name, words in described.items()])


class YesOrNo(fields.Boolean):
    """`true` or `false`, and nothing that might mean one of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class Username(fields.String):
    """The name of a new account, tidied."""

    default_error_messages = {"name": f"{names.RULE}."}

    def __init__(self, **options: Any) -> None:
        super().__init__(metadata={"minLength": names.SHORTEST, "maxLength": names.LONGEST}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        name = names.tidied(super()._deserialize(value, attr, data, **kwargs))
        if not names.is_good(name):
            raise self.make_error("name")
        return name


class Unread(fields.Raw):
    """A field that its feature reads itself, with care. `told` is what the API's document says of it."""

    def __init__(self, *, data_key: str | None = None, **told: Any) -> None:
        super().__init__(load_default=None, data_key=data_key, metadata=told)


class Flag(fields.Boolean):
    """A query parameter that means yes as `1`, `true` or `yes`, and no as anything else."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        return str(value).lower() in ("1", "true", "yes")


class Moment(fields.Field[datetime]):
    """A moment by a device's own clock, which may be far from ours: ISO-8601, UTC where it names no zone, or Unix
    milliseconds."""

    default_error_messages = {"invalid": "Not a moment such as 2026-01-01T00:00:00.000Z."}

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        found = clock.read(value)
        if found is None:
            raise self.make_error("invalid")
        return found
