"""What strangers send that is no frame of the protocol gets one line in the log, not a traceback each."""

from __future__ import annotations

import logging


def _in_one_line(record: logging.LogRecord) -> bool:
    if record.exc_info and record.exc_info[1] is not None:
        problem = record.exc_info[1]
        record.msg, record.args, record.exc_info = f"{record.getMessage()}: {problem!r:.200}", (), None
    return True


def keep_down() -> None:
    """Shorten what Engine.IO logs of broken frames. Our own handlers log their faults themselves, whole."""
    logging.getLogger("engineio.server").addFilter(_in_one_line)
