"""How an entry of the knowledge base is shown, as contract 004 writes it."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.faq.models import FaqEntry


def faq_row(entry: FaqEntry) -> dict[str, Any]:
    """An entry as lists show it; `tags` are its keywords."""
    return {"id": entry.id, "question": entry.question, "answer": entry.answer, "category": entry.category,
            "tags": [tag.strip() for tag in entry.keywords.split(",") if tag.strip()], "is_active": entry.is_active,
            "client_id": entry.client_id, "created_at": clock.iso(entry.created_at),
            "updated_at": clock.iso(entry.updated_at)}
