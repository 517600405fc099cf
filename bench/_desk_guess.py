"""One way of guessing a ticket's category, in a process of its own: what it takes to be ready, to guess, and to be
there. `python bench/_desk_guess.py ours|scikit-learn MODEL`, told as JSON."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parents[1])

import json
import time

import psutil

from bench._queue_load import quantile
from connectassist.features.categorising import examples, texts

_, who, path = sys.argv
ROUNDS = 5
lines = [each.text for each in examples.held_out()]
before = psutil.Process().memory_info().rss
begun = time.process_time()
if who == "ours":
    from connectassist.features.categorising import model

    known = model.read(Path(path))

    def guess(text: str) -> str:
        chances = known.probabilities(text)[0]
        return known.category.answers[chances.index(max(chances))]
else:
    import joblib
    import numpy

    pipeline = joblib.load(path)

    def guess(text: str) -> str:
        return str(pipeline.classes_[numpy.argmax(pipeline.predict_proba([texts.terms(text)])[0])])

ready = time.process_time() - begun
took, said = [], []
for text in lines:
    spans = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        answer = guess(text)
        spans.append((time.perf_counter() - begun) * 1000)
    took.append(min(spans))
    said.append(answer)
right = sum(answer == each.category for answer, each in zip(said, examples.held_out(), strict=True)) / len(said)
grown = (psutil.Process().memory_info().rss - before) / 1024**2
print(json.dumps({"ready": ready * 1000, "p50": quantile(took, 0.5), "p99": quantile(took, 0.99), "memory": grown,
                  "right": right, "said": said}))
