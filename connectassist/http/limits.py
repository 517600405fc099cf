"""Rate limits: how often an address, an account or a staff session may do a thing."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from functools import lru_cache
from typing import TypeVar

from limits import RateLimitItem, parse_many
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

from connectassist.core import clock
from connectassist.core.errors import RateLimited
from connectassist.core.settings import Settings
from connectassist.core.tallies import Tally
from connectassist.core.vault import Vault

View = TypeVar("View", bound=Callable)

CUSTOMER = "10/minute"
STAFF_SESSION = "100/minute"
API = "100/minute"
HELPER = "120/minute"
BRIDGE = "600/minute"
PROBES = "1200/minute"
CHECK_UPS = "6/minute"
RECORDING = "1200/minute"
SIGN_IN = "10/minute;60/hour"
PROVIDER_SIGN_IN = "30/minute"
WRONG_PASSWORD = "5/15minutes"
WRONG_PASSWORDS_OF_ALL = "100/hour;300/day"
WRONG_SESSION_ID = "20/minute;200/hour"
WRONG_SHORT_CODE = "20/minute;200/hour"
WRONG_SHORT_CODES_OF_ALL = "300/minute;10000/day"
WRONG_SESSION_IDS_OF_ALL = "300/minute;10000/day"
WRONG_DEVICE_SECRET = "20/minute;200/hour"
DEVICE_CHAT = "30/minute;300/hour"
CHATBOT = "30/minute;300/hour"
PORTAL_CHAT, PORTAL_CHAT_OF_ALL = "10/minute;60/hour;200/day", "300/minute;5000/hour"
DEVICE_TICKETS = "10/minute;60/hour"
CUSTOMER_TICKETS = "10/minute;60/hour"
CUSTOMER_COMMENTS = "20/minute;200/hour"
NEW_DEVICES = "30/minute;300/hour;1000/day"
DIAGNOSTIC_REQUESTS = "10/minute"
REMOTE_ACCESS = "60/minute"
REMEDIATION_REQUESTS = "10/minute"
TOOL_REQUESTS = "30/minute"
ENROLLMENT_TOKENS = "10/hour"
INSTALLERS = "60/hour"
WRONG_ENROLLMENT_TOKEN = "20/minute;100/hour"
GATEWAY_DEVICE = "100/minute"
GATEWAY_CUSTOMER = "1000/minute"
DEVICE_SIGN_IN = "600/minute"
GATEWAY_LINES = "1200/minute"
PROVISIONS = "60/minute;2000/day"
#: In kilobytes.
KEPT_OF_DEVICE, KEPT_OF_CUSTOMER = "65536/hour;262144/day", "1048576/hour;4194304/day"
WRONG_ACTIVATION_CODE = "20/minute;100/hour"
WRONG_CODES_OF_BLOCK = "5/minute;20/hour"
WRONG_CODES_OF_ALL = "30/minute;600/day"
DEPLOYMENTS, WRONG_DEPLOY_KEY = "1/minute", "5/minute;60/hour"


class Limiter:
    """Counts in memory, or in Redis when one is configured. Off by setting, for tests."""

    def __init__(self, settings: Settings) -> None:
        self._on = settings.rate_limits
        self._own = FixedWindowRateLimiter(MemoryStorage())
        self._counts = _shared(settings) if settings.redis_url else self._own
        self.spent: Tally = Tally()
        self.refused: Tally = Tally()

    def spend(self, limit: str, *key: str, cost: int = 1, here: bool = False) -> None:
        """Count one use, or `cost` of them; `here` for what must not wait for Redis. Raises RateLimited, with the
        seconds to wait, when there is none left."""
        counts = self._own if here else self._counts
        self.spent[key[0]] += 1
        for item in _read(limit) if self._on else ():
            if not counts.hit(item, limit, *_ones(key), cost=cost):
                self.refused[key[0]] += 1
                raise _refusal(counts, item, limit, *_ones(key))

    def require(self, limit: str, *key: str) -> None:
        """Refuse when a budget is used up, without using any of it."""
        for item in _read(limit) if self._on else ():
            if not self._counts.test(item, limit, *_ones(key)):
                self.refused[key[0]] += 1
                raise _refusal(self._counts, item, limit, *_ones(key))

    def forgive(self, limit: str, *key: str) -> None:
        """Give a budget back: what used it up has turned out well."""
        for item in _read(limit):
            self._counts.clear(item, limit, *_ones(key))


#: Written in a dozen ways, and read at each call.
_read = lru_cache(maxsize=256)(parse_many)


def _ones(key: tuple[str, ...]) -> list[str]:
    """Who is counted: whoever has an address of the new kind has a whole network of them, and another for each call."""
    return [block_of(part) if part.count(":") > 1 and block_of(part) != "unknown" else part for part in key]


def _refusal(counts: FixedWindowRateLimiter, item: RateLimitItem, *key: str) -> RateLimited:
    resets = counts.get_window_stats(item, *key).reset_time
    return RateLimited(retry_after=max(1, int(resets - clock.now().timestamp()) + 1))


def _shared(settings: Settings) -> FixedWindowRateLimiter:
    from connectassist.http.counting import Shared  # Redis' client takes an eighth of a second to import
    return Shared(settings.redis_url, site=Vault(settings.secret_key).name())


def limited(limit: str) -> Callable[[View], View]:
    """Mark a view with a limit of its own, counted by the caller's address."""
    def mark(view: View) -> View:
        view.limit = limit  # type: ignore[attr-defined]
        return view
    return mark


@lru_cache(maxsize=10_000)
def block_of(address: str) -> str:
    """The network an address belongs to (/24 or /64): one guesser, however many addresses of it they use."""
    try:
        ip = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    ip = getattr(ip, "ipv4_mapped", None) or ip  # as a socket for both kinds tells of the old one
    return str(ipaddress.ip_network((ip, 24 if ip.version == 4 else 64), strict=False))
