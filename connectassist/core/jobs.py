"""Work that burns CPU or blocks goes through here, to a real thread, never on the hub.

The engine in use (realtime/engine.py) says how a green thread waits for a real one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

T = TypeVar("T")
Runner = Callable[..., Any]


def _directly(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    return function(*args, **kwargs)


_runner: Runner = _directly


def use(runner: Runner) -> None:
    """Set how real threads are reached. Called once, by the engine."""
    global _runner
    _runner = runner


def run_blocking(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run a function in a real thread and wait for it without holding up the hub. Its error is raised here."""
    return _runner(function, *args, **kwargs)
