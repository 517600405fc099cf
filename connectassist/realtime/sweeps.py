"""Work that comes round: every so many seconds, for as long as the server runs. What looks after the whole site is done
by one of its processes; should two think that it is they, it is done by one after the other."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import InstrumentedAttribute

from connectassist.core.db import db, one_at_a_time, told
from connectassist.core.errors import Unavailable
from connectassist.realtime.bus import BUS
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.leading import is_leader

log = logging.getLogger(__name__)
AT_ONCE, PAUSE = 500, 0.02


def every(seconds: float, *work: Callable[[], Any], for_site: bool = False) -> None:
    """Do each piece of work in turn, now and again, with the app's context, in a green thread of its own. One that
    fails is tried again the next time, and holds nothing up. What is `for_site` is done in the process that leads."""
    def run() -> None:
        while True:
            for each in work:
                if is_leader() or not for_site:
                    once(each, for_site=for_site)
            GATEWAY.socketio.sleep(seconds)

    GATEWAY.socketio.start_background_task(run)


def when_whole(*work: Callable[[], Any]) -> None:
    """Do each piece of work once whenever this process hears the others of its site again: what they said meanwhile was
    lost."""
    def changed(is_cut: bool) -> None:
        for each in () if is_cut else work:
            BUS.later(once, each)

    BUS.on_change.append(changed)


def delete_old(key: InstrumentedAttribute[Any], find: Callable[[int], list[Any]], *,
               remove: Callable[[list[Any]], Any] | None = None) -> int:
    """Delete the rows whose keys `find(limit)` gives, 500 in a transaction, until it finds none; others have their turn
    in between. `key` is the rows' primary key; `remove` does it in place of a plain delete. Returns how many."""
    def plainly(old: list[Any]) -> None:
        db.session.execute(delete(key.class_).where(key.in_(old)).execution_options(synchronize_session=False))
        db.session.commit()

    gone = 0
    while old := find(AT_ONCE):
        (remove or plainly)(old)
        gone += len(old)
        GATEWAY.socketio.sleep(PAUSE)
    db.session.rollback()
    return gone


def once(work: Callable[[], Any], *, for_site: bool = False) -> None:
    """Do a piece of work; what goes wrong is logged, without where it was when only the database is away."""
    with GATEWAY.database():
        try:
            with one_at_a_time(_named(work)) if for_site and BUS.is_shared else nullcontext():
                work()
        except Exception as problem:
            is_away = isinstance(told(problem) or problem, Unavailable)
            log.log(logging.WARNING if is_away else logging.ERROR, "%s failed, it is tried again: %s",
                    _named(work), problem, exc_info=not is_away)
            db.session.rollback()


def _named(work: Callable[..., Any]) -> str:
    return f"{work.__module__}.{work.__qualname__}"
