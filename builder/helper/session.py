"""One support session, from taking the seat to the end: events in, consent applied, events out."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from . import consent
from .board import Board, ChatLine, Question, Technician
from .link import Link
from .questions import Questions
from .recording import Recordings
from .text import field, printable, raw
from .transfers import Transfers
from .viewers import Viewers

log = logging.getLogger("helper.session")
_MAX_CHAT = 4_000


class Session:
    """Holds the consent and who is there; everything that a technician may do passes through `allows`."""

    def __init__(self, *, link: Link, board: Board, customer: str, answer: str, allow_unattended: bool,
                 idle: str = "Waiting for your technician") -> None:
        self._link = link
        self._board = board
        self._customer = customer or "Customer"
        self._idle = idle
        self.consent = consent.Consent()
        self.admissions = consent.Admissions()
        self._unattended = allow_unattended
        self.questions = Questions(
            board=board, decide=self._decided, answer=answer, allow_unattended=allow_unattended
        )
        self.recordings = Recordings(board=board, is_mine=self.is_mine)
        self._technicians: dict[str, Technician] = {}
        self._stale: set[str] = set()
        self.id = ""
        self.joined = False
        self._stopped = ""
        self._had_rights: frozenset[str] = frozenset()
        self.viewers: Viewers
        self.transfers: Transfers

    def allows(self, right: str) -> bool:
        """Whether a right is held in a session at this moment."""
        return bool(self.id) and self.consent.allows(right)

    def admits(self, socket_id: str) -> bool:
        """Whether an event of this technician may do anything; one that names nobody was checked by the server."""
        return not socket_id or socket_id in self._admitted()

    def _admitted(self) -> set[str]:
        return {t.socket_id for t in self._technicians.values() if self.admissions.allows(t.id)}

    def may_act(self, right: str) -> bool:
        """Like `allows`, but never while a question stands: nobody may answer it with the customer's own mouse."""
        return not self._board.read().asks and self.allows(right)

    async def send(self, event: str, data: dict[str, Any]) -> bool:
        """Send an event of this session."""
        return bool(self.id) and await self._link.send(event, {"sessionId": self.id, **data})

    # taking and leaving the seat

    async def join(self, session_id: str, *, rights_held: bool) -> dict[str, Any]:
        """Take the helper's seat with the rights still held; returns the acknowledgement."""
        self._board.update(recording="")  # what is being recorded is told with the seat
        if session_id != self.id:
            await self.send("leave-session", {})
            self.leave()
            self.id = session_id
        self._stale = set(self._technicians)
        rights = consent.ordered(self.consent.rights) if rights_held else []
        answer = await self._link.ask(
            "join-session", {"sessionId": session_id, "role": "helper", "rights": rights}
        )
        if answer.get("ok"):
            self.joined = True
            self.transfers.session_id = session_id
            if "rights" in answer:
                self.consent.server_says(answer["rights"], by="server")
            asyncio.get_running_loop().call_later(3.0, self._drop_stale)
            if self.allows("view"):
                self.viewers.revive()
        self.apply()
        return answer

    def _drop_stale(self) -> None:
        """Technicians of before the loss, whom the server did not name again, are gone."""
        for socket_id in self._stale:
            self._technicians.pop(socket_id, None)
        self._stale = set()
        self.apply()

    def leave(self) -> None:
        """Nobody sees or does anything any more; nothing is remembered."""
        self.consent.clear()
        self.admissions.clear()
        self._technicians.clear()
        self.questions.close_all()
        self.transfers.stop()
        self._board.update(recording="")
        self.apply()
        self.id, self.joined = "", False

    async def stop(self) -> None:
        """The red Stop: first here, then at the server."""
        session_id = self.id
        self.leave()
        self._board.update(phase="stopped", transfers=())
        self.show()
        if session_id:
            self._stopped = session_id
            await self.tell_stopped()

    async def tell_stopped(self) -> None:
        """Tell the server of a Stop; when it is out of reach, this is done again after the next connect."""
        session_id = self._stopped
        if session_id:
            answer = await self._link.ask("session-stop", {"sessionId": session_id})
            if answer.get("error_code") != "OFFLINE":
                self._stopped = ""

    async def ended(self, data: dict[str, Any]) -> None:
        """`session-ended`."""
        if self.is_mine(data):
            was_on = bool(self.consent.given or self._technicians)
            self.leave()
            self._board.update(notice="The session has ended. Nobody can see your screen." if was_on else "")
            self.show()

    # consent

    async def asked(self, data: dict[str, Any]) -> None:
        """`connection-request`."""
        if self.is_mine(data):
            self._board.update(notice="", phase="connected" if self._technicians else "waiting")
            if "view" in consent.asked(data.get("rights")):
                asking = str(data.get("technicianId"))
                self.viewers.prepare(s for s, t in self._technicians.items() if t.id == asking)
            self.questions.ask(data)
            self.viewers.release_input()

    async def request_closed(self, data: dict[str, Any]) -> None:
        """`connection-request-closed`."""
        if self.is_mine(data):
            self.questions.close(raw(data, "requestId", limit=128))
            self.apply()

    async def _decided(self, question: Question, rights: frozenset[str] | None) -> None:
        body: dict[str, Any] = {"sessionId": self.id, "requestId": question.request_id, "approved": rights is not None}
        if rights is None:
            self.apply()
            await self._link.ask("approval-response", body)
            return
        self.consent.revoke(set(question.rights) - rights)  # an unticked line is not allowed, whoever held it
        is_new = self.admissions.click(question.technician_id)
        body["rights"] = consent.ordered(self.consent.grant(question.request_id, rights))
        answer = await self._link.ask("approval-response", body)
        if answer.get("ok") and self.id == body["sessionId"]:
            self.consent.confirm(question.request_id, rights)
        else:
            self.consent.refuse(question.request_id)
            if is_new:
                self.admissions.remove(question.technician_id)
            self._board.update(notice="Your answer came too late; the question was withdrawn.")
        self.apply()

    async def revoke(self, rights: Iterable[str]) -> None:
        """The customer takes rights back: at once here, then at the server."""
        gone = self.consent.revoke(rights)
        self.apply()
        if gone and self.id:
            await self._link.ask("consent-revoke", {"sessionId": self.id, "rights": consent.ordered(gone)})

    async def remove(self, technician_id: str) -> None:
        """The customer sends one technician away: at once here, then at the server."""
        self.admissions.remove(technician_id)
        self.apply()
        if self.id:
            await self._link.ask("technician-remove", {"sessionId": self.id, "technicianId": technician_id})

    async def consent_changed(self, data: dict[str, Any]) -> None:
        """`consent-changed`."""
        if not self.is_mine(data):
            return
        self.admissions.server_lists(data.get("admitted"))
        if self._unattended and data.get("by") == "policy":
            self.admissions.clicked |= self.admissions.listed or frozenset()
            self.consent.policy_says(data.get("rights"))
        else:
            self.consent.server_says(data.get("rights"), by=str(data.get("by")))
        if not self.consent.given:
            self.admissions.clicked.clear()
        self.apply()

    def apply(self) -> None:
        """Make pictures and input follow the rights held now."""
        rights = self.consent.rights
        if "control" in self._had_rights - rights:
            self.viewers.release_input()
        if "files" in rights - self._had_rights:
            self.transfers.resume()
        self._had_rights = rights
        asking = self._board.read().question
        if "view" in rights or not (asking and "view" in asking.rights):
            self.viewers.sync(self._admitted(), view="view" in rights)
        self.show()

    # who is there

    async def present(self, data: dict[str, Any]) -> None:
        """`technicians-present`."""
        listed = data.get("technicians")
        if self.is_mine(data) and isinstance(listed, list):
            found = [(t, item) for item in listed[:50] if (t := _technician(item))]
            self._technicians = {t.socket_id: t for t, _ in found}
            for technician, item in found:
                self.admissions.server_marks(technician.id, item.get("admitted"))
            self._stale = set()
            self.apply()

    async def technician_joined(self, data: dict[str, Any]) -> None:
        """`technician-joined`."""
        technician = _technician(data)
        if self.is_mine(data) and technician and len(self._technicians) < 50:
            self._technicians[technician.socket_id] = technician
            self.admissions.server_marks(technician.id, data.get("admitted"))
            self._stale.discard(technician.socket_id)
            self.apply()

    async def technician_left(self, data: dict[str, Any]) -> None:
        """`technician-left`."""
        if self.is_mine(data):
            self._technicians.pop(raw(data, "technicianSocketId", limit=128), None)
            self.apply()

    # chat

    async def chat_received(self, data: dict[str, Any]) -> None:
        """`chat-message` of a technician; our own, echoed, are on the window already."""
        if not self.is_mine(data) or data.get("role") == "user":
            return
        message = data.get("message") if isinstance(data.get("message"), str) else data.get("text")
        text = printable(message, limit=_MAX_CHAT, lines=True)
        if text:
            sender = field(data, "sender", limit=60) or "Technician"
            self._board.say(ChatLine(sender=sender, message=text, own=False, at=_clock_time()))

    async def chat(self, message: str) -> None:
        """The customer writes."""
        text = message.strip()[:_MAX_CHAT]
        if not text:
            return
        sent = await self.send("chat-message", {
            "message": text, "text": text, "role": "user", "sender": self._customer,
            "timestamp": datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        })
        if sent:
            shown = printable(text, limit=_MAX_CHAT, lines=True)
            self._board.say(ChatLine(sender="You", message=shown, own=True, at=_clock_time()))
        else:
            self._board.update(notice="Your message was not sent: there is no connection right now.")

    # what the customer sees

    def show(self) -> None:
        """Write the state of things onto the board."""
        rights = self.consent.rights
        let_in = self._admitted()
        technicians = tuple(replace(t, admitted=t.socket_id in let_in) for t in self._technicians.values())
        phase = self._board.read().phase
        if phase != "failed":
            if not self._link.is_up:
                phase = "connecting"
            elif technicians or rights:
                phase = "connected"
            elif phase != "stopped" or self.id:
                phase = "waiting"
        self._board.update(
            phase=phase, online=self._link.is_up, session_id=self.id, technicians=technicians, rights=rights,
            transport=self.viewers.kinds(),
            status=self._idle if phase == "waiting" else _sentence(
                phase, technicians, rights, self._board.read().status),
        )

    def is_mine(self, data: dict[str, Any]) -> bool:
        """Whether an event belongs to this helper's session (one that names none does)."""
        return bool(self.id) and data.get("sessionId", self.id) == self.id


def _technician(data: object) -> Technician | None:
    socket_id = raw(data, "technicianSocketId", limit=128)
    name = field(data, "technicianName", limit=60) or "Technician"
    return Technician(socket_id=socket_id, name=name, id=field(data, "technicianId")) if socket_id else None


def _sentence(phase: str, technicians: tuple[Technician, ...], rights: frozenset[str], old: str) -> str:
    let_in = [t for t in technicians if t.admitted]
    who = " and ".join(dict.fromkeys(t.name for t in let_in or technicians)) or "Your technician"
    if phase == "failed":
        return old
    if phase == "connecting":
        return "Connection lost. Reconnecting…" if rights or technicians else "Connecting to the server…"
    if phase == "stopped":
        return "Stopped. Nobody can see your screen."
    if technicians and not let_in:
        return f"{who} is here and cannot see your screen"
    if "control" in rights:
        return f"{who} can see and control your screen"
    if "view" in rights:
        return f"{who} can see your screen"
    return f"{who} is here and cannot see your screen"


def _clock_time() -> str:
    return datetime.now().strftime("%H:%M")
