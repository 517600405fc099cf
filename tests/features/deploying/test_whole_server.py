"""The server itself deployed, while it runs: by its parent, and by itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from alembic.script import ScriptDirectory

from connectassist.features.deploying.trial import is_ready
from tests.features.deploying.conftest import KEY
from tests.features.deploying.project import Project, whole
from tests.live.server import ROOT, Server

PATIENCE = 150
INIT = "connectassist/__init__.py"
MIGRATION = '''
from alembic import op
import sqlalchemy as sa
revision, down_revision = "%s", "%s"
def upgrade():
    op.create_table("%s", sa.Column("id", sa.Integer, primary_key=True))
    %s
def downgrade():
    op.drop_table("%s")
'''
#: What goes wrong only where it counts, so that no trial start finds it.
ONLY_FOR_REAL = '''
import sys
if any(word.startswith("--listener") for word in sys.argv): raise RuntimeError("not on this machine")
'''


def migration(name: str, *, after: str, fails: bool = False) -> dict[str, str]:
    failing = 'if "/trial/" not in str(op.get_bind().engine.url): raise RuntimeError("the real one is different")'
    written = MIGRATION % (name, after, f"t_{name}", failing if fails else "", f"t_{name}")
    return {f"migrations/versions/{name}.py": written}


def newest_migration() -> str:
    return ScriptDirectory(str(ROOT / "migrations")).get_current_head() or ""


@pytest.fixture(scope="module")
def whole_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return whole(tmp_path_factory.mktemp("whole"))


@pytest.fixture
def site(whole_project: Project, tmp_path: Path) -> Project:
    return whole_project.copy_to(tmp_path)


class Deployed(Server):
    """Waits for its first answer as long as that takes: where a parent holds the port, a call is let in at once."""

    def start(self) -> Deployed:
        self._launch()
        assert self._process
        deadline = time.monotonic() + PATIENCE
        while not is_ready("127.0.0.1", self.port):
            assert self._process.poll() is None and time.monotonic() < deadline, self.log.read_text()[-4000:]
            time.sleep(0.1)
        return self


@pytest.fixture
def running(site: Project, sqlite_template: Any, tmp_path: Path) -> Iterator[Callable[..., Server]]:
    """The site's own program, started."""
    started: list[Server] = []

    def start(program: str, **changes: Any) -> Server:
        folder = tmp_path / "server"
        sqlite_template.copy_to(folder)
        started.append(Deployed(folder, cast=sqlite_template.cast, program=(str(site.site / program),),
                                deploy_key=KEY, **changes))
        return started[-1].start()

    yield start
    for server in started:
        server.stop()


def deploy(server: Server) -> requests.Response:
    return requests.post(server.url + "/api/deploy", json={"deploy_key": KEY}, timeout=PATIENCE * 2)


def last(server: Server) -> dict[str, Any]:
    """How the newest deployment went, once it is over."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            told = server.http("admin").get("/api/deploy").json()
            if not told["running"]:
                return told["last"]
        except (requests.RequestException, ValueError):
            pass
        time.sleep(0.2)
    raise AssertionError(server.log.read_text()[-4000:])


def version(server: Server) -> str:
    return requests.get(server.url + "/version", timeout=PATIENCE).json()["version"]


def tables(server: Server) -> set[str]:
    return {name for (name,) in server.sql("SELECT name FROM sqlite_master WHERE name LIKE 't_00%'")}


@pytest.mark.timeout(900)  # three deployments, each with several starts of the server
def test_a_kept_server_is_deployed_and_taken_back(site: Project, running: Callable[..., Server]) -> None:
    server = running("supervise.py")
    new = site.commit({INIT: 'VERSION = "7.0.0"\n'})
    answer = deploy(server)
    assert answer.status_code == 200, answer.text
    assert answer.json()["changes"].startswith("1 file changed")
    assert (last(server)["state"], version(server), site.head) == ("done", "7.0.0", new)

    name, newest = "0097", newest_migration()
    site.commit({INIT: 'VERSION = "7.0.1"\n', **migration(name, after=newest, fails=True)})
    told = deploy(server).json()
    assert (told.get("step"), told.get("rolled_back")) == ("migrate", True), told
    assert (site.head, version(server), tables(server)) == (new, "7.0.0", set())

    site.commit({INIT: f'VERSION = "7.0.2"\n{ONLY_FOR_REAL}', **migration(name, after=newest)})
    assert deploy(server).json()["message"].endswith("restarting")
    told = last(server)
    assert (told["state"], told["step"], told["rolled_back"]) == ("failed", "restart", True), told
    assert (site.head, version(server), tables(server)) == (new, "7.0.0", set())
    assert server.http("admin").get("/api/devices").status_code == 200


def test_a_server_that_nobody_keeps_starts_anew(site: Project, running: Callable[..., Server]) -> None:
    server = running("app.py", async_mode="gevent")
    pid = server.process_id
    site.commit({INIT: 'VERSION = "7.0.0"\n'})
    assert deploy(server).status_code == 200
    assert (last(server)["state"], version(server), server.process_id) == ("done", "7.0.0", pid)
