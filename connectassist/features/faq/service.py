"""The knowledge base: what comes with the product, what staff write, and what closed tickets and cases propose."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from pathlib import Path
from typing import Any

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, clock, foreign
from connectassist.core.db import db
from connectassist.core.errors import Conflict, Forbidden, ProposalOver, ValidationFailed
from connectassist.features.clients import service as clients
from connectassist.features.faq import masking, queries
from connectassist.features.faq.models import FaqEntry, FaqProposal
from connectassist.features.faq.rows import faq_row
from connectassist.http import versions
from connectassist.identity.principal import Principal
from connectassist.realtime import announce

FIRST_ENTRIES = Path(__file__).with_name("first_entries.toml")
LONGEST_QUESTION, LONGEST_ANSWER, LONGEST_CATEGORY, LONGEST_TAGS = 500, 10_000, 60, 500
OPEN, ACCEPTED, DISMISSED = "open", "accepted", "dismissed"
masked = masking.masked
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


def create(*, by: Principal, question: str, answer: str, category: str = "", tags: list[str] | None = None,
           client_id: int | None = None) -> FaqEntry:
    """Add an entry: an administrator's is everybody's unless it names a client, a technician's is of one of their
    clients. Raises NotFound for a client out of scope, ValidationFailed for empty words."""
    if client_id is not None or not by.is_admin:
        client_id = clients.choose(by, client_id)
    entry = FaqEntry(client_id=client_id, **_cleaned(question=question, answer=answer, category=category or "general",
                                                     tags=tags or []))
    db.session.add(entry)
    db.session.flush()
    _note(by, "create", entry, "written")
    db.session.commit()
    return entry


def change(entry_id: int, *, by: Principal, version: int | None = None, **changes: Any) -> FaqEntry:
    """Change an entry, or take it out of use and back by `is_active`. `version` is the one that the caller has seen.
    Raises NotFound, Forbidden for what isn't the caller's to change, Conflict with what the entry says now when
    somebody else was quicker, ValidationFailed."""
    entry = queries.locked(by, entry_id)
    _require_own(entry, by)
    versions.require(version, now=entry.version, name="entry", row=lambda: faq_row(entry))
    if not changes:
        raise ValidationFailed("No fields to update")
    if "client_id" in changes:
        changes["client_id"] = _client_for(changes["client_id"], by)
    wanted = {name: value for name, value in _cleaned(**changes).items() if value != getattr(entry, name)}
    if not wanted:
        db.session.rollback()
        return entry
    for name, value in wanted.items():
        setattr(entry, name, value)
    entry.version, entry.updated_at = entry.version + 1, clock.now()
    _note(by, "update", entry, "changed", fields=sorted(wanted))
    db.session.commit()
    return entry


def delete(entry_id: int, *, by: Principal) -> None:
    """Delete an entry for good. Raises NotFound, Conflict for one that came with the product: it would come back with
    the next start."""
    entry = queries.locked(by, entry_id)
    if entry.key is not None:
        db.session.rollback()
        raise Conflict("This entry came with the product: it can be switched off, but not deleted")
    _note(by, "delete", entry, "deleted")
    db.session.delete(entry)
    db.session.commit()


def _require_own(entry: FaqEntry, by: Principal) -> None:
    if entry.client_id is None and not by.is_admin:
        raise Forbidden("Only an administrator may change entries that are for everybody")


def _client_for(wanted: int | None, by: Principal) -> int | None:
    if wanted is None and not by.is_admin:
        raise Forbidden("Only an administrator may make an entry available to everybody")
    return None if wanted is None else clients.choose(by, wanted)


def _cleaned(**told: Any) -> dict[str, Any]:
    """Texts as they are kept. Raises ValidationFailed for a question, answer or category without words."""
    kept = {name: value for name, value in told.items() if name not in _TEXTS and name != "tags"}
    for name in _TEXTS.keys() & told.keys():
        kept[name] = _TEXTS[name](told[name])
        if not kept[name]:
            raise ValidationFailed.of(name, "Must not be empty.")
    if "tags" in told:
        tags = dict.fromkeys(foreign.line(tag.replace(",", " "), 60) for tag in told["tags"])
        kept["keywords"] = ", ".join(tag for tag in tags if tag)
        if len(kept["keywords"]) > LONGEST_TAGS:
            raise ValidationFailed.of("tags", f"At most {LONGEST_TAGS} characters in all.")
    return kept


def _lines(text: str) -> str:
    return foreign.lines(text, LONGEST_ANSWER).strip()


_TEXTS: dict[str, Callable[[str], str]] = {
    "question": partial(foreign.line, limit=LONGEST_QUESTION), "answer": _lines,
    "category": partial(foreign.line, limit=LONGEST_CATEGORY)}


def propose(*, source: str, source_id: str, client_id: int, question: str, answer: str, category: str = "") -> bool:
    """Keep what a closed ticket or case could add, for staff to decide on; each proposes once. False where it has."""
    if queries.proposal_of(source, source_id):
        return False
    told = _cleaned(question=question, answer=answer, category=category or "general")
    db.session.add(FaqProposal(source=source, source_id=source_id, client_id=client_id, **told))
    try:
        db.session.commit()
    except IntegrityError:  # the same was closed twice in one moment
        db.session.rollback()
        return False
    announce.faq_proposals(client_id)
    return True


def accept(proposal_id: int, *, by: Principal, for_everybody: bool = False, **edits: Any) -> FaqEntry:
    """Make an entry of a proposal, as it is or with edits: the client's own, unless an administrator makes it
    everybody's. Raises NotFound, Forbidden, ProposalOver, ValidationFailed."""
    proposal = queries.proposal(by, proposal_id)
    if for_everybody and not by.is_admin:
        raise Forbidden("Only an administrator may make an entry available to everybody")
    told = {"question": proposal.question, "answer": proposal.answer, "category": proposal.category,
            "tags": proposal.keywords.split(","), **edits}
    entry = FaqEntry(client_id=None if for_everybody else proposal.client_id, **_cleaned(**told))
    _decide(proposal, OPEN, ACCEPTED, by)
    db.session.add(entry)
    db.session.flush()
    db.session.execute(update(FaqProposal).where(FaqProposal.id == proposal_id).values(entry_id=entry.id))
    _note(by, "create", entry, f"accepted from {proposal.source} {proposal.source_id}")
    db.session.commit()
    announce.faq_proposals(proposal.client_id)
    return entry


def dismiss(proposal_id: int, *, by: Principal) -> FaqProposal:
    """Put a proposal aside. Raises NotFound, ProposalOver."""
    return _decided(proposal_id, OPEN, DISMISSED, by)


def restore(proposal_id: int, *, by: Principal) -> FaqProposal:
    """Take back that a proposal was put aside. Raises NotFound, ProposalOver."""
    return _decided(proposal_id, DISMISSED, OPEN, by)


def _decided(proposal_id: int, before: str, after: str, by: Principal) -> FaqProposal:
    proposal = queries.proposal(by, proposal_id)
    _decide(proposal, before, after, by)
    audit.record(by, f"faq.{after}", f"Proposal {proposal.id} is {after} now: {proposal.question[:100]}",
                 client_id=proposal.client_id)
    db.session.commit()
    announce.faq_proposals(proposal.client_id)
    return proposal


def _decide(proposal: FaqProposal, before: str, after: str, by: Principal) -> None:
    """One of several who decide at once is the first. Raises ProposalOver."""
    decided = {"decided_at": None, "decided_by": None} if after == OPEN else {
        "decided_at": clock.now(), "decided_by": by.name[:120]}
    taken = db.session.execute(update(FaqProposal).where(
        FaqProposal.id == proposal.id, FaqProposal.status == before).values(status=after, **decided))
    if taken.rowcount == 0:
        db.session.rollback()
        raise ProposalOver("Somebody has already decided on this proposal")


def _note(by: Principal, verb: str, entry: FaqEntry, done: str, **details: Any) -> None:
    audit.record(by, f"faq.{verb}", f"Entry {entry.id} {done}: {entry.question[:100]}", client_id=entry.client_id,
                 **details)
