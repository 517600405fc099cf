"""What a client offers in `Sec-WebSocket-Protocol`: names of protocols, and, from clients that can't set a header, a
token among them. Such a token stays out of addresses, and so out of logs."""

from __future__ import annotations

import re
from collections.abc import Callable

from flask import request

#: The protocol that this server prefers to name in its answer.
OURS = "connectassist.gateway"
#: As long as a token may be that somebody signs in with.
LONGEST = 8192
_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
_HEADS = ("auth-", "auth.", "bearer-", "bearer.", "token-", "token.")
_WORDS = ("bearer", "auth", "token")


def is_jwt(text: str) -> bool:
    """Could this be a person's token?"""
    return len(text) <= LONGEST and _JWT.fullmatch(text) is not None


def names() -> list[str]:
    """The names that the request offers."""
    said = request.headers.get("Sec-WebSocket-Protocol", "")
    return [name.strip() for name in said.split(",") if name.strip()][:8]


def token(is_one: Callable[[str], bool]) -> str | None:
    """The token among the names, with or without a word before it."""
    return next((bare for name in names() if is_one(bare := _bare(name))), None)


def chooser(is_one: Callable[[str], bool]) -> Callable[[list[str]], str | None]:
    """How to answer: a browser and Node's `ws` give up unless one of their names comes back. Ours if it is offered,
    else a word that only announces the token, and the token itself where nothing else was offered with it."""
    def choose(offered: list[str]) -> str | None:
        secrets = [name for name in offered if is_one(_bare(name))]
        words = [name for name in offered if name.lower() in _WORDS]
        ours = [OURS] if OURS in offered else []
        return next(iter(ours or (words if secrets else []) or secrets), None)
    return choose


def _bare(name: str) -> str:
    head = next((head for head in _HEADS if name.lower().startswith(head)), "")
    return name[len(head):]
