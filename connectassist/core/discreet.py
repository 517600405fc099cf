"""What may not be read in a log is taken out of it: this server's own secrets as they stand in the settings, and
whatever looks like somebody's password, token, cookie or other proof."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import fields
from urllib.parse import quote, unquote, urlsplit

from connectassist.core.settings import Settings

HIDDEN = "[hidden]"
#: Settings whose names end so are secrets, those to come too.
_SECRET = ("_secret", "_key", "_password", "_token", "_passphrase")
#: Shorter ones would take words out of sentences.
SHORTEST = 6
_HEADERS = (r"authorization|(?:set-)?cookie|x-device-(?:secret|token|session)|x-(?:xsrf|csrf)-token|x-deploy-key|"
            r"x-hub-signature(?:-256)?")
_FIELDS = r"(?:[a-z]+[_-]?)?(?:token|secret|password|passwd|passphrase|api[_-]?key|deploy[_-]?key|credential)"
_SHAPES = re.compile("|".join((
    r"(?P<jwt>(?<![\w-])(?=[\w-]++\.[\w-])[\w-]*?\beyJ[\w-]{5,}\.[\w-]+(?:\.[\w-]*)?)",  # each word is read but once
    rf"(?P<header>\b(?:{_HEADERS})\b['\"]?\s*[:=,]\s*)[^\r\n]+",
    r"(?P<scheme>\b(?:bearer|basic)\s+)[\w.~+/=-]{6,}",
    rf"(?P<field>\b{_FIELDS}['\"]?\s*[=:]\s*['\"]?)[^\s&\"',;)}}\]]{{3,}}",
    r"(?P<url>://[^/\s:@]*:)[^@\s/]+(?=@)",
    r"(?P<session>(?<![\w-])(?-i:[A-Z0-9]{3}-[0-9]{3}-[A-Z0-9]{3})(?![\w-]))",
    r"(?P<activation>(?<![\w-])(?-i:[A-HJ-NP-Z2-9]{5}(?:-[A-HJ-NP-Z2-9]{5}){3})(?![\w-]))",
    r"(?P<handle>(?<![\w-])[0-9a-f]{32}(?![\w-]))",
    r"(?P<drawn>(?<![\w-])(?=[\w-]*[0-9])(?=[\w-]*(?-i:[A-Z]))(?=[\w-]*(?-i:[a-z]))[\w-]{43}(?![\w-]))",
)), re.IGNORECASE)
_KEPT = ("header", "scheme", "field", "url")


class Discretion:
    """Takes secrets out of texts; `known` are those that are in use here."""

    def __init__(self, known: Iterable[str] = ()) -> None:
        long = [each for each in known if len(each) >= SHORTEST]
        found = {form for each in long for form in (each, quote(each, safe=""), unquote(each))}
        self._known = re.compile("|".join(map(re.escape, sorted(found, key=len, reverse=True)))) if found else None

    def of(self, text: str) -> str:
        """The text without secrets."""
        if self._known is not None:
            text = self._known.sub(HIDDEN, text)
        return _SHAPES.sub(_hide, text)


def _hide(found: re.Match[str]) -> str:
    """What a secret stands behind stays, so that one sees what it was."""
    return next((found[name] for name in _KEPT if found[name]), "") + HIDDEN


def secrets_of(settings: Settings) -> list[str]:
    """The secrets among the settings, and the passwords in their addresses."""
    values = {field.name: getattr(settings, field.name) for field in fields(settings)}
    found = [value for name, value in values.items() if name.endswith(_SECRET) and isinstance(value, str)]
    for name, value in values.items():
        if name.endswith("_url") and isinstance(value, str):
            found.append(_password_in(value))
    return [value for value in found if value]


def _password_in(url: str) -> str:
    try:
        return urlsplit(url).password or ""
    except ValueError:
        return ""
