"""Flask's own sessions, which nothing here uses: opening one took a sixth of the time of the smallest request."""

from __future__ import annotations

from typing import Any

from flask.sessions import SessionInterface


class NoSession(SessionInterface):
    """Opens nothing and keeps nothing."""

    def open_session(self, app: Any, request: Any) -> None:
        """There is none."""

    def make_null_session(self, app: Any) -> Any:
        """Not even an empty one."""

    def is_null_session(self, obj: Any) -> bool:
        """So none is saved."""
        return True
