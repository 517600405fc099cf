"""How the other processes of the site fare. Each tells with every beat of the bus how late its hub was and how many
sockets it holds, so that a look at the server shows the slowest of them, and everybody's sockets."""

from __future__ import annotations

from typing import Any

from connectassist.features.metrics import machine
from connectassist.realtime.bus import BUS, Said

FARES = "how a process fares"


class Others:
    """What they told since we last looked."""

    def __init__(self) -> None:
        self._lags_ms: dict[str, float] = {}
        self._sockets: dict[str, int] = {}

    def note(self, process: str, *, lag_ms: float, sockets: int) -> None:
        """One of them told."""
        self._lags_ms[process] = max(lag_ms, self._lags_ms.get(process, 0.0))
        self._sockets[process] = sockets

    def forget(self, process: str) -> None:
        """It is there no more."""
        self._lags_ms.pop(process, None)
        self._sockets.pop(process, None)

    def taken(self) -> tuple[float, int]:
        """The longest lag since this was last asked, and the sockets of all of them."""
        longest = max(self._lags_ms.values(), default=0.0)
        self._lags_ms.clear()
        return longest, sum(self._sockets.values())


OTHERS = Others()


def _tell(redis: Any) -> None:
    if not BUS.is_alone and not BUS.is_cut:
        BUS.tell(FARES, {"lag_ms": machine.LAG.untold(), "sockets": machine.open_sockets()})


@BUS.hears(FARES)
def _heard(said: Said, sender: str) -> None:
    OTHERS.note(sender, lag_ms=said["lag_ms"], sockets=said["sockets"])


BUS.on_beat.append(_tell)
BUS.on_gone.append(OTHERS.forget)
