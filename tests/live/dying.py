"""A power cut in the middle of something: it runs in a process of its own, which kills itself where the test says."""

from __future__ import annotations

import os
import signal
import traceback
from collections.abc import Callable
from typing import Any, NoReturn


def now(*arguments: Any, **named: Any) -> NoReturn:
    """Die. Put in the place of the function before which it shall happen."""
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError("still alive")


def dies(work: Callable[[], object]) -> None:
    """Do something in a copy of this process that must not live to its end. What it replaces is replaced only there."""
    child = os.fork()
    if child == 0:
        try:
            work()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL, status
