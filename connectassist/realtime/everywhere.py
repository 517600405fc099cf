"""Hooks whose hearers are called in every process of the site, wherever it happens.

    devices.on_moved.append(everywhere(moved))

What happened travels as JSON, as the hook was called with it. In the other processes the hearer is called in the bus'
own green thread, where it must not wait. With `keep` one that was cut off is called once it hears the others again.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from connectassist.realtime.bus import BUS, Said
from connectassist.realtime.gateway import GATEWAY

Hearer = Callable[..., None]


def everywhere(hearer: Hearer, *, keep: bool = False) -> Hearer:
    """What to put among a hook's hearers in place of `hearer`, so that it is called in the other processes too."""
    topic = f"{hearer.__module__}.{hearer.__qualname__}"

    @BUS.hears(topic)
    def heard(said: Said, sender: str) -> None:
        hearer(*said["what"])

    def told(*what: Any) -> None:
        BUS.tell(topic, {"what": what}, keep=keep)
        hearer(*what)
    told.__module__, told.__qualname__ = hearer.__module__, hearer.__qualname__
    return told


def aside(work: Hearer, *what: Any) -> None:
    """Do something soon, in a green thread of its own with the app's context: for whoever hears the others and must
    not wait."""
    GATEWAY.socketio.start_background_task(_with_database, work, *what)


def _with_database(work: Hearer, *what: Any) -> None:
    with GATEWAY.database():
        work(*what)
