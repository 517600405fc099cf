"""What a message wants apart from an answer: a person, a greeting back, nothing more; or what can't wait for one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from re import Pattern

HELLO, WELCOME, PERSON, DANGER, ATTACK = "hello", "welcome", "person", "danger", "attack"


_TOLD = tomllib.loads(Path(__file__).with_name("wishes.toml").read_text())


def _any(name: str) -> Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(_TOLD[name]) + ")", re.IGNORECASE)


#: "I don't want to talk to a human" wants none.
_NO = re.compile(r"(?:don'?t|do not|no need to|not|never|nicht|kein\w*|ne|pas|no)\s+(?:\w+\s+){0,2}$", re.IGNORECASE)
_PERSON, _DANGER, _ATTACK = _any("person"), _any("danger"), _any("attack")
_GREETING, _THANKS = (re.compile(_TOLD[name], re.IGNORECASE) for name in ("greeting", "thanks"))


def wish_of(text: str) -> str | None:
    """What is wanted or threatens, the most urgent first; None for an ordinary question."""
    plain = text.strip().replace("’", "'")
    if _DANGER.search(plain):
        return DANGER
    if _ATTACK.search(plain):
        return ATTACK
    wanted = _PERSON.search(plain)
    if wanted and not _NO.search(plain[:wanted.start()]):
        return PERSON
    if _GREETING.fullmatch(plain):
        return HELLO
    return WELCOME if _THANKS.fullmatch(plain) else None
