"""Make any string fit for paper: nothing that hides, reorders its neighbours, or never ends."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

#: Controls, embeddings, overrides and isolates (they reorder what follows), interlinear marks, lone
#: surrogates and non-characters. Joiners and plain direction marks stay: words and emoji need them.
_UNPRINTABLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069\u206a-\u206f\ufeff\ufff9-\ufffb"
    "\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BREAKS = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_BLANK_LINES = re.compile(r"\n[ \t]*(?:\n[ \t]*){2,}")
#: Signs older than emoji look better as letters than as drawings, unless they are part of a longer sequence.
_SIGNS = re.compile("(?<!\u200d)([\u2190-\u27bf\u2900-\u2bff])\ufe0f(?![\u200d\u20e3])")
#: Words longer than this (keys, encoded files) are given places to break, or breaking them takes seconds.
_ENDLESS = re.compile(r"\S{200,}")
_BREAK_EVERY = 80
#: More marks than this on one letter are no script's, but paint over the lines around them.
_MARKS = 5
_RTL = frozenset({"R", "AL"})


@dataclass(frozen=True)
class Passage:
    """A piece of text ready for the page: its lines, its direction, its language and how much was left out."""

    text: str
    direction: str
    language: str | None
    left_out: int = 0

    def __bool__(self) -> bool:
        return bool(self.text)

    def split(self) -> list[Passage]:
        """Part it into lines, each with its own direction and language, as people mix them."""
        return [Passage(line, direction(line), language(line)) for line in self.text.split("\n")]

    @property
    def breakable(self) -> str:
        """Its text with invisible break marks in endless words."""
        return _ENDLESS.sub(_with_breaks, self.text)

    @property
    def cost(self) -> int:
        """What it takes on paper, in characters; a line costs a line even when it is short."""
        return len(self.text) + 60 * self.text.count("\n")


def clean(value: object, *, lines: bool = True) -> str:
    """Strip what must not reach the page. With `lines=False` all white space becomes single spaces."""
    if value is None or isinstance(value, bool | dict | list | tuple):
        return ""
    text = _UNPRINTABLE.sub("", _BREAKS.sub("\n", str(value)))
    text = _SIGNS.sub(r"\1", _thin_marks(unicodedata.normalize("NFC", text)))
    if not lines:
        return " ".join(text.split())
    return _BLANK_LINES.sub("\n\n", text).strip("\n").rstrip()


def passage(value: object, *, limit: int, lines: bool = True, rows: int = 400) -> Passage:
    """Clean `value` and cut it to `limit` characters and `rows` lines, counting what is left out."""
    # Cut the raw value first, so that a value of any size costs no more than the limit.
    raw = "" if value is None else str(value) if not isinstance(value, str) else value
    kept = clean(raw[: limit * 2] if not isinstance(value, bool | dict | list) else None, lines=lines)
    kept = _first_rows(kept[:limit], rows)
    whole = len(raw) if len(raw) > limit * 2 else len(clean(value, lines=lines))
    return Passage(kept, direction(kept), language(kept), max(0, whole - len(kept)))


def direction(text: str) -> str:
    """Say which way `text` reads, by its first letter that has a direction: "ltr" or "rtl"."""
    for char in text:
        kind = unicodedata.bidirectional(char)
        if kind == "L":
            return "ltr"
        if kind in _RTL:
            return "rtl"
    return "ltr"


def language(text: str) -> str | None:
    """Tell Japanese, Korean and Chinese apart (they share characters that are drawn differently)."""
    if re.search("[\u3040-\u30ff\uff66-\uff9d]", text):
        return "ja"
    if re.search("[\uac00-\ud7af\u1100-\u11ff\u3130-\u318f]", text):
        return "ko"
    if re.search("[\u3400-\u9fff\uf900-\ufaff]|[\U00020000-\U0003ffff]", text):
        return "zh"
    return None


def _with_breaks(word: re.Match[str]) -> str:
    whole = word.group()
    return "\u200b".join(whole[at : at + _BREAK_EVERY] for at in range(0, len(whole), _BREAK_EVERY))


def _thin_marks(text: str) -> str:
    kept, run = [], 0
    for char in text:
        run = run + 1 if unicodedata.combining(char) or unicodedata.category(char) == "Me" else 0
        if run <= _MARKS:
            kept.append(char)
    return "".join(kept)


def _first_rows(text: str, rows: int) -> str:
    return "\n".join(text.split("\n", rows)[:rows]).rstrip()
