"""No window and no terminal: the helper as a service. What goes wrong stands in its log and on standard error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..board import Board, Snapshot

if TYPE_CHECKING:
    from ..app import Helper


class Silent:
    """Waits until the helper ends."""

    def __init__(self, board: Board, *, helper: Helper) -> None:
        self._helper = helper
        board.watch(self._changed)

    def run(self) -> None:
        """Wait."""
        self._helper.finished.wait()

    def _changed(self, new: Snapshot) -> None:
        if new.phase == "failed":
            from . import warn

            warn(new.status)
