"""Learns from staff: where they changed what was guessed of a ticket, that ticket becomes an example."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from connectassist.features.categorising import evaluation, examples, model, shelf, texts
from connectassist.features.categorising.evaluation import Judged
from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import CATEGORIES, PRIORITIES, Model
from connectassist.features.tickets import queries as tickets

MOST_CORRECTIONS = 5000  # the newest; what a training takes is bounded by this
CLEARLY_WORSE = 0.02  # of the held-out lines
CANDIDATE = "categories.candidate.json"


@dataclass(frozen=True, slots=True)
class Compared:
    """A model that has learnt, beside the one in force: both judged by the held-out lines. `learnt` is how many of the
    corrections each guesses right."""

    corrections: int
    before: Judged | None
    after: Judged
    learnt: tuple[int, int]

    @property
    def is_worse(self) -> bool:
        """Does it guess clearly fewer of the held-out lines right?"""
        if self.before is None:
            return False
        return any(evaluation.accuracy(old) - evaluation.accuracy(new) > CLEARLY_WORSE
                   for old, new in ((self.before.categories, self.after.categories),
                                    (self.before.priorities, self.after.priorities)))


def corrections() -> list[Example]:
    """Tickets whose guess staff corrected, the newest first, as they left them. What a guess can't say isn't learnt."""
    found = (Example(category=row.category if row.category in CATEGORIES else "",
                     priority=row.priority if row.priority in PRIORITIES else "",
                     text=texts.joined(row.title, row.description), corrects=True)
             for row in tickets.corrections(limit=MOST_CORRECTIONS))
    return [each for each in found if each.category or each.priority]


def retrain(instance: Path, *, corrected: list[Example], force: bool) -> tuple[Compared, bool]:
    """Train with the corrections besides the shipped examples, and take that model unless it is clearly worse.
    Gives how it compares, and whether it was taken."""
    from connectassist.features.categorising import training

    path = instance / CANDIDATE
    training.train([*examples.training(), *corrected]).write(path, made_from="corrections")
    compared = _compare(shelf.in_force(instance), model.read(path), corrected)
    if compared.is_worse and not force:
        path.unlink()
        return compared, False
    shelf.put(path, instance)
    return compared, True


def _compare(old: Model | None, new: Model, corrected: list[Example]) -> Compared:
    unseen = examples.held_out()
    return Compared(len(corrected), evaluation.judge(old.guess, unseen) if old else None,
                    evaluation.judge(new.guess, unseen),
                    (_right(old, corrected) if old else 0, _right(new, corrected)))


def _right(guesser: Model, corrected: list[Example]) -> int:
    """How many of the corrections a model would have said itself."""
    said = [(each, guesser.guess(each.text)) for each in corrected]
    return sum(each.category in ("", guess.category) and each.priority in ("", guess.priority)
               for each, guess in said)
