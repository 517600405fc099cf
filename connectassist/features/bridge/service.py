"""Chat and files for machines without sockets (contract 001's XP page and scripts). The store is the session's own:
what a technician writes or sends on the session page is here, and the other way round."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from connectassist.core.db import db
from connectassist.features.bridge.long_polling import LONGEST, WAITERS
from connectassist.features.bridge.rows import WAYS, bridge_file
from connectassist.features.chat import queries as chat_queries
from connectassist.features.chat import service as chat
from connectassist.features.chat.rows import message_row
from connectassist.features.files import queries as file_queries
from connectassist.features.files import service as files
from connectassist.features.sessions import consent, queries
from connectassist.features.sessions import service as sessions
from connectassist.http.uploads import Multipart
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.chat.models import ChatMessage
    from connectassist.features.files.models import SessionFile
    from connectassist.features.sessions.models import Session

Answer = dict[str, Any]


def speaking(session_id: str, *, by: Principal) -> Session:
    """A live session for which the caller may speak as its customer.
    Raises SessionNotFound, Unauthorized, Forbidden."""
    session = queries.live(session_id)
    sessions.speak_for_helper(by, session)
    return session


def messages(session_id: str, *, by: Principal, since: float | None, wait: float, asked: str) -> Answer:
    """What was said after `since` (ms), the rights that the technician holds, and the question that stands open, if
    any. With `wait` the answer comes as soon as there is news, a file or an answer included. `asked` is the question
    that the caller knows already. Raises SessionNotFound, Unauthorized, RateLimited."""
    def read() -> Answer:
        session = sessions.readable_by(by, session_id)
        said = chat_queries.messages(session.session_id, since=since)
        answer: Answer = {"messages": [message_row(message) for message in said], "rights": session.rights}
        question = consent.questions.open(session_id)
        return answer if question is None else {**answer, "question": question.request}

    def is_news(answer: Answer) -> bool:
        return bool(answer["messages"]) or answer.get("question", {}).get("requestId", asked) != asked

    return _awaited(session_id, read, is_news, by=by, wait=wait)


def listing(session_id: str, *, by: Principal, direction: str, since: float | None, wait: float) -> Answer:
    """The session's files of one direction or both, newest first; with `since` (ms) those that came after it.
    Raises SessionNotFound, Unauthorized, RateLimited."""
    def read() -> Answer:
        session = sessions.readable_by(by, session_id)
        found = file_queries.of_session(session.session_id, direction=WAYS.get(direction, ""))
        rows = [bridge_file(file) for file in found]
        return {"files": [row for row in rows if since is None or row["uploadedAt"] > since]}

    return _awaited(session_id, read, lambda answer: bool(answer["files"]), by=by, wait=wait)


def _awaited(session_id: str, read: Callable[[], Answer], is_news: Callable[[Answer], bool], *, by: Principal,
             wait: float) -> Answer:
    """Read, and where nothing is new yet, wait without a database connection and read again."""
    if wait <= 0:
        return read()
    with WAITERS.waiting(session_id, address=by.address) as waiter:
        answer = read()
        if is_news(answer):
            return answer
        db.session.remove()
        waiter.wait(min(wait, LONGEST))
    return read()


def say(session_id: str, *, by: Principal, fields: dict[str, Any]) -> ChatMessage:
    """Say something as the customer. Raises SessionNotFound, Unauthorized, Forbidden, EventRefused."""
    speaking(session_id, by=by)
    return chat.post(session_id, role=chat.CUSTOMER, sender=str(fields.get("sender") or ""),
                     text=fields.get("message") or fields.get("text"), timestamp=fields.get("timestamp"),
                     client_id=fields.get("clientId") or fields.get("id"))


def stop(session_id: str, *, by: Principal) -> None:
    """The customer's red Stop: every right goes and the session ends.
    Raises SessionNotFound, Unauthorized, Forbidden."""
    speaking(session_id, by=by)
    sessions.end(session_id, by=by, who="customer")


def upload(session_id: str, *, by: Principal, form: Multipart) -> SessionFile:
    """Send a file of the customer's to the technician. Raises what an upload raises."""
    return files.upload(**form, by=by, fields={"sessionId": session_id, "direction": files.TO_TECHNICIAN, "path": ""})


def file(session_id: str, file_id: str, *, by: Principal) -> SessionFile:
    """A file of the session. Raises SessionNotFound, Unauthorized, FileUnknown, FileExpired."""
    session = sessions.readable_by(by, session_id)
    return file_queries.downloadable(by, file_id, session_id=session.session_id)
