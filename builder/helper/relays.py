"""The STUN and TURN servers of this run: asked anew before they run out, one relay tried after the other."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import Any

_UNTIMED_SECONDS = 600.0
Ask = Callable[[], Awaitable[tuple[list[dict[str, Any]], float] | None]]


class Relays:
    """`ask()` gives the server's list and how many seconds it holds, None when there is no answer. `only` means that
    this machine's own addresses are told to nobody: the picture goes through a relay or as tiles."""

    def __init__(self, ask: Ask, *, only: bool = False, now: Callable[[], float] = time.monotonic) -> None:
        self._ask = ask
        self._now = now
        self.only = only
        self._servers: list[dict[str, Any]] = []
        self._fresh_until = float("-inf")

    async def servers(self) -> list[dict[str, Any]]:
        """The list, asked again once half of its time is over; an old one is better than none."""
        if self._now() >= self._fresh_until:
            answer = await self._ask()
            if answer is not None:
                self._servers, life = answer
                self._fresh_until = self._now() + (life / 2 if life > 0 else _UNTIMED_SECONDS)
        return self._servers

    def forget(self) -> None:
        """The server may have changed: ask again before the next connection."""
        self._fresh_until = float("-inf")


def in_turn(servers: list[dict[str, Any]], turn: int) -> list[dict[str, Any]]:
    """One address per entry, the relays moved on by `turn`: the library uses the first relay only, so after a failure
    another one (or the same over TCP) comes first."""
    single = [{**server, "urls": url} for server in servers for url in _urls(server)]
    relays = [server for server in single if server["urls"].startswith("turn")]
    others = [server for server in single if not server["urls"].startswith("turn")]
    start = turn % len(relays) if relays else 0
    return [*others, *relays[start:], *relays[:start]]


def _urls(server: dict[str, Any]) -> list[str]:
    urls = server.get("urls")
    return [url for url in ([urls] if isinstance(urls, str) else urls if isinstance(urls, list) else [])[:16]
            if isinstance(url, str)]
