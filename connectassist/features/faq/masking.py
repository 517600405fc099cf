"""What is private in a text, made unreadable before others see it: passwords, addresses, numbers, names."""

from __future__ import annotations

import re
from collections.abc import Iterable

_SECRET = re.compile(
    r"(?i)\b(pass(?:word|wort|phrase|code)?|kennwort|pwd|mot de passe|contraseña|clave|pin|token|secret|api[- ]?key|"
    r"schlüssel|recovery key|product key|licen[cs]e key)"
    r"((?:\s*(?:\b(?:is|ist|est|es|was|war|now|jetzt|lautet|set to|to)\b|[:=\"-]))+\s*)(\S+)")
#: Each begins where a run of its signs does, and nowhere within one: a long text must not take seconds.
_RULES = (
    (re.compile(r"(?i)(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+"), "[e-mail]"),
    (re.compile(r"(?i)(?<![a-z0-9+.-])[a-z0-9+.-]+://[^\s/@:]+:[^\s/@]+@"), "[sign-in]@"),
    (re.compile(r"\b(?:[A-Z0-9]{4,6}-){2,}[A-Z0-9]{4,6}\b"), "[key]"),
    (re.compile(r"(?<![\w/+=-])(?=[\w/+=-]*\d)(?=[\w/+=-]*[A-Za-z])[\w/+=-]{20,}"), "[key]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b"), "[number]"),
    (re.compile(r"\b(?:\d{1,3}\.){3}\d{1,3}\b"), "[address]"),
    (re.compile(r"(?i)\b(?:[0-9a-f]{2}[:-]){5}[0-9a-f]{2}\b"), "[address]"),
    (re.compile(r"(?<![\w.])\+?\(?\d(?:[\s()/.-]{0,2}\d){6,16}(?!\w)"), "[number]"),
    (re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Herrn?|Frau|Monsieur|Madame|Mme|Señora?|Sra?)\.?\s+(?:[A-ZÄÖÜÉ][\w'’-]+)"
                r"(?:\s+[A-ZÄÖÜÉ][\w'’-]+)?"), "[name]"))
SHORTEST_NAME = 3


def masked(text: str, *, names: Iterable[str | None] = ()) -> str:
    """A text without what looks like a secret, an address, a number of somebody's, or one of these names."""
    found = _SECRET.sub(lambda said: f"{said[1]}{said[2]}[secret]", text)
    for pattern, instead in _RULES:
        found = pattern.sub(instead, found)
    for part in sorted({part for name in names for part in _parts(name or "")}, key=lambda part: (-len(part), part)):
        found = re.sub(rf"(?i)(?<!\w){re.escape(part)}(?!\w)", "[name]", found)
    return re.sub(r"\[name\](?:\s+\[name\])+", "[name]", found)


def _parts(name: str) -> list[str]:
    return [name, *(part for part in re.split(r"[\s,]+", name) if len(part) >= SHORTEST_NAME)] if name.strip() else []
