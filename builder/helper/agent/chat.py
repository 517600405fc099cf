"""The chat with the support desk: the assistant and whoever works there, outside any session."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from .. import remedies
from ..board import Board, DeskLine, Proposal
from ..text import field, printable, raw
from .line import AgentLine

LONGEST = 10_000
_SHOWN_HISTORY = 100
_NAMES = {"ai": "Assistant", "it_tech": "Support desk", "system": "Support desk"}
_NOTES = {
    "it_active": "Somebody at the support desk has taken over. The assistant is silent.",
    "off": "The assistant is switched off. Somebody at the support desk reads what you write.",
}
CHECKS = {
    "all": "everything", "cpu": "the processor", "memory": "the memory", "disk": "the disks",
    "network": "the network", "top_processes": "which programs are busy", "event_log": "the event log",
    "windows_update": "the updates", "updates": "the updates", "installed_software": "the installed programs",
    "services": "the services", "security": "the protection", "battery": "the battery",
}


class DeskChat:
    """Puts what the desk says onto the board; sends what the person writes and which proposals they take up."""

    def __init__(self, line: AgentLine, board: Board) -> None:
        self._line, self._board = line, board
        self._assistant = ""
        self.last_seen = ""
        line.on("agent_info", self.introduced)
        line.on("ai_status", self.status)
        line.on("chat_history", self.history)
        line.on("chat_response", self.said)

    async def introduced(self, data: dict[str, Any]) -> None:
        """`agent_info`: what the assistant is called."""
        self._assistant = field(data, "agentName", limit=40)

    async def status(self, data: dict[str, Any]) -> None:
        """`ai_status`: whether the assistant answers."""
        is_silent = data.get("enabled") is False
        note = _NOTES.get(raw(data, "reason", limit=40), _NOTES["off"]) if is_silent else ""
        self._board.update(desk_note=note)

    async def said(self, data: dict[str, Any]) -> None:
        """`chat_response`: of the assistant, of somebody at the desk, or of the server itself."""
        self._note_time(data.get("createdAt"))
        text = printable(data.get("text"), limit=LONGEST, lines=True)
        key = _key(data.get("messageId"))
        if text and not (key and any(line.key == key for line in self._board.read().desk)):
            self._board.desk_says(DeskLine(
                sender=self._name(data), message=text, own=False, at=clock_time(), key=key,
                proposal=proposal(data.get("action"), key=key)))

    async def history(self, data: dict[str, Any]) -> None:
        """`chat_history`: what was said while this computer was away; what is shown already is not shown again."""
        listed = data.get("messages")
        unsure = list(self._board.read().desk)
        for each in (listed if isinstance(listed, list) else [])[-_SHOWN_HISTORY:]:
            line = self._old_line(each)
            if line is None:
                continue
            same = next((u for u in unsure if _is_same(u, line)), None)
            if same:
                unsure.remove(same)
            else:
                self._board.desk_says(line)

    def _old_line(self, row: object) -> DeskLine | None:
        if not isinstance(row, dict):
            return None
        self._note_time(row.get("created_at"))
        own = row.get("sender") == "user"
        text = printable(row.get("content"), limit=LONGEST, lines=True)
        key = _key(row.get("id") if "id" in row else row.get("messageId"))
        offered = None if own or row.get("accepted_at") else proposal(row.get("action"), key=key)
        return DeskLine(sender="You" if own else self._name(row), message=text, own=own, at=clock_time(
            _time(row.get("created_at"))), key=key, proposal=offered) if text else None

    def _name(self, data: dict[str, Any]) -> str:
        kind = raw(data, "sender", limit=20)
        name = field(data, "senderName", limit=60) or field(data, "sender_name", limit=60)
        if kind == "ai":
            name = field(data, "agentName", limit=40) or name or self._assistant
            return f"{name}, the assistant" if name else _NAMES["ai"]
        return name or _NAMES.get(kind, "Support desk")

    def _note_time(self, value: object) -> None:
        """Remember the newest message's time by the server's clock, which is asked for what came after it."""
        moment = _time(value)
        said = moment.strftime("%Y-%m-%d %H:%M:%S") if moment else ""
        self.last_seen = max(self.last_seen, said)

    # what the person does

    async def write(self, message: str) -> None:
        """The person writes to the desk."""
        text = message.strip()[:LONGEST]
        if not text:
            return
        if await self._line.send("chat_message", {"content": text, "deviceId": self._line.device_id}):
            shown = printable(text, limit=LONGEST, lines=True)
            self._board.desk_says(DeskLine(sender="You", message=shown, own=True, at=clock_time()))
        else:
            self._board.update(notice="Your message was not sent: the support desk is out of reach right now.")

    async def accept(self, message_id: str) -> None:
        """The person takes up a proposal."""
        line = next((each for each in self._board.read().desk if each.proposal and not each.proposal.taken
                     and each.proposal.message_id == message_id), None)
        if line is None:
            return
        self._mark(message_id, taken=True)
        number = int(message_id) if message_id.isdecimal() else message_id
        answer = await self._line.ask("action_accept", {"messageId": number})
        if not answer.get("ok"):
            self._mark(message_id, taken=False)
            why = field(answer, "error", limit=200) if answer.get("error_code") != "OFFLINE" else ""
            self._board.update(notice=f"That could not be done: {why or 'there is no connection right now'}.")

    def _mark(self, message_id: str, *, taken: bool) -> None:
        self._board.update(desk=tuple(
            replace(each, proposal=replace(each.proposal, taken=taken))
            if each.proposal and each.proposal.message_id == message_id else each for each in self._board.read().desk))


def proposal(action: object, *, key: str) -> Proposal | None:
    """What an action of the assistant offers; None for one that is not known here or cannot be taken up."""
    kind = raw(action, "type", limit=20)
    if not key or not isinstance(action, dict):
        return None
    if kind == "diagnose" and (what := CHECKS.get(raw(action, "checkType", limit=40))):
        return Proposal(key, f"Have this computer check {what}", "Run this check")
    if kind == "remediate" and (name := remedies.name(raw(action, "actionId", limit=40))):
        about = field(action, "parameter", limit=80)
        return Proposal(key, f"{name}: {about}" if about else name, "Do this")
    if kind == "ticket" and (title := field(action, "title", limit=120)):
        return Proposal(key, f"Tell the support desk in a ticket: {title}", "Open a ticket")
    return None


def _is_same(shown: DeskLine, told: DeskLine) -> bool:
    """By the server's id where both have one; what was written here has none, nor what an older server tells."""
    if shown.key and told.key:
        return shown.key == told.key
    return (shown.own, shown.message) == (told.own, told.message)


def _key(value: object) -> str:
    is_id = isinstance(value, (str, int)) and not isinstance(value, bool)
    return printable(value, limit=64) if is_id else ""


def _time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
        return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def clock_time(moment: datetime | None = None) -> str:
    return (moment.astimezone() if moment else datetime.now()).strftime("%H:%M")
