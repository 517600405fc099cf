"""The strip below the header that offers a newer version: now, or at the next start."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from ..board import Snapshot, Update
from . import theme

_INK, _BACK = "#0b3d3a", "#d8f0ee"


class UpdateStrip:
    """Hidden until there is a newer version."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, update: Callable[[bool], None]) -> None:
        self.outer = tk.Frame(parent, background=_BACK)
        self._text = tk.Label(self.outer, font=fonts.body, foreground=_INK, background=_BACK, anchor="w",
                              justify="left", wraplength=400)
        self._text.pack(fill="x", padx=16, pady=(8, 6))
        self._buttons = tk.Frame(self.outer, background=_BACK)
        self.now = theme.button(self._buttons, "Update now", lambda: update(True), fonts=fonts, colour=theme.ACCENT,
                                dark=theme.ACCENT_DARK)
        self.now.pack(side="left")
        self.later = theme.button(self._buttons, "Next session", lambda: update(False), fonts=fonts)
        self.later.pack(side="left", padx=(8, 0))

    def show(self, new: Snapshot, *, after: tk.Misc) -> None:
        """Draw what there is to say of updates; a question needs the room more."""
        if new.update is None or new.asks:
            self.outer.pack_forget()
            return
        self._text.configure(text=new.update.sentence(connected=bool(new.technicians or new.rights)))
        self._show_buttons(new.update)
        self.outer.pack(side="top", fill="x", after=after)

    def _show_buttons(self, update: Update) -> None:
        if update.phase not in ("offered", "failed", "ready"):
            self._buttons.pack_forget()
            return
        self.now.configure(text="Restart now" if update.phase == "ready" else "Update now")
        if update.phase == "ready":
            self.later.pack_forget()
        else:
            self.later.pack(side="left", padx=(8, 0))
        self._buttons.pack(fill="x", padx=16, pady=(0, 8))
