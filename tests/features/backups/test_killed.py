"""A power cut in the middle of a backup or a restore."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from connectassist.core import occupancy
from connectassist.core.settings import ROOT, Settings
from tests.cast import SECRET_KEY
from tests.conftest import Template, settings_for
from tests.features.backups.sites import backed_up, counts
from tests.live.operator import Operator
from tests.live.postgres import Postgres
from tests.live.server import Server


@pytest.fixture
def own_template(sqlite_template: Template) -> Template:
    """Whatever the other tests run on: what is killed is a matter of files."""
    return sqlite_template


def killed(settings: Settings, what: str, path: Path) -> None:
    """Run it in a process of its own until it dies."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CONNECTASSIST_")}
    done = subprocess.run([sys.executable, "-m", "tests.features.backups.killed", what, str(path)], cwd=ROOT, env={
        **environment, "CONNECTASSIST_INSTANCE": str(settings.instance), "CONNECTASSIST_SECRET_KEY": SECRET_KEY,
        "CONNECTASSIST_DATABASE_URL": settings.database_url, "CONNECTASSIST_DOWNLOADS": str(settings.downloads)},
        capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr.decode()


def test_half_a_backup_never_looks_like_one(site: Settings) -> None:
    folder = site.instance.parent / "kept"
    killed(site, "backup", folder)
    assert not list(folder.glob("connectassist-*")) and list(folder.glob(".connectassist-*.part"))
    assert list(site.instance.glob(".backup-*"))
    archive = backed_up(site)
    assert [path.name for path in folder.iterdir()] == [archive.name]
    assert not list(site.instance.glob(".backup-*"))
    assert "It is whole" in Operator(site).runs("backup", "--check", archive)


def test_a_restore_of_postgresql_that_was_cut_off_lets_no_server_start(site: Settings, tmp_path: Path,
                                                                       postgres: Postgres) -> None:
    """Rows without their files would be worse than none."""
    archive = backed_up(site)
    there = settings_for(tmp_path / "there", database_url=postgres.new_database())
    killed(there, "restore", archive)
    with pytest.raises(occupancy.Occupied, match="Run `connectassist restore` again"):
        occupancy.share(there.instance)
    operator = Operator(there)
    assert "--replace" in operator.is_refused("restore", archive)
    with pytest.raises(occupancy.Occupied):
        occupancy.share(there.instance)
    operator.runs("restore", archive, "--replace", "--yes")
    assert counts(there) == counts(site) and (there.instance / occupancy.LOCK).exists()
    assert not (there.instance / occupancy.STAGING).exists()


def test_a_running_server_is_backed_up_and_neither_replaced_nor_given_another_key(
        start_server: Callable[..., Server]) -> None:
    server = start_server()
    settings = settings_for(server.folder)
    archive, operator = backed_up(settings), Operator(settings)
    assert "Stop it first" in operator.is_refused("restore", archive, "--replace", "--yes")
    assert "Stop it first" in operator.is_refused("rotate-keys", "--yes")
    assert server.http("technician_a").get("/api/auth/me").status_code == 200
    server.kill()
    operator.runs("restore", archive, "--replace", "--yes")
    server.start()
    assert server.http("technician_a").get("/api/auth/me").status_code == 401
    assert server.http("device").get(f"/api/enrollment/status/{server.cast['device'].device_id}").status_code == 200
