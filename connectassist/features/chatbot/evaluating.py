"""How well the FAQ assistant answers: tried with questions whose answers are known, without a database or a model."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from connectassist.core import clock
from connectassist.features.assistant import service as assistant
from connectassist.features.assistant.service import Finder
from connectassist.features.chatbot import answering, wishes

HELD_OUT, FOR_TUNING = (Path(__file__).with_name(name) for name in ("held_out.txt", "tuning.txt"))
PERSON, UNKNOWN, CHAT = "person", "unknown", "chat"
KINDS = {"en": "English, paraphrased", "typo": "English, misspelled", "de": "German", "fr": "French", "es": "Spanish"}
MANY = 2000


@dataclass(frozen=True)
class Case:
    """A question, of what kind it is, and the entry that answers it."""

    kind: str
    key: str
    text: str


@dataclass(frozen=True)
class Tried:
    """How a question went: at which place the right entry stood (0: nowhere), how sure the first was, whether an
    answer was given, and in how many milliseconds."""

    case: Case
    place: int
    confidence: float
    is_answered: bool
    hands_over: bool
    milliseconds: float


def questions(*, tuning: bool = False) -> list[Case]:
    """Those held out, or those for tuning."""
    lines = (FOR_TUNING if tuning else HELD_OUT).read_text().splitlines()
    return [Case(*line.split(" ", 2)) for line in lines if line and not line.startswith("#")]


def tried(cases: Iterable[Case], finder: Finder) -> list[Tried]:
    """Ask all of them."""
    return [_tried(case, finder) for case in cases]


def _tried(case: Case, finder: Finder) -> Tried:
    began = clock.monotonic()
    found = [] if wishes.wish_of(case.text) else finder.search(case.text)
    decision = answering.decide(case.text, language=assistant.language_of(case.text), found=found, unanswered_before=0)
    took = (clock.monotonic() - began) * 1000
    place = next((place for place, each in enumerate(found, 1) if each.document.key == case.key), 0)
    return Tried(case, place, decision.confidence, decision.source is not None, decision.hands_over, took)


def large(size: int = MANY) -> Finder:
    """As many entries as a large site may have: those of the product again and again, each copy with words of its
    own."""
    shipped = assistant.shipped()
    return Finder(replace(shipped[number % len(shipped)], id=number, hidden=f"{shipped[number % len(shipped)].hidden} "
                          f"site{number} room{number * 7} team{number % 90}") for number in range(size))


def report(*, tuning: bool = False) -> Iterator[str]:
    """All that `connectassist faq evaluate` prints."""
    finder = Finder(assistant.shipped())
    results = tried(questions(tuning=tuning), finder)
    which = "for tuning" if tuning else "held out"
    yield (f"{len(results)} questions {which}, {len(finder.documents)} entries; an answer is given from a confidence "
           f"of {answering.SURE_ENOUGH}")
    yield ""
    yield f"{'':24}{'questions':>10}{'first':>8}{'top 3':>8}{'answered':>10}{'wrongly':>9}"
    for kind, name in KINDS.items():
        if of_kind := [each for each in results if each.case.kind == kind]:
            yield _line(name, of_kind)
    yield _line("all", [each for each in results if each.case.kind in KINDS])
    yield ""
    yield from _handing_over(results)
    yield ""
    yield from _calibration(results)
    yield ""
    for each in (finder, large()):
        yield _times(each, [result.case for result in results])


def _line(name: str, results: list[Tried]) -> str:
    first, three = share(results, 1), share(results, 3)
    answered = [each for each in results if each.is_answered]
    wrong = sum(each.place != 1 for each in answered)
    return f"{name:24}{len(results):>10}{first:>8.1%}{three:>8.1%}{len(answered):>10}{wrong:>9}"


def share(results: list[Tried], places: int) -> float:
    """How many of them have the right entry within the first so many."""
    return sum(1 <= each.place <= places for each in results) / len(results)


def escalation(results: list[Tried]) -> tuple[float, float]:
    """Of the questions that were not answered, how many should not have been; and of those that should not have been,
    how many were not."""
    wanted = [each for each in results if each.case.kind != CHAT]
    not_answered = [each for each in wanted if not each.is_answered]
    right = [each for each in not_answered if each.case.kind in (PERSON, UNKNOWN)]
    return len(right) / len(not_answered), len(right) / sum(each.case.kind in (PERSON, UNKNOWN) for each in wanted)


def _handing_over(results: list[Tried]) -> Iterator[str]:
    precision, recall = escalation(results)
    people = [each for each in results if each.case.kind == PERSON]
    asked = [each for each in results if each.hands_over]
    strange = [each for each in results if each.case.kind in (UNKNOWN, CHAT)]
    yield f"without an entry, yet answered by one: {sum(each.is_answered for each in strange)} of {len(strange)}"
    yield f"not answered, so handed to people: precision {precision:.1%}, recall {recall:.1%}"
    yield (f"wish for people or danger, handed over at once: "
           f"{sum(each.hands_over for each in people)} of {len(people)}, and "
           f"{sum(each.case.kind != PERSON for each in asked)} that did not want it")


def _calibration(results: list[Tried]) -> Iterator[str]:
    """How often the first entry is the right one, by how sure it was."""
    yield f"{'confidence':24}{'questions':>10}{'right':>8}"
    found = [each for each in results if each.case.kind in (*KINDS, UNKNOWN)]
    for low, high in ((0.0, 0.25), (0.25, 0.5), (0.5, 0.75), (0.75, 0.9), (0.9, 1.01)):
        within = [each for each in found if low <= each.confidence < high]
        right = f"{sum(each.place == 1 for each in within) / len(within):.1%}" if within else "–"
        yield f"{f'{low:.2f} to {min(high, 1.0):.2f}':24}{len(within):>10}{right:>8}"


def _times(finder: Finder, cases: list[Case]) -> str:
    """Each question's best of five: what else the machine does at the time is not the assistant's."""
    runs = [tried(cases, finder) for _ in range(5)]
    took = sorted(min(each.milliseconds for each in same) for same in zip(*runs, strict=True))
    return (f"time per question, {len(finder.documents)} entries: half within {took[len(took) // 2]:.2f} ms, 99 % "
            f"within {took[int(len(took) * 0.99)]:.2f} ms")
