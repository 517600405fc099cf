"""The helper's window.

440 by 720 at first. From the bottom: the red Stop over the whole width; while a question stands, Decline on the left
and Allow on the right half above it.
"""

from __future__ import annotations

import contextlib
import time
import tkinter as tk
from tkinter import messagebox
from typing import TYPE_CHECKING

from ..board import Board, Snapshot
from ..recording import banner
from . import theme
from .approval import ApprovalPanel
from .chat import ChatCard
from .computer import ComputerCard
from .help_form import HelpForm
from .parts import FilesCard, RightsCard
from .question import QuestionPanel
from .update import UpdateStrip

if TYPE_CHECKING:
    from ..app import Helper

WIDTH, HEIGHT, STOP_HEIGHT = 440, 720, 76
MARGIN = 80  # a small screen keeps the red Stop above its task bar
FAILED_SECONDS = 15
_TICK_MS = 60
_DOTS = {"connected": "#3ddc84", "waiting": "#7fb2ff", "stopped": "#d7dce6", "failed": "#ff8f92"}


class Window:
    """Shows the board; every click goes to the helper's thread."""

    def __init__(self, board: Board, *, helper: Helper) -> None:
        self._board = board
        self._helper = helper
        self._seen = Snapshot()
        self._failed_at = 0.0
        self._root = root = tk.Tk(className="ConnectAssist")
        product = board.read().product
        root.title(f"{product} helper")
        root.geometry(f"{WIDTH}x{min(HEIGHT, root.winfo_screenheight() - MARGIN)}+40+20")
        root.minsize(WIDTH, 560)
        root.protocol("WM_DELETE_WINDOW", self._close)
        self._fonts = theme.Fonts(root)
        theme.style(root, self._fonts)
        self._header(product)
        self._stop_bar()
        self._content()
        root.bind_all("<Motion>", self._still_here)

    def _header(self, product: str) -> None:
        band = tk.Frame(self._root, background=theme.ACCENT_DARK)
        band.pack(side="top", fill="x")
        client = self._board.read().client
        name = product if client in ("", "Default") else f"{product} · {client}"
        tk.Label(band, text=name, font=self._fonts.small, foreground="#c8e6e3", background=theme.ACCENT_DARK,
                 anchor="w").pack(fill="x", padx=16, pady=(10, 0))
        row = tk.Frame(band, background=theme.ACCENT_DARK)
        row.pack(fill="x", padx=16, pady=(2, 12))
        self._dot = tk.Label(row, text="●", font=self._fonts.status, background=theme.ACCENT_DARK)
        self._dot.pack(side="left", anchor="n", padx=(0, 8))
        self._status = tk.Label(row, font=self._fonts.status, foreground="#ffffff", background=theme.ACCENT_DARK,
                                anchor="w", justify="left", wraplength=370)
        self._status.pack(side="left", fill="x", expand=True)
        self._recording = tk.Label(self._root, font=self._fonts.bold, foreground="#ffffff", background="#8c1d22",
                                   anchor="w", justify="left", wraplength=400, padx=16, pady=8)
        self._notice = tk.Label(self._root, font=self._fonts.body, foreground="#5c3d00", background="#fdf0d5",
                                anchor="w", justify="left", wraplength=400, padx=16, pady=8)
        self._update = UpdateStrip(self._root, fonts=self._fonts, update=lambda now: self._helper.update(now=now))

    def _stop_bar(self) -> None:
        bar = tk.Frame(self._root, background=theme.PAGE, height=STOP_HEIGHT)
        bar.pack(side="bottom", fill="x")
        bar.pack_propagate(False)
        self._stop = theme.button(
            bar, "Stop", self._helper.stop, fonts=self._fonts, colour=theme.RED, dark=theme.RED_DARK, big=True
        )
        self._stop.pack(fill="both", expand=True, padx=16, pady=(6, 14))

    def _content(self) -> None:
        body = tk.Frame(self._root, background=theme.PAGE)
        body.pack(side="top", fill="both", expand=True)
        self._rights = RightsCard(body, fonts=self._fonts, revoke=self._helper.revoke, remove=self._helper.remove)
        self._files = FilesCard(body, fonts=self._fonts, send=self._helper.send_file, share=self._helper.share)
        self._chat = ChatCard(body, fonts=self._fonts, send=self._helper.chat,
                              write_to_desk=self._helper.write_to_desk, accept=self._helper.accept)
        self._computer = ComputerCard(body, fonts=self._fonts, ask_for_help=self._ask_for_help, chat=self._write)
        self._form = HelpForm(body, fonts=self._fonts, send=self._helper.call_for_help)
        self._wants_chat, self._arranged = False, (False, False)
        self._approval = ApprovalPanel(body, fonts=self._fonts, approve=self._helper.approve)
        self._question = QuestionPanel(body, fonts=self._fonts, answer=self._helper.answer)

    def run(self) -> None:
        """Show the board until the customer closes the window or the helper ends."""
        self._draw(self._board.read(), Snapshot(status=""))
        self._tick()
        self._root.mainloop()

    def _tick(self) -> None:
        new, old = self._board.read(), self._seen
        if new is not old:
            self._draw(new, old)
        self._question.tick()
        self._approval.tick()
        if self._helper.finished.is_set() and (new.phase != "failed" or self._may_go()):
            self._root.destroy()
            return
        self._root.after(_TICK_MS, self._tick)

    def _may_go(self) -> bool:
        """A failure stays readable for a while, and for as long as somebody moves the mouse over it."""
        self._failed_at = self._failed_at or time.monotonic()
        return time.monotonic() - self._failed_at > FAILED_SECONDS

    def _still_here(self, _: object) -> None:
        if self._failed_at:
            self._failed_at = time.monotonic() + 60

    def _draw(self, new: Snapshot, old: Snapshot) -> None:
        self._seen = new
        self._status.configure(text=new.status)
        only_here = new.phase == "connected" and "view" not in new.rights
        self._dot.configure(foreground=_DOTS.get("waiting" if only_here else new.phase, "#f2c14e"))
        if (new.rights, new.technicians) != (old.rights, old.technicians) or old.status == "":
            self._rights.show(new)
        self._chat.show(new)
        self._arrange(new)
        self._files.show(new, old)
        self._show_recording(new, old)
        self._show_notice(new.notice)
        if (new.update, new.asks, bool(new.technicians)) != (old.update, old.asks, bool(old.technicians)):
            self._update.show(new, after=self._status.master.master)
        self._show_stop(new)
        self._show_question(new, old)
        self._show_approval(new, old)
        with contextlib.suppress(tk.TclError):
            self._root.attributes("-topmost", bool(new.technicians or new.rights or new.asks))

    def _show_recording(self, new: Snapshot, old: Snapshot) -> None:
        if banner(new) == banner(old):
            return
        self._recording.configure(text=f"●  {banner(new)}")
        if banner(new):
            self._recording.pack(side="top", fill="x", after=self._status.master.master)
        else:
            self._recording.pack_forget()

    def _show_notice(self, notice: str) -> None:
        if notice:
            self._notice.configure(text=notice)
            self._notice.pack(side="top", fill="x", after=self._status.master.master)
        else:
            self._notice.pack_forget()

    def _show_stop(self, new: Snapshot) -> None:
        if new.phase == "failed":
            self._stop.configure(text="Close", command=self._root.destroy, state="normal")
            return
        on = bool(new.technicians or new.rights or new.question)
        self._stop.configure(state="normal" if on else "disabled", background=theme.RED if on else "#d9989a")

    def _show_question(self, new: Snapshot, old: Snapshot) -> None:
        if new.question == old.question:
            return
        if new.question is None:
            self._question.hide()
            return
        self._root.deiconify()
        self._root.lift()
        self._question.show(new.question)
        self._root.bell()

    def _show_approval(self, new: Snapshot, old: Snapshot) -> None:
        shown = None if new.question else new.approval
        if shown == (None if old.question else old.approval):
            return
        if shown is None:
            self._approval.hide()
            return
        self._root.deiconify()
        self._root.lift()
        self._approval.show(shown)
        self._root.bell()

    def _ask_for_help(self) -> None:
        self._form.open()

    def _write(self) -> None:
        self._wants_chat = True
        self._arrange(self._seen)
        self._chat.write_to_desk()

    def _arrange(self, new: Snapshot) -> None:
        """A managed computer to which nobody is connected shows what it is, and the chat once somebody wants it."""
        idle = bool(new.managed) and not (new.technicians or new.rights)
        chatting = not idle or self._wants_chat or bool(new.desk)
        self._computer.show(new, chatting=chatting)
        self._form.show(possible=idle and not new.asks)
        if (idle, chatting) == self._arranged:
            return
        self._arranged = (idle, chatting)
        for card in (self._rights, self._files, self._chat, self._computer):
            card.outer.pack_forget()
        if idle:
            self._computer.outer.pack(fill="x", padx=16, pady=(12, 10))
        else:
            self._rights.outer.pack(fill="x", padx=16, pady=(12, 0))
            self._files.outer.pack(side="bottom", fill="x", padx=16, pady=10)
        if chatting:
            self._chat.outer.pack(fill="both", expand=True, padx=16, pady=(0 if idle else 10, 10 if idle else 0))

    def _close(self) -> None:
        now = self._board.read()
        is_on = bool(now.technicians or now.rights)
        if is_on and not messagebox.askokcancel(
            "End the session?", "Closing this window ends the session. Nobody can see your screen then.",
            parent=self._root,
        ):
            return
        if now.managed and now.phase != "failed":  # it goes on: the computer stays in reach, and a question comes up
            if is_on:
                self._helper.stop()
            self._root.iconify()
            return
        self._root.destroy()
