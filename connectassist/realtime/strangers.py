"""How many sockets may be open of those who have not shown who they are: by address, and in all.

An open socket costs memory for as long as somebody likes, and a stranger's can't be counted by who they are. Whoever
signs in, shows a secret or sits in a session is a stranger no more and takes up no room of their address: an office of
thousands may come from one. Of each of those, in turn, there is a limit too."""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Hashable

from connectassist.core.errors import RateLimited
from connectassist.identity import principal
from connectassist.identity.principal import Principal

#: In all, as many as so many addresses may hold.
ADDRESSES = 20
#: Socket.IO connections of one account, device or customer's browser.
MOST_OF_ONE = 200
WAIT = 10
#: Bytes of a message, until somebody has shown who they are.
LARGEST_OF_STRANGERS = 64 * 1024


class Strangers:
    """Counts them. `most` of one address; 0 is no limit."""

    def __init__(self) -> None:
        self.most = 0
        self.waiting: Counter[str] = Counter()
        self.known: Counter[Hashable] = Counter()

    def require_room(self, address: str) -> None:
        """Raises RateLimited when no more may come from there."""
        if self.most and (self.waiting[origin_of(address)] >= self.most
                          or self.waiting.total() >= ADDRESSES * self.most):
            raise RateLimited("Too many connections of strangers are open. Try again in a moment", retry_after=WAIT)

    def require_place(self, by: Principal) -> None:
        """Raises RateLimited when somebody known has too many connections open already."""
        if self.most and self.known[_who(by)] >= MOST_OF_ONE:
            raise RateLimited("Too many connections are open already", retry_after=WAIT)


class Guest:
    """The one behind an open connection, who may show who they are in more than one way: each has a name, under which
    it is taken back."""

    __slots__ = ("_origin", "_shown", "_strangers")

    def __init__(self, strangers: Strangers, address: str) -> None:
        self._strangers, self._origin = strangers, origin_of(address)
        self._shown: dict[str, Hashable] = {}
        _change(strangers.waiting, self._origin, 1)

    @property
    def is_stranger(self) -> bool:
        """Have they shown nothing?"""
        return not self._shown

    def is_known(self, name: str, by: Principal) -> None:
        """They have shown who they are; nothing where that is nobody."""
        if by.kind != principal.NOBODY:
            self._shows(name, _who(by))

    def sits(self, session_id: str) -> None:
        """They have been told a session's id."""
        self._shows(session_id, ("seat", session_id))

    def _shows(self, name: str, who: Hashable) -> None:
        self.takes_back(name)
        if not self._shown:
            _change(self._strangers.waiting, self._origin, -1)
        self._shown[name] = who
        _change(self._strangers.known, who, 1)

    def takes_back(self, name: str) -> None:
        """What they showed under this name holds no more."""
        who = self._shown.pop(name, None)
        if who is not None:
            _change(self._strangers.known, who, -1)
            if not self._shown:
                _change(self._strangers.waiting, self._origin, 1)

    def leaves(self) -> None:
        """The connection is over."""
        for name in list(self._shown):
            self.takes_back(name)
        if self._origin:
            _change(self._strangers.waiting, self._origin, -1)
            self._origin = ""


def _who(by: Principal) -> Hashable:
    return by.kind, by.user_id or by.device_id or by.session_id


def origin_of(address: str) -> str:
    """What counts as one place: an address of IPv4, a network of IPv6, since one computer has all of its addresses."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return "unknown"
    if ip.version == 6 and ip.ipv4_mapped is None:
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(getattr(ip, "ipv4_mapped", None) or ip)


def _change(counts: Counter, key: Hashable, by: int) -> None:
    counts[key] += by
    if counts[key] <= 0:
        del counts[key]


STRANGERS = Strangers()
