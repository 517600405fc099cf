"""What the customer sees: a window where there is a display, the terminal elsewhere."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:  # a complaint must not wait for the video libraries
    from ..app import Helper
    from ..board import Board
    from ..settings import Settings


class Ui(Protocol):
    """Something that shows the board until the program ends."""

    def run(self) -> None: ...


def choose(settings: Settings, *, board: Board, helper: Helper) -> Ui:
    """Open the window if one was asked for or can be had, the terminal otherwise."""
    if settings.ui == "none":
        from .silent import Silent

        return Silent(board, helper=helper)
    if settings.ui != "terminal" and settings.has_display:
        try:
            from .tk import Window

            return Window(board, helper=helper)
        except Exception as error:  # no tkinter, or no display after all
            if settings.ui == "tk":
                raise
            warn(f"No window can be shown here ({error}); using the terminal.")
    from .terminal import Terminal

    return Terminal(board, helper=helper)


def warn(sentence: str) -> None:
    """Say something on the terminal the helper was started from, if there is one."""
    if sys.stderr:
        sys.stderr.write(sentence + "\n")
        sys.stderr.flush()


def complain(sentence: str, *, window: bool = True) -> None:
    """Say why the helper does not start: on the terminal at once, and in a window that closes by itself."""
    warn(sentence)
    if not window:
        return
    try:
        from .refusal import show
    except ImportError:
        return
    show(sentence)
