"""Which messages want a person, and which only speak of one."""

from __future__ import annotations

from pathlib import Path

from connectassist.features.chatbot import wishes

LABELLED = [line.split(" ", 1) for line in Path(__file__).with_name("wishes.txt").read_text().splitlines()
            if not line.startswith("#")]


def test_a_wish_is_told_from_a_question_about_one() -> None:
    wrong = [text for label, text in LABELLED if (wishes.wish_of(text) == wishes.PERSON) is not (label == "wish")]
    assert not wrong
    assert not [text for label, text in LABELLED if label == "none" and wishes.wish_of(text)]


def test_a_wish_after_a_question_counts() -> None:
    assert wishes.wish_of("How do I mend this? No idea. Please open a ticket!") == wishes.PERSON
    assert wishes.wish_of("How does that work? " + "I have read all of it. " * 20 + "Create a ticket") == wishes.PERSON
