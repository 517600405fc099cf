"""A power cut in the middle of a backup or a restore."""

from __future__ import annotations

from pathlib import Path

import pytest

from connectassist.core import occupancy, swapping
from connectassist.core.settings import Settings
from connectassist.features.backups import archive, making, restoring
from connectassist.features.backups.age import Keys
from tests.conftest import Template, settings_for
from tests.features.backups.sites import backed_up, counts
from tests.live import dying
from tests.live.operator import Operator
from tests.live.postgres import Postgres
from tests.live.server import Server


@pytest.fixture
def own_template(sqlite_template: Template) -> Template:
    """Whatever the other tests run on: what is killed is a matter of files."""
    return sqlite_template


def test_half_a_backup_never_looks_like_one(site: Settings) -> None:
    folder = site.instance.parent / "kept"

    def cut_off() -> None:
        archive.flushed = dying.now  # nearly whole
        making.make(site, folder, keys=Keys())

    dying.dies(cut_off)
    assert not list(folder.glob("connectassist-*")) and list(folder.glob(".connectassist-*.part"))
    assert list(site.instance.glob(".backup-*"))
    whole = backed_up(site)
    assert [path.name for path in folder.iterdir()] == [whole.name]
    assert not list(site.instance.glob(".backup-*"))
    assert "It is whole" in Operator(site).runs("backup", "--check", whole)


def test_a_restore_of_postgresql_that_was_cut_off_lets_no_server_start(site: Settings, tmp_path: Path,
                                                                       postgres: Postgres) -> None:
    """Rows without their files would be worse than none."""
    made = backed_up(site)
    there = settings_for(tmp_path / "there", database_url=postgres.new_database())

    def cut_off() -> None:
        swapping.swap = dying.now  # the rows are there, the files are not
        restoring.restore(there, made, keys=Keys(), key_is_given=True)

    dying.dies(cut_off)
    with pytest.raises(occupancy.Occupied, match="Run `connectassist restore` again"):
        occupancy.share(there.instance)
    operator = Operator(there)
    assert "--replace" in operator.is_refused("restore", made)
    with pytest.raises(occupancy.Occupied):
        occupancy.share(there.instance)
    operator.runs("restore", made, "--replace", "--yes")
    assert counts(there) == counts(site) and (there.instance / occupancy.LOCK).exists()
    assert not (there.instance / occupancy.STAGING).exists()


def test_a_running_server_is_backed_up_and_neither_replaced_nor_given_another_key(server: Server) -> None:
    settings = settings_for(server.folder, database_url=server.database_url)
    made, operator = backed_up(settings), Operator(settings)
    assert "It is whole" in operator.runs("backup", "--check", made)
    assert "Stop it first" in operator.is_refused("restore", made, "--replace", "--yes")
    assert "Stop it first" in operator.is_refused("rotate-keys", "--yes")
    assert server.http("technician_a").get("/api/auth/me").status_code == 200
