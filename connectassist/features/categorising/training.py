"""Trains a model. Only commands come here, never the server: scikit-learn takes a second to load and much memory."""

from __future__ import annotations

import hashlib
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

from connectassist.core import clock
from connectassist.features.categorising import model, texts
from connectassist.features.categorising.examples import TRAINING, Example

FOLDS = 5
MOST_TERMS = 12_000  # of each kind: the model's size and the server's memory are bounded by this
STRENGTH = {"category": 30.0, "priority": 10.0}
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
    told = [texts.terms(each.text) for each in examples]
    category, chances = _fitted("category", told, [each.category for each in examples])
    priority, _ = _fitted("priority", told, [each.priority for each in examples])
    threshold = _threshold(category["answer"].classes_, chances, [each.category for each in examples])
    return Trained(category, priority, threshold, len(examples), sum(each.corrects for each in examples))


def _pipeline(head: str) -> Pipeline:
    kinds = [(name, TfidfVectorizer(analyzer=pick, sublinear_tf=True, min_df=2, max_features=MOST_TERMS))
             for name, pick in (("phrases", _phrases), ("pieces", _pieces))]
    return Pipeline([("terms", FeatureUnion(kinds)), ("answer", LogisticRegression(C=STRENGTH[head], max_iter=500))])


def _phrases(told: tuple[list[str], list[str]]) -> list[str]:
    return told[0]


def _pieces(told: tuple[list[str], list[str]]) -> list[str]:
    return told[1]


def _fitted(head: str, told: list[Any], truth: list[str]) -> tuple[Pipeline, Any]:
    """A pipeline whose probabilities mean what they say, and those it gives for lines that it did not learn from.
    One temperature for all is found by cross-validation and put into the weights."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    logs = cross_val_predict(_pipeline(head), told, truth, cv=folds, method="predict_log_proba")
    fitted = _pipeline(head).fit(told, truth)
    answer = fitted["answer"]
    right = np.searchsorted(answer.classes_, truth)
    warmth = minimize_scalar(lambda heat: _surprise(logs / heat, right), bounds=(0.2, 5.0), method="bounded").x
    answer.coef_, answer.intercept_ = answer.coef_ / warmth, answer.intercept_ / warmth
    return fitted, np.exp(_normal(logs / warmth))


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
