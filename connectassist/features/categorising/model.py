"""A trained model as the server uses it: plain numbers out of a JSON file, no library to load.

What it holds is a logistic regression over TF-IDF of two kinds of terms (texts.py). It is written by training.py.
"""

from __future__ import annotations

import base64
import binascii
import math
import sys
from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter, mul
from pathlib import Path
from typing import Any

import orjson

from connectassist.features.categorising import texts

FORMAT = 1
LARGEST_FILE = 32 * 1024 * 1024
CATEGORIES = ("system_down", "performance_issue", "password_reset", "software_installation", "hardware_issue",
              "network_issue", "other")
OTHER = "other"
PRIORITIES = ("low", "medium", "high", "critical")
USUAL_PRIORITY = "medium"
#: A guess is never certain, however plain the words are.
MOST_SURE = 0.99


class BadModel(ValueError):
    """A file that is no model of this version."""


@dataclass(frozen=True, slots=True)
class Guess:
    """`confidence` is how likely the category is right, `priority_confidence` the priority: 0 to MOST_SURE."""

    category: str
    priority: str
    confidence: float
    priority_confidence: float = 0.0


NOTHING_KNOWN = Guess(OTHER, USUAL_PRIORITY, 0.0)


@dataclass(frozen=True, slots=True)
class Head:
    """One question to the model: its possible answers, and for each a weight for every term."""

    answers: tuple[str, ...]
    intercepts: Sequence[float]
    weights: tuple[Sequence[float], ...]

    def probabilities(self, places: list[int], values: list[float]) -> list[float]:
        """How likely each answer is, given the terms at some places and how much they count."""
        pick = itemgetter(*places, 0)  # one more than needed, so that it always gives several
        scores = [base + sum(map(mul, values, pick(row)))
                  for base, row in zip(self.intercepts, self.weights, strict=True)]
        highest = max(scores)
        parts = [math.exp(score - highest) for score in scores]
        whole = sum(parts)
        return [part / whole for part in parts]


@dataclass(frozen=True, slots=True)
class Model:
    """`vocabularies` name the place of each phrase and of each piece; `rarity` is how much a term counts at all."""

    made_from: str
    trained_at: str
    corrections: int
    threshold: float
    vocabularies: tuple[dict[str, int], ...]
    rarity: Sequence[float]
    category: Head
    priority: Head

    def guess(self, title: object, description: object = None) -> Guess:
        """Category, priority and how sure both are. Whatever is below the threshold is `other`."""
        places, values = self._weighed(texts.joined(title, description))
        if not places:
            return NOTHING_KNOWN
        by_category = self.category.probabilities(places, values)
        by_priority = self.priority.probabilities(places, values)
        best, urgent = max(by_category), max(by_priority)
        named = self.category.answers[by_category.index(best)] if best >= self.threshold else OTHER
        return Guess(named, self.priority.answers[by_priority.index(urgent)],
                     _told(by_category[self.category.answers.index(named)]), _told(urgent))

    def probabilities(self, text: str) -> tuple[list[float], list[float]]:
        """How likely each category and each priority is."""
        places, values = self._weighed(text)
        return self.category.probabilities(places, values), self.priority.probabilities(places, values)

    def _weighed(self, text: str) -> tuple[list[int], list[float]]:
        places: list[int] = []
        values: list[float] = []
        for vocabulary, terms in zip(self.vocabularies, texts.terms(text), strict=True):
            found = [(vocabulary[term], count) for term, count in Counter(terms).items() if term in vocabulary]
            heavy = [(1 + math.log(count)) * self.rarity[place] for place, count in found]
            length = math.sqrt(sum(map(mul, heavy, heavy))) or 1.0
            places += [place for place, _ in found]
            values += [value / length for value in heavy]
        return places, values


def _told(likelihood: float) -> float:
    return min(MOST_SURE, round(likelihood, 4))


def read(path: Path) -> Model:
    """The model in a file. Raises OSError, BadModel."""
    if path.stat().st_size > LARGEST_FILE:
        raise BadModel("it is far too large")
    try:
        return _model(orjson.loads(path.read_bytes()))
    except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError, ValueError, binascii.Error) as problem:
        raise problem if isinstance(problem, BadModel) else BadModel(f"it can't be read ({problem})") from problem


def _model(told: dict[str, Any]) -> Model:
    if told["format"] != FORMAT:
        raise BadModel("another version of ConnectAssist wrote it")
    vocabularies, start = [], 0
    for terms in told["terms"]:
        vocabularies.append({str(term): start + place for place, term in enumerate(terms)})
        start += len(terms)
    if len(vocabularies) != 2 or sum(map(len, vocabularies)) != start or not start:
        raise BadModel("its terms are not right")
    threshold = _numbers([told["threshold"]], 1)[0]
    return Model(str(told["made_from"]), str(told["trained_at"]), int(told["corrections"]), threshold,
                 tuple(vocabularies), unpacked(told["rarity"], start),
                 _head(told["category"], CATEGORIES, start), _head(told["priority"], PRIORITIES, start))


def _head(told: dict[str, Any], possible: tuple[str, ...], terms: int) -> Head:
    answers = tuple(told["answers"])
    if len(set(answers)) != len(answers) or not answers or not set(answers) <= set(possible) \
            or (OTHER in possible and OTHER not in answers):
        raise BadModel("its answers are not ours")
    weights = tuple(unpacked(row, terms) for row in told["weights"])
    if len(weights) != len(answers):
        raise BadModel("it lacks weights")
    return Head(answers, _numbers(told["intercepts"], len(answers)), weights)


def packed(numbers: Sequence[float]) -> str:
    """Numbers as a file keeps them: 32 bits each, the lowest byte first."""
    row = array("f", numbers)
    if sys.byteorder == "big":
        row.byteswap()
    return base64.b64encode(row.tobytes()).decode()


def unpacked(text: str, count: int) -> Sequence[float]:
    """Those numbers again. Raises BadModel unless it is so many sound ones."""
    row = array("f")
    row.frombytes(base64.b64decode(text, validate=True))
    if sys.byteorder == "big":
        row.byteswap()
    return _numbers(row, count)


def _numbers(row: Sequence[float], count: int) -> Sequence[float]:
    if len(row) != count or not all(map(math.isfinite, row)):
        raise BadModel("its numbers are not right")
    return row
