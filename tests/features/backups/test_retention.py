"""Which backups stay, and that nothing else is ever deleted."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from connectassist.features.backups import retention
from connectassist.features.backups.retention import Plan

NOW = datetime(2026, 11, 23, 3, 0, 0, tzinfo=UTC)


def nightly(days: int) -> list[datetime]:
    return [NOW - timedelta(days=number) for number in range(days)]


def test_all_stay_where_nothing_is_said() -> None:
    assert retention.kept(nightly(50), Plan()) == set(nightly(50))


def test_the_newest_stay() -> None:
    assert retention.kept(nightly(9), Plan(newest=3)) == set(nightly(3))
    assert retention.kept(nightly(9), Plan(daily=1)) == {NOW}


def test_the_last_of_each_day_week_and_month_stays() -> None:
    twice = [*nightly(400), *(each - timedelta(hours=2) for each in nightly(400))]
    days = {NOW - timedelta(days=number) for number in range(7)}
    weeks = {datetime(2026, 11, day, 3, tzinfo=UTC) for day in (23, 22, 15, 8, 1)}
    kept = retention.kept(twice, Plan(newest=1, daily=7, weekly=5, monthly=12))
    months = kept - days - weeks
    assert days | weeks <= kept
    assert {(each.year, each.month) for each in months} == {(2025, 12), *((2026, month) for month in range(1, 11))}
    assert len(months) == 11 and datetime(2026, 2, 28, 3, tzinfo=UTC) in months


def test_only_our_own_archives_are_deleted(tmp_path: Path) -> None:
    ours = [tmp_path / retention.name_of(each, encrypted=number % 2 == 0) for number, each in enumerate(nightly(5))]
    for number, path in enumerate(ours):
        path.write_bytes(b"age-encryption.org/v1\n" if number % 2 == 0 else b"\x1f\x8b")
    second = tmp_path / retention.name_of(NOW - timedelta(days=4), number=1, encrypted=False)
    second.write_bytes(b"\x1f\x8b")
    others = [tmp_path / name for name in (
        "connectassist-20200101T000000Z.tar.gz.bak", "connectassist-20200101T000000Z.zip", "notes.txt",
        "connectassist-99999999T999999Z.tar.gz", "xconnectassist-20200101T000000Z.tar.gz",
        "connectassist-20200101T000000Z.tar.gz")]
    for path in others:
        path.write_text("somebody's own")
    folder, link = (tmp_path / f"connectassist-2020010{day}T000000Z.tar.gz" for day in (2, 3))
    folder.mkdir()
    link.symlink_to(ours[0])
    gone = retention.prune(tmp_path, Plan(newest=2))
    assert set(gone) == {*ours[2:], second}
    assert all(path.exists() for path in (*ours[:2], *others, folder, link))


def test_what_killed_backups_left_goes(tmp_path: Path) -> None:
    left, other = tmp_path / ".connectassist-20260101T000000Z.tar.gz.age.part", tmp_path / "movie.part"
    for path in (left, other):
        path.touch()
    retention.drop_parts(tmp_path)
    assert not left.exists() and other.exists()
