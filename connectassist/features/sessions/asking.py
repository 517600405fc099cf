"""Asking the customer, and the customer's answer. What it changes is granting's."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from connectassist.core import audit, clock
from connectassist.core.db import db
from connectassist.features.sessions import browser, consent, granting, handover, queries, showing, timeline
from connectassist.features.sessions.consent import Question, questions
from connectassist.features.sessions.granting import Technician
from connectassist.features.sessions.models import Session
from connectassist.features.sessions.service import speak_for_helper
from connectassist.identity.principal import Principal
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.rooms import rooms

CLOSED = GATEWAY.events.sends("connection-request-closed", to="the session", fields="sessionId requestId outcome",
                              doc="The question is settled; take it off the screen.")


@dataclass(frozen=True)
class Answer:
    """How a request ended: `reason` is 001's word for a no."""

    approved: bool
    automatic: bool
    rights: list[str]
    reason: str | None


def ask(session_id: str, *, by: Principal, rights: Iterable[str] | None, reason: str, shown_name: str = "") -> Answer:
    """Ask the customer for rights and wait up to 30 s. The yes is for this technician; what they hold already is
    not asked again. Unattended access, where the customer allowed it beforehand, is granted at once.
    Raises SessionNotFound, HelperNeeded."""
    session = queries.live(queries.visible_to(by, session_id).session_id)
    newcomer = not granting.is_admitted(session, by)
    asked = browser.askable(session_id, consent.asked_for(rights, held=session.rights, newcomer=newcomer))
    if not newcomer and set(asked) <= set(session.rights):
        return Answer(True, False, session.rights, None)
    if granting.is_policy(session, by) and not browser.is_alone(session_id):
        _grant(session, asked, asked=asked, to=Technician(by.user_id, by.name), by=by, text="unattended access",
               who=granting.POLICY)
        return Answer(True, True, session.rights, None)
    question = _put(session, asked, by=by, reason=reason, shown_name=shown_name)
    db.session.remove()
    question.done.wait(consent.PATIENCE)
    return _settled(question)


def _put(session: Session, asked: list[str], *, by: Principal, reason: str, shown_name: str) -> Question:
    moment = clock.now()
    question = Question(session.session_id, asked, by.user_id, {})
    question.request.update(
        sessionId=session.session_id, requestId=question.request_id, technicianName=by.name or shown_name,
        technicianId=by.user_id, rights=asked, joins=_colleagues(session, by), reason=reason,
        timestamp=clock.iso(moment), expiresAt=clock.iso(moment + timedelta(seconds=consent.PATIENCE)))
    timeline.note(session.session_id, "consent_asked", who=by.name, rights=asked, text=reason)
    audit.record(by, "consent.ask", f"{by.name} asks for {', '.join(asked)}", client_id=session.client_id,
                 device_id=session.device_id, session_id=session.session_id, reason=reason)
    db.session.commit()
    questions.ask(question)
    showing.next_question(question.session_id)
    return question


def _colleagues(session: Session, by: Principal) -> list[str]:
    """Who is in the session and admitted, so that the customer knows whom this technician joins. Whom only the
    browser shows the screen has not been let in by the helper, which asks."""
    room = rooms.get(session.session_id)
    seats = room.entitled.values() if room and not room.is_handing_over else ()
    return list(dict.fromkeys(seat.person_name for seat in seats if seat.person_id != str(by.user_id)))


def _settled(question: Question) -> Answer:
    questions.close(question)
    if question.outcome == consent.TIMEOUT:
        timeline.note(question.session_id, "consent_timeout", rights=question.asked)
        db.session.commit()
    GATEWAY.to_session(question.session_id, CLOSED, {"sessionId": question.session_id, "outcome": question.outcome,
                                                     "requestId": question.request_id})
    showing.next_question(question.session_id)
    approved = question.outcome == consent.APPROVED
    return Answer(approved, False, question.rights, None if approved else consent.REASONS[question.outcome])


def answer(session_id: str, *, by: Principal, approved: bool, rights: Iterable[str] | None = None,
           request_id: str | None = None) -> None:
    """The customer's answer to the question that stands. Nothing happens when there is none any more.
    Raises SessionNotFound, Unauthorized, Forbidden, Conflict."""
    session = queries.live(session_id)
    speak_for_helper(by, session)
    question = questions.open(session_id, request_id)
    if question is None or not question.shown:
        return
    given = browser.given(session_id, consent.granted(question.asked, rights) if approved else [], by=by)
    questions.close(question)
    if given:
        name = question.request["technicianName"]
        _grant(session, given, asked=question.asked, to=Technician(question.technician_id, name), by=by, text=name)
        browser.answered(session_id, given, by=by)
        question.settle(consent.APPROVED, session.rights)
        return
    timeline.note(session_id, "consent_declined", rights=question.asked)
    audit.record(by, "consent.decline", "The customer declined", client_id=session.client_id, session_id=session_id)
    db.session.commit()
    question.settle(consent.DENIED)


def _grant(session: Session, given: list[str], *, to: Technician, **how: Any) -> None:
    granting.grant(session, given, to=to, **how)
    handover.admitted(session, to.user_id)
