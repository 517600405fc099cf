"""Finding what answers a question, however it is spelled and in the languages that are spoken here. Pure Python, made
anew from documents whenever they change; a search takes a millisecond or two, so it needs no thread of its own.

BM25 over stems, as knowledge.py does it, with three things more: words of other languages count as the English ones
that they mean, a word that stands nowhere counts as the known one that it was meant to be, and each find says how sure
it is."""

from __future__ import annotations

import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from connectassist.features.assistant import languages
from connectassist.features.assistant.knowledge import FAQ, Document
from connectassist.features.assistant.spelling import Spelling

K1, B = 1.4, 0.6
IN_TITLE, IN_KEYWORDS, IN_OTHERS = 3.0, 2.0, 2.5
#: A word that was put right, or taken apart, says less than one that stands there.
GUESSED = 0.8
MOST_ASKED = 60
#: From how well the words fit to how likely it is the right one: fitted on the questions that are for tuning
#: (docs/faq.md).
BIAS, WEIGHTS = -6.4, (0.85, 3.9, 2.9, 0.39)
LARGEST_SCORE, AS_IT_STANDS = 30.0, 0.9
MOST_COMPARED = 12


@dataclass(frozen=True)
class Found:
    """A document with how likely, between 0 and 1, it is what was asked for."""

    document: Document
    confidence: float

    @property
    def is_entry(self) -> bool:
        """An entry of the knowledge base? A solved ticket otherwise."""
        return self.document.kind == FAQ

    @property
    def text(self) -> str:
        """The answer as somebody wrote it."""
        return self.document.text

    def text_in(self, language: str) -> str | None:
        """The answer in a language, where there is one."""
        if language in self.document.answers:
            return self.document.answers[language]
        return self.text if languages.language_of(self.text) == language else None


class Finder:
    """Documents, looked up by what a question means."""

    def __init__(self, documents: Iterable[Document]) -> None:
        self.documents = list(documents)
        self._spelling = Spelling()
        counts = [self._weighed(document) for document in self.documents]
        mean = sum(sum(each.values()) for each in counts) / len(counts) if counts else 1.0
        self._postings: dict[str, list[tuple[int, float]]] = defaultdict(list)
        self._titles = [set(self._known(document.title)) for document in self.documents]
        self._questions = [[title, *(set(self._known(text)) for text in document.questions.values())]
                           for title, document in zip(self._titles, self.documents, strict=True)]
        for number, weights in enumerate(counts):
            length = K1 * (1 - B + B * sum(weights.values()) / (mean or 1.0))
            for stem, weight in self._with_others(number, weights).items():
                self._postings[stem].append((number, weight * (K1 + 1) / (weight + length)))
        self._rarities = {stem: self._rarity(len(holders)) for stem, holders in self._postings.items()}
        self._spelling.learn(languages.vocabulary())

    def _known(self, text: str) -> list[str]:
        return [stem for word in languages.telling_words(text) for stem in languages.meant(word)]

    def _weighed(self, document: Document) -> Counter[str]:
        counts: Counter[str] = Counter()
        for text, weight in ((document.text, 1.0), (document.hidden, 1.0), (document.title, IN_TITLE),
                             (document.keywords, IN_KEYWORDS)):
            self._spelling.learn(languages.telling_words(text))
            for stem in self._known(text):
                counts[stem] += weight  # type: ignore[assignment]
        return counts

    def _with_others(self, number: int, weights: Counter[str]) -> Counter[str]:
        """What the question is in other languages helps to find it, and makes no document longer."""
        wider = Counter(weights)
        for text in self.documents[number].questions.values():
            self._spelling.learn(languages.telling_words(text))
            for stem in set(self._known(text)):
                wider[stem] = max(wider[stem], IN_OTHERS)  # type: ignore[assignment]
        return wider

    def _rarity(self, holders: int) -> float:
        return math.log(1 + (len(self.documents) - holders + 0.5) / (holders + 0.5))

    def _asked(self, text: str) -> dict[str, float]:
        """The stems of a question, each with how much it says."""
        asked: dict[str, float] = {}
        unheard_of = self._rarity(0)
        for word in list(dict.fromkeys(languages.telling_words(text)))[:MOST_ASKED]:
            stems, weight = self._read(word)
            for stem in stems:
                rarity = self._rarities.get(stem, unheard_of) * weight / len(stems)
                asked[stem] = max(asked.get(stem, 0.0), rarity)
        return asked

    def _read(self, word: str) -> tuple[list[str], float]:
        """What a word means here: itself, the known words it is made of, or the one it was meant to be."""
        stems = languages.meant(word)
        if any(stem in self._postings for stem in stems):
            return stems, 1.0
        parts = languages.parts(word)
        if parts:
            return parts, GUESSED
        meant = self._spelling.meant(word)
        return (languages.meant(meant), GUESSED) if meant else (stems, 1.0)

    def search(self, text: str, *, limit: int = 4) -> list[Found]:
        """What fits a question best, the best first."""
        asked = self._asked(text)
        scores: dict[int, float] = defaultdict(float)
        covered: dict[int, float] = defaultdict(float)
        for stem, rarity in asked.items():
            for number, weight in self._postings.get(stem, ()):
                scores[number] += rarity * weight
                covered[number] += rarity
        whole = sum(asked.values()) or 1.0
        near = heapq.nlargest(MOST_COMPARED, scores, key=lambda number: (scores[number], -number))
        fits = {number: Fit(covered[number] / whole, self._answered(number, asked), scores[number],
                            asked.keys() in self._questions[number]) for number in near}
        best = sorted(near, key=lambda number: (not fits[number].is_same, -fits[number].rank, number))
        return [Found(self.documents[number], _confidence(fits[number], fits[best[place + 1]].rank
                                                          if place + 1 < len(best) else 0.0))
                for place, number in enumerate(best[:limit])]

    def _answered(self, number: int, asked: dict[str, float]) -> float:
        """How much of a document's own question was asked."""
        own = {stem: self._rarities[stem] for stem in self._titles[number] if stem in self._rarities}
        return sum(rarity for stem, rarity in own.items() if stem in asked) / (sum(own.values()) or 1.0)


@dataclass(frozen=True)
class Fit:
    """How much of the question a document speaks of, how much of its own question was asked, and BM25's score; and
    whether it was that very question, in one of its languages."""

    covered: float
    answered: float
    score: float
    is_same: bool = False

    @property
    def rank(self) -> float:
        """What orders."""
        return self.score * (0.5 + self.answered)


def measures(fit: Fit, following: float) -> tuple[float, ...]:
    """What tells how likely a document is the right one: both shares, how far it is ahead of the next, and how much was
    said at all."""
    return fit.covered, fit.answered, (fit.rank - following) / (fit.rank or 1.0), min(fit.score, LARGEST_SCORE)


def _confidence(fit: Fit, following: float) -> float:
    weighed = BIAS + sum(weight * value for weight, value in zip(WEIGHTS, measures(fit, following), strict=True))
    return round(max(1 / (1 + math.exp(-weighed)), AS_IT_STANDS if fit.is_same else 0.0), 3)
