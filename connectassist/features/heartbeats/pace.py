"""When a device shall send its next heartbeat: every 30 seconds, and less often the more there is to do.

The devices that beat, divided by the time between two beats, are the beats per second that the server must take. Past
what it takes with ease the time grows, so that their number stays the same; and it grows with the lag of the loop that
everything runs in, whatever that lag comes from. It changes by whole steps, so that a device is not told a new one
with each beat. Each device of a large fleet has a little more or less than its neighbour, so that they do not march in
step."""

from __future__ import annotations

import math
import zlib

from connectassist.core import clock

USUAL, LONGEST, STEP = 30.0, 300.0, 5.0
#: Beats per second that the server takes with ease.
WITH_EASE = 200
#: A lag of this many seconds doubles the time between two beats.
LAG = 0.25
#: A lag up to so many seconds is none.
HICCUP = 0.05
#: From this many devices on it matters whether they march in step.
MANY, SPREAD = 100, 0.1


class Pace:
    """Tells how long a device may wait. `look` comes round once in `round_` seconds; how late it comes is the lag."""

    def __init__(self, *, round_: float = 1.0) -> None:
        self._round, self._looked, self.lag = round_, 0.0, 0.0

    def look(self) -> float:
        """Take the lag; a single one counts little. Returns by how many seconds this look is late."""
        moment = clock.monotonic()
        late = max(0.0, moment - self._looked - self._round) if self._looked else 0.0
        self._looked = moment
        self.lag += (min(late, LONGEST) - self.lag) / 4
        return late

    def next(self, device_id: str, *, of: int) -> float:
        """Seconds until the next beat of a device that is one of so many."""
        seconds = max(USUAL, of / WITH_EASE) * (1 + max(0.0, self.lag - HICCUP) / LAG)
        seconds = min(STEP * math.ceil(seconds / STEP), LONGEST)
        return min(seconds * _spread(device_id), LONGEST) if of > MANY else seconds


def _spread(device_id: str) -> float:
    """A device's own number around 1, always the same."""
    return 1 - SPREAD + 2 * SPREAD * zlib.crc32(device_id.encode()) / 2**32
