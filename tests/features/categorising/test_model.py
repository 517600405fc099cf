"""The model itself: as good as the docs say, the same numbers as scikit-learn's, and never out of step."""

from __future__ import annotations

import base64
import subprocess
import sys
from pathlib import Path

import orjson
import pytest

from connectassist.features.categorising import baselines, evaluation, examples, model, texts
from connectassist.features.categorising.model import (
    CATEGORIES,
    MOST_SURE,
    NOTHING_KNOWN,
    PRIORITIES,
    BadModel,
    Model,
)
from connectassist.features.categorising.training import Trained

HOSTILE = {"nothing": "", "spaces": " \n\t\r ", "nul": "\0" * 50, "marks": "\u202e\u200f\ufeff" * 100,
           "emoji": "🖨️🔥" * 200,
           "formula": "=cmd|' /C calc'!A0", "script": "<script>alert(1)</script>", "braces": "{{7*7}}${7*7}%s%n",
           "lone": "\ud800 printer", "accents": "e\u0301" * 5000, "ligatures": "ﷺ" * 5000, "one word": "a" * 1_000_000,
           "huge": "the network is slow " * 50_000, "digits": "1234567890 " * 9000, "chinese": "打印机坏了" * 100}


def test_it_is_as_good_as_the_docs_say(shipped: Model) -> None:
    judged = evaluation.judge(shipped.guess, examples.held_out())
    assert evaluation.accuracy(judged.categories) >= 0.86
    assert evaluation.macro_f1(judged.categories) >= 0.86
    assert evaluation.accuracy(judged.priorities) >= 0.73
    assert evaluation.calibration_error(judged) <= 0.08


def test_it_beats_counting_keywords_by_far(shipped: Model) -> None:
    unseen = examples.held_out()
    ours, theirs = evaluation.judge(shipped.guess, unseen), evaluation.judge(baselines.keywords, unseen)
    assert evaluation.accuracy(ours.categories) > evaluation.accuracy(theirs.categories) + 0.25
    assert evaluation.accuracy(ours.priorities) > evaluation.accuracy(theirs.priorities) + 0.1


def test_no_line_is_learnt_and_judged_by() -> None:
    learnt, unseen = ({" ".join(texts.words(each.text)) for each in part}
                      for part in (examples.training(), examples.held_out()))
    assert learnt and unseen and not learnt & unseen


@pytest.mark.parametrize("category", CATEGORIES)
def test_each_category_has_lines_of_each_language_on_both_sides(category: str) -> None:
    for part, least in ((examples.training(), 5), (examples.held_out(), 1)):
        spoken = [each.language for each in part if each.category == category]
        assert all(spoken.count(language) >= least for language in ("en", "de", "fr", "es"))


def test_it_gives_the_numbers_that_scikit_learn_gives(small: Trained, small_file: Path) -> None:
    read = model.read(small_file)
    lines = [each.text for each in (*examples.training(), *examples.held_out())]
    told = [texts.terms(line) for line in lines]
    theirs = zip(small.category.predict_proba(told), small.priority.predict_proba(told), strict=True)
    for line, expected in zip(lines, theirs, strict=True):
        for ours, wanted in zip(read.probabilities(line), expected, strict=True):
            assert ours == pytest.approx(list(wanted), abs=1e-6), line


def test_what_it_does_not_know_is_other(shipped: Model) -> None:
    assert shipped.guess("打印机坏了", "") == NOTHING_KNOWN
    unsure = shipped.guess("Hmm", "The thing in the corner")
    assert (unsure.category, unsure.confidence < 0.9) == ("other", True)


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_no_text_is_too_much(shipped: Model, name: str) -> None:
    for title, description in ((HOSTILE[name], ""), ("", HOSTILE[name]), (HOSTILE[name], HOSTILE[name])):
        guess = shipped.guess(title, description)
        assert guess.category in CATEGORIES and guess.priority in PRIORITIES
        assert 0 <= guess.confidence <= MOST_SURE and 0 <= guess.priority_confidence <= MOST_SURE


def test_a_guess_is_never_certain(shipped: Model) -> None:
    assert shipped.guess("Forgot password", "I cannot log in, I forgot my password").confidence == MOST_SURE


@pytest.mark.parametrize("text", [None, 7, b"printer", ["printer"], {"a": 1}], ids=str)
def test_what_is_no_text_is_none(shipped: Model, text: object) -> None:
    assert shipped.guess(text, text) == NOTHING_KNOWN


def test_only_the_beginning_of_a_long_text_counts(shipped: Model) -> None:
    begun = "The printer has a paper jam. " + "and so on " * 100
    assert shipped.guess("", begun) == shipped.guess("", begun + "I forgot my password. " * 1000)
    assert max(map(len, texts.terms(begun * 1000)[1])) <= max(texts.PIECES)


def test_addresses_and_long_numbers_are_no_words() -> None:
    assert texts.words("Call Ann@example.com or 0043123456, see https://example.com/x?y about error 503") == [
        "call", "or", "see", "about", "error", "503"]


def test_accents_and_capitals_make_no_difference(shipped: Model) -> None:
    assert shipped.guess("L'écran reste NOIR") == shipped.guess("l'ecran reste noir")


BROKEN = {
    "empty": lambda told: b"", "no JSON": lambda told: b"\x80\x00model", "a list": lambda told: b"[]",
    "a number": lambda told: b"7",
    "cut off": lambda told: orjson.dumps(told)[:-500],
    "another format": lambda told: orjson.dumps({**told, "format": 99}),
    "a missing part": lambda told: orjson.dumps({name: told[name] for name in told if name != "rarity"}),
    "too few weights": lambda told: orjson.dumps({**told, "rarity": model.packed([1.0])}),
    "no base64": lambda told: orjson.dumps({**told, "rarity": "%%%"}),
    "no number": lambda told: orjson.dumps({**told, "rarity": base64.b64encode(
        b"\0\0\xc0\x7f" * sum(map(len, told["terms"]))).decode()}),
    "strange answers": lambda told: orjson.dumps({**told, "category": {**told["category"], "answers": ["<b>"] * 7}}),
    "answers that are none": lambda told: orjson.dumps({**told, "priority": {**told["priority"], "answers": 4}}),
    "a term twice": lambda told: orjson.dumps({**told, "terms": [["a", "a"], told["terms"][1]]}),
    "a threshold that is none": lambda told: orjson.dumps({**told, "threshold": "high"}),
}


@pytest.mark.parametrize("name", sorted(BROKEN))
def test_a_broken_file_is_no_model(small_file: Path, name: str) -> None:
    small_file.write_bytes(BROKEN[name](orjson.loads(small_file.read_bytes())))
    with pytest.raises(BadModel):
        model.read(small_file)


def test_the_server_never_loads_what_training_needs() -> None:
    asks = ("import sys; from connectassist.factory import create_app; import connectassist.cli; "
            "from connectassist.features.categorising import shelf; "
            "from pathlib import Path; shelf.in_force(Path('/nonexistent')); "
            "print(sorted({'sklearn', 'scipy', 'numpy', 'joblib'} & set(sys.modules)))")
    done = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "[]"
