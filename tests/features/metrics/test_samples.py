"""What is looked at every 15 seconds becomes a row a minute, and a row an hour, and is shown in bounded charts."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.metrics import histories, machine, queries, service
from connectassist.features.metrics.histories import Point
from connectassist.features.metrics.machine import Look, Processor
from connectassist.features.metrics.measures import HOUR, MINUTE
from connectassist.features.metrics.models import MetricSample
from tests.features.metrics.conftest import minute

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def point(at: datetime, cpu: float = 50.0, *, lag: float = 1.0, sockets: int = 1) -> Point:
    return Point(at, cpu, 10.0, 20.0, lag, sockets)


def keep(points: list[Point], *, seconds: int = MINUTE) -> None:
    db.session.add_all(MetricSample(seconds=seconds, **each._asdict()) for each in points)
    db.session.commit()


def test_a_real_look_sees_the_real_machine(tmp_path: Path) -> None:
    found = machine.look(tmp_path)
    assert 0 < found.memory < 100 and 0 < found.disk <= 100 and 0 <= found.cpu <= 100


def test_the_processor_is_the_share_of_the_time_between(monkeypatch: pytest.MonkeyPatch) -> None:
    spent = [(100.0, 60.0), (104.0, 61.0), (104.1, 61.1), (110.0, 67.0)]
    monkeypatch.setattr(machine, "_spent", lambda: spent.pop(0))
    processor = Processor()
    assert processor.share() == 75.0
    assert processor.share() == 75.0, "of next to no time nothing is told"
    assert processor.share() == 0.0


def test_the_longest_wait_for_the_hub_is_told_once() -> None:
    lag = machine.Lag()
    for seconds in (0.01, 0.4, 0.02):
        lag.note(seconds)
    assert (lag.taken(), lag.taken()) == (400.0, 0.0)


def test_a_minutes_looks_become_one_row(in_app: None, looks: list[Look]) -> None:
    begin = minute() - timedelta(minutes=2)
    figures = [(0, 10, 5, 3), (15, 20, 40, 4), (30, 30, 6, 9), (60, 90, 7, 1), (75, 70, 0, 1)]
    for after, cpu, lag, sockets in figures:
        looks.append(Look(begin + timedelta(seconds=after), cpu, 50.0, 60.0, lag, sockets))
        service.sample()
    [row] = queries.newest(10)
    assert (row.at, row.seconds, row.cpu, row.memory, row.hub_lag_ms, row.sockets) == (begin, 60, 20, 50, 40, 9)
    looks.append(Look(begin + timedelta(seconds=120), 1.0, 1.0, 1.0))
    service.sample()
    assert [each.cpu for each in queries.newest(10)] == [80, 20]


def test_of_several_servers_the_first_writes(in_app: None, looks: list[Look], monkeypatch: pytest.MonkeyPatch) -> None:
    begin, judged = minute() - timedelta(minutes=1), []
    monkeypatch.setattr(service, "follow", lambda: judged.append(1))
    for _ in range(2):
        service._looks.clear()
        looks += [Look(begin, 10.0, 1.0, 1.0), Look(begin + timedelta(minutes=1), 10.0, 1.0, 1.0)]
        service.sample()
        service.sample()
    assert len(queries.newest(10)) == len(judged) == 1


def test_hours_are_summed_up_once(in_app: None) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    keep([point(hour - timedelta(hours=hours, minutes=-minutes), cpu=10 * hours, lag=minutes)
          for hours in (1, 2, 4) for minutes in (0, 30)])
    keep([point(hour + timedelta(seconds=1), cpu=99)])
    assert service.sum_up() == 3
    assert service.sum_up() == 0
    found = queries.samples(HOUR, since=hour - timedelta(days=1))
    assert [(each.at, each.cpu, each.hub_lag_ms) for each in found] == [
        (hour - timedelta(hours=4), 40, 30), (hour - timedelta(hours=2), 20, 30), (hour - timedelta(hours=1), 10, 30)]


def test_old_samples_go(in_app: None) -> None:
    now = clock.now()
    keep([point(now - timedelta(days=4)), point(now - timedelta(days=2))])
    keep([point(now - timedelta(days=500)), point(now - timedelta(days=4))], seconds=HOUR)
    assert service.prune_minutes() + service.prune_hours() == 2
    assert db.session.query(MetricSample).count() == 2


@pytest.mark.parametrize("hours", [1, 8, 24, 72, 73, 720, 8760])
def test_a_chart_has_a_bounded_number_of_points(hours: int) -> None:
    step = MINUTE if hours <= 72 else HOUR
    points = [point(NOON + timedelta(seconds=number * step), cpu=float(number % 100))
              for number in range(hours * HOUR // step)]
    found = histories.bucketed(points, histories.width(hours))
    assert 60 <= len(found) <= 481
    assert [each.at for each in found] == sorted({each.at for each in found})
    assert min(each.cpu for each in found) >= 0 and max(each.cpu for each in found) <= 99


def test_a_long_chart_ends_with_the_minutes_of_now(in_app: None) -> None:
    hour = clock.now().replace(minute=0, second=0, microsecond=0)
    keep([point(hour - timedelta(hours=each), cpu=10) for each in range(2, 200)], seconds=HOUR)
    keep([point(hour - timedelta(minutes=30), cpu=70), point(hour - timedelta(hours=5), cpu=99)])
    found = queries.history(100)
    assert found[-1].cpu == 70 and {each.cpu for each in found[:-1]} == {10}
    assert len(queries.history(2)) == 1
