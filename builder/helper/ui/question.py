"""The question in the window: who asks for what, each right with its own tick, Allow and Decline."""

from __future__ import annotations

import time
import tkinter as tk
from collections.abc import Callable

from .. import consent
from ..board import Question
from . import theme

ACCIDENT_SECONDS = 0.6
Answer = Callable[[str, list[str] | None], None]


class QuestionPanel(tk.Frame):
    """Covers the window's content while a question stands; the red Stop below it stays in reach."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, answer: Answer) -> None:
        super().__init__(parent, background=theme.CARD, highlightbackground=theme.ACCENT,
                         highlightcolor=theme.ACCENT, highlightthickness=2)
        self._fonts = fonts
        self._answer = answer
        self._question: Question | None = None
        self._shown_at = 0.0
        self._ticks: dict[str, tk.BooleanVar] = {}
        self._who = self._label(fonts.big, theme.INK)
        self._what = self._label(fonts.body, theme.QUIET)
        self._rights = tk.Frame(self, background=theme.CARD)
        self._rights.pack(fill="x", padx=18, pady=(2, 8))
        self._reason = self._label(fonts.body, theme.INK)
        self._countdown = tk.Label(self, font=fonts.small, foreground=theme.QUIET, background=theme.CARD)
        self._bar()
        self._countdown.pack(side="bottom", pady=(0, 4))

    def _label(self, font: object, colour: str) -> tk.Label:
        label = tk.Label(
            self, font=font, foreground=colour, background=theme.CARD, anchor="w", justify="left", wraplength=380
        )
        label.pack(fill="x", padx=20, pady=(14, 0) if font is self._fonts.big else (4, 0))
        return label

    def _bar(self) -> None:
        """Decline on the left half, Allow on the right half of the bottom."""
        bar = tk.Frame(self, background=theme.CARD, height=64)
        bar.pack(side="bottom", fill="x", padx=16, pady=(0, 12))
        bar.pack_propagate(False)
        bar.columnconfigure((0, 1), weight=1, uniform="half")
        bar.rowconfigure(0, weight=1)
        self._decline = theme.button(bar, "Decline", self._no, fonts=self._fonts, big=True)
        self._decline.grid(row=0, column=0, sticky="nsew", padx=(0, 6))
        self._allow = theme.button(
            bar, "Allow", self._yes, fonts=self._fonts, colour=theme.GREEN, dark=theme.GREEN_DARK, big=True
        )
        self._allow.configure(disabledforeground="#bfe3cf")
        self._allow.grid(row=0, column=1, sticky="nsew", padx=(6, 0))

    def show(self, question: Question) -> None:
        """Put a question up; for a moment no click counts, so that none meant for something else does."""
        self._question, self._shown_at = question, time.monotonic()
        self._who.configure(text=question.title)
        self._what.configure(text="Untick what you do not want to allow.")
        self._reason.configure(text=f"Reason: “{question.reason}”" if question.reason else "")
        self._fill(question)
        self.place(relx=0, rely=0, relwidth=1, relheight=1)
        self.lift()
        self.focus_set()
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
        question = self._question
        if question is None:
            return
        left = max(0, round(question.deadline - time.monotonic()))
        end = "it is allowed, as agreed beforehand" if question.grants_itself else "it is declined"
        self._countdown.configure(text=f"Without an answer {end} in {left} s")
        ready = "normal" if time.monotonic() - self._shown_at > ACCIDENT_SECONDS else "disabled"
        some = any(var.get() for var in self._ticks.values())
        self._decline.configure(state=ready)
        self._allow.configure(state=ready if some else "disabled")

    def hide(self) -> None:
        """Take the question off."""
        self._question = None
        self.place_forget()

    def _yes(self) -> None:
        if self._question:
            self._answer(self._question.request_id, [r for r, var in self._ticks.items() if var.get()])

    def _no(self) -> None:
        if self._question:
            self._answer(self._question.request_id, None)
