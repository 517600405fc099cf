"""A question over the window's content: Decline on the left, Allow on the right, and no click that comes too soon."""

from __future__ import annotations

import time
import tkinter as tk

from . import theme

ACCIDENT_SECONDS = 0.6


class Panel(tk.Frame):
    """Covers the window's content while something is asked; the red Stop below it stays in reach."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts) -> None:
        super().__init__(parent, background=theme.CARD, highlightbackground=theme.ACCENT,
                         highlightcolor=theme.ACCENT, highlightthickness=2)
        self._fonts = fonts
        self._shown_at = 0.0
        self._countdown = tk.Label(self, font=fonts.small, foreground=theme.QUIET, background=theme.CARD)
        self._build()
        self._bar()
        self._countdown.pack(side="bottom", pady=(0, 4))

    def _build(self) -> None:
        """Lay out what is asked."""
        raise NotImplementedError

    def _say(self, yes: bool) -> None:
        """Somebody clicked."""
        raise NotImplementedError

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
        self._decline = theme.button(bar, "Decline", lambda: self._say(False), fonts=self._fonts, big=True)
        self._decline.grid(row=0, column=0, sticky="nsew", padx=(0, 6))
        self._allow = theme.button(
            bar, "Allow", lambda: self._say(True), fonts=self._fonts, colour=theme.GREEN, dark=theme.GREEN_DARK,
            big=True,
        )
        self._allow.configure(disabledforeground="#bfe3cf")
        self._allow.grid(row=0, column=1, sticky="nsew", padx=(6, 0))

    def _appear(self) -> None:
        """Come up; for a moment no click counts, so that none meant for something else does."""
        self._shown_at = time.monotonic()
        self.place(relx=0, rely=0, relwidth=1, relheight=1)
        self.lift()
        self.focus_set()

    def _count(self, deadline: float, *, end: str, may_allow: bool = True) -> None:
        """Show how long is left, and take clicks once the first moment is over."""
        left = max(0, round(deadline - time.monotonic()))
        self._countdown.configure(text=f"Without an answer {end} in {left} s")
        ready = "normal" if time.monotonic() - self._shown_at > ACCIDENT_SECONDS else "disabled"
        self._decline.configure(state=ready)
        self._allow.configure(state=ready if may_allow else "disabled")
