"""The server's log: nothing forges a line, nothing secret stands in it, and it tells of which request it speaks."""

from __future__ import annotations

import json
import logging
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from connectassist.core import jobs, logs
from connectassist.core.discreet import HIDDEN, Discretion, secrets_of
from connectassist.core.logs import JsonLines, TextLines
from connectassist.core.settings import Settings
from connectassist.identity import principal

HOSTILE = "a\r\n2026-01-01 ERROR forged\x1b[31m\x00\u202e\ud800"
SECRETS = (
    "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl", "Authorization: Basic dXNlcjpwYXNz",
    "{'Cookie': 'remote.session=abcdef; x=y'}", "bearer abcdefgh1234", "GET /x?access_token=a1b2c3d4&y=1",
    '{"password": "hunter22"}', "deviceSecret=verysecretthing", "postgresql://joe:letmein@db/x",
    "session 9PD-835-6DE ended", "code ABCDE-FGHJK-LMNPQ-RSTUV", "file 0123456789abcdef0123456789abcdef",
    "x-device-secret: whatever this is", "api_key='sk-live-1'", "drawn " + "aB3" * 14 + "x")
HARMLESS = ("the database does not answer: timeout", "no connection can be taken just now: [Errno 24]",
            "status code: 200",
            "a transaction of 12 writes failed", "version 1.2.3 of helper-linux-x86_64", "2026-01-01T00:00:00.000Z",
            "There is no message of the type 'x' here")


def record(message: str, *values: object, problem: BaseException | None = None) -> logging.LogRecord:
    told = (type(problem), problem, problem.__traceback__) if problem else None
    return logging.LogRecord("connectassist.test", logging.WARNING, "file.py", 1, message, values, told)


def raised(text: str) -> ValueError:
    try:
        raise ValueError(text)
    except ValueError as problem:
        return problem


@pytest.mark.parametrize("said", SECRETS)
def test_what_looks_like_a_secret_is_hidden(said: str) -> None:
    found = Discretion().of(said)
    assert HIDDEN in found
    for part in ("c2lnbmF0", "dXNlc", "abcdef", "a1b2", "hunter", "verysecret", "letmein", "9PD", "FGHJK", "whatever",
                 "sk-live", "aB3aB3"):
        assert part not in found


@pytest.mark.parametrize("said", HARMLESS)
def test_what_is_none_stays(said: str) -> None:
    assert Discretion().of(said) == said


def test_the_settings_own_secrets_are_hidden_in_every_form() -> None:
    settings = replace(Settings(), turn_secret="a relay/secret", database_url="postgresql://u:p%40ssword@h/d",
                       metrics_token="m" * 20, admin_password="short")
    assert len(secrets_of(settings)) == 4
    found = Discretion(secrets_of(settings)).of("a relay/secret, a%20relay%2Fsecret, p%40ssword, p@ssword, " + "m" * 20)
    assert found == ", ".join([HIDDEN] * 5)


@pytest.mark.parametrize("part", ["-eyJ", "-eyJabcdef.", "token", "://:", "cookie ", "A1b", "a-"])
def test_what_strangers_send_holds_nobody_up(part: str) -> None:
    """It would take minutes, were each beginning of a secret followed to the end of the text."""
    for formatter in (JsonLines(Discretion()), TextLines(Discretion())):
        began = time.monotonic()
        formatter.format(record("%s", part * (4_000_000 // len(part)), problem=raised(part * 50_000)))
        assert time.monotonic() - began < 10


def test_a_line_of_text_stays_one_line() -> None:
    found = TextLines(Discretion()).format(record("from %s", HOSTILE, problem=raised(HOSTILE)))
    first, *others = found.split("\n")
    assert first.isprintable()
    assert others
    assert all(line.startswith("  ") and line.isprintable() for line in others)


def test_a_line_of_json_is_one_object() -> None:
    with logs.Concerning(request_id="abc", principal=principal.device("d-1")):
        line = record("%s hush-hush", HOSTILE, problem=raised("hush-hush"))
        found = JsonLines(Discretion(["hush-hush"])).format(line)
    assert "\n" not in found
    told = json.loads(found)
    assert told["level"] == "WARNING" and told["logger"] == "connectassist.test" and told["time"].endswith("Z")
    assert (told["request_id"], told["device_id"]) == ("abc", "d-1")
    assert "user_id" not in told
    assert "hush" not in found
    assert "Traceback" in told["traceback"]
    assert isinstance(told["process"], int)


def test_real_threads_speak_of_the_same_request() -> None:
    with logs.Concerning(request_id="abc"):
        assert jobs.run_blocking(logs.facts) == {"request_id": "abc"}
        assert jobs.under_way() == 0
    assert logs.facts() == {}


@pytest.mark.parametrize("engine", ["eventlet", "gevent"])
def test_each_green_thread_has_its_own_and_real_ones_their_callers(engine: str) -> None:
    import subprocess
    program = f"""
from connectassist.realtime import engine
engine.patch({engine!r})
from connectassist.core import jobs, logs
import threading, time
jobs.use(engine.real_thread_runner({engine!r}))
found = {{}}
def work(name):
    with logs.Concerning(request_id=name):
        time.sleep(0.02)
        found[name] = (logs.facts()["request_id"], jobs.run_blocking(lambda: logs.facts()["request_id"]))
        time.sleep(0.02)
        logs.add(more=name)
    found[name] += (logs.facts(),)
threads = [threading.Thread(target=work, args=(name,)) for name in "abcdef"]
[each.start() for each in threads]; [each.join() for each in threads]
assert found == {{name: (name, name, {{}}) for name in "abcdef"}}, found
"""
    result = subprocess.run([sys.executable, "-c", program], cwd=Path(__file__).resolve().parents[2],
                            capture_output=True, text=True, timeout=120)
    assert result.returncode == 0, result.stderr
