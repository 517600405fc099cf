"""“I need help”: what is wrong, who asks, and what goes along, each only with its tick. The picture of the screen is
shown before it is sent."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable
from tkinter import ttk

from ..api import machine
from ..outbox import LONGEST_NAME, LONGEST_PROBLEM, Call
from ..screen import picture
from . import theme

_GONE_MS = 350
_PREVIEW = (392, 120)


class HelpForm(tk.Frame):
    """Covers the window's content until it is sent or put away; what is written stays meanwhile."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, send: Callable[[Call], None]) -> None:
        super().__init__(parent, background=theme.CARD, highlightbackground=theme.ACCENT,
                         highlightcolor=theme.ACCENT, highlightthickness=2)
        self._fonts, self._on_send = fonts, send
        self._jpeg = b""
        self._image: tk.PhotoImage | None = None
        self.is_wanted = False
        self._bar()
        self._words()
        self._extras()

    def _bar(self) -> None:
        self._trouble = tk.Label(self, font=self._fonts.body, foreground=theme.RED, background=theme.CARD, anchor="w",
                                 justify="left", wraplength=392)
        bar = tk.Frame(self, background=theme.CARD, height=58)
        bar.pack(side="bottom", fill="x", padx=16, pady=(0, 10))
        bar.pack_propagate(False)
        bar.columnconfigure((0, 1), weight=1, uniform="half")
        bar.rowconfigure(0, weight=1)
        theme.button(bar, "Cancel", self.cancel, fonts=self._fonts, big=True).grid(
            row=0, column=0, sticky="nsew", padx=(0, 6))
        self.send_button = theme.button(bar, "Send", self._submit, fonts=self._fonts, colour=theme.ACCENT,
                                        dark=theme.ACCENT_DARK, big=True)
        self.send_button.grid(row=0, column=1, sticky="nsew", padx=(6, 0))
        self._trouble.pack(side="bottom", fill="x", padx=20)

    def _words(self) -> None:
        self._label("What is wrong?", self._fonts.big).pack(fill="x", padx=20, pady=(12, 4))
        self.problem = tk.Text(self, height=3, wrap="word", font=self._fonts.body, background=theme.CARD,
                               foreground=theme.INK, relief="flat", highlightthickness=1, padx=6, pady=4,
                               highlightbackground=theme.LINE, highlightcolor=theme.ACCENT)
        self.problem.pack(fill="x", padx=20)
        self.problem.bind("<Tab>", self._next)
        self._label("Who may we ask for?", self._fonts.bold).pack(fill="x", padx=20, pady=(8, 2))
        self.contact = ttk.Entry(self, font=self._fonts.body)
        self.contact.insert(0, machine()["username"])
        self.contact.pack(fill="x", padx=20, pady=(0, 6))

    def _extras(self) -> None:
        self._with_checks = tk.BooleanVar(self, value=True)
        self._with_picture = tk.BooleanVar(self, value=False)
        self._box("Add a check-up: memory, disks, network, errors", self._with_checks, lambda: None)
        self.picture_box = self._box("Add a picture of my screen", self._with_picture, self._picture_ticked)
        self._shown = tk.Frame(self, background=theme.CARD)
        self._preview = tk.Label(self._shown, background=theme.LINE)
        self._preview.pack(side="top", pady=(2, 2))
        row = tk.Frame(self._shown, background=theme.CARD)
        row.pack(fill="x")
        theme.button(row, "Take it again", self._take, fonts=self._fonts).pack(side="right")
        self._label("Only this picture is sent. Untick it to leave it out.", self._fonts.small, parent=row,
                    width=240).pack(side="left", fill="x", expand=True)

    def _label(self, text: str, font: object, *, parent: tk.Misc | None = None, width: int = 392) -> tk.Label:
        return tk.Label(parent or self, text=text, font=font, foreground=theme.INK, background=theme.CARD, anchor="w",
                        justify="left", wraplength=width)

    def _box(self, text: str, variable: tk.BooleanVar, ticked: Callable[[], None]) -> tk.Checkbutton:
        box = theme.tick_box(self, text, variable, ticked, fonts=self._fonts)
        box.pack(fill="x", padx=16)
        return box

    def _next(self, event: tk.Event) -> str:
        event.widget.tk_focusNext().focus_set()
        return "break"

    # the picture

    def _picture_ticked(self) -> None:
        if self._with_picture.get():
            self._take()
        else:
            self._forget()

    def _take(self) -> None:
        """The window goes out of the way, so that what is wrong can be seen."""
        window = self.winfo_toplevel()
        window.withdraw()
        window.after(_GONE_MS, self._taken)

    def _taken(self) -> None:
        try:
            self._jpeg = picture.take()
            self._image = tk.PhotoImage(master=self, data=picture.preview(
                self._jpeg, width=_PREVIEW[0], height=_PREVIEW[1]))
        except OSError:
            self._forget()
            self._say("No picture can be taken of this screen. You can still send your message.")
        else:
            self._with_picture.set(True)
            self._say("")
            self._preview.configure(image=self._image)
            self._shown.pack(fill="x", padx=20, after=self.picture_box)
        self.winfo_toplevel().deiconify()
        self.lift()

    def _forget(self) -> None:
        self._jpeg, self._image = b"", None
        self._with_picture.set(False)
        self._preview.configure(image="")
        self._shown.pack_forget()

    # coming and going

    def open(self) -> None:
        """Show the form, with what was written before."""
        self.is_wanted = True
        self.show(possible=True)
        self.problem.focus_set()

    def show(self, *, possible: bool) -> None:
        """Be there if it was asked for, and nobody is connected whom the window must name."""
        if self.is_wanted and possible:
            self.place(relx=0, rely=0, relwidth=1, relheight=1)
            self.lift()
        else:
            self.place_forget()

    def cancel(self) -> None:
        """Put it away. A picture is forgotten, words stay."""
        self._forget()
        self._close()

    def _submit(self) -> None:
        problem = self.problem.get("1.0", "end").strip()[:LONGEST_PROBLEM]
        if not problem:
            self._say("Please write what is wrong.")
            self.problem.focus_set()
            return
        self._on_send(Call(problem=problem, contact=self.contact.get().strip()[:LONGEST_NAME], picture=self._jpeg,
                           with_checks=self._with_checks.get()))
        self.problem.delete("1.0", "end")
        self.cancel()

    def _close(self) -> None:
        self._say("")
        self.is_wanted = False
        self.place_forget()

    def _say(self, sentence: str) -> None:
        self._trouble.configure(text=sentence)
