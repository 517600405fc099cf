"""What an evaluation found, as text for a terminal and for the docs."""

from __future__ import annotations

from collections.abc import Iterator

from connectassist.features.categorising import baselines, evaluation
from connectassist.features.categorising.evaluation import Judged
from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import CATEGORIES, PRIORITIES, Model


def lines(model: Model, *, training: list[Example], held_out: list[Example]) -> Iterator[str]:
    """The whole report, line by line."""
    judged = evaluation.judge(model.guess, held_out)
    yield from _model(model, len(training), len(held_out))
    yield from _compared(judged, training, held_out)
    yield from _table(judged)
    yield from _confused(judged)
    yield from _calibrated(judged)
    yield from _languages(judged)
    yield from _paced(model, held_out)


def _model(model: Model, learnt: int, unseen: int) -> Iterator[str]:
    terms = sum(map(len, model.vocabularies))
    yield f"Model: {terms} terms from {learnt} lines and {model.corrections} corrections; judged by {unseen} lines"
    yield f"that it has never seen. Below a confidence of {model.threshold:.2f} it says `other`."


def _compared(judged: Judged, training: list[Example], held_out: list[Example]) -> Iterator[str]:
    usual = baselines.most_frequent(training)
    rivals = {"this model": judged, "counting keywords": evaluation.judge(baselines.keywords, held_out),
              "the most frequent": evaluation.judge(lambda _: usual, held_out)}
    yield from ("", f"{'':20}category  macro-F1    ECE  priority  one step off")
    for name, each in rivals.items():
        yield (f"{name:20}{evaluation.accuracy(each.categories):7.1%}{evaluation.macro_f1(each.categories):11.3f}"
               f"{evaluation.calibration_error(each):7.3f}{evaluation.accuracy(each.priorities):9.1%}"
               f"{each.near_priorities:11.1%}")


def _table(judged: Judged) -> Iterator[str]:
    yield from ("", f"{'':24}precision  recall     F1  lines")
    for pairs, names in ((judged.categories, CATEGORIES), (judged.priorities, PRIORITIES)):
        for row in evaluation.table(pairs, names):
            yield f"{row.name:24}{row.precision:9.2f}{row.recall:8.2f}{row.f1:7.2f}{row.lines:7}"
        yield ""


def _confused(judged: Judged) -> Iterator[str]:
    yield f"{'is, and was taken for':24}" + "".join(f"{name.split('_')[0][:8]:>9}" for name in CATEGORIES)
    for name, row in zip(CATEGORIES, evaluation.confusion(judged.categories), strict=True):
        yield f"{name:24}" + "".join(f"{count:9}" for count in row)


def _calibrated(judged: Judged) -> Iterator[str]:
    yield from ("", "confidence   lines   mean   right")
    for low, high, count, sure, right in evaluation.calibration(judged):
        yield f"{low:.1f} to {high:.1f}{count:8}{sure:7.2f}{right:8.2f}"


def _languages(judged: Judged) -> Iterator[str]:
    yield from ("", "language  lines  category  priority")
    for language in sorted({example.language for example, _ in judged.lines}):
        part = Judged([each for each in judged.lines if each[0].language == language])
        yield (f"{language:8}{len(part.lines):7}{evaluation.accuracy(part.categories):10.1%}"
               f"{evaluation.accuracy(part.priorities):10.1%}")


def _paced(model: Model, held_out: list[Example]) -> Iterator[str]:
    median, slow, longest = evaluation.pace(model.guess, held_out)
    yield from ("", f"A guess takes {median:.2f} ms (median), {slow:.2f} ms (99 of 100), {longest:.2f} ms for the "
                "longest text; each the quickest of many tries.")
