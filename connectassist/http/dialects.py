"""The dialects: how a caller of each contract is told "no". Chosen by the path, here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from connectassist.core import clock, errors
from connectassist.core.errors import AppError

#: Contract 004's words for the errors that it writes out; its client shows the `detail`.
_DETAILS = {kind.sentence: words for kind, words in (
    (errors.Unauthorized, "Could not validate credentials"), (errors.Forbidden, "Not enough permissions"),
    (errors.NotFound, "Resource not found"), (errors.InternalError, "Internal server error"))}


def _desk(error: AppError) -> dict[str, Any]:
    detail = error.detail or _DETAILS.get(error.sentence, error.sentence)
    body = {"success": False, "error": error.sentence, "detail": detail,
            "error_code": error.code, "timestamp": clock.iso(clock.now()), **error.details}
    if error.status == 401:
        body |= {"message": error.sentence, "loginUrl": "/login"}
    return body


def _gateway(error: AppError) -> dict[str, Any]:
    """The message says all there is to say; the details name the wrong `fields`, or after how many seconds to try
    again."""
    message = f"{error.sentence}: {error.detail}" if error.detail else error.sentence
    wait = {} if error.retry_after is None else {"retryAfter": error.retry_after}
    return {"error": {"code": error.code, "message": message, "details": error.details | wait}}


def _pocket(error: AppError) -> dict[str, Any]:
    """One sentence, with the names of wrong fields, and nothing else; only agents that ask whether they are enrolled
    read a second field."""
    sentence = f"{error.sentence}: {error.detail}" if "fields" in error.details else error.sentence
    return {"error": sentence} | {name: fact for name, fact in error.details.items() if name == "enrolled"}


@dataclass(frozen=True)
class Dialect:
    """A name, the paths it speaks on, and how it writes an error (None: as an HTML page)."""

    name: str
    prefixes: tuple[str, ...]
    body: Callable[[AppError], dict[str, Any]] | None


PAGES = Dialect("pages", ("/",), None)
DIALECTS = (
    Dialect("gateway", ("/api/v1/", "/healthz", "/readyz", "/version", "/ws/device", "/ws/customer"), _gateway),
    Dialect("pocket", ("/pocket-it/",), _pocket),
    Dialect("desk", ("/api/", "/openapi.json", "/websockify", "/ws", "/metrics"), _desk),
    PAGES,
)


def of(path: str) -> Dialect:
    """The dialect that a path speaks; `path` counts from the server's root, with the mount that it was called by."""
    return next(d for d in DIALECTS if any(_under(path, prefix) for prefix in d.prefixes))


def _under(path: str, prefix: str) -> bool:
    return path.startswith(prefix) or path == prefix.rstrip("/")
