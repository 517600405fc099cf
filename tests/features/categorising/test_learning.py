"""The running server's guesses: with and without a model, and what becomes of them when staff know better."""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from flask import Flask

from connectassist.features.categorising import examples, learning, service, shelf
from connectassist.features.categorising.commands import categories
from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import NOTHING_KNOWN, Guess
from connectassist.features.categorising.training import Trained
from tests.cast import Caller
from tests.features.categorising.conftest import few

Command = Callable[..., Result]
ODD = "The zorblax is blinking purple"
TOLD = [f"The zorblax is blinking {colour}" for colour in ("green", "red", "blue", "yellow")]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch, small_file: Path) -> None:
    """Learning from few lines takes a moment, and the small model counts as the shipped one."""
    monkeypatch.setattr(examples, "training", few)
    monkeypatch.setattr(shelf, "SHIPPED", small_file)


@pytest.fixture
def instance(app: Flask) -> Path:
    return app.extensions["settings"].instance


@pytest.fixture
def command(app: Flask, instance: Path) -> Command:
    environment = {"CONNECTASSIST_INSTANCE": str(instance), "CONNECTASSIST_ADMIN_PASSWORD": "correct-horse"}
    return lambda *words: CliRunner(env=environment).invoke(categories, words, obj=lambda: app)


@pytest.fixture
def guess(app: Flask) -> Callable[..., Guess]:
    def guess(title: str, description: str | None = None) -> Guess:
        with app.app_context():
            return service.guess(title, description)
    return guess


@pytest.fixture
def corrected(technician_a: Caller) -> None:
    """Four tickets that nobody but staff could place: they are about hardware, and urgent."""
    for title in TOLD:
        made = technician_a.post("/api/tickets", json={"title": title, "description": "Please look at it"})
        assert made.status_code == 201, made.text
        known = technician_a.put(f"/api/tickets/{made.json['id']}",
                                 json={"category": "hardware_issue", "priority": "critical"})
        assert known.status_code == 200, known.text


def test_a_ticket_is_guessed_from_title_and_description(guess: Callable[..., Guess]) -> None:
    found = guess("Trouble again", "The printer has a paper jam and does not print")
    assert (found.category, found.confidence > 0.4) == ("hardware_issue", True)
    assert guess("", None) == NOTHING_KNOWN


def test_what_staff_correct_is_learnt_at_once_and_can_be_undone(
        command: Command, guess: Callable[..., Guess], corrected: None, instance: Path) -> None:
    before = guess(ODD)
    assert before.category != "hardware_issue"
    done = command("retrain", "--force")
    assert done.exit_code == 0 and "4 of 4" in done.output, done.output
    after = guess(ODD)
    assert (after.category, after.priority) == ("hardware_issue", "critical")
    assert "before is in force" in command("retrain", "--undo").output
    assert guess(ODD) == before
    assert "nothing to undo" in command("retrain", "--undo").output


def test_reset_goes_back_to_the_shipped_one_from_wherever(
        command: Command, guess: Callable[..., Guess], corrected: None) -> None:
    before = guess(ODD)
    command("retrain", "--force")
    command("retrain", "--force")
    assert "in force again" in command("reset").output
    assert guess(ODD) == before
    assert "already" in command("reset").output


def test_without_corrections_there_is_nothing_to_learn(command: Command, instance: Path) -> None:
    done = command("retrain")
    assert (done.exit_code, "nothing to learn" in done.output) == (0, True)
    assert not (instance / shelf.OWN).exists()


def test_words_of_a_single_ticket_are_not_kept(instance: Path) -> None:
    alone = [Example(category="other", priority="low", text="The quagglewomp of Mrs Zyxwvut", corrects=True)]
    learning.retrain(instance, corrected=alone, force=True)
    kept = (instance / shelf.OWN).read_text()
    assert "quagg" not in kept and "zyxw" not in kept
    learning.retrain(instance, corrected=alone * 2, force=True)
    assert "quagg" in (instance / shelf.OWN).read_text()


def test_a_model_that_is_clearly_worse_is_not_taken(command: Command, instance: Path, guess: Callable[..., Guess],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    nonsense = [Example(category="password_reset", priority="critical", text=each.text, corrects=True)
                for each in few()]
    monkeypatch.setattr(learning, "corrections", lambda: nonsense)
    before = guess("The printer has a paper jam")
    refused = command("retrain")
    assert refused.exit_code == 1 and "clearly worse" in refused.output
    assert guess("The printer has a paper jam") == before
    assert not list(instance.glob("categories*"))


def test_only_what_a_guess_can_say_is_learnt(app: Flask, technician_a: Caller, corrected: None) -> None:
    made = technician_a.post("/api/tickets", json={"title": "Odd", "description": "Very odd"}).json
    assert technician_a.put(f"/api/tickets/{made['id']}", json={"category": "Security"}).status_code == 200
    with app.app_context():
        found = learning.corrections()
    assert found[0].category == "" and found[0].text == "Odd\nVery odd"
    assert {(each.category, each.priority) for each in found[1:]} == {("hardware_issue", "critical")}


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b'{"format": 1}'], ids=["empty", "cut", "bytes", "bare"])
def test_a_broken_model_is_left_aside_and_told_once(instance: Path, guess: Callable[..., Guess],
                                                    caplog: pytest.LogCaptureFixture, content: bytes) -> None:
    before = guess(ODD)
    (instance / shelf.OWN).write_bytes(content)
    with caplog.at_level(logging.ERROR):
        assert guess(ODD) == guess(ODD) == before
    assert [record.getMessage().count("left aside") for record in caplog.records] == [1]


def test_a_server_without_a_model_says_so_and_guesses_other(
        instance: Path, guess: Callable[..., Guess], tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture, small: Trained) -> None:
    monkeypatch.setattr(shelf, "SHIPPED", tmp_path / "nowhere.json")
    with caplog.at_level(logging.WARNING):
        assert not service.ready(instance)
    assert "categories train" in caplog.text
    assert guess("The printer has a paper jam") == NOTHING_KNOWN
    small.write(tmp_path / "nowhere.json", made_from="a later training")
    assert guess("The printer has a paper jam").category == "hardware_issue"
    assert service.ready(instance)


def test_evaluate_prints_the_whole_account(command: Command) -> None:
    done = command("evaluate")
    assert done.exit_code == 0, done.output
    for part in ("this model", "counting keywords", "the most frequent", "macro-F1", "precision", "taken for",
                 "confidence   lines", "language", "99 of 100"):
        assert part in done.output


def test_evaluate_without_a_model_says_how_to_make_one(command: Command, tmp_path: Path,
                                                       monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shelf, "SHIPPED", tmp_path / "nowhere.json")
    done = command("evaluate")
    assert done.exit_code == 1 and "categories train" in done.output


def test_training_again_changes_nothing_unless_something_changed(command: Command, small: Trained,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    assert "Training" in command("train").output
    long_ago = time.time() - 1000
    os.utime(shelf.SHIPPED, (long_ago, long_ago))
    assert command("train").output == ""
    assert shelf.SHIPPED.stat().st_mtime == pytest.approx(long_ago)
