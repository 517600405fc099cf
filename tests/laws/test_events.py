"""Law 5 for sockets: every event is declared, handled or sent, and documented; unknown ones are refused."""

from __future__ import annotations

import ast

import pytest
from flask import Flask

from connectassist.features.remote_access import passages
from connectassist.realtime.declare import UndeclaredEvent
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import AGENT, IT
from connectassist.realtime.rooms import CUSTOMER, HELPER, TECHNICIAN
from tests.laws.source import SERVER, dotted, python_files, tree_of

ROLES = {HELPER, CUSTOMER, TECHNICIAN}
RIGHTS = {"view", "control", "clipboard", "files", "commands", "recording"}
#: Events that are declared and sent by the lines of a table.
TABLED = ({name for ask in passages.ASKS for name in (ask.to_device, ask.to_staff)}
          | {name for _, name in passages.INPUTS.values()} | {*passages.OPENS, *passages.GOES_ON, *passages.ENDS})
#: Events that take a caller before a seat is held.
BEFORE_A_SEAT = {"join-session"}


def constants_of(tree: ast.Module) -> dict[str, str]:
    """`PENDING = GATEWAY.events.sends("pending-session", …)`: the constant's name by the event's."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Call) and node.value.args \
                and dotted(node.value.func).endswith("sends") and isinstance(node.value.args[0], ast.Constant):
            found[node.value.args[0].value] = dotted(node.targets[0])
    return found


def unsent(trees: list[ast.Module]) -> set[str]:
    """Declared outgoing events whose constant nobody uses after its declaration."""
    declared = {event: name for tree in trees for event, name in constants_of(tree).items()}
    used = {dotted(node).split(".")[-1] for tree in trees for node in ast.walk(tree)
            if isinstance(node, (ast.Name, ast.Attribute)) and isinstance(node.ctx, ast.Load)}
    return {event for event, name in declared.items() if name not in used}


def test_every_declared_event_has_a_sender(app: Flask) -> None:
    trees = [tree_of(path) for path in python_files(SERVER)]
    declared = {event for tree in trees for event in constants_of(tree)}
    assert not unsent(trees)
    assert set(GATEWAY.events.outgoing) - declared == {"event-error"}
    assert set(IT.events.outgoing) - declared - TABLED == {"error_message"}
    assert set(AGENT.events.outgoing) <= declared | TABLED


def test_an_event_without_a_sender_is_caught() -> None:
    declaration = 'LOST = GATEWAY.events.sends("lost", to="anyone", fields="", doc="")\n'
    assert unsent([ast.parse(declaration)]) == {"lost"}
    assert not unsent([ast.parse(declaration + 'GATEWAY.to_socket("x", LOST, {})')])


def test_an_undeclared_event_never_leaves(app: Flask) -> None:
    for send in (GATEWAY.to_socket, GATEWAY.to_session, GATEWAY.to_technicians, GATEWAY.to_device, GATEWAY.to_staff):
        with pytest.raises(UndeclaredEvent):
            send("somebody", "made-up", {})


def test_every_incoming_event_says_who_may_send_it(app: Flask) -> None:
    for event in GATEWAY.events.incoming.values():
        assert event.doc, event.name
        assert event.needs is None or event.needs in RIGHTS, event.name
        if event.name in BEFORE_A_SEAT:
            assert not event.seated
        else:
            assert event.seated, event.name
            assert event.speaks, event.name
            assert set(event.speaks) <= ROLES, event.name


def test_every_event_of_the_other_namespaces_says_who_may_send_it(app: Flask) -> None:
    assert all(event.doc and event.speaks == ("device",) for event in AGENT.events.incoming.values())
    assert all(event.doc and event.speaks[0] in ("staff", "technician") for event in IT.events.incoming.values())


def test_what_moves_the_screen_needs_a_right(app: Flask) -> None:
    needs = {event.name: event.needs for event in GATEWAY.events.incoming.values()}
    assert {needs[name] for name in needs if name.startswith(("webrtc-", "screen-frame", "stream-", "set-stream"))} == {
        "view"}
    assert needs["remote-mouse"] == needs["remote-keyboard"] == "control"
    assert needs["remote-clipboard"] == "clipboard"
    assert {needs[name] for name in needs if "remote-file" in name or "remote-dir" in name} == {"files"}


def test_an_event_is_declared_once(app: Flask) -> None:
    taken = next(iter(GATEWAY.events.incoming))
    with pytest.raises(ValueError, match="two handlers"):
        GATEWAY.on(taken)(lambda data, seat: None)
    with pytest.raises(ValueError, match="declared twice"):
        GATEWAY.events.sends("command-changed", to="staff", fields="", doc="")
