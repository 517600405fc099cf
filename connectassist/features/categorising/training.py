"""Trains a model. Only commands come here, never the server: scikit-learn takes a second to load and much memory."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from scipy.optimize import minimize_scalar
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import FeatureUnion, Pipeline
from threadpoolctl import threadpool_limits

from connectassist.core import clock
from connectassist.features.categorising import model, texts
from connectassist.features.categorising.examples import TRAINING, Example

FOLDS = 5
#: In how many lines a phrase or a piece must stand to be learnt. What only one ticket says never is: a model that all
#: clients share must not keep one customer's words.
SEEN_IN_LINES, SEEN_IN_TICKETS = (1, 2), (2, 2)
WEIGHT_OF_CORRECTION = 3.0  # what staff say here counts more than a line that was written for everybody
MOST_TERMS = 16_000  # of each kind: the model's size and the server's memory are bounded by this
STRENGTH = 30.0  # of those tried, what the cross-validation liked best for both questions
#: An `other` for something that has a category costs this part of what a wrong category costs: a person looks at it.
COST_OF_OTHER = 0.7
THRESHOLDS = tuple(place / 100 for place in range(15, 61, 5))


@dataclass(frozen=True, slots=True)
class Trained:
    """What training gives: scikit-learn's own pipelines, and what the cross-validation found."""

    category: Pipeline
    priority: Pipeline
    threshold: float
    examples: int
    corrections: int

    def write(self, path: Path, *, made_from: str) -> None:
        """Write it as model.py reads it, in one step."""
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f".{path.name}.new")
        fresh.write_bytes(orjson.dumps(self._told(made_from)))
        fresh.replace(path)

    def _told(self, made_from: str) -> dict[str, Any]:
        kinds = [kind for _, kind in self.category["terms"].transformer_list]
        return {"format": model.FORMAT, "made_from": made_from, "trained_at": clock.iso(clock.now()),
                "corrections": self.corrections, "threshold": self.threshold,
                "terms": [kind.get_feature_names_out().tolist() for kind in kinds],
                "rarity": model.packed(np.concatenate([kind.idf_ for kind in kinds])),
                "category": _head(self.category["answer"]), "priority": _head(self.priority["answer"])}


def _head(answer: LogisticRegression) -> dict[str, Any]:
    return {"answers": answer.classes_.tolist(), "intercepts": answer.intercept_.tolist(),
            "weights": [model.packed(row) for row in answer.coef_]}


def shipped_key() -> str:
    """Names what the shipped model is made from: its examples and the code that turns them into numbers."""
    parts = [TRAINING, *(Path(__file__).with_name(name) for name in ("texts.py", "model.py", "training.py"))]
    return hashlib.sha256(b"\0".join(part.read_bytes() for part in parts)).hexdigest()[:16]


def train(examples: list[Example]) -> Trained:
    """Learn from examples. Always gives the same for the same."""
    with threadpool_limits(1):  # several threads wait for each other more than they help with matrices this small
        return _trained(examples)


def _trained(examples: list[Example]) -> Trained:
    vocabularies = [_vocabulary(kind, examples) for kind in (0, 1)]
    category, threshold = _fitted("category", vocabularies, [each for each in examples if each.category])
    priority, _ = _fitted("priority", vocabularies, [each for each in examples if each.priority])
    return Trained(category, priority, threshold, len(examples), sum(each.corrects for each in examples))


def _pipeline(vocabularies: list[list[str]]) -> Pipeline:
    kinds = [(name, TfidfVectorizer(analyzer=pick, sublinear_tf=True, vocabulary=vocabulary))
             for name, pick, vocabulary in zip(("phrases", "pieces"), (_phrases, _pieces), vocabularies, strict=True)]
    return Pipeline([("terms", FeatureUnion(kinds)),
                     ("answer", LogisticRegression(C=STRENGTH, max_iter=300, tol=1e-3))])


def _vocabulary(kind: int, examples: list[Example]) -> list[str]:
    """The terms of one kind that are learnt, the most frequent first when there are too many."""
    lines: Counter[str] = Counter()
    tickets: Counter[str] = Counter()
    for each in examples:
        (tickets if each.corrects else lines).update(set(texts.terms(each.text)[kind]))
    kept = [term for term in lines | tickets
            if lines[term] >= SEEN_IN_LINES[kind] or tickets[term] >= SEEN_IN_TICKETS[kind]]
    return sorted(sorted(kept, key=lambda term: (-lines[term] - tickets[term], term))[:MOST_TERMS])


def _phrases(told: tuple[list[str], list[str]]) -> list[str]:
    return told[0]


def _pieces(told: tuple[list[str], list[str]]) -> list[str]:
    return told[1]


def _fitted(head: str, vocabularies: list[list[str]], examples: list[Example]) -> tuple[Pipeline, float]:
    """A pipeline whose probabilities mean what they say, and below which of them `other` is the better answer. Both
    come from lines that a fold did not learn from: one temperature for all, which is put into the weights."""
    told = [texts.terms(each.text) for each in examples]
    truth = [getattr(each, head) for each in examples]
    counts = {"answer__sample_weight": np.array([WEIGHT_OF_CORRECTION if each.corrects else 1.0 for each in examples])}
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    logs = cross_val_predict(_pipeline(vocabularies), told, truth, cv=folds, method="predict_log_proba", params=counts)
    fitted = _pipeline(vocabularies).fit(told, truth, **counts)
    answer = fitted["answer"]
    right = np.searchsorted(answer.classes_, truth)
    warmth = minimize_scalar(lambda heat: _surprise(logs / heat, right), bounds=(0.2, 5.0), method="bounded").x
    answer.coef_, answer.intercept_ = answer.coef_ / warmth, answer.intercept_ / warmth
    return fitted, _threshold(answer.classes_, np.exp(_normal(logs / warmth)), truth)


def _normal(logs: Any) -> Any:
    return logs - np.logaddexp.reduce(logs, axis=1, keepdims=True)


def _surprise(logs: Any, right: Any) -> float:
    return -float(_normal(logs)[np.arange(len(right)), right].mean())


def _threshold(classes: Any, chances: Any, truth: list[str]) -> float:
    """Below which probability `other` is the better answer: what costs least in the cross-validation."""
    best, right = chances.max(axis=1), np.array(truth)
    named = classes[chances.argmax(axis=1)]

    def cost(threshold: float) -> float:
        said = np.where(best >= threshold, named, model.OTHER)
        return float(np.where(said == right, 0, np.where(said == model.OTHER, COST_OF_OTHER, 1)).sum())

    return min(THRESHOLDS, key=cost)
