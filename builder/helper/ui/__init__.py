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
    if settings.ui != "terminal" and settings.has_display:
        try:
            from .tk import Window

            return Window(board, helper=helper)
        except Exception as error:  # no tkinter, or no display after all
            if settings.ui == "tk":
                raise
            print(f"No window can be shown here ({error}); using the terminal.", file=sys.stderr, flush=True)
    from .terminal import Terminal

    return Terminal(board, helper=helper)


def complain(sentence: str, *, window: bool = True) -> None:
    """Say why the helper does not start: on the terminal at once, and in a window that closes by itself."""
    print(sentence, file=sys.stderr, flush=True)
    if not window:
        return
    try:
        from .refusal import show
    except ImportError:
        return
    show(sentence)
