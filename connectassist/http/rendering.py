"""The one place where an error becomes bytes: in the dialect of the path, or on a page for a person."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlencode

from flask import Flask, current_app, redirect, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from connectassist.core import db as database
from connectassist.core import errors, logs
from connectassist.core.errors import AppError
from connectassist.http import dialects, tracing
from connectassist.http.guard import count_guess
from connectassist.http.json import json_response

log = logging.getLogger(__name__)
View = TypeVar("View", bound=Callable)
_BY_STATUS: dict[int, type[AppError]] = {
    400: errors.BadRequest, 401: errors.Unauthorized, 403: errors.Forbidden, 404: errors.NotFound,
    405: errors.MethodNotAllowed, 409: errors.Conflict, 413: errors.TooLarge, 415: errors.UnsupportedMediaType,
    416: errors.RangeNotSatisfiable, 429: errors.RateLimited, 503: errors.Unavailable,
}


def for_people(way_on: str) -> Callable[[View], View]:
    """Mark a view that browsers are sent to although its path is an API's: a person is told of its errors on a page,
    with a button to `way_on`; a program in JSON as anywhere."""
    def mark(view: View) -> View:
        view.way_on = way_on  # type: ignore[attr-defined]
        return view
    return mark


def install(app: Flask) -> None:
    """Put the error handler behind every view."""
    app.register_error_handler(Exception, _render)


def _render(problem: Exception) -> ResponseReturnValue:
    error = _as_app_error(problem)
    if isinstance(error, (errors.SessionNotFound, errors.FileUnknown)):
        error = _counted(error)
    if isinstance(problem, HTTPException) and (problem.code or 500) < 400:
        return problem.get_response()
    dialect, way_on = dialects.of(request.script_root + request.path), _way_on_for_a_person()
    if dialect.body is None or way_on:
        return _page(error, way_on)
    response = json_response(dialect.body(error), error.status)
    response.headers.update(error.headers)
    if error.status == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def _counted(error: AppError) -> AppError:
    """A wrong sessionId from somebody unproven uses up a budget, theirs and everyone's: the id holds only some 40
    bits. A wrong fileId counts as one."""
    try:
        count_guess()
    except AppError as refusal:
        return refusal
    return error


def _as_app_error(problem: Exception) -> AppError:
    if isinstance(problem, AppError):
        return problem
    if isinstance(problem, HTTPException):
        error = _BY_STATUS.get(problem.code or 500, errors.InternalError)()
        error.headers |= {name: value for name, value in problem.get_headers() if name == "Allow"}
        return error
    if isinstance(problem, TimeoutError):  # the engine's, while the body was read
        return errors.RequestTimeout()
    error = database.told(problem)
    if error is not None:
        log.warning("the database refused %s %s: %s", request.method, tracing.route(), problem)
        return error
    log.exception("unexpected error on %s %s", request.method, tracing.route())
    return errors.InternalError()


def _way_on_for_a_person() -> str:
    """Where a person may go on from a view `for_people`; empty when a program asks."""
    view = current_app.view_functions.get(request.endpoint or "")
    is_browser = request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"
    return getattr(view, "way_on", "") if is_browser else ""


def _page(error: AppError, way_on: str = "") -> ResponseReturnValue:
    if error.status == 401:
        return redirect("/login?" + urlencode({"next": request.full_path.rstrip("?")}))
    page = render_template("error.html", status=error.status, title=error.sentence,
                           message=error.detail or "", hint=error.retry_after, way_on=way_on,
                           request_id=logs.facts().get("request_id", "") if error.status >= 500 else "")
    return page, error.status, error.headers
