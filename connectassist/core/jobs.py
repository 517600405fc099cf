"""Work that burns CPU or blocks goes through here, to a real thread, never on the hub.

The engine in use (realtime/engine.py) says how a green thread waits for a real one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from connectassist.core import logs

T = TypeVar("T")
Runner = Callable[..., Any]


def _directly(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    return function(*args, **kwargs)


_runner: Runner = _directly
_under_way = [0]
#: Worker processes by name, with what tells how many jobs each has or is waited for with.
WORKERS: dict[str, Callable[[], int]] = {}


def use(runner: Runner) -> None:
    """Set how real threads are reached. Called once, by the engine."""
    global _runner
    _runner = runner


def run_blocking(function: Callable[..., T], *args: Any, **kwargs: Any) -> T:
    """Run a function in a real thread and wait for it without holding up the hub. Its error is raised here; what it
    logs speaks of the request that it works for."""
    _under_way[0] += 1
    try:
        return _runner(logs.carried(function), *args, **kwargs)
    finally:
        _under_way[0] -= 1


def under_way() -> int:
    """How many callers wait for a real thread right now, or for what runs in one."""
    return _under_way[0]
