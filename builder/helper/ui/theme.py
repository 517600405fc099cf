"""Colours, fonts and buttons of the window: one quiet look on every platform."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import font, ttk

PAGE, CARD, LINE = "#f3f5f9", "#ffffff", "#dde2ec"
INK, QUIET = "#182031", "#5b667a"
ACCENT, ACCENT_DARK = "#0e7a78", "#0a5f62"
GREEN, GREEN_DARK, RED, RED_DARK, AMBER = "#187a45", "#125f36", "#c9252b", "#a31b20", "#a86200"
_FAMILIES = ("Segoe UI", "SF Pro Text", "Helvetica Neue", "Inter", "Noto Sans", "DejaVu Sans")


class Fonts:
    """The five sizes that the window uses, and its tick boxes."""

    def __init__(self, root: tk.Misc) -> None:
        there = set(font.families(root))
        family = next((f for f in _FAMILIES if f in there), font.nametofont("TkDefaultFont").actual("family"))
        self.body = font.Font(root, family=family, size=10)
        self.small = font.Font(root, family=family, size=9)
        self.bold = font.Font(root, family=family, size=10, weight="bold")
        self.status = font.Font(root, family=family, size=13, weight="bold")
        self.big = font.Font(root, family=family, size=14, weight="bold")
        self.on, self.off = _box(root, ticked=True), _box(root, ticked=False)


def style(root: tk.Tk, fonts: Fonts) -> None:
    """Set up the themed widgets."""
    root.configure(background=PAGE)
    s = ttk.Style(root)
    s.theme_use("clam")
    s.configure(".", background=CARD, foreground=INK, font=fonts.body, borderwidth=0)
    s.configure("TEntry", fieldbackground=CARD, bordercolor=LINE, lightcolor=LINE, darkcolor=LINE, padding=6,
                borderwidth=1)
    s.map("TEntry", bordercolor=[("focus", ACCENT)], lightcolor=[("focus", ACCENT)])
    s.configure("TProgressbar", background=ACCENT, troughcolor=LINE, borderwidth=0, thickness=5)
    s.configure("TScrollbar", background=LINE, troughcolor=CARD, arrowcolor=QUIET, bordercolor=CARD)


def button(
    parent: tk.Misc, text: str, command: Callable[[], None], *, fonts: Fonts, colour: str = CARD, dark: str = LINE,
    big: bool = False,
) -> tk.Button:
    """Make a flat button; Space presses it, Enter does not."""
    plain = colour == CARD
    return tk.Button(
        parent, text=text, command=command, font=fonts.big if big else fonts.bold, background=colour,
        activebackground=dark, foreground=INK if plain else "#ffffff", activeforeground=INK if plain else "#ffffff",
        disabledforeground="#9aa3b2" if plain else "#f0d6d7", relief="flat", borderwidth=0,
        highlightthickness=1, highlightbackground=LINE if plain else colour, highlightcolor=INK,
        padx=14, pady=6, cursor="hand2",
    )


def tick_box(
    parent: tk.Misc, text: str, variable: tk.BooleanVar, command: Callable[[], None], *, fonts: Fonts
) -> tk.Checkbutton:
    """Make a line with a box to tick, large enough to be hit."""
    box = tk.Checkbutton(
        parent, text=f"  {text}", variable=variable, command=command, font=fonts.body, background=CARD,
        foreground=INK, activebackground=CARD, activeforeground=ACCENT_DARK, selectcolor=CARD, image=fonts.off,
        selectimage=fonts.on, compound="left", indicatoron=False, relief="flat", offrelief="flat", borderwidth=0,
        highlightthickness=1, highlightbackground=CARD, highlightcolor=ACCENT, anchor="w", padx=2, pady=3,
        cursor="hand2",
    )
    box.variable = variable  # Tk only keeps the variable's name: without this the tick would be forgotten
    return box


def _box(root: tk.Misc, *, ticked: bool) -> tk.PhotoImage:
    """Draw an 18-pixel box, with a tick or without."""
    image = tk.PhotoImage(master=root, width=18, height=18)
    image.put(ACCENT if ticked else "#8d97a8", to=(1, 1, 17, 17))
    image.put(ACCENT if ticked else CARD, to=(2, 2, 16, 16))
    if ticked:
        points = [(4 + i, 8 + i) for i in range(4)] + [(7 + i, 11 - i) for i in range(7)]
        for x, y in points:
            image.put("#ffffff", to=(x, y, x + 2, y + 2))
    return image


def card(parent: tk.Misc, title: str, *, fonts: Fonts) -> tk.Frame:
    """Make a white panel with a small heading; returns the frame for its content."""
    outer = tk.Frame(parent, background=CARD, highlightbackground=LINE, highlightcolor=LINE,
                     highlightthickness=1)
    tk.Label(outer, text=title, font=fonts.small, foreground=QUIET, background=CARD, anchor="w").pack(
        fill="x", padx=12, pady=(8, 0)
    )
    inner = tk.Frame(outer, background=CARD)
    inner.pack(fill="both", expand=True, padx=12, pady=(2, 10))
    return inner
