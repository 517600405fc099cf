"""Guesses what kind of trouble a ticket tells of, and how urgent it is."""

from __future__ import annotations

import logging
from pathlib import Path

from connectassist.features.categorising import shelf
from connectassist.features.categorising.model import NOTHING_KNOWN, Guess
from connectassist.http.context import settings

log = logging.getLogger(__name__)


def guess(title: str | None, description: str | None = None) -> Guess:
    """Category, priority and how sure we are of them, in about a millisecond. Never raises: where there is no model,
    and for a text that says nothing to it, the answer is `other`, `medium` and a confidence of 0."""
    model = shelf.in_force(settings().instance)
    return model.guess(title, description) if model else NOTHING_KNOWN


def has_model(instance: Path) -> bool:
    """Is there a model to guess with?"""
    return shelf.in_force(instance) is not None


def ready(instance: Path) -> bool:
    """Read the model at the start, so that the first ticket needn't wait. Says plainly where there is none."""
    if has_model(instance):
        return True
    log.warning("There is no model for ticket categories yet, so new tickets are `other`. "
                "`make setup` trains it, or `python -m connectassist.cli categories train`.")
    return False
