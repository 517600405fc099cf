"""What may be said over the live line, and who handles it.

    auth    {token}    -> snapshot
    resync  {since}    -> what was missed, and resynced; or snapshot
    ping    {}         -> pong

Anything else is answered with an error, in JSON."""

from __future__ import annotations

from connectassist.core.errors import Unauthorized
from connectassist.features.live_line import proof
from connectassist.features.live_line.service import LiveLine
from connectassist.realtime.json_lines import Handler, Message, inner
from connectassist.realtime.newcomers import pong, signing_in


def resync(line: LiveLine, message: Message) -> None:
    """Somebody wants to know what they missed."""
    if line.by is None:
        raise Unauthorized('Sign in first: {"type": "auth", "token": "…"}')
    since = inner(message).get("since")
    line.resync(since if isinstance(since, str) else "")


MESSAGES: dict[str, Handler] = {"auth": signing_in(proof.by_token), "resync": resync, "ping": pong}
