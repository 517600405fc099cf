"""What a message wants apart from an answer: a person, a greeting back, nothing more; or what can't wait for one."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from re import Pattern

HELLO, WELCOME, PERSON, DANGER, ATTACK = "hello", "welcome", "person", "danger", "attack"
#: A "how" or "don't" changes what is said so many letters after it, and nothing further on.
LOOKED_BACK = 120

_TOLD = tomllib.loads(Path(__file__).with_name("wishes.toml").read_text())


def _any(name: str) -> Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(_TOLD[name]) + ")", re.IGNORECASE)


#: "I don't want to talk to a human" wants none.
_NO = re.compile(r"(?<!\w)(?:don'?t|do not|no need to|not|never|nobody|no one|nicht|niemand|kein\w*|ne|pas|no|nadie)\s+"
                 r"(?:\w+\s+){0,2}$", re.IGNORECASE)
#: "How do I open a ticket?" is a question, and "It is broken. Open a ticket!" is a wish.
_ABOUT = re.compile(rf"(?<!\w){_TOLD['about']}\s+[^.,;:!?]*$", re.IGNORECASE)
_PERSON, _TICKET, _DANGER, _ATTACK = _any("person"), _any("ticket"), _any("danger"), _any("attack")
_GREETING, _THANKS = (re.compile(_TOLD[name], re.IGNORECASE) for name in ("greeting", "thanks"))


def wish_of(text: str) -> str | None:
    """What is wanted or threatens, the most urgent first; None for an ordinary question."""
    plain = text.strip().replace("’", "'")
    if _DANGER.search(plain):
        return DANGER
    if _ATTACK.search(plain):
        return ATTACK
    if _is_wanted(_PERSON, plain, _NO) or _is_wanted(_TICKET, plain, _NO, _ABOUT):
        return PERSON
    if _GREETING.fullmatch(plain):
        return HELLO
    return WELCOME if _THANKS.fullmatch(plain) else None


def _is_wanted(wish: Pattern[str], text: str, *unless: Pattern[str]) -> bool:
    """Does it stand there, with none of these before it?"""
    return any(not any(each.search(text[max(0, found.start() - LOOKED_BACK):found.start()]) for each in unless)
               for found in wish.finditer(text))
