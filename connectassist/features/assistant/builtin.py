"""The built-in assistant: what the knowledge base and solved tickets say, what the words point to, and else the truth,
that it doesn't know. Pure, and for a real thread; it asks nobody and sends nothing anywhere."""

from __future__ import annotations

from connectassist.features.assistant import triage, vocabulary
from connectassist.features.assistant.knowledge import FAQ, Hit, Index, words
from connectassist.features.assistant.proposals import (
    DIAGNOSE,
    LONGEST_DESCRIPTION,
    REMEDIATE,
    TICKET,
    clean,
    one_line,
)
from connectassist.features.assistant.talk import ASSISTANT, USER, Action, Answer, Finding, Question
from connectassist.features.assistant.triage import Topic

#: How much of a question a document must speak of to be shown, and to be shown without a topic that fits as well.
FITS, FITS_ALONE = 0.34, 0.5
FRESH_MINUTES = 30
LONGEST_SHOWN = 1500
ASK_MORE = ("I am not sure yet what is wrong. Which program or device is it about, what did you try to do, and what do "
            "you see, word for word if there is a message?")
UNKNOWN = ("I don't know the answer to that, and I would rather not guess. Shall I open a ticket, so that a technician "
           "looks at it?")
HELLO = "Hello! Tell me in a sentence or two what doesn't work, and I will see what I can do."
WELCOME = "Glad to hear that. Write again whenever something doesn't work."


def answer(question: Question, index: Index) -> Answer:
    """What to say, and perhaps what to propose."""
    said = words(question.text)
    if triage.is_greeting(question.text):
        return Answer(text=HELLO, confidence=0.9)
    if triage.is_thanks(question.text):
        return Answer(text=WELCOME, confidence=0.9)
    language = vocabulary.language_of(said)
    if language:
        return _in_another_language(question, language)
    topic = triage.topic_of(question.text)
    if topic and topic.ticket:
        return _for_a_person(question, topic)
    hit = _best(index.search(question.text), topic)
    if hit is None and topic is None:
        return _unsure(question)
    return _helpful(question, topic, hit)


def _best(hits: list[Hit], topic: Topic | None) -> Hit | None:
    """The best document, if it speaks of enough of the question; where words point to a topic less will do."""
    needed = FITS if topic else FITS_ALONE
    return next((hit for hit in hits if hit.coverage >= needed), None)


def _helpful(question: Question, topic: Topic | None, hit: Hit | None) -> Answer:
    action, offer = _next_step(question, topic) if topic and question.has_device else (None, "")
    parts = [_shown(hit)] if hit else []
    if action is None and (hit is None or _was_said(question, parts[0])):
        return _ticket_offer(question, UNKNOWN if hit is None else
                             "I have told you all that I know about this. Shall I open a ticket, so that a technician "
                             "looks at it?", topic)
    parts += [offer] if offer else ["If that doesn't help, tell me what you see then, and I open a ticket for you."]
    confidence = min(0.95, 0.4 + 0.5 * hit.coverage) if hit else 0.5
    sources = (f"{hit.document.kind}:{hit.document.id}",) if hit else ()
    return Answer(text="\n\n".join(parts), action=action, confidence=confidence, sources=sources)


def _shown(hit: Hit) -> str:
    text = clean(hit.document.text, LONGEST_SHOWN)
    return text if hit.document.kind == FAQ else f"A technician solved something like this before: {text}"


def _was_said(question: Question, text: str) -> bool:
    return any(sender == ASSISTANT and text[:200] in said for sender, said in question.said)


def _next_step(question: Question, topic: Topic) -> tuple[Action | None, str]:
    """A look first; a remedy once a look has found something, or where there is nothing to look at."""
    found = _fresh(question, topic.check)
    if found is None and topic.check and not _proposed(question, DIAGNOSE, topic.check):
        return ({"type": DIAGNOSE, "checkType": topic.check},
                f"I can look at {topic.called}. Nothing is changed by that. Shall I?")
    has_reason = topic.check is None or (found is not None and (found.status != "ok" or not found.is_available))
    if topic.remedy and has_reason and not _proposed(question, REMEDIATE, topic.remedy):
        is_told = found is not None and found.is_available
        reason = f"The check found: {clean(f'{found.label} {found.value}'.strip(), 160)}. " if is_told else ""
        return ({"type": REMEDIATE, "actionId": topic.remedy, "parameter": None},
                f"{reason}I can have this computer {topic.does}. It asks you first. Shall I?")
    if found is not None and found.status == "ok" and found.is_available:
        value = clean(found.value, 160)
        return None, f"I looked at {topic.called}, and found nothing wrong{f' ({value})' if value else ''}."
    return None, ""


def _fresh(question: Question, check: str | None) -> Finding | None:
    return next((found for found in question.findings
                 if found.check_type == check and found.minutes_ago <= FRESH_MINUTES), None)


def _proposed(question: Question, kind: str, what: str) -> bool:
    """Was this proposed in this conversation already? Whoever didn't want it is not asked again."""
    return any(action.get("type") == kind and what in (action.get("checkType"), action.get("actionId"))
               for action in question.proposed)


def _for_a_person(question: Question, topic: Topic) -> Answer:
    offer = "A technician should look at this. Shall I open a ticket now?"
    text = f"{topic.first}\n\n{offer}" if topic.first else offer
    return Answer(text=text, action=_ticket(question, topic), confidence=0.9)


def _unsure(question: Question) -> Answer:
    """The first time it asks back; who has been asked already gets the truth, and a ticket."""
    if any(sender == ASSISTANT and said == ASK_MORE for sender, said in question.said):
        return _ticket_offer(question, UNKNOWN, None)
    return Answer(text=ASK_MORE, confidence=0.2)


def _ticket_offer(question: Question, text: str, topic: Topic | None) -> Answer:
    return Answer(text=text, action=_ticket(question, topic), confidence=0.1)


def _in_another_language(question: Question, language: str) -> Answer:
    _, text = vocabulary.LANGUAGES.get(language, (None, vocabulary.ONLY_ENGLISH))
    return Answer(text=text, action=_ticket(question, None), confidence=0.1)


def _ticket(question: Question, topic: Topic | None) -> Action:
    told = [text for sender, text in question.said if sender == USER][-5:] + [question.text]
    return {"type": TICKET, "title": one_line(question.text, 120) or "Help is needed",
            "priority": triage.priority_of(question.text, topic),
            "description": clean("\n\n".join(told), LONGEST_DESCRIPTION)}
