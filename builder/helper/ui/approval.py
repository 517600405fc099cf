"""The question before a repair: what would be done, who asks for it, Allow and Decline."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from ..board import Approval
from . import theme
from .panel import Panel


class ApprovalPanel(Panel):
    """What the support desk asks this computer to do."""

    def __init__(self, parent: tk.Misc, *, fonts: theme.Fonts, approve: Callable[[str, bool], None]) -> None:
        self._approve = approve
        self._approval: Approval | None = None
        super().__init__(parent, fonts=fonts)

    def _build(self) -> None:
        self._who = self._label(self._fonts.big, theme.INK)
        self._what = self._label(self._fonts.status, theme.ACCENT_DARK)
        self._explains = self._label(self._fonts.body, theme.INK)

    def show(self, approval: Approval) -> None:
        """Put a repair up."""
        self._approval = approval
        self._who.configure(text=f"{approval.by} asks to do this on your computer")
        self._what.configure(text=approval.title)
        self._explains.configure(text=approval.explains)
        self._appear()
        self.tick()

    def tick(self) -> None:
        """Count down; called some times a second."""
        if self._approval:
            self._count(self._approval.deadline, end="it is declined")

    def hide(self) -> None:
        """Take it off."""
        self._approval = None
        self.place_forget()

    def _say(self, yes: bool) -> None:
        if self._approval:
            self._approve(self._approval.request_id, yes)
