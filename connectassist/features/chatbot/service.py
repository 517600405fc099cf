"""The FAQ assistant: conversations, and how long they are kept."""

from __future__ import annotations

from connectassist.features.chatbot import queries
from connectassist.features.chatbot.models import ChatbotSession
from connectassist.realtime import sweeps

KEPT_DAYS = 365


def prune() -> int:
    """Delete conversations that nobody has gone on with for a year. Returns how many."""
    return sweeps.delete_old(ChatbotSession.id, lambda most: queries.forgotten(KEPT_DAYS, limit=most))
