"""A site of several processes that is struck again and again while people work at it: what it promised must hold.

By hand, for as long as one likes:  python -m tests.realtime.chaos --minutes 10

Processes are killed, or sleep and wake with what they believed; Redis is killed, frozen, emptied; PostgreSQL is started
again; everything is exchanged. After each blow it is measured how long until people at two processes find each other,
and now and then, when all is quiet, whether all processes tell the same, and the truth."""

from __future__ import annotations

import argparse
import random
import re
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from os import kill
from pathlib import Path
from typing import Any

import psutil
import requests

from connectassist.core.db import db
from connectassist.factory import create_app
from tests.cast import ACME, Member, _enrolled
from tests.conftest import Template, moved
from tests.live.postgres import Postgres
from tests.live.redis import Redis
from tests.live.site import Site
from tests.live.sockets import Socket
from tests.realtime.crowd import TROUBLE, Crowd
from tests.template import settings_for

#: How long until the site must be one again, and how long until its lists must tell the truth, in seconds.
TOGETHER, SETTLED = 10.0, 45.0
#: Lines of a traceback that only say that somebody was away.
OUTAGE = re.compile(r"OperationalError|ConnectionError|TimeoutError|InterfaceError|AdminShutdown|DatabaseAway"
                    r"|BrokenPipe|ConnectionReset|CannotConnectNow")


class Chaos:
    """A site and what is done to it. `report` says a line."""

    def __init__(self, site: Site, redis: Redis, postgres: Postgres, *, probe: Member, seed: int) -> None:
        self.site, self.redis, self.postgres, self._probe = site, redis, postgres, probe
        self.dice, self.problems, self.begun = random.Random(seed), [], time.monotonic()
        self.blows: list[Callable[[], str]] = [
            self.kill_one, self.kill_one, self.put_to_sleep, self.put_to_sleep, self.put_to_sleep, self.redis_killed,
            self.redis_frozen, self.redis_emptied, self.database_started_again, self.exchanged]

    def report(self, line: str) -> None:
        sys.stdout.write(f"{time.monotonic() - self.begun:6.0f} s  {line}\n")
        sys.stdout.flush()

    def problem(self, what: str) -> None:
        self.problems.append(what)
        self.report(f"PROBLEM {what}")

    # -- blows -------------------------------------------------------------------------------------------

    def kill_one(self) -> str:
        number = self._any()
        gone = self.site.kill_one(number)
        self.site.revived(number, after=gone)
        return f"kill -9 of process {number}"

    def put_to_sleep(self) -> str:
        number, seconds = self._any(), self.dice.uniform(2, 15)
        sleeper = self.site.pid(number)
        assert sleeper
        with suppress(ProcessLookupError):
            kill(sleeper, signal.SIGSTOP)
            time.sleep(seconds)
            kill(sleeper, signal.SIGCONT)
        return f"process {number} slept {seconds:.0f} s"

    def redis_killed(self) -> str:
        return f"Redis was away for {self._while_redis(self.redis.stop, self.redis.start):.0f} s"

    def redis_frozen(self) -> str:
        return f"Redis stood still for {self._while_redis(self.redis.freeze, self.redis.thaw):.0f} s"

    def redis_emptied(self) -> str:
        self.redis.flush()
        self.redis.stop()
        self.redis.start()
        return "Redis was started again, empty"

    def _while_redis(self, away: Callable[[], Any], back: Callable[[], Any]) -> float:
        seconds = self.dice.uniform(1, 12)
        away()
        time.sleep(seconds)
        back()
        return seconds

    def database_started_again(self) -> str:
        self.postgres.stop()
        self.postgres.start()
        return "PostgreSQL was started again"

    def exchanged(self) -> str:
        return f"all were exchanged: {self.site.restart()['state']}"

    def _any(self) -> int:
        return self.dice.randrange(len(self.site.ports))

    def strike(self) -> None:
        """A blow; and see that the site is one again in time."""
        said = self.dice.choice(self.blows)()
        begun = time.monotonic()
        self._until(lambda: all(map(self.site.is_ready, range(len(self.site.ports)))), SETTLED, "all are ready", said)
        ready = time.monotonic() - begun
        begun = time.monotonic()
        first = self._any()
        second = (first + 1) % len(self.site.ports)
        self._until(lambda: self._find_each_other(first, second), TOGETHER * 2, "two find each other", said)
        took = time.monotonic() - begun
        self.report(f"{said}; all ready after {ready:.1f} s, {first} and {second} together after {took:.1f} s")
        if took > TOGETHER:
            self.problem(f"{took:.1f} s until two processes were one site again: {said}")

    def _find_each_other(self, first: int, second: int) -> bool:
        """Does what a technician says at one process reach a helper at another?"""
        with suppress(*TROUBLE):
            http = self.site.at(first).http("technician_a")
            session_id = http.post(f"/api/devices/{self._probe.device_id}/request").json()["sessionId"]
            with self.site.at(first).socket("technician_a") as page, \
                    Socket(self.site.urls[second], auth=self._probe.socket_auth) as helper:
                assert page.join(session_id, "technician")["ok"]
                assert helper.join(session_id, "helper")["ok"]
                for number in range(3):
                    page.emit("chat-message", {"sessionId": session_id, "text": f"chaos probe {number}"})
                    with suppress(AssertionError):
                        helper.heard("chat-message", within=1)
                        return True
        return False

    def _until(self, condition: Callable[[], bool], within: float, what: str, when: str) -> bool:
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if condition():
                return True
            time.sleep(0.1)
        self.problem(f"{what}: not within {within:.0f} s; {when}")
        return False

    # -- what must be so when all is quiet -----------------------------------------------------------------

    def examine(self, crowd: Crowd) -> None:
        """Everybody pauses: do all processes tell the same, and the truth?"""
        crowd.calm()
        self._eventually(lambda: self._wrong_sessions(crowd), "sessions")
        self._eventually(lambda: self._wrong_devices(crowd), "devices")
        self._eventually(lambda: self._lost_commands(crowd), "commands")
        self._kept("chat_messages", "text", crowd.chats)
        self._kept("tickets", "title", crowd.tickets)
        self._eventually(lambda: sorted(crowd.tickets - crowd.news)[:3], "tickets the live lines missed")
        leaders = self._leaders()
        if len(leaders) != 1:
            self.problem(f"{leaders} lead")
        self._weigh()
        self.report(f"troubles: {dict(crowd.troubles.most_common(6))}")
        crowd.go_on()

    def _eventually(self, wrong: Callable[[], list[Any]], what: str) -> None:
        deadline, found = time.monotonic() + SETTLED, None
        while time.monotonic() < deadline:
            with suppress(requests.RequestException, KeyError, ValueError):
                found = wrong()
                if not found:
                    return
            time.sleep(1)
        self.problem(f"{what}: {found and (len(found), found[:3])}")

    def _wrong_sessions(self, crowd: Crowd) -> list[Any]:
        """Nobody sits anywhere now. (The probe's are of another device.)"""
        wrong: list[Any] = []
        for number in range(len(self.site.ports)):
            rows = self.site.at(number).http("admin").get("/api/sessions?all=1").json()["sessions"]
            for row in rows:
                counts = row["active_technicians"], row["viewing_technicians"], row["helper_connected"]
                if counts != (0, 0, False) or row["status"] == "connected" \
                        or (row["session_id"] in crowd.over and row["status"] != "ended"):
                    wrong.append((number, row["session_id"], counts, row["status"], row["rights"]))
        known = {row[0]: row[1] for row in self.site.sql("SELECT session_id, status FROM sessions")}
        return wrong + [(i, known.get(i)) for i in crowd.over if known.get(i) in ("waiting", "connected")] \
            + [each for each in known.items() if each[1] == "connected"]

    def _wrong_devices(self, crowd: Crowd) -> list[Any]:
        wrong = []
        truth = {i: client.connected for i, client in list(crowd.agents.items())}
        for number in range(len(self.site.ports)):
            http = self.site.at(number).http("admin")
            pages = [http.get(f"/api/devices?limit=100&offset={first}").json()["devices"]
                     for first in range(0, len(crowd.devices) + 10, 100)]
            shown = {row["device_id"]: row["status"] == "online" for page in pages for row in page}
            wrong += [(number, i, shown.get(i), is_there) for i, is_there in truth.items() if shown.get(i) != is_there]
        return wrong

    def _lost_commands(self, crowd: Crowd) -> list[Any]:
        """What a process that was killed had under way waits for its time to be over."""
        found = dict(self.site.sql("SELECT command_id, CASE WHEN state = 'claimed' AND visible_at > now() THEN 'done' "
                                   "ELSE state END FROM commands"))
        return [(i, found.get(i)) for i in crowd.commands if found.get(i) != "done"]

    def _kept(self, table: str, column: str, acknowledged: set[str]) -> None:
        rows = [value for value, in self.site.sql(f"SELECT {column} FROM {table}")]
        counts = {value: rows.count(value) for value in acknowledged}
        wrong = {value: count for value, count in counts.items() if count != 1}
        if wrong:
            self.problem(f"{table}: {len(wrong)} acknowledged are not there once: {list(wrong.items())[:3]}")

    def _leaders(self) -> list[str]:
        client = self.redis.client()
        return [client.get(key) for key in client.scan_iter("*:leader")]

    def _weigh(self) -> None:
        found = []
        for number in range(len(self.site.ports)):
            with suppress(psutil.Error):
                process = psutil.Process(self.site.pid(number))
                found.append(f"{number}: {process.memory_info().rss >> 20} MB, {process.num_fds()} files")
        self.report("  ".join(found))

    def look_at_the_log(self) -> None:
        """No traceback but of who was away."""
        text = self.site.log.read_text(errors="replace")
        for found in re.finditer(r"Traceback \(most recent call last\):\n(?:[ \t].*\n|\n|The above exception.*\n"
                                 r"|During handling.*\n|Traceback.*\n|\w[\w.]*(?:Error|Exception)\b.*\n)*(.*)", text):
            if not OUTAGE.search(found.group(0)):
                self.problem(f"in the log: …{text[max(0, found.start() - 200):found.end()][-1500:]}")


def prepared(folder: Path, postgres: Postgres, *, devices: int) -> tuple[Template, str, list[Member]]:
    """A database with the cast and so many devices of client A in it."""
    template = Template(folder / "template")
    app = create_app(settings_for(folder / "template"))
    with app.app_context():
        made = [_enrolled("device", f"chaos-{number:04d}", ACME) for number in range(devices)]
        db.session.commit()
        db.session.remove()
        db.engine.dispose()
    return template, moved(template, postgres), made


def main() -> None:
    """Strike a site for some minutes, and say what came of it. Fails when a promise was broken."""
    asked = _asked()
    folder = Path(tempfile.mkdtemp(prefix="connectassist-chaos-"))
    postgres, redis = Postgres().start(), Redis(folder).start()
    template, database_url, devices = prepared(
        folder, postgres, devices=asked.sessions + asked.lines + asked.agents + 1)
    (folder / "site").mkdir()
    site = Site(folder / "site", cast=template.cast, processes=asked.processes, database_url=database_url,
                redis_url=redis.url, async_mode=asked.engine)
    sys.stdout.write(f"{asked.engine}, seed {asked.seed}, {folder}\n")
    try:
        site.start()
        chaos = Chaos(site, redis, postgres, probe=devices.pop(), seed=asked.seed)
        crowd = Crowd(site, devices=devices, seed=asked.seed)
        crowd.begin(sessions=asked.sessions, lines=asked.lines, agents=asked.agents)
        end, count = time.monotonic() + asked.minutes * 60, 0
        while time.monotonic() < end:
            time.sleep(chaos.dice.uniform(1, 6))
            chaos.strike()
            count += 1
            if count % asked.every == 0:
                chaos.examine(crowd)
        chaos.examine(crowd)
        crowd.end()
        chaos.look_at_the_log()
    finally:
        site.stop()
        redis.stop()
        postgres.remove()
    problems = [*chaos.problems, *crowd.problems]
    sys.stdout.write(f"{count} blows; done: {dict(crowd.done)}\ntroubles: {dict(crowd.troubles.most_common(25))}\n"
                     + ("\n".join(problems) or "no promise was broken") + "\n")
    sys.stdout.flush()
    sys.exit(bool(problems))


def _asked() -> argparse.Namespace:
    asks = argparse.ArgumentParser(description=main.__doc__)
    asks.add_argument("--minutes", type=float, default=10)
    asks.add_argument("--processes", type=int, default=3)
    asks.add_argument("--sessions", type=int, default=30)
    asks.add_argument("--lines", type=int, default=50)
    asks.add_argument("--agents", type=int, default=200)
    asks.add_argument("--every", type=int, default=6, help="after so many blows it is looked whether all is well")
    asks.add_argument("--engine", choices=("eventlet", "gevent"), default="eventlet")
    asks.add_argument("--seed", type=int, default=random.randrange(10**6))
    return asks.parse_args()


if __name__ == "__main__":
    main()
