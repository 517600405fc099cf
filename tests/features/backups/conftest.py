"""A site to be backed up, and a place where nothing is yet."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from connectassist.core.settings import Settings
from tests.conftest import settings_for


@pytest.fixture
def site(app: Flask) -> Settings:
    return app.extensions["settings"]


@pytest.fixture
def elsewhere(database: str, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """On the same kind of database."""
    url = request.getfixturevalue("postgres").new_database() if database == "postgresql" else ""
    return settings_for(tmp_path / "elsewhere", database_url=url)
