"""A small window that says why the helper does not start; it closes by itself, so that nothing hangs for ever."""

from __future__ import annotations

import time
import tkinter as tk

from . import theme

SECONDS = 15.0


def show(sentence: str) -> None:
    """Show the sentence for 15 seconds, longer while the mouse moves over it; without a display do nothing."""
    try:
        root = tk.Tk(className="ConnectAssist")
    except tk.TclError:
        return
    root.title("ConnectAssist helper")
    root.geometry("440x220+60+60")
    fonts = theme.Fonts(root)
    theme.style(root, fonts)
    tk.Label(root, text="The helper was not started", font=fonts.big, foreground=theme.RED, background=theme.PAGE,
             anchor="w").pack(fill="x", padx=20, pady=(18, 6))
    tk.Label(root, text=sentence, font=fonts.body, foreground=theme.INK, background=theme.PAGE, anchor="w",
             justify="left", wraplength=396).pack(fill="both", expand=True, padx=20)
    theme.button(root, "Close", root.destroy, fonts=fonts).pack(side="right", padx=20, pady=(0, 16))
    ends = [time.monotonic() + SECONDS]
    root.bind_all("<Motion>", lambda _: ends.__setitem__(0, time.monotonic() + 120))

    def tick() -> None:
        if time.monotonic() > ends[0]:
            root.destroy()
        else:
            root.after(200, tick)

    tick()
    root.mainloop()
