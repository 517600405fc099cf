"""The customer's side of a session comes and goes, as a helper, a browser or a bare screen: what that does to the
session's state and times. The caller commits."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from connectassist.core import clock
from connectassist.features.sessions import timeline
from connectassist.features.sessions.models import CONNECTED, WAITING

if TYPE_CHECKING:
    from connectassist.features.sessions.models import Session

#: How long a session waits for somebody.
LIFE = timedelta(hours=1)


def helper_came(session: Session, *, at: datetime | None = None, browser: str = "") -> None:
    """A helper took its seat; `browser` names the web browser that stands in for one."""
    moment = at or clock.now()
    session.status, session.helper_left_at, session.registered_at = CONNECTED, None, None
    session.connected_at = session.connected_at or moment
    session.expires_at = max(session.expires_at, moment + LIFE)
    timeline.note(session.session_id, "browser_joined" if browser else "helper_joined", text=browser)


def helper_went(session: Session, *, browser: bool = False) -> None:
    """The helper's seat is empty; the session waits for it."""
    session.status, session.helper_left_at = WAITING, clock.now()
    session.expires_at = max(session.expires_at, clock.now() + LIFE)
    timeline.note(session.session_id, "browser_left" if browser else "helper_left")


def screen_came(session: Session) -> None:
    """The customer's computer, which has no helper, shows its screen over VNC."""
    session.status, session.helper_left_at = CONNECTED, None
    session.connected_at = session.connected_at or clock.now()
    screen_seen(session)
    timeline.note(session.session_id, "vnc_joined")


def screen_seen(session: Session) -> None:
    """The screen is there: the session lives on, and the computer may connect again."""
    session.registered_at = clock.now()
    session.expires_at = max(session.expires_at, clock.now() + LIFE)


def screen_went(session: Session) -> None:
    """The VNC connection is gone."""
    session.status, session.helper_left_at = WAITING, clock.now()
    screen_seen(session)
    stop_viewing(session)
    timeline.note(session.session_id, "vnc_left")


def stop_viewing(session: Session) -> None:
    """Nobody watches any more: add the time to what is billed."""
    session.viewing_seconds += clock.seconds_between(session.viewing_since, clock.now())
    session.viewing_since = None
