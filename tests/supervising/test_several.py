"""Several processes of one site, with a real PostgreSQL and a real Redis."""

from __future__ import annotations

import itertools
import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.live.postgres import Postgres
from tests.live.server import Http
from tests.live.site import Site
from tests.supervising.load import Writers
from tests.supervising.test_one import ticket, titles

Start = Callable[..., Site]


def sticky(site: Site, number: int) -> Callable[[], Http]:
    """A technician who comes to one process, and whom the proxy sends to the other when that one lets go of them."""
    class Elsewhere(Http):
        def request(self, method: str, path: str, **options: object) -> object:
            try:
                return super().request(method, path, **options)
            except OSError:
                self._url = next(turns)
                raise
    turns = itertools.cycle([site.urls[1 - number], site.urls[number]])
    return lambda: Elsewhere(site.urls[number], site.cast["technician_a"])


def test_a_site_of_two_is_exchanged_under_load_and_ends_in_order(start_site: Start) -> None:
    site = start_site()
    gone = site.kill_one(1)
    site.revived(1, after=gone)
    old = [site.pid(0), site.pid(1)]
    pages = [site.at(number).socket("technician_a") for number in (0, 1)]
    writers = Writers([sticky(site, 0), sticky(site, 1)], body=ticket)
    writers.wait_for(5)
    assert site.restart()["state"] == "done"
    writers.wait_for(5)
    assert not writers.lasting
    assert not {site.pid(0), site.pid(1)} & {*old, None}
    for page in pages:
        page.heard("disconnect")
    assert site._process
    site._process.send_signal(signal.SIGTERM)
    assert site._process.wait(40) == 0
    writers.stop()
    assert set(writers.acknowledged) <= set(titles(site))


@pytest.fixture
def own_postgres() -> Iterator[Postgres]:
    """A PostgreSQL that this test may stop."""
    started = Postgres().start()
    yield started
    started.remove()


def test_postgresql_restarted_under_load_costs_seconds_and_nothing_stays_stuck(
        start_site: Start, own_postgres: Postgres, copied_to: Callable[[Postgres], str]) -> None:
    site = start_site(database_url=copied_to(own_postgres))
    writers = Writers([sticky(site, 0), sticky(site, 1)], body=ticket)
    writers.wait_for(5)
    own_postgres.stop()
    own_postgres.start()
    until = time.monotonic() + 30
    writers.wait_for(10)
    assert time.monotonic() < until
    writers.stop()
    assert not writers.lasting
    assert set(writers.acknowledged) <= set(titles(site))
    assert site.is_ready(0) and site.is_ready(1)
    stuck = site.sql("SELECT state, query FROM pg_stat_activity WHERE datname = current_database() "
                     "AND state LIKE 'idle in transaction%' AND state_change < now() - interval '5 seconds'")
    assert not stuck
