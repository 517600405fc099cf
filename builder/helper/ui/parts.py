"""The parts of the window: who is connected and what they may, the files."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from pathlib import Path
from tkinter import filedialog, ttk

from .. import consent
from ..board import Snapshot, Technician, Transfer
from ..text import human_size
from . import theme


class RightsCard:
    """Who is here, and each right that they hold, with a tick that takes it back."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, revoke: Callable[[list[str]], None],
                 remove: Callable[[str], None]) -> None:
        self._fonts = fonts
        self._revoke, self._remove = revoke, remove
        self._inner = theme.card(parent, "WHO IS CONNECTED", fonts=fonts)
        self.outer = self._inner.master
        self._who = tk.Label(self._inner, font=fonts.bold, background=theme.CARD, foreground=theme.INK, anchor="w",
                             justify="left", wraplength=380)
        self._who.pack(fill="x")
        self._people = tk.Frame(self._inner, background=theme.CARD)
        self._people.pack(fill="x")
        self._rows = tk.Frame(self._inner, background=theme.CARD)
        self._rows.pack(fill="x")
        self._shown: frozenset[str] | None = None

    def show(self, new: Snapshot) -> None:
        """Draw the names and the rights."""
        people = {t.id or t.socket_id: t for t in new.technicians}
        names = ", ".join(dict.fromkeys(t.name for t in people.values()))
        several = f"{len(people)} technicians" if len(people) > 1 else ""
        self._who.configure(text=several or names or "Nobody", foreground=theme.INK if names else theme.QUIET)
        self._list(tuple(people.values()) if len(people) > 1 else ())
        if new.rights == self._shown:
            return  # drawn anew, a tick would be lost under a mouse that is about to click it
        self._shown = new.rights
        for child in self._rows.winfo_children():
            child.destroy()
        for right in consent.ordered(new.rights):
            self._row(right)
        if new.rights:
            self._hint("Untick a line to take it back.")
        elif new.managed:
            self._hint("Nobody can see your screen or use mouse and keyboard.")
        else:
            self._hint("Nobody can see your screen or do anything on this computer.")

    def _list(self, people: tuple[Technician, ...]) -> None:
        """With several technicians: what each of them may, and a button that sends only them away."""
        for child in self._people.winfo_children():
            child.destroy()
        for each in people:
            line = tk.Frame(self._people, background=theme.CARD)
            line.pack(fill="x")
            may = "" if each.admitted else ": cannot see your screen"
            theme.button(line, "Remove", lambda i=each.id: self._remove(i), fonts=self._fonts).pack(side="right")
            tk.Label(line, text=f"{each.name}{may}", font=self._fonts.body, background=theme.CARD, foreground=theme.INK,
                     anchor="w", justify="left", wraplength=270).pack(side="left", fill="x", expand=True)

    def _row(self, right: str) -> None:
        var = tk.BooleanVar(self._rows, value=True)
        theme.tick_box(
            self._rows, consent.LABELS[right], var, lambda: self._revoke([right]), fonts=self._fonts
        ).pack(fill="x")

    def _hint(self, text: str) -> None:
        tk.Label(self._rows, text=text, font=self._fonts.small, background=theme.CARD, foreground=theme.QUIET,
                 anchor="w").pack(fill="x")


class FilesCard:
    """The shared folder, files on their way, and a file to send."""

    def __init__(
        self, parent: tk.Misc, *, fonts: theme.Fonts, send: Callable[[Path], None], share: Callable[[Path], None]
    ) -> None:
        self._fonts = fonts
        self._send, self._share = send, share
        inner = theme.card(parent, "SHARED FOLDER", fonts=fonts)
        self.outer = inner.master
        row = tk.Frame(inner, background=theme.CARD)
        row.pack(fill="x")
        self._folder = tk.Label(row, font=fonts.body, background=theme.CARD, foreground=theme.INK, anchor="w")
        self._folder.pack(side="top", fill="x", pady=(0, 6))
        self.button = theme.button(row, "Send a file…", self._choose_file, fonts=fonts)
        self.button.pack(side="left")
        theme.button(row, "Change folder…", self._choose_folder, fonts=fonts).pack(side="left", padx=(8, 0))
        self._rows = tk.Frame(inner, background=theme.CARD)
        self._rows.pack(fill="x")

    def _choose_file(self) -> None:
        chosen = filedialog.askopenfilename(parent=self._folder, title="Send a file to your technician")
        if chosen:
            self._send(Path(chosen))

    def _choose_folder(self) -> None:
        chosen = filedialog.askdirectory(parent=self._folder, title="Choose the folder to share")
        if chosen:
            self._share(Path(chosen))

    def show(self, new: Snapshot, old: Snapshot) -> None:
        """Draw the folder and the newest transfers."""
        self._folder.configure(text=_short(new.folder))
        self.button.configure(state="normal" if new.session_id and new.online else "disabled")
        if new.transfers is not old.transfers:
            for child in self._rows.winfo_children():
                child.destroy()
            for transfer in new.transfers[-2:]:
                self._row(transfer)

    def _row(self, t: Transfer) -> None:
        verb = "Received" if t.incoming else "Sent"
        if t.error:
            text, colour = f"{t.name}: {t.error}", theme.RED
        elif t.done:
            text, colour = f"{verb} {t.name} ({human_size(t.size)})", theme.GREEN
        else:
            text, colour = f"{t.name}  {human_size(t.received)} of {human_size(t.size)}", theme.QUIET
        tk.Label(self._rows, text=text, font=self._fonts.small, background=theme.CARD, foreground=colour, anchor="w",
                 wraplength=380, justify="left").pack(fill="x", pady=(4, 0))
        if not t.done:
            bar = ttk.Progressbar(self._rows, maximum=max(1, t.size), value=t.received)
            bar.pack(fill="x")


def _short(folder: str) -> str:
    home = str(Path.home())
    shown = "~" + folder[len(home):] if folder.startswith(home) else folder
    return shown if len(shown) < 52 else "…" + shown[-51:]
