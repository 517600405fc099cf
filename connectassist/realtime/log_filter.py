"""What strangers send that is no packet of the protocol gets one line in the log now and then, not a traceback each."""

from __future__ import annotations

import logging

from connectassist.core import clock

QUIET = 10.0
UNKNOWN = "Invalid session"


class _Noise(logging.Filter):
    """Lets one line through in so many seconds, with the number of those in between."""

    def __init__(self) -> None:
        super().__init__()
        self._told, self._kept_back = -QUIET, 0

    def filter(self, record: logging.LogRecord) -> bool:
        if str(record.msg).startswith(UNKNOWN):  # and then whatever a stranger's address said, line breaks too
            record.msg, record.args = UNKNOWN, ()
        if not (record.exc_info and record.exc_info[1] is not None):
            return True
        now = clock.monotonic()
        if now - self._told < QUIET:
            self._kept_back += 1
            return False
        more = f" (and {self._kept_back} more since the last such line)" if self._kept_back else ""
        self._told, self._kept_back = now, 0
        record.msg, record.args, record.exc_info = (
            f"{record.getMessage()}: {record.exc_info[1]!r:.200}{more}", (), None)
        return True


NOISE = _Noise()


def keep_down() -> None:
    """Shorten what Engine.IO logs of broken packets. Our own handlers log their faults themselves, whole."""
    logging.getLogger("engineio.server").addFilter(NOISE)
