"""The helper on a terminal, for machines without a display: one line in, one line out."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from .. import consent, recording
from ..api import machine
from ..board import Approval, Board, DeskLine, Question, Snapshot, Update
from ..outbox import Call
from ..text import printable

if TYPE_CHECKING:
    from ..app import Helper

_HELP = ("Commands: stop · take back <right> · remove <name> · say <text> · ask <text> · accept · send <file> · "
         "help <what is wrong> · update now/later · quit. “say” writes to the technician who is connected, “ask” to "
         "the support desk, “help” opens a ticket there, where this computer is managed, and "
         "“accept” takes up what the desk's assistant proposed last.")


class Terminal:
    """Prints what changes; reads commands and answers, `y` or `n` while a question stands."""

    def __init__(self, board: Board, *, helper: Helper) -> None:
        self._board = board
        self._helper = helper
        self._seen = Snapshot()
        self._lock = threading.Lock()

    def run(self) -> None:
        """Show the board until the helper ends."""
        self._say(f"{self._board.read().product} helper. {_HELP}")
        for sentence in filter(None, (self._board.read().managed, self._board.read().reports)):
            self._say(sentence)
        self._board.watch(self._changed)
        self._changed(self._board.read())
        threading.Thread(target=self._listen, name="terminal", daemon=True).start()
        self._helper.finished.wait()

    def _listen(self) -> None:
        for line in sys.stdin or ():
            self._command(line.strip())

    def _command(self, line: str) -> None:
        word, _, rest = line.partition(" ")
        if self._board.read().asks and line.lower() in ("y", "yes", "n", "no"):
            self._answer(yes=line.lower()[0] == "y")
        elif word == "stop":
            self._helper.stop()
        elif word == "take" and rest.startswith("back "):
            self._helper.revoke([rest.removeprefix("back ").strip()])
        elif word == "remove" and rest:
            self._remove(rest)
        elif word == "say" and rest:
            self._helper.chat(rest)
        elif word == "ask" and rest:
            self._helper.write_to_desk(rest)
        elif word == "help" and rest and self._board.read().managed:
            self._helper.call_for_help(Call(problem=rest, contact=machine()["username"]))
        elif line == "accept":
            self._accept()
        elif word == "send" and Path(rest).is_file():
            self._helper.send_file(Path(rest))
        elif word == "update" and rest in ("now", "later"):
            self._helper.update(now=rest == "now")
        elif word in ("quit", "exit"):
            self._helper.quit()
        elif line:
            self._say(_HELP)

    def _answer(self, *, yes: bool) -> None:
        now = self._board.read()
        if now.question:
            self._helper.answer(now.question.request_id, list(now.question.rights) if yes else None)
        elif now.approval:
            self._helper.approve(now.approval.request_id, yes)

    def _accept(self) -> None:
        offers = [line.proposal for line in self._board.read().desk if line.proposal and not line.proposal.taken]
        if offers:
            self._helper.accept(offers[-1].message_id)
        else:
            self._say("Nothing is proposed at this moment.")

    def _remove(self, name: str) -> None:
        found = {t.id for t in self._board.read().technicians if t.name.casefold() == name.strip().casefold()}
        for technician_id in found:
            self._helper.remove(technician_id)
        if not found:
            self._say("Nobody of that name is connected.")

    def _changed(self, new: Snapshot) -> None:
        with self._lock:
            old, self._seen = self._seen, new
        if new.status != old.status:
            self._say(new.status, error=new.phase == "failed")
        if new.rights != old.rights:
            self._say("Allowed now: " + (", ".join(consent.ordered(new.rights)) or "nothing"))
        if recording.banner(new) != recording.banner(old):
            self._say(recording.banner(new) or "Recording has stopped")
        if new.question and new.question != old.question:
            self._ask(new.question)
        elif new.approval and not new.question and (new.approval != old.approval or old.question):
            self._ask_approval(new.approval)
        if new.desk_note and new.desk_note != old.desk_note:
            self._say(new.desk_note)
        for each in new.desk[len(old.desk):]:
            self._desk(each)
        called = [each.call.sentence if each.call else "" for each in (new, old)]
        for sentence, before in ((new.notice, old.notice), (new.activity, old.activity), called):
            if sentence and sentence != before:
                self._say(sentence)
        if new.update and (not old.update or new.update.phase != old.update.phase):
            self._tell_of(new.update, connected=bool(new.technicians))
        for line in new.chat[len(old.chat):]:
            self._say(f"{line.sender}: {line.message}")
        for transfer in new.transfers:
            if transfer.done and transfer not in old.transfers:
                self._say(f"File {transfer.name}: {transfer.error or 'done'}")

    def _tell_of(self, update: Update, *, connected: bool) -> None:
        self._say(update.sentence(connected=connected))
        if update.phase in ("offered", "failed", "ready"):
            self._say("Type: update now" + ("" if update.phase == "ready" else " (or: update later)"))

    def _ask(self, question: Question) -> None:
        self._say(f"{question.title}:")
        for right in question.rights:
            self._say(f"  - {consent.LABELS[right]}")
        if question.reason:
            self._say(f"Reason: {question.reason}")
        seconds = max(0, round(question.deadline - time.monotonic()))
        silence = "yes" if question.grants_itself else "no"
        self._say(f"Allow? Type y or n and press Enter ({seconds} s; no answer is a {silence}).")

    def _ask_approval(self, approval: Approval) -> None:
        self._say(f"{approval.by} asks to do this on your computer: {approval.title}")
        self._say(approval.explains)
        seconds = max(0, round(approval.deadline - time.monotonic()))
        self._say(f"Allow? Type y or n and press Enter ({seconds} s; no answer is a no).")

    def _desk(self, line: DeskLine) -> None:
        self._say(f"[support desk] {line.sender}: {line.message}")
        if line.proposal and not line.proposal.taken:
            self._say(f"Proposed: {line.proposal.sentence}. Type “accept” to agree; otherwise nothing happens.")

    def _say(self, text: str, *, error: bool = False) -> None:
        stream = sys.stderr if error else sys.stdout
        if stream:  # a windowed build has none
            stream.write(printable(text, limit=2_000) + "\n")
            stream.flush()
