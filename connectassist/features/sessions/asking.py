"""Asking the customer, and what the answer changes. Consent lives in the session's row; rooms copy it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.features.sessions import consent, queries, timeline
from connectassist.features.sessions.consent import Question, questions
from connectassist.features.sessions.models import Session
from connectassist.features.sessions.service import speak_for_helper, stop_viewing
from connectassist.identity.principal import Principal
from connectassist.realtime import announce
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

REQUEST = GATEWAY.events.sends("connection-request", to="the session", fields="sessionId requestId technicianName "
                               "technicianId rights reason timestamp expiresAt", doc="Ask the customer; 30 s.")
CLOSED = GATEWAY.events.sends("connection-request-closed", to="the session", fields="sessionId requestId outcome",
                              doc="The question is settled; take it off the screen.")
CHANGED = GATEWAY.events.sends("consent-changed", to="the session", fields="sessionId rights by at",
                               doc="The rights that are granted now.")
RIGHTS_OUTLIVE_HELPER = timedelta(minutes=5)


@dataclass(frozen=True)
class Answer:
    """How a request ended: `reason` is 001's word for a no."""

    approved: bool
    automatic: bool
    rights: list[str]
    reason: str | None


def ask(session_id: str, *, by: Principal, rights: Iterable[str] | None, reason: str, shown_name: str = "") -> Answer:
    """Ask the customer for rights and wait up to 30 s. Unattended access, where the customer allowed it
    beforehand, is granted at once. Raises SessionNotFound."""
    session = queries.visible_to(by, session_id)
    session = queries.live(session.session_id)
    asked = consent.completed(rights or consent.USUAL)
    if set(asked) <= set(session.rights):
        return Answer(True, False, session.rights, None)
    if session.allow_unattended:
        _grant(session, asked, by=by, kind="consent_given", text="unattended access")
        return Answer(True, True, session.rights, None)
    question = _put(session, asked, by=by, reason=reason, shown_name=shown_name)
    db.session.remove()
    question.done.wait(consent.PATIENCE)
    return _settled(question, by=by)


def _put(session: Session, asked: list[str], *, by: Principal, reason: str, shown_name: str) -> Question:
    moment = clock.now()
    question = Question(session.session_id, asked, by.user_id, {})
    question.request.update(
        sessionId=session.session_id, requestId=question.request_id, technicianName=by.name or shown_name,
        technicianId=by.user_id, rights=asked, reason=reason, timestamp=clock.iso(moment),
        expiresAt=clock.iso(moment + timedelta(seconds=consent.PATIENCE)))
    timeline.note(session.session_id, "consent_asked", who=by.name, rights=asked, text=reason)
    audit.record(by, "consent.ask", f"{by.name} asks for {', '.join(asked)}", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id, reason=reason)
    db.session.commit()
    questions.ask(question)
    GATEWAY.to_session(session.session_id, REQUEST, question.request)
    return question


def _settled(question: Question, *, by: Principal) -> Answer:
    questions.close(question)
    if question.outcome == consent.TIMEOUT:
        timeline.note(question.session_id, "consent_timeout", rights=question.asked)
        db.session.commit()
    GATEWAY.to_session(question.session_id, CLOSED, {"sessionId": question.session_id, "outcome": question.outcome,
                                                     "requestId": question.request_id})
    approved = question.outcome == consent.APPROVED
    return Answer(approved, False, question.rights, None if approved else consent.REASONS[question.outcome])


def answer(session_id: str, *, by: Principal, approved: bool, rights: Iterable[str] | None = None,
           request_id: str | None = None) -> None:
    """The customer's answer. Nothing happens when no question is open any more.
    Raises SessionNotFound, Unauthorized, Forbidden."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    question = questions.open(session_id, request_id)
    if question is None:
        return
    given = consent.granted(question.asked, rights) if approved else []
    questions.close(question)
    if given:
        _grant(session, given, by=by, kind="consent_given", text=question.request["technicianName"])
        question.settle(consent.APPROVED, session.rights)
        return
    timeline.note(session_id, "consent_declined", rights=question.asked)
    audit.record(by, "consent.decline", "The customer declined", client_id=session.client_id, session_id=session_id)
    db.session.commit()
    question.settle(consent.DENIED)


def _grant(session: Session, rights: list[str], *, by: Principal, kind: str, text: str) -> None:
    now_held = consent.ordered({*session.rights, *rights})
    timeline.note(session.session_id, kind, rights=rights, text=text)
    audit.record(by, "consent.give", f"Allowed: {', '.join(rights)}", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id)
    _put_in_force(session, now_held, who="customer")


def revoke(session_id: str, *, rights: Iterable[str], by: Principal) -> list[str]:
    """The customer takes rights back: in force for the very next event. Returns what is left.
    Raises SessionNotFound, Unauthorized, Forbidden."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    left = consent.without(session.rights, rights)
    taken = [right for right in session.rights if right not in left]
    if taken:
        rooms.set_rights(session_id, frozenset(left))  # at once, even if the write has to wait its turn
        timeline.note(session_id, "consent_revoked", rights=taken)
        audit.record(by, "consent.revoke", f"Taken back: {', '.join(taken)}", client_id=session.client_id,
                     device_id=session.device_id, session_id=session_id)
        _put_in_force(session, left, who="customer")
    return left


def reconcile(session: Session, held: Iterable[str] | None) -> list[str]:
    """A helper came back holding these rights: what both sides agree on stays. After five minutes without
    a helper nothing stays. The caller commits."""
    left_at = session.helper_left_at
    if left_at and clock.now() - left_at > RIGHTS_OUTLIVE_HELPER:
        held = ()
    kept = session.rights if held is None else consent.ordered(set(session.rights) & set(held))
    if kept != session.rights:
        taken = [right for right in session.rights if right not in kept]
        who, why = ("customer", "while the line was down") if held else ("server", "the helper started anew")
        timeline.note(session.session_id, "consent_revoked", who=who, text=why, rights=taken)
        _put_in_force(session, kept, who=who)
    return kept


def _put_in_force(session: Session, rights: list[str], *, who: str) -> None:
    """Write, commit, then tell: the order that keeps a slow socket from holding the database. Without `view`
    nobody watches any more, and the time stops."""
    session.rights = rights
    if consent.VIEW not in rights:
        stop_viewing(session)
    db.session.commit()
    session_id, client_id = session.session_id, session.client_id
    rooms.set_rights(session_id, frozenset(rights))
    GATEWAY.to_session(session_id, CHANGED, {"sessionId": session_id, "rights": rights, "by": who,
                                             "at": clock.iso(clock.now())})
    announce.session_updated(client_id, session_id, rights=rights)
