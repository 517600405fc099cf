"""An app whose deploy hook is on, and the small project that it deploys."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from connectassist.features.deploying import runs
from tests.features.deploying.project import Project, small

KEY = "a key that nobody will guess 4711"
WEBHOOK_SECRET = "a secret that only GitHub knows 0815"


@pytest.fixture(scope="package")
def small_project(tmp_path_factory: pytest.TempPathFactory) -> Project:
    return small(tmp_path_factory.mktemp("small"))


@pytest.fixture
def project(small_project: Project, tmp_path: Path) -> Project:
    return small_project.copy_to(tmp_path)


@pytest.fixture
def make_desk(make_app: Callable[..., Flask], project: Project,
              monkeypatch: pytest.MonkeyPatch) -> Callable[..., Flask]:
    """An app that deploys the small project; the worker reads the same settings from the environment."""
    def make(**changes: str) -> Flask:
        hook = {"deploy_key": KEY, "deploy_webhook_secret": WEBHOOK_SECRET, "deploy_dir": str(project.site), **changes}
        app = make_app(**hook)
        chosen = app.extensions["settings"]
        for name, value in {**hook, "instance": chosen.instance, "downloads": chosen.downloads,
                            "database_url": chosen.database_url}.items():
            monkeypatch.setenv(f"CONNECTASSIST_{name.upper()}", str(value))
        return app
    return make


@pytest.fixture
def app(make_desk: Callable[..., Flask]) -> Iterator[Flask]:
    yield make_desk()


@pytest.fixture
def room(app: Flask) -> Path:
    """Where deployments leave their files."""
    return app.extensions["settings"].instance / "deploy"


@pytest.fixture
def newest(room: Path) -> Callable[[], runs.Run]:
    """The newest deployment."""
    return lambda: runs.newest(room)[0]
