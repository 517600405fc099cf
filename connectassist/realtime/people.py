"""Which people have a page open, in whichever process of the site."""

from __future__ import annotations

from collections import Counter

from connectassist.realtime.connections import Connection
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.shared import Shared

_TABLE = Shared("people")
_pages: Counter[int] = Counter()


def online_ids() -> set[int]:
    """The accounts that have a page open."""
    here = {each.principal.user_id for each in list(GATEWAY.connections.values()) if each.principal.user_id is not None}
    return here.union(*(map(int, part) for part in _TABLE.theirs.values()))


def _came(connection: Connection) -> None:
    _count(connection, +1)


def _went(connection: Connection) -> None:
    _count(connection, -1)


def _count(connection: Connection, more: int) -> None:
    user_id = connection.principal.user_id
    if user_id is not None:
        _pages[user_id] += more
        _TABLE.put(str(user_id), 1 if _pages[user_id] > 0 else None)
        if _pages[user_id] <= 0:
            del _pages[user_id]


GATEWAY.on_connect.append(_came)
GATEWAY.on_disconnect.append(_went)
