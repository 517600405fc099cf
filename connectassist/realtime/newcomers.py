"""JSON lines whose other side signs in with the request that opens them, or by a first message:
`{"type": "auth", "token": "…"}`. There are some seconds for that, and a few tries."""

from __future__ import annotations

from collections.abc import Callable

from connectassist.core import clock
from connectassist.core.errors import AppError, Unauthorized
from connectassist.identity.principal import Principal
from connectassist.realtime import hub_sockets
from connectassist.realtime.json_lines import Handler, JsonLine, Message, inner
from connectassist.realtime.protocol import POLICY

#: Seconds in which a first message must show who comes, and how many tries it has.
PATIENCE, MOST_TRIES = 10.0, 3


class Newcomer:
    """Whose line it is. Without `by` nobody has shown yet who they are."""

    __slots__ = ("_tries", "address", "by", "line")

    def __init__(self, by: Principal | None, *, address: str) -> None:
        self.by, self.address, self._tries = by, address, 0
        self.line: JsonLine | None = None

    # -- what a kind of line does -----------------------------------------------------------------------

    def enter(self, by: Principal) -> None:
        """Somebody known is there from now on."""
        raise NotImplementedError

    def leave(self, by: Principal) -> None:
        """They are there no more, or somebody else than they were."""
        raise NotImplementedError

    def wait(self) -> None:
        """Nobody has shown yet who they are."""

    def wait_no_more(self) -> None:
        """Somebody has, or the line is over."""

    # -- what the line tells ----------------------------------------------------------------------------

    def opened(self) -> None:
        if self.by is not None:
            self.enter(self.by)
            return
        self.wait()
        hub_sockets.PINGS.expect(self, PATIENCE)

    def beat(self) -> None:
        """The time is over in which somebody must show who they are."""
        if self.by is None and self.line is not None:
            self.line.refuse(Unauthorized("Nobody signed in on this connection in time"))
            self.line.close(POLICY, "Unauthorized")

    def answered(self, payload: bytes) -> None:
        """Nothing here waits for it."""

    def left(self) -> None:
        self._go()

    # -- who it is --------------------------------------------------------------------------------------

    def admit(self, by: Principal) -> None:
        """Somebody has shown who they are, by a message."""
        self._go()
        self.by = by
        if self.line is not None and self.line.socket is not None:
            self.line.socket.admit(by)
        self.enter(by)

    def refused(self) -> None:
        """A try to sign in was none; after a few the line is closed."""
        self._tries += 1
        if self._tries > MOST_TRIES and self.line is not None:
            self.line.close(POLICY, "Unauthorized")

    def _go(self) -> None:
        if self.by is not None:
            self.leave(self.by)
        else:
            self.wait_no_more()


def signing_in(by_token: Callable[..., Principal]) -> Handler:
    """The handler of `auth`: somebody shows who they are, or anew with a fresh token. `by_token(token, address=…)` says
    whose it is, or raises."""
    def auth(line: Newcomer, message: Message) -> None:
        token = inner(message).get("token")
        try:
            line.admit(by_token(token if isinstance(token, str) else "", address=line.address))
        except AppError:
            line.refused()
            raise
    return auth


def pong(line: Newcomer, message: Message) -> Message:
    """The handler of `ping`, for pages, which can't ping by frame."""
    return {"type": "pong", "timestamp": clock.iso(clock.now())}
