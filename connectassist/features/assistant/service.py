"""The assistant: a question in, an answer with at most one proposal out. It carries nothing out, and writes nothing."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app

from connectassist.core import clock, jobs
from connectassist.core.db import db
from connectassist.core.settings import Settings
from connectassist.features.assistant import builtin, languages, prompt
from connectassist.features.assistant.asking import Line
from connectassist.features.assistant.finding import Finder, Found
from connectassist.features.assistant.knowledge import Index
from connectassist.features.assistant.library import Library, Scope, shipped
from connectassist.features.assistant.proposals import (
    DIAGNOSE,
    REMEDIATE,
    TICKET,
    Unreadable,
    checked,
    described,
    understood,
)
from connectassist.features.assistant.providers import ProviderTrouble, configured
from connectassist.features.assistant.talk import Action, Answer, Finding, Question
from connectassist.features.assistant.turns import Turns

__all__ = ["DIAGNOSE", "REMEDIATE", "TICKET", "Action", "Answer", "Finder", "Finding", "Found", "Question", "Scope",
           "answer", "checked", "described", "find", "language_of", "reworded", "shipped"]

log = logging.getLogger(__name__)
BUILTIN = "builtin"
FROM_MODEL = 0.7
#: Somebody looks at a page and waits; a chat with a device may take its time.
SECONDS_WHILE_WAITED_FOR = 12.0
MOST_WAITED_FOR = 4
language_of = languages.language_of


class Assistant:
    """What the running app holds of it."""

    def __init__(self, settings: Settings) -> None:
        provider = configured(settings)
        self.line = Line(provider) if provider else None
        quick = configured(settings, seconds=SECONDS_WHILE_WAITED_FOR)
        self.quick_line = Line(quick, tries=1) if quick else None
        self.waited_for = 0
        self.library, self.finders, self.turns = Library(), Library(Finder), Turns()


def install(app: Flask, settings: Settings) -> None:
    """Have the app answer. Called once, when it is made."""
    app.extensions["assistant"] = Assistant(settings)


def answer(question: Question) -> Answer:
    """What to tell somebody. Without a provider, or when it fails, the built-in assistant answers. Takes as long as a
    model does: call it in turn, never in a request."""
    index = _assistant().library.of(question.client_id)
    line = _assistant().line
    db.session.rollback()  # nothing of the database is held while a model thinks
    if line is not None:
        try:
            return _from_model(line, question, index)
        except (ProviderTrouble, Unreadable) as trouble:
            log.info("the built-in assistant steps in: %s", trouble)
    return jobs.run_blocking(builtin.answer, question, index)


def _from_model(line: Line, question: Question, index: Index) -> Answer:
    """Raises ProviderTrouble, Unreadable."""
    hits = jobs.run_blocking(index.search, question.text)
    said = line.ask(prompt.rules(question), prompt.document(question, [hit.document for hit in hits]))
    text, action = understood(said, has_device=question.has_device)
    sources = tuple(f"{hit.document.kind}:{hit.document.id}" for hit in hits[:1])
    return Answer(text=text, action=action, confidence=FROM_MODEL, sources=sources)


def find(scope: Scope, text: str) -> list[Found]:
    """What is known in a scope that fits a text best, the best first."""
    return _assistant().finders.of(scope).search(text)


def reworded(text: str, said: tuple[tuple[str, str], ...], found: list[Found]) -> tuple[str, bool] | None:
    """What the configured model says to a question, told nothing but what was found; and whether that answers it.
    None without a model, and where it fails, takes too long or has too much to do: what was found answers then."""
    asked = _assistant()
    if asked.quick_line is None or asked.waited_for >= MOST_WAITED_FOR:
        return None
    db.session.rollback()  # nothing of the database is held while a model thinks
    asked.waited_for += 1
    try:
        question = Question(client_id=0, text=text, said=said, has_device=False)
        answered, action = understood(asked.quick_line.ask(
            prompt.rules_of_faq(), prompt.document(question, [each.document for each in found])), has_device=False)
        return answered, action is None
    except (ProviderTrouble, Unreadable) as trouble:
        log.info("what was found answers by itself: %s", trouble)
        return None
    finally:
        asked.waited_for -= 1


def in_turn(whose: str, work: Callable[[], None]) -> bool:
    """Do something that waits for the assistant: a few at once, one at a time for each `whose`. False, and it is not
    done, where too many wait already."""
    return _assistant().turns.take(whose, work)


def answers_at_once() -> bool:
    """Does nobody have to wait for a model?"""
    return _assistant().line is None


def description() -> dict[str, str]:
    """Who answers, for anyone to know: no key, and nothing of the address but where it is."""
    line = _assistant().line
    if line is None:
        return {"provider": BUILTIN, "model": BUILTIN, "url": ""}
    return {"provider": line.provider.name, "model": line.provider.model, "url": _plain(line.provider.url)}


def _plain(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}" if parts.netloc else ""


def test() -> dict[str, Any]:
    """Ask the provider something small, for an administrator who sets it up."""
    began, line = clock.monotonic(), _assistant().line
    if line is None:
        return {"success": True, **description(), "response": builtin.HELLO, "durationMs": 0}
    try:
        text, _ = understood(jobs.run_blocking(
            line.provider.complete, 'Answer with this JSON object and nothing else: {"text": "OK", "action": null}',
            "{}"))
        found = {"success": True, "response": text}
    except (ProviderTrouble, Unreadable) as trouble:
        found = {"success": False, "error": f"The provider gave no answer: {trouble}"}
    return {**found, **description(), "durationMs": int((clock.monotonic() - began) * 1000)}


def _assistant() -> Assistant:
    return current_app.extensions["assistant"]
