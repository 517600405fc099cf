"""What a managed computer says of itself while nobody is connected."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from ..board import Snapshot
from . import theme


class ComputerCard:
    """For whom this computer is managed, what it reports, what it did last for the desk, and a way to ask for help."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, ask_for_help: Callable[[], None],
                 chat: Callable[[], None]) -> None:
        inner = theme.card(parent, "THIS COMPUTER", fonts=fonts)
        self.outer = inner.master
        self._managed = self._label(inner, fonts.status, theme.INK)
        self._reports = self._label(inner, fonts.body, theme.QUIET)
        self._activity = self._label(inner, fonts.body, theme.INK)
        self._call = self._label(inner, fonts.bold, theme.ACCENT_DARK)
        self._chat = theme.button(inner, "Chat with your support desk", chat, fonts=fonts)
        self._help = theme.button(
            inner, "I need help", ask_for_help, fonts=fonts, colour=theme.ACCENT, dark=theme.ACCENT_DARK, big=True)
        self._small_help = theme.button(self.outer, "I need help", ask_for_help, fonts=fonts)
        self._small_help.configure(pady=1)

    def _label(self, parent: tk.Misc, font: object, colour: str) -> tk.Label:
        label = tk.Label(parent, font=font, foreground=colour, background=theme.CARD, anchor="w", justify="left",
                         wraplength=380)
        label.pack(fill="x", pady=(2, 4))
        return label

    def show(self, new: Snapshot, *, chatting: bool) -> None:
        """Draw it; beside an open chat it takes less room."""
        self._managed.configure(text=new.managed)
        self._reports.configure(text=new.reports)
        self._tell(self._activity, new.activity, after=self._reports)
        self._tell(self._call, new.call.sentence if new.call else "", after=self._reports)
        if chatting:
            self._help.pack_forget()
            self._chat.pack_forget()
            self._small_help.place(relx=1, x=-8, y=5, anchor="ne")
        else:
            self._small_help.place_forget()
            self._help.pack(fill="x", pady=(8, 2), ipady=4)
            self._chat.pack(fill="x", pady=(6, 2))

    def _tell(self, label: tk.Label, sentence: str, *, after: tk.Label) -> None:
        label.configure(text=sentence)
        if sentence:
            label.pack(fill="x", pady=(2, 4), after=after)
        else:
            label.pack_forget()
