"""The chat: with the technician of a session, and with the support desk. It says to whom one writes."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk
from typing import Literal

from ..board import ChatLine, DeskLine, Proposal, Snapshot
from . import theme

Channel = Literal["session", "desk"]


class ChatCard:
    """One chat at a time. Where there are two, each has a tab, and the heading names who reads what is written."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, send: Callable[[str], None],
                 write_to_desk: Callable[[str], None], accept: Callable[[str], None]) -> None:
        self._fonts = fonts
        self._send, self._write_to_desk, self._accept = send, write_to_desk, accept
        self._channel: Channel = "session"
        self._drawn: tuple[ChatLine | DeskLine, ...] = ()
        self._read = {"session": 0, "desk": 0}
        self._had_people = False
        inner = theme.card(parent, "CHAT", fonts=fonts)
        self.outer = inner.master
        self._heading = self.outer.winfo_children()[0]
        self._tabs = tk.Frame(inner, background=theme.CARD)
        self._tab = {"session": self._make_tab("session"), "desk": self._make_tab("desk")}
        self._note = tk.Label(inner, font=fonts.small, background=theme.CARD, foreground=theme.QUIET, anchor="w",
                              justify="left", wraplength=380)
        self._writing(inner)
        self._said(inner)

    def _make_tab(self, channel: Channel) -> tk.Button:
        tab = theme.button(self._tabs, "", lambda: self._choose(channel), fonts=self._fonts)
        tab.pack(side="left", padx=(0, 6))
        return tab

    def _writing(self, inner: tk.Frame) -> None:
        write = tk.Frame(inner, background=theme.CARD)
        write.pack(side="bottom", fill="x", pady=(6, 0))
        self.entry = ttk.Entry(write, font=self._fonts.body)
        self.entry.pack(side="left", fill="x", expand=True)
        self.entry.bind("<Return>", lambda _: self._submit())
        self.button = theme.button(
            write, "Send", self._submit, fonts=self._fonts, colour=theme.ACCENT, dark=theme.ACCENT_DARK
        )
        self.button.pack(side="right", padx=(8, 0))

    def _said(self, inner: tk.Frame) -> None:
        fonts = self._fonts
        self._text = tk.Text(
            inner, height=4, wrap="word", font=fonts.body, background=theme.CARD, foreground=theme.INK, relief="flat",
            highlightthickness=0, state="disabled", cursor="arrow", padx=0, takefocus=0,
        )
        bar = ttk.Scrollbar(inner, command=self._text.yview)
        self._text.configure(yscrollcommand=lambda first, last: self._scrolled(bar, first, last))
        self._text.pack(side="left", fill="both", expand=True)
        self._text.bind("<Configure>", lambda _: self._text.see("end"))  # the newest stays in sight in less room
        self._text.tag_configure("who", font=fonts.bold)
        self._text.tag_configure("own", font=fonts.bold, foreground=theme.ACCENT)
        self._text.tag_configure("at", font=fonts.small, foreground=theme.QUIET)
        self._text.tag_configure("offer", font=fonts.body, foreground=theme.ACCENT_DARK, lmargin1=12, lmargin2=12)

    def _scrolled(self, bar: ttk.Scrollbar, first: str, last: str) -> None:
        """Show the scroll bar only when there is more than fits."""
        bar.set(first, last)
        if float(last) - float(first) < 1:
            bar.pack(side="right", fill="y", before=self._text)
        else:
            bar.pack_forget()

    def _submit(self) -> None:
        message = self.entry.get().strip()
        if message:
            (self._send if self._channel == "session" else self._write_to_desk)(message)
            self.entry.delete(0, "end")

    def write_to_desk(self) -> None:
        """Somebody wants help: the line to write on is ready."""
        self._choose("desk")
        self.entry.focus_set()

    def _choose(self, channel: Channel) -> None:
        self._channel = channel
        self._draw(self._newest)

    def show(self, new: Snapshot) -> None:
        """Draw what is new. What somebody is writing stays with whom it is written to."""
        self._newest = new
        people, has_desk = bool(new.technicians), bool(new.managed or new.desk)
        came, self._had_people = people and not self._had_people, people
        is_typing = bool(self.entry.get().strip())
        if not has_desk or (came and not is_typing):
            self._channel = "session"
        elif (new.managed or not new.chat) and not people and not is_typing and not new.session_id:
            self._channel = "desk"
        self._draw(new)

    def _draw(self, new: Snapshot) -> None:
        lines = new.chat if self._channel == "session" else new.desk
        if lines is not self._drawn:
            self._fill(lines)
        self._read[self._channel] = len(lines)
        names = " and ".join(dict.fromkeys(t.name for t in new.technicians))
        desk = "your support desk" if new.managed else "the support desk"
        reader = desk if self._channel == "desk" else names
        self._heading.configure(text=f"CHAT WITH {reader.upper()}" if reader else "CHAT")
        self._show_tabs(new, names)
        note = new.desk_note if self._channel == "desk" else ""
        if self._channel == "desk" and not lines:
            note = f"{new.desk_note} Write what is wrong. Your support desk answers here.".strip()
        self._note.configure(text=note)
        if note:
            self._note.pack(fill="x", before=self._text, side="top", pady=(0, 4))
        else:
            self._note.pack_forget()

    def _show_tabs(self, new: Snapshot, names: str) -> None:
        if not ((new.managed or new.desk) and (new.technicians or new.chat or new.session_id)):
            self._tabs.pack_forget()
            return
        titles = {"session": f"With {names}" if names else "This session", "desk": "Support desk"}
        counts = {"session": len(new.chat), "desk": len(new.desk)}
        for channel, tab in self._tab.items():
            unread = " ●" if counts[channel] > self._read[channel] else ""
            chosen = channel == self._channel
            tab.configure(text=titles[channel][:26] + unread, background=theme.LINE if chosen else theme.CARD)
        self._tabs.pack(side="top", fill="x", pady=(0, 6), before=self._text)

    def _fill(self, lines: tuple[ChatLine, ...] | tuple[DeskLine, ...]) -> None:
        self._text.configure(state="normal")
        known = len(self._drawn)
        if not known or lines[:known] != self._drawn:
            self._text.delete("1.0", "end")
            known = 0
        for line in lines[known:]:
            self._text.insert("end", line.sender, "own" if line.own else "who")
            self._text.insert("end", f"  {line.at}\n", "at")
            self._text.insert("end", f"{line.message}\n")
            if isinstance(line, DeskLine) and line.proposal:
                self._offer(line.proposal)
        self._text.configure(state="disabled")
        self._text.see("end")
        self._drawn = lines

    def _offer(self, proposal: Proposal) -> None:
        """A proposal and the button that takes it up: nothing happens without it."""
        self._text.insert("end", f"{proposal.sentence}\n", "offer")
        if proposal.taken:
            self._text.insert("end", "✓ You agreed\n", "at")
            return
        button = theme.button(self._text, proposal.button, lambda: self._accept(proposal.message_id),
                              fonts=self._fonts, colour=theme.ACCENT_DARK, dark=theme.ACCENT)
        self._text.window_create("end", window=button, padx=12, pady=4)
        self._text.insert("end", "\n")
