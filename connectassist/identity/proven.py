"""Which device showed a proof a moment ago, so that one that works fast is not looked up at each call.

What ends a proof ends it here at once, and tells the other processes; while they can't be told they notice after
`LASTS` at the latest."""

from __future__ import annotations

from datetime import datetime, timedelta

LASTS = timedelta(seconds=3)
MOST = 20_000


class Proven:
    """Devices by the proofs that they showed. `ends` counts what was ended: what was looked up before one of these is
    not kept after it."""

    def __init__(self) -> None:
        self._shown: dict[str, tuple[str, datetime]] = {}
        self.ends = 0

    def get(self, proof: str, *, now: datetime) -> str | None:
        """The device that showed it."""
        device_id, moment = self._shown.get(proof, (None, now))
        return device_id if moment <= now < moment + LASTS else None

    def note(self, proof: str, device_id: str, *, now: datetime, ends: int) -> None:
        """A device showed it, as was looked up when there had been so many `ends`."""
        if ends != self.ends:
            return
        if len(self._shown) >= MOST:
            self._shown.clear()
        self._shown[proof] = device_id, now

    def end(self, device_id: str) -> None:
        """Nothing that the device showed proves anything any more."""
        self.ends += 1
        self._shown = {proof: shown for proof, shown in self._shown.items() if shown[0] != device_id}
