"""Putting consent into force: what a yes gives, what is taken back, who is admitted. The session's row holds it,
rooms copy it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.core.errors import NotConsented
from connectassist.features.sessions import consent, queries, showing, timeline
from connectassist.features.sessions.attendance import stop_viewing
from connectassist.features.sessions.models import Session
from connectassist.features.sessions.service import speak_for_helper
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

CHANGED = GATEWAY.events.sends(
    "consent-changed", to="the session", fields="sessionId rights by at admitted technicianId technicianName",
    doc="The rights that are granted now, and to whom: the technicians' ids. `technicianId`: whom the change is about.")
POLICY = "policy"
RIGHTS_OUTLIVE_HELPER = timedelta(minutes=5)


@dataclass(frozen=True)
class Technician:
    """Whom a change of consent is about."""

    user_id: int | None
    name: str


def is_admitted(session: Session, by: Principal) -> bool:
    """May this technician use what the customer allows?"""
    return by.user_id in session.admitted


def require(session: Session, right: str, *, by: Principal) -> None:
    """Raise NotConsented unless the customer allows a right, and this technician."""
    if right not in session.rights or not is_admitted(session, by):
        raise NotConsented()


def is_policy(session: Session, by: Principal) -> bool:
    """Is this technician let in without a question? Where access is unattended, all but whom the customer removed."""
    return session.allow_unattended and by.user_id not in session.removed


def grant(session: Session, given: list[str], *, asked: list[str], to: Technician, by: Principal, text: str,
          who: str = "customer") -> None:
    """The customer's yes, or the policy's."""
    queries.lock(session)
    session.removed = [user_id for user_id in session.removed if user_id != to.user_id]
    timeline.note(session.session_id, "consent_given", rights=given, text=text)
    audit.record(by, "consent.give", f"Allowed {to.name}: {', '.join(given)}", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id, technician=to.user_id)
    held, others = _carried_over(session, given)
    put_in_force(session, consent.after(held, asked=asked, given=given), admitted=[*others, to.user_id], who=who,
                 about=to)


def _carried_over(session: Session, given: list[str]) -> tuple[list[str], list[int]]:
    """The rights that a yes adds to, and who has them. With the yes by which a helper takes over from the browser
    begins something new: whom the browser showed the screen asks the helper in their turn."""
    room = rooms.get(session.session_id)
    if room is None or not room.is_handing_over or consent.VIEW not in given:
        return session.rights, session.admitted
    return [right for right in session.rights if right not in room.shared], []


def admit_by_policy(session: Session, *, by: Principal) -> None:
    """Somebody joins an unattended session: what is allowed in it is allowed to them too."""
    if session.rights and is_policy(session, by) and not is_admitted(session, by):
        grant(session, session.rights, asked=[], to=Technician(by.user_id, by.name), by=by, text="unattended access",
              who=POLICY)


def revoke(session_id: str, *, rights: Iterable[str], by: Principal) -> list[str]:
    """The customer takes rights back: in force for the very next event. Returns what is left.
    Raises SessionNotFound, Unauthorized, Forbidden."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    taken = _taken(session, rights)
    if taken:
        queries.lock(session)
        taken = _taken(session, rights)
    left = [right for right in session.rights if right not in taken]
    if taken:
        timeline.note(session_id, "consent_revoked", rights=taken)
        audit.record(by, "consent.revoke", f"Taken back: {', '.join(taken)}", client_id=session.client_id,
                     device_id=session.device_id, session_id=session_id)
        put_in_force(session, left, admitted=session.admitted, who="customer")
    return left


def _taken(session: Session, rights: Iterable[str]) -> list[str]:
    """What goes with these rights; at once, before the row is had, which another process may be at."""
    left = consent.without(session.rights, rights)
    taken = [right for right in session.rights if right not in left]
    if taken:
        narrow(session, rights=left, admitted=session.admitted)
    return taken


def reconcile(session: Session, held: Iterable[str] | None) -> list[str]:
    """A helper came back holding these rights: what both sides agree on stays. After five minutes without
    a helper nothing stays. The caller commits."""
    queries.lock(session)
    left_at = session.helper_left_at
    if left_at and clock.now() - left_at > RIGHTS_OUTLIVE_HELPER:
        held = ()
    kept = session.rights if held is None else consent.ordered(set(session.rights) & set(held))
    if kept != session.rights:
        taken = [right for right in session.rights if right not in kept]
        who, why = ("customer", "while the line was down") if held else ("server", "the helper started anew")
        timeline.note(session.session_id, "consent_revoked", who=who, text=why, rights=taken)
        put_in_force(session, kept, admitted=session.admitted, who=who)
    return kept


def narrow(session: Session, *, rights: Iterable[str], admitted: Iterable[int | None]) -> None:
    """What is taken goes at once, even if the write has to wait its turn."""
    rooms.narrow(session.session_id, rights=frozenset(rights), admitted=frozenset(str(each) for each in admitted))


def put_in_force(session: Session, rights: list[str], *, admitted: Iterable[int | None], who: str,
                 about: Technician | None = None) -> None:
    """Write, commit, then tell: the order that keeps a slow socket from holding the database. Rights that nobody may
    use go with the last who might, and the other way round; when nobody watches any more, the time stops."""
    people = sorted({each for each in admitted if each is not None}) if rights else []
    session.rights, session.admitted = (rights if people else []), people
    narrow(session, rights=session.rights, admitted=people)
    room = rooms.get(session.session_id)
    if room is None or not room.viewing:
        stop_viewing(session)
    db.session.commit()
    _tell(session, who=who, about=about)


def _tell(session: Session, *, who: str, about: Technician | None) -> None:
    session_id, client_id, rights = session.session_id, session.client_id, session.rights
    people, room = [str(each) for each in session.admitted], rooms.get(session.session_id)
    before = set(room.entitled) if room else set()
    rooms.set_consent(session_id, rights=frozenset(rights), admitted=frozenset(people))
    named = {"technicianId": str(about.user_id), "technicianName": about.name} if about else {}
    GATEWAY.to_session(session_id, CHANGED, {"sessionId": session_id, "rights": rights, "by": who, "admitted": people,
                                             "at": clock.iso(clock.now()), **named})
    announce.session_updated(client_id, session_id, rights=rights, **rooms.counts(session_id))
    if room:
        showing.pictures(room, before)
