"""How an entry of the knowledge base is shown, as contract 004 writes it."""

from __future__ import annotations

from typing import Any

from connectassist.core import clock
from connectassist.features.faq.models import FaqEntry, FaqProposal


def tags_of(keywords: str) -> list[str]:
    """Keywords as they are kept, one by one."""
    return [tag.strip() for tag in keywords.split(",") if tag.strip()]


def faq_row(entry: FaqEntry) -> dict[str, Any]:
    """An entry as lists show it; `tags` are its keywords."""
    return {"id": entry.id, "question": entry.question, "answer": entry.answer, "category": entry.category,
            "tags": tags_of(entry.keywords), "is_active": entry.is_active, "client_id": entry.client_id,
            "is_shipped": entry.key is not None, "version": entry.version, "created_at": clock.iso(entry.created_at),
            "updated_at": clock.iso(entry.updated_at)}


def proposal_row(proposal: FaqProposal) -> dict[str, Any]:
    """What a closed ticket or case proposes."""
    return {"id": proposal.id, "client_id": proposal.client_id, "source": proposal.source,
            "source_id": proposal.source_id, "question": proposal.question, "answer": proposal.answer,
            "category": proposal.category, "tags": tags_of(proposal.keywords), "status": proposal.status,
            "entry_id": proposal.entry_id, "created_at": clock.iso(proposal.created_at),
            "decided_at": clock.iso(proposal.decided_at), "decided_by": proposal.decided_by}
