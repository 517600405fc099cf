"""Many programs that queue commands and many that work them off, over HTTP, at a server that dies now and then.

By hand, with as many kills as one likes:  python -m tests.features.commands.storm --kills 20 --database postgresql"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import requests
from sqlalchemy import create_engine, select

from connectassist.core.settings import driver_url
from connectassist.features.commands.models import Command, CommandResult
from connectassist.features.commands.states import OPEN
from tests.conftest import Template, moved
from tests.features.commands.history import Asked, Ended, Held, History, Taken, Told
from tests.live.postgres import Postgres
from tests.live.server import Http, Server

SPAN = 1.0
#: Nobody ever answers for these, so they must die.
POISON = "poison"
URL = "/api/v1/device/commands"
PATIENCE = 60
#: So many claims between two kills at least.
ENOUGH = 10


class Storm:
    """`producers` queue commands for the devices, `workers` claim them and answer well, badly, late or never."""

    def __init__(self, server: Server, *, names: tuple[str, ...] = ("device", "device_b"), producers: int = 4,
                 workers: int = 6, seed: int = 1) -> None:
        self.server, self.history = server, History()
        self._names, self._seed = names, seed
        self._is_over, self._is_quiet = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._guarded, args=(each, number), daemon=True) for number, each in
                         enumerate([self._produce] * producers + [self._work] * workers)]
        self.failures: list[BaseException] = []

    def begin(self) -> Storm:
        for thread in self._threads:
            thread.start()
        return self

    def blow(self, *, kills: int, between: Callable[[random.Random], float],
             victim: Server | Postgres | None = None) -> None:
        """Let it go on while the server, or another victim, is killed and started again on the same folder."""
        dice, victim = random.Random(self._seed), victim or self.server
        for _ in range(kills):
            self._go_on(between(dice))
            victim.kill()
            victim.start()
        self._go_on(between(dice))

    def _go_on(self, seconds: float) -> None:
        """At least so long, and until something came of it: on a slow machine the victim may have just begun."""
        enough, deadline = len(self.history.taken) + ENOUGH, time.monotonic() + PATIENCE
        time.sleep(seconds)
        while len(self.history.taken) < enough and time.monotonic() < deadline and not self.failures:
            time.sleep(0.02)

    def calm(self, database_url: str) -> History:
        """Queue nothing more, work off what there is, and write down what the database says. Returns the history."""
        self._is_quiet.set()
        deadline, left = time.monotonic() + PATIENCE, None
        while time.monotonic() < deadline and not self.failures and left != 0:
            before, left = left, sum(each.state in OPEN for each in ended(database_url))
            deadline = time.monotonic() + PATIENCE if left != before else deadline  # as long as it goes on
            time.sleep(0.3)
        self._is_over.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        self.history.ended = ended(database_url)
        return self.history

    def _guarded(self, what: Callable[[random.Random, Http], None], number: int) -> None:
        try:
            what(random.Random(f"{self._seed} {number}"), self.server.http(self._names[number % len(self._names)]))
        except BaseException as failure:  # the test must not pass because a thread died
            self.failures.append(failure)
            raise

    def _produce(self, dice: random.Random, http: Http) -> None:
        number = 0
        while not self._is_quiet.is_set():
            number += 1
            key = f"{threading.get_ident()}-{number}"
            is_poison = number <= 10 and dice.random() < 0.1  # early, for dying takes its time
            wish = {"command": POISON if is_poison else "work", "parameters": {"n": number},
                    "priority": dice.randint(1, 10), "idempotencyKey": key}
            while not self._ask(http, key, wish):
                time.sleep(0.1)
            time.sleep(dice.uniform(0, 0.3))

    def _ask(self, http: Http, key: str, wish: dict[str, Any]) -> bool:
        sent, answer = time.time(), _post(http, URL, wish)
        accepted = answer is not None and answer.status_code in (200, 201)
        self.history.asked.append(Asked(key, sent, answer.json()["id"] if accepted else None))
        assert answer is None or accepted or answer.status_code == 503, answer.text
        return accepted

    def _work(self, dice: random.Random, http: Http) -> None:
        while not self._is_over.is_set():
            most = 10 if self._is_quiet.is_set() else dice.randint(1, 3)
            answer = _post(http, f"{URL}/claim", {"limit": most, "visibilityTimeout": int(SPAN * 1000)})
            received = time.time()
            for row in answer.json()["commands"] if answer is not None and answer.ok else ():
                until = _moment(row["visibleUntil"])
                claim = Taken(row["id"], row["claimToken"], until - SPAN, until, received)
                self.history.taken.append(claim)
                if row["type"] != POISON:
                    self._serve(dice, http, claim)
            time.sleep(dice.uniform(0.02, 0.15))

    def _serve(self, dice: random.Random, http: Http, claim: Taken) -> None:
        """Most answer at once; some hold on first, some pause beyond their time, and some say nothing at all. In the
        end all hurry."""
        fate = 1.0 if self._is_quiet.is_set() else dice.random()
        if fate < 0.05:
            return
        if fate < 0.2:
            self._hold(http, claim)
        if fate < 0.3:
            time.sleep(dice.uniform(0.2, 1.8) * SPAN)
        outcome = dice.choice(("success", "success", "failure", "timeout"))
        for _ in range(dice.choice((1, 1, 1, 2))):  # some say it twice
            self._tell(http, claim, outcome)

    def _hold(self, http: Http, claim: Taken) -> None:
        sent = time.time()
        answer = _post(http, f"{URL}/{claim.id}/extend", {"claimToken": claim.token, "extensionMs": int(SPAN * 1000)})
        if answer is None or answer.status_code == 503:  # a commit whose answer was lost on its way from the database
            self.history.held.append(Held(claim.id, claim.token, sent, time.time() + SPAN, is_sure=False))
        elif answer.ok:
            self.history.held.append(Held(claim.id, claim.token, sent, _moment(answer.json()["visibleUntil"])))

    def _tell(self, http: Http, claim: Taken, outcome: str) -> None:
        """Until there is an answer: what was done must not be lost."""
        while True:
            sent = time.time()
            answer = _post(http, f"{URL}/{claim.id}/result", {
                "claimToken": claim.token, "status": outcome, "output": "x" * 100, "duration": 5,
                "executedAt": "2026-01-01T00:00:00Z"})
            status = None if answer is None else answer.status_code
            self.history.told.append(Told(claim.id, claim.token, outcome, sent, answer and time.time(), status))
            if status in (200, 403, 409):
                return
            assert status in (None, 503), answer and answer.text
            time.sleep(0.1)


def _post(http: Http, path: str, body: dict[str, Any]) -> requests.Response | None:
    """The answer, or None where it was lost with the server."""
    try:
        return http.post(path, json=body)
    except requests.RequestException:
        return None


def _moment(said: str) -> float:
    return datetime.fromisoformat(said).timestamp()


def ended(database_url: str) -> list[Ended]:
    """What a database says of the commands that have a key."""
    engine = create_engine(driver_url(database_url))
    with engine.connect() as connection:
        rows = connection.execute(select(
            Command.command_id, Command.idempotency_key, Command.state, CommandResult.outcome, Command.attempts)
            .outerjoin(CommandResult, CommandResult.command_id == Command.id)
            .where(Command.idempotency_key.is_not(None))).all()
    engine.dispose()
    return [Ended(*row) for row in rows]


def sqlite_in(folder: Path) -> str:
    """The database of a server that lives in a folder."""
    return f"sqlite:///{folder / 'instance' / 'connectassist.db'}"


def main() -> None:
    """Have a storm, and say what came of it. Fails when a promise was broken."""
    asked = _asked()
    folder = Path(tempfile.mkdtemp(prefix="connectassist-storm-"))
    template = Template(folder / "template")
    postgres = Postgres(durable=True).start() if asked.database == "postgresql" else None
    database = {"database_url": moved(template, postgres)} if postgres else template.copy_to(folder)
    server = Server(folder, cast=template.cast, async_mode=asked.engine, **database).start()
    try:
        storm = Storm(server, producers=6, workers=10, seed=asked.seed).begin()
        storm.blow(kills=asked.kills, between=lambda dice: dice.uniform(0.5, 3.0),
                   victim=postgres if asked.victim == "database" else server)
        history = storm.calm(database.get("database_url") or sqlite_in(folder))
    finally:
        server.stop()
        if postgres:
            postgres.remove()
    problems = [*history.problems(), *map(repr, storm.failures)]
    sys.stdout.write(f"{asked.database}, {asked.engine}, seed {asked.seed}: {_summary(asked, history)}\n"
                     + ("\n".join(problems) or "no promise was broken") + "\n")
    sys.exit(bool(problems))


def _asked() -> argparse.Namespace:
    asks = argparse.ArgumentParser(description=main.__doc__)
    asks.add_argument("--kills", type=int, default=20)
    asks.add_argument("--database", choices=("sqlite", "postgresql"), default="sqlite")
    asks.add_argument("--engine", choices=("eventlet", "gevent"), default="eventlet")
    asks.add_argument("--victim", choices=("server", "database"), default="server", help="who is killed")
    asks.add_argument("--seed", type=int, default=random.randrange(10**6))
    found = asks.parse_args()
    if found.victim == "database" and found.database == "sqlite":
        asks.error("SQLite has no process of its own that could be killed")
    return found


def _summary(asked: argparse.Namespace, history: History) -> str:
    states = Counter(each.state for each in history.ended)
    answers = Counter("lost" if each.status is None else each.status for each in history.told)
    unheard = sum(each.id is None for each in history.asked)
    return (f"{asked.kills} times kill -9 of the {asked.victim}, {len(history.ended)} commands ({_counted(states)}), "
            f"{len(history.asked)} calls to queue one ({unheard} of them without a yes), {len(history.taken)} claims, "
            f"{len(history.held)} extensions, {len(history.told)} results (by answer: {_counted(answers)})")


def _counted(found: Counter[Any]) -> str:
    return ", ".join(f"{count} {what}" for what, count in found.most_common())


if __name__ == "__main__":
    main()
