"""What makes an app of the tests sooner than one that serves: nothing that a test is about. Importing it does it."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, lru_cache

from alembic.config import Config
from alembic.script import ScriptDirectory
from argon2 import PasswordHasher
from jwt.api_jws import PyJWS
from werkzeug.routing import Rule

from connectassist.identity import passwords


def _compiled_when_used(compile_now: Callable[..., Callable]) -> Callable[..., Callable]:
    """An app has 200 routes and a test builds the addresses of a few: half of an app's making is saved."""
    def later(rule: Rule, append_unknown: bool = True) -> Callable:
        compiled = cache(lambda: compile_now(rule, append_unknown))
        return lambda self, **values: compiled()(self, **values)
    return later


def _read_once(read_now: Callable[..., ScriptDirectory]) -> Callable[..., ScriptDirectory]:
    """Each app looks whether its database is up to date; the migrations are the same for all of them."""
    known: dict[str, ScriptDirectory] = {}

    def found(config: Config) -> ScriptDirectory:
        place = str(config.get_main_option("script_location"))
        return known[place] if place in known else known.setdefault(place, read_now(config))
    return found


def _taken_apart_once(take_apart: Callable[..., tuple]) -> Callable[..., tuple]:
    """A call's token is taken apart four times, and a test shows the same few in thousands of calls. Each time it is
    proved anew."""
    parts = lru_cache(maxsize=100)(lambda token: take_apart(PyJWS, token))

    def found(jws: PyJWS, token: str | bytes) -> tuple:
        payload, signed, header, signature = parts(token)
        return payload, signed, dict(header), signature
    return found


Rule._compile_builder = _compiled_when_used(Rule._compile_builder)
PyJWS._load = _taken_apart_once(PyJWS._load)
ScriptDirectory.from_config = _read_once(ScriptDirectory.from_config)
#: The cast's passwords are the same for everybody and no secret: guessing them need not be dear.
passwords._hasher = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
passwords._decoy = passwords._hasher.hash("no account has this password")
