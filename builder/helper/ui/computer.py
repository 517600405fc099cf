"""What a managed computer says of itself while nobody is connected."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from ..board import Snapshot
from . import theme


class ComputerCard:
    """For whom this computer is managed, what it reports, what it did last for the desk, and a way to ask for help."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, ask_for_help: Callable[[], None]) -> None:
        inner = theme.card(parent, "THIS COMPUTER", fonts=fonts)
        self.outer = inner.master
        self._managed = self._label(inner, fonts.status, theme.INK)
        self._reports = self._label(inner, fonts.body, theme.QUIET)
        self._activity = self._label(inner, fonts.body, theme.INK)
        self._help = theme.button(
            inner, "I need help", ask_for_help, fonts=fonts, colour=theme.ACCENT, dark=theme.ACCENT_DARK, big=True)

    def _label(self, parent: tk.Misc, font: object, colour: str) -> tk.Label:
        label = tk.Label(parent, font=font, foreground=colour, background=theme.CARD, anchor="w", justify="left",
                         wraplength=380)
        label.pack(fill="x", pady=(2, 4))
        return label

    def show(self, new: Snapshot, *, chatting: bool) -> None:
        """Draw it; the button goes once the chat is open."""
        self._managed.configure(text=new.managed)
        self._reports.configure(text=new.reports)
        self._activity.configure(text=new.activity)
        if new.activity:
            self._activity.pack(fill="x", pady=(2, 4), after=self._reports)
        else:
            self._activity.pack_forget()
        if chatting:
            self._help.pack_forget()
        else:
            self._help.pack(fill="x", pady=(8, 2), ipady=4)
