"""What to answer: pure rules over what was asked and what was found. It opens nothing and keeps nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace

from connectassist.features.assistant.service import Found
from connectassist.features.chatbot import phrases, wishes

#: An answer is given from here on, as the questions for tuning have it: a wrong one costs a look, none at all a wait.
SURE_ENOUGH = 0.35
#: After so many questions in a row without an answer, people take over.
MOST_UNANSWERED = 2
LONGEST_SHOWN = 4000
SMALL_TALK = 0.95
NOT_SURE = 0.3


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What to say, and whether people are to take over. `source` is what the answer stands in, `others` what fits as
    well; `is_unanswered` says that nothing was known."""

    text: str
    confidence: float
    language: str
    source: Found | None = None
    others: tuple[Found, ...] = ()
    hands_over: bool = False
    is_unanswered: bool = False


def decide(message: str, *, language: str, found: list[Found], unanswered_before: int) -> Decision:
    """The answer to a message. `unanswered_before` is how many before it, without a pause, got none."""
    wish = wishes.wish_of(message)
    if wish in (wishes.HELLO, wishes.WELCOME):
        return Decision(text=phrases.say(wish, language), confidence=SMALL_TALK, language=language)
    if wish:
        first = "" if wish == wishes.PERSON else phrases.say(wish, language)
        return Decision(text=first, confidence=SMALL_TALK, language=language, hands_over=True)
    best = found[0] if found else None
    if best is None or best.confidence < SURE_ENOUGH:
        return _unknown(language, found, unanswered_before)
    return Decision(text=_shown(best, language), confidence=best.confidence, language=language, source=best,
                    others=tuple(found[1:3]))


def reworded(decision: Decision, answered: tuple[str, bool], *, unanswered_before: int) -> Decision:
    """The same in a model's words; where it says that what was found is no answer, there is none."""
    text, is_answer = answered
    if is_answer:
        return replace(decision, text=text[:LONGEST_SHOWN])
    known = [decision.source] if decision.source else []
    return replace(_unknown(decision.language, known, unanswered_before), confidence=NOT_SURE)


def _unknown(language: str, found: list[Found], before: int) -> Decision:
    hands_over = before + 1 >= MOST_UNANSWERED
    return Decision(text=phrases.say("unknown" if hands_over else "ask_more", language), language=language,
                    confidence=found[0].confidence if found else 0.0, others=tuple(found[:3]), hands_over=hands_over,
                    is_unanswered=True)


def _shown(found: Found, language: str) -> str:
    if not found.is_entry:
        return phrases.say("by_technician", language, text=found.text[:LONGEST_SHOWN])
    text = found.text_in(language)
    return text[:LONGEST_SHOWN] if text else phrases.say("in_english", language, text=found.text[:LONGEST_SHOWN])
