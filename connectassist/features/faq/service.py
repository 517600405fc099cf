"""The knowledge base: the entries that come with the product."""

from __future__ import annotations

import tomllib
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.exc import IntegrityError

from connectassist.core.db import db
from connectassist.features.faq import queries
from connectassist.features.faq.models import FaqEntry

FIRST_ENTRIES = Path(__file__).with_name("first_entries.toml")


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
