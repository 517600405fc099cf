"""Several processes of one site, with a real PostgreSQL and a real Redis."""

from __future__ import annotations

from collections.abc import Callable

from tests.live.site import Site

Start = Callable[..., Site]


def test_two_serve_and_one_that_dies_is_started_again(start_site: Start) -> None:
    site = start_site()
    assert [site.at(number).http("admin").get("/api/devices").status_code for number in (0, 1)] == [200, 200]
    gone = site.kill_one(1)
    site.revived(1, after=gone)
    assert site.pid(0) and site.at(1).http("admin").get("/api/devices").ok
