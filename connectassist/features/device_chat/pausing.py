"""Saying that a pause of the assistant is over; whether it is, is judged by the time, wherever that matters."""

from __future__ import annotations

from collections.abc import Callable

from connectassist.realtime.gateway import GATEWAY

_waiting: set[str] = set()


def later(device_id: str, seconds: float, resume: Callable[[str], float | None]) -> None:
    """Call `resume` when a pause should be over, and again for as long as it says that there are seconds left."""
    if device_id not in _waiting:
        _waiting.add(device_id)
        GATEWAY.socketio.start_background_task(_wait, device_id, seconds, resume)


def _wait(device_id: str, seconds: float, resume: Callable[[str], float | None]) -> None:
    left: float | None = seconds
    try:
        while left is not None:
            GATEWAY.socketio.sleep(left + 0.05)
            with GATEWAY.database():
                left = resume(device_id)
    finally:
        _waiting.discard(device_id)
