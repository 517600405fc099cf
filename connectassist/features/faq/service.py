"""The knowledge base: the entries that come with the product."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core.db import db
from connectassist.features.faq import queries
from connectassist.features.faq.models import FaqEntry

FIRST_ENTRIES = Path(__file__).with_name("first_entries.toml")
OTHER_WORDS = Path(__file__).with_name("other_words.toml")


@dataclass(frozen=True)
class OtherLanguages:
    """What helps to find an entry that came with the product: more words, its question in other languages; and its
    answer in these, where it has one."""

    words: str = ""
    questions: dict[str, str] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)


@cache
def _other_words() -> dict[str, dict[str, Any]]:
    return tomllib.loads(OTHER_WORDS.read_text())


def in_other_languages(key: str | None, question: str, answer: str) -> OtherLanguages:
    """What came with the product for an entry. Whose question or answer was edited since says that itself: a
    translation of what it said before would be wrong."""
    first = _first_by_key().get(key or "")
    if first is None or first["question"] != question:
        return OtherLanguages()
    told = _other_words().get(first["key"], {})
    is_as_it_came = first["answer"] == answer
    return OtherLanguages(told.get("words", ""), told.get("questions", {}),
                          told.get("answers", {}) if is_as_it_came else {})


@cache
def _first_by_key() -> dict[str, dict[str, Any]]:
    return {entry["key"]: entry | {"answer": " ".join(entry["answer"].split())} for entry in first_entries()}


@cache
def first_entries() -> list[dict[str, Any]]:
    """What comes with the product."""
    return tomllib.loads(FIRST_ENTRIES.read_text())["entry"]


def ensure_first_entries() -> int:
    """Add those entries that came with the product and aren't here yet; what somebody edited or switched off stays as
    it is. Returns how many were added."""
    there = queries.keys()
    missing = [entry for entry in first_entries() if entry["key"] not in there]
    db.session.add_all(FaqEntry(key=entry["key"], category=entry["category"], question=entry["question"],
                                answer=" ".join(entry["answer"].split()), keywords=", ".join(entry["keywords"]))
                       for entry in missing)
    try:
        db.session.commit()
    except IntegrityError:  # another process has started at the same time and was quicker
        db.session.rollback()
        return 0
    return len(missing)
