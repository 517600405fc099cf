"""What may be said over the live line, and who handles it.

    auth    {token}    -> snapshot
    resync  {since}    -> what was missed, and resynced; or snapshot
    ping    {}         -> pong

Anything else is answered with an error, in JSON."""

from __future__ import annotations

from connectassist.core import clock
from connectassist.core.errors import AppError, Unauthorized
from connectassist.features.live_line import proof
from connectassist.features.live_line.service import LiveLine
from connectassist.realtime.json_lines import Handler, Message, inner
from connectassist.realtime.protocol import POLICY


def auth(line: LiveLine, message: Message) -> None:
    """Somebody shows who they are, or anew with a fresh token."""
    token = inner(message).get("token")
    try:
        line.admit(proof.by_token(token if isinstance(token, str) else "", address=line.address))
    except AppError:
        if line.is_out_of_tries() and line.line is not None:
            line.line.close(POLICY, "Unauthorized")
        raise


def resync(line: LiveLine, message: Message) -> None:
    """Somebody wants to know what they missed."""
    if line.by is None:
        raise Unauthorized('Sign in first: {"type": "auth", "token": "…"}')
    since = inner(message).get("since")
    line.resync(since if isinstance(since, str) else "")


def pong(line: LiveLine, message: Message) -> Message:
    """For pages, which can't ping by frame."""
    return {"type": "pong", "timestamp": clock.now()}


MESSAGES: dict[str, Handler] = {"auth": auth, "resync": resync, "ping": pong}
