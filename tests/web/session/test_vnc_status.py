"""What the page says of a screen that comes over VNC."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

FACTS = {"line": "up", "joined": True, "helperOnline": False}
BOTH = ["view", "control"]


@pytest.fixture
def says(run: Callable[..., Any]) -> Callable[..., dict[str, Any]]:
    """The state of the page, for facts that differ from the usual ones."""
    script = ("async (status, facts) => status.describe("
              "{...(await import('/static/session/store.js')).BLANK, ...facts}, 1000)")
    return lambda **facts: run("status", script, {**FACTS, **facts})


def vnc(state: str, *, kind: str = "reverse", text: str = "") -> dict[str, str]:
    return {"state": state, "kind": kind, "text": text}


def test_a_session_without_vnc_waits_for_the_helper(says: Callable[..., dict[str, Any]]) -> None:
    assert "start the helper" in says()["text"]


@pytest.mark.parametrize(("state", "rights", "words", "actions"), [
    ("expected", [], "without a helper", ["ask"]), ("expected", BOTH, "Calling", []),
    ("ready", ["view"], "ask for both", ["ask"]), ("ready", BOTH, "Opening it", []),
    ("connecting", BOTH, "Connecting", []), ("password", BOTH, "password", ["vncPassword"])])
def test_on_the_way(says: Callable[..., dict[str, Any]], state: str, rights: list[str], words: str,
                    actions: list[str]) -> None:
    told = says(vnc=vnc(state), rights=rights)
    assert words in told["text"]
    assert told["actions"] == actions


def test_while_it_shows_it_is_like_any_picture(says: Callable[..., dict[str, Any]]) -> None:
    told = says(vnc=vnc("live"), rights=BOTH, picture="live", transport="vnc")
    assert (told["state"], told["text"]) == ("connected", "Connected.")


def test_a_question_is_told_first(says: Callable[..., dict[str, Any]]) -> None:
    assert says(vnc=vnc("expected"), asking={"rights": BOTH, "until": 9000})["state"] == "asking"


def test_when_it_is_lost(says: Callable[..., dict[str, Any]]) -> None:
    told = says(vnc=vnc("lost"))
    assert told["text"].startswith("The VNC connection ended. It comes back")
    assert not told["actions"]
    told = says(vnc=vnc("lost", kind="direct", text="It does not answer"), rights=BOTH)
    assert told["text"] == "It does not answer."
    assert told["actions"] == ["vncAgain"]


def test_a_helper_speaks_for_itself(says: Callable[..., dict[str, Any]]) -> None:
    assert "without a helper" not in says(vnc=vnc("expected"), helperOnline=True)["text"]
