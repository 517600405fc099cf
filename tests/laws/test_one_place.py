"""Laws 2 and 4: some things are done in one place only."""

from __future__ import annotations

import ast
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.laws.source import BUILDER, ROOT, SERVER, dotted, imports, named, python_files, tree_of

Find = Callable[[ast.Module], list[str]]

#: A feature's verbs commit; most are in service.py, large ones have modules of their own.
COMMITS = {"features/sessions/asking.py": "consent", "features/sessions/seats.py": "who sits in a session",
           "features/sessions/granting.py": "consent in force", "features/sessions/handover.py": "colleagues called in",
           "features/sessions/browser.py": "a customer's browser in the helper's seat",
           "features/devices/opening.py": "a technician's Connect",
           "features/devices/standing.py": "whether a device may speak",
           "features/devices/reports.py": "what devices tell of themselves, for many at once",
           "features/devices/sightings.py": "when devices were seen, for many at once",
           "features/files/upkeep.py": "the sweep",
           "features/files/quota.py": "the room that an upload holds",
           "features/tickets/ties.py": "what a ticket leads to",
           "features/tickets/helping.py": "calls for help from computers",
           "features/tickets/opening.py": "a new ticket",
           "features/tickets/attaching.py": "files at tickets",
           "features/tickets/targets.py": "how soon tickets are answered",
           "features/accounts/single_sign_on.py": "signing in by way of a provider",
           "features/packages/session_packages.py": "a session's package",
           "features/packages/guesses.py": "the record of a wrong guess",
           "realtime/sweeps.py": "old rows, many at a time",
           "identity/supabase_accounts.py": "the first use of a token of the Supabase project",
           "identity/device_secrets.py": "the first right answer",
           "identity/device_tokens.py": "a token's end put off"}


def _used(tree: ast.Module, wanted: Callable[[str], bool]) -> list[str]:
    return [f"line {node.lineno}: {dotted(node)}" for node in ast.walk(tree)
            if isinstance(node, (ast.Attribute, ast.Name)) and wanted(dotted(node))]


def environment(tree: ast.Module) -> list[str]:
    """Reads of the process's environment."""
    return _used(tree, lambda name: name in ("os.environ", "os.getenv", "os.environb"))


def time(tree: ast.Module) -> list[str]:
    """Sources of time."""
    told = {"time.time", "time.monotonic", "time.perf_counter", "time.time_ns", "time.sleep"}
    return _used(tree, lambda name: name in told or name.endswith(
        ("datetime.now", "datetime.utcnow", "datetime.today", "date.today", "func.now", "func.current_timestamp")))


def answers(tree: ast.Module) -> list[str]:
    """Ways round the one renderer of JSON and of errors."""
    return [f"line {line}: {name}" for name, line in imports(tree)
            if name in ("flask.jsonify", "flask.abort", "flask_smorest.abort", "flask.make_response")] + _used(
        tree, lambda name: name.endswith((".errorhandler", ".app_errorhandler", ".register_error_handler")))


def emits(tree: ast.Module) -> list[str]:
    """Sending on a socket by hand."""
    return _used(tree, lambda name: name.endswith((".emit", "socketio.send")) or name == "emit")


def engines(tree: ast.Module) -> list[str]:
    """Knowing which engine runs."""
    return [f"line {line}: {name}" for name, line in imports(tree)
            if name.split(".")[0] in ("eventlet", "gevent")]


def commits(tree: ast.Module) -> list[str]:
    """Ending a transaction."""
    return _used(tree, lambda name: name.endswith("session.commit"))


SERVER_LAWS: list[tuple[Find, tuple[str, ...]]] = [
    (environment, ("core/settings.py",)),
    (time, ("core/clock.py",)),
    (answers, ("http/",)),
    (emits, ("realtime/",)),
    (engines, ("realtime/engine.py", "realtime/hub.py")),
]


def _breaches(find: Find, folder: Path, allowed: tuple[str, ...]) -> list[str]:
    return [f"{named(path)} {breach}" for path in python_files(folder)
            if not path.relative_to(folder).as_posix().startswith(allowed) for breach in find(tree_of(path))]


@pytest.mark.parametrize(("find", "allowed"), SERVER_LAWS, ids=[find.__name__ for find, _ in SERVER_LAWS])
def test_one_place_only(find: Find, allowed: tuple[str, ...]) -> None:
    breaches = _breaches(find, SERVER, allowed)
    assert not breaches, "\n".join(breaches)


def test_only_verbs_commit() -> None:
    services = tuple(path.relative_to(SERVER).as_posix() for path in python_files(SERVER / "features")
                     if path.name == "service.py")
    breaches = _breaches(commits, SERVER, (*services, *COMMITS))
    assert not breaches, "\n".join(breaches)


def test_the_builder_reads_its_environment_in_one_place_for_each_program() -> None:
    allowed = ("helper/settings.py", "payloads/", "pdf/fonts.py", "pdf_worker.py")
    breaches = _breaches(environment, BUILDER, allowed)
    assert not breaches, "\n".join(breaches)


def test_the_doors_are_small() -> None:
    for door in ("app.py", "wsgi.py"):
        assert len((ROOT / door).read_text().splitlines()) <= 15, door


@pytest.mark.parametrize(("find", "breach"), [
    (environment, "import os\nx = os.environ['A']"),
    (environment, "import os\nx = os.getenv('A')"),
    (time, "from datetime import datetime\nx = datetime.now()"),
    (time, "import datetime\nx = datetime.datetime.now()"),
    (time, "import time\nx = time.time()"),
    (answers, "from flask import jsonify"),
    (answers, "@bp.errorhandler(404)\ndef no(e): pass"),
    (emits, "GATEWAY.socketio.server.emit('x')"),
    (emits, "from flask_socketio import emit\nemit('x')"),
    (engines, "import eventlet"),
    (commits, "db.session.commit()"),
], ids=lambda value: value if isinstance(value, str) else value.__name__)
def test_a_breach_is_caught(find: Find, breach: str) -> None:
    assert find(ast.parse(breach))
