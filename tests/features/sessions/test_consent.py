"""The rules of consent, pure."""

from __future__ import annotations

import pytest

from connectassist.features.sessions import consent


@pytest.mark.parametrize(("asked", "meant"), [
    (["view"], ["view"]), (["control"], ["view", "control"]), (["clipboard"], ["view", "clipboard"]),
    (["files"], ["files"]), (["commands", "files"], ["files", "commands"]), (["fly"], []), ([], [])])
def test_what_asking_means(asked: list[str], meant: list[str]) -> None:
    assert consent.completed(asked) == meant


@pytest.mark.parametrize(("asked", "answer", "given"), [
    (["view", "control"], None, ["view", "control"]), (["view"], ["view", "control"], ["view"]),
    (["view", "control"], ["control"], []), (["view", "files"], ["files"], ["files"]), (["view"], [], []),
    (["control"], ["control"], ["control"])])
def test_a_yes_never_grants_more_than_was_asked(asked: list[str], answer: list[str] | None, given: list[str]) -> None:
    assert consent.granted(asked, answer) == given


@pytest.mark.parametrize(("held", "taken", "left"), [
    (["view", "control", "clipboard", "files"], ["view"], ["files"]), (["view", "control"], ["control"], ["view"]),
    (["view"], ["files"], ["view"]), (["view"], [], ["view"])])
def test_what_is_left(held: list[str], taken: list[str], left: list[str]) -> None:
    assert consent.without(held, taken) == left
