"""The server's own log: one line for each thing that happened, as text for people or as JSON for programs.

Whatever is logged tells of which request or socket it speaks, also out of real threads; nothing in it can forge a line
or drive a terminal, and no secret stands in it (discreet.py).
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextvars import ContextVar, Token
from typing import Any, TypeVar

import orjson

from connectassist.core import clock, foreign
from connectassist.core.discreet import Discretion, secrets_of
from connectassist.core.settings import Settings

T = TypeVar("T")
Facts = dict[str, Any]
TEXT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
#: Longer messages are cut: what strangers send may be quoted in one.
LONGEST_MESSAGE, LONGEST_TRACEBACK = 8000, 32_000
_FACTS: ContextVar[Facts | None] = ContextVar("what the log speaks of", default=None)
#: How facts are called in JSON, in this order.
_SHOWN = ("request_id", "socket_id", "user_id", "device_id", "method", "route", "status", "ms", "address")


class Concerning:
    """While it is entered, what is logged is about this; `facts` may grow. Other green threads don't see it."""

    __slots__ = ("_before", "facts")

    def __init__(self, **facts: Any) -> None:
        self.facts = facts

    def __enter__(self) -> Facts:
        self._before: Token[Facts | None] = _FACTS.set(self.facts)
        return self.facts

    def __exit__(self, *problem: object) -> None:
        _FACTS.reset(self._before)


def add(**facts: Any) -> None:
    """Tell more of what is being done, if anything is."""
    known = _FACTS.get()
    if known is not None:
        known.update(facts)


def facts() -> Facts:
    """What is known of what is being done."""
    return _FACTS.get() or {}


def carried(function: Callable[..., T]) -> Callable[..., T]:
    """A function that speaks, in whichever thread it runs, of what is being done now."""
    known = _FACTS.get()
    if known is None:
        return function

    def carrying(*args: Any, **kwargs: Any) -> T:
        before = _FACTS.set(known)
        try:
            return function(*args, **kwargs)
        finally:
            _FACTS.reset(before)
    return carrying


class TextLines(logging.Formatter):
    """As people read it. What belongs to a line and stands below it is set in, so that nobody can make up a line."""

    def __init__(self, discretion: Discretion) -> None:
        super().__init__(TEXT)
        self._discretion = discretion

    def formatMessage(self, record: logging.LogRecord) -> str:
        record.message = self._discretion.of(foreign.text(record.message, LONGEST_MESSAGE))
        about = facts().get("request_id")
        return super().formatMessage(record) + (f" (request {about})" if about else "")

    def formatException(self, problem: Any) -> str:
        said = self._discretion.of(super().formatException(problem)[:2 * LONGEST_TRACEBACK])[:LONGEST_TRACEBACK]
        return "\n".join("  " + foreign.text(line) for line in said.splitlines())


class JsonLines(logging.Formatter):
    """As programs read it: one object in a line."""

    def __init__(self, discretion: Discretion) -> None:
        super().__init__()
        self._discretion = discretion

    def format(self, record: logging.LogRecord) -> str:
        line = {"time": clock.iso(clock.from_milliseconds(record.created * 1000)), "level": record.levelname,
                "logger": record.name, "message": self._said(record.getMessage(), LONGEST_MESSAGE),
                "process": record.process, **shown(facts() | getattr(record, "facts", {}))}
        if record.exc_info:
            line["traceback"] = self._said(self.formatException(record.exc_info), LONGEST_TRACEBACK)
        return orjson.dumps(line, default=str).decode()

    def _said(self, text: str, most: int) -> str:
        """Texts hold whatever they hold: JSON escapes it. Only what is no text at all is left out."""
        return self._discretion.of(text[:2 * most])[:most].encode(errors="replace").decode()


def shown(known: Facts) -> Facts:
    """Facts as a line in JSON names them; who asks is told by a number or an id."""
    by = known.get("principal")
    if by is not None:
        known = {"user_id": by.user_id, "device_id": by.device_id} | known
    return {name: foreign.text(value, 200) if isinstance(value, str) else value
            for name in _SHOWN if (value := known.get(name)) is not None}


class _Printer(logging.StreamHandler):
    """Ours, of which there is one."""


def install(settings: Settings) -> None:
    """Print the log as the settings say. Where somebody else (a test) listens already, it is left to them."""
    root = logging.getLogger()
    if not all(isinstance(each, _Printer) for each in root.handlers):
        return
    for old in list(root.handlers):
        root.removeHandler(old)
    printer = _Printer(sys.stderr)
    printer.setFormatter((JsonLines if settings.log_format == "json" else TextLines)(Discretion(secrets_of(settings))))
    root.addHandler(printer)
    root.setLevel(settings.log_level.upper())
