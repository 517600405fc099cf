"""The question in the window: who asks for what, each right with its own tick, Allow and Decline."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from .. import consent
from ..board import Question
from . import theme
from .panel import Panel

Answer = Callable[[str, list[str] | None], None]


class QuestionPanel(Panel):
    """What a technician asks for in a session."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, answer: Answer) -> None:
        self._answer = answer
        self._question: Question | None = None
        self._ticks: dict[str, tk.BooleanVar] = {}
        super().__init__(parent, fonts=fonts)

    def _build(self) -> None:
        self._who = self._label(self._fonts.big, theme.INK)
        self._what = self._label(self._fonts.body, theme.QUIET)
        self._rights = tk.Frame(self, background=theme.CARD)
        self._rights.pack(fill="x", padx=18, pady=(2, 8))
        self._reason = self._label(self._fonts.body, theme.INK)

    def show(self, question: Question) -> None:
        """Put a question up."""
        self._question = question
        self._who.configure(text=question.title)
        self._what.configure(text="Untick what you do not want to allow.")
        self._reason.configure(text=f"Reason: “{question.reason}”" if question.reason else "")
        self._fill(question)
        self._appear()
        self.tick()

    def _fill(self, question: Question) -> None:
        for child in self._rights.winfo_children():
            child.destroy()
        self._ticks = {}
        for right in question.rights:
            var = self._ticks[right] = tk.BooleanVar(self, value=True)
            theme.tick_box(
                self._rights, consent.LABELS[right], var, lambda r=right: self._ticked(r), fonts=self._fonts
            ).pack(fill="x")

    def _ticked(self, right: str) -> None:
        """What makes no sense without the screen goes with it and brings it along: the ticks say so."""
        chosen = {r for r, var in self._ticks.items() if var.get()}
        if right in consent.NEED_VIEW and right in chosen and "view" in self._ticks:
            self._ticks["view"].set(True)
        elif right == "view" and right not in chosen:
            for other in consent.NEED_VIEW & set(self._ticks):
                self._ticks[other].set(False)

    def tick(self) -> None:
        """Count down; called some times a second."""
        if self._question:
            end = "it is allowed, as agreed beforehand" if self._question.grants_itself else "it is declined"
            some = any(var.get() for var in self._ticks.values())
            self._count(self._question.deadline, end=end, may_allow=some)

    def hide(self) -> None:
        """Take the question off."""
        self._question = None
        self.place_forget()

    def _say(self, yes: bool) -> None:
        if self._question:
            ticked = [r for r, var in self._ticks.items() if var.get()]
            self._answer(self._question.request_id, ticked if yes else None)
