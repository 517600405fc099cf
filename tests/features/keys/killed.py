"""Changes an instance's keys and dies in the middle, as a power cut would have it: `killed.py STEP`, with the
settings in the environment."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import create_engine

from connectassist.core import durable, settings
from connectassist.features.clients import models as clients  # noqa: F401  (devices are a client's)
from connectassist.features.devices import models as devices  # noqa: F401  (what is encrypted says so there)
from connectassist.features.keys import rotating

#: Before which step it dies: the functions that are called one after the other.
STEPS = ((durable, "write"), (rotating, "_encrypt_anew"), (rotating.audit, "write"), (rotating, "_settle"))


def dies_before(step: int) -> None:
    calls = iter(range(100))

    def watched(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **named: Any) -> Any:
            if next(calls) == step:
                os.kill(os.getpid(), signal.SIGKILL)
            return function(*arguments, **named)
        return call

    for module, name in STEPS:
        setattr(module, name, watched(getattr(module, name)))


if __name__ == "__main__":
    found = settings.load()
    key, goes_on = rotating.next_key(found, given=None, is_from_environment=False)
    dies_before(int(sys.argv[1]))
    rotating.change(found, key, engine=create_engine(found.database), is_from_environment=False, goes_on=goes_on,
                    new_signing_key=False)
