"""Changes an instance's keys and dies in the middle, as a power cut would have it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import NullPool, create_engine

from connectassist.core import durable
from connectassist.core.settings import Settings
from connectassist.features.keys import rotating
from tests.features.keys.instances import of_file
from tests.live import dying

#: Before which step it dies: the functions that are called one after the other.
STEPS = ((durable, "write"), (rotating, "_encrypt_anew"), (rotating.audit, "write"), (rotating, "_settle"))


def cut_off(site: Settings, step: int) -> None:
    """Change the keys of a site in a process that dies before a step."""
    found = of_file(site)

    def change() -> None:
        key, goes_on = rotating.next_key(found, given=None, is_from_environment=False)
        _die_before(step)
        rotating.change(found, key, engine=create_engine(found.database, poolclass=NullPool),
                        is_from_environment=False, goes_on=goes_on, new_signing_key=False)

    dying.dies(change)


def _die_before(step: int) -> None:
    calls = iter(range(100))

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if next(calls) == step:
                dying.now()
            return function(*arguments, **named)
        return call

    for module, name in STEPS:
        setattr(module, name, watched(getattr(module, name)))
