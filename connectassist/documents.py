"""The pages of docs/ that are made from the code: what the code says, in tables."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path
from typing import Any

from connectassist import factory  # noqa: F401  (imports every feature, so that all errors and events are declared)
from connectassist.core.errors import AppError
from connectassist.core.settings import PREFIX, ROOT, Settings
from connectassist.realtime.declare import Declarations, Incoming, Outgoing
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import IT, NAMESPACES

_MADE = "Made from the code by `make docs`; a test holds it to the code.\n"


def pages() -> dict[str, str]:
    """Every page by its file name in docs/."""
    return {"settings.md": settings_page(), "errors.md": errors_page(), "events.md": events_page()}


def settings_page() -> str:
    """Every setting with its default, by theme."""
    return (f"# Settings\n\n{_MADE}\nThe server reads these environment variables when it starts; an empty one counts "
            "as absent. Yes/no settings take `1`, `true`, `yes` or `on` and `0`, `false`, `no` or `off`. "
            "A value that makes no sense stops the start and is named.\n" + "".join(map(_theme, Settings.__bases__)))


def _theme(declared: type) -> str:
    rows = [(f"`{PREFIX}{field.name.upper()}`", _default(field.default), field.metadata["doc"])
            for field in fields(declared)]
    return f"\n## {(declared.__doc__ or '').rstrip('.')}\n\n" + _table(("variable", "default", "meaning"), rows)


def _default(value: Any) -> str:
    if isinstance(value, bool):
        return "`on`" if value else "`off`"
    if isinstance(value, Path):
        value = value.relative_to(ROOT)  # the same wherever the checkout lies
    text = ",".join(value) if isinstance(value, tuple) else str(value)
    return f"`{text}`" if text else "empty"


def errors_page() -> str:
    """Every error a caller can meet."""
    rows = [(f"`{error.code}`", str(error.status), error.sentence, _about(error)) for error in all_errors()]
    return (f"# Errors\n\n{_MADE}\nHow an error looks depends on the path that was called:\n\n"
            '- `/api/*`: `{"success": false, "error": "<sentence>", "detail": "<sentence>", "error_code": "<code>", '
            '"timestamp": "…"}`\n'
            '- `/api/v1/*`, `/ws/*`, `/healthz`, `/readyz`, `/version`: `{"error": {"code": "<code>", '
            '"message": "<sentence>", "details": {…}}}`\n'
            '- `/pocket-it/*`: `{"error": "<sentence>"}`\n'
            "- everything else: an HTML page\n\n"
            'On a socket the acknowledgement says `{"ok": false, "error": "<sentence>", "error_code": "<code>"}`, and '
            "`event-error` carries the same. A `429` carries `Retry-After` in seconds.\n\n"
            + _table(("code", "status", "sentence", "about"), rows))


def all_errors() -> list[type[AppError]]:
    """Every error class, by status and code."""
    found, waiting = set(), [AppError]
    while waiting:
        waiting += (error := waiting.pop()).__subclasses__()
        found.add(error)
    # A class that only says the same again (InternalError) is shown once.
    shown = {(error.status, error.code): error for error in sorted(found, key=lambda e: len(e.__mro__), reverse=True)}
    return [shown[key] for key in sorted(shown)]


def _about(error: type[AppError]) -> str:
    return " ".join((error.__dict__.get("__doc__") or "").split()) if error is not AppError else ""


def events_page() -> str:
    """Every Socket.IO event of each namespace, in and out."""
    return (f"# Socket.IO events\n\n{_MADE}\nWhat the events mean together, and what passes between helper and "
            "technician, is told in [helper-protocol.md](helper-protocol.md).\n\n## From clients\n\n"
            "In the default namespace an event without `sessionId` speaks from the one seat that its socket holds. "
            "Every event is acknowledged "
            'with `{"ok": true, …}` or `{"ok": false, "error", "error_code"}`; one that is refused is also answered '
            "with `event-error`. An unknown name is refused with `UNKNOWN_EVENT`.\n\n"
            + _tables(GATEWAY.events) + "".join(
                f"\n# Namespace `{each.path}`\n\nContract 000's; the same under `{each.paths[1]}`. Refusals are "
                f"acknowledged as above{' and told with `error_message`' if each is IT else ''}.\n\n## From clients\n\n"
                + _tables(each.events) for each in NAMESPACES))


def _tables(events: Declarations) -> str:
    incoming = [_incoming_row(event) for _, event in sorted(events.incoming.items())]
    outgoing = [_outgoing_row(event) for _, event in sorted(events.outgoing.items())]
    return (_table(("event", "from", "needs the right", "fields that must be there", "meaning"), incoming)
            + "\n## From the server\n\n" + _table(("event", "to", "fields", "meaning"), outgoing))


def _incoming_row(event: Incoming) -> tuple[str, ...]:
    needed = ", ".join(f"`{name}` ({_kind(kind)})" for name, kind in event.fields.items())
    speakers, meaning = ", ".join(event.speaks) or "anyone", " ".join(event.doc.split())
    return f"`{event.name}`", speakers, event.needs or "", needed, meaning


def _kind(kind: type | tuple[type, ...]) -> str:
    words = {str: "text", int: "whole number", float: "number", bool: "yes/no", list: "list", dict: "object",
             bytes: "binary"}
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return " or ".join(words.get(each, each.__name__) for each in kinds)


def _outgoing_row(event: Outgoing) -> tuple[str, ...]:
    return f"`{event.name}`", event.to, ", ".join(f"`{name}`" for name in event.fields), event.doc


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, tuple("---" for _ in head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)
