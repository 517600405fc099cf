"""Where the apps and servers of the tests start from: settings, and a database with the cast in it on either engine."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from connectassist.core import moving
from connectassist.core.db import db
from connectassist.core.settings import Settings, driver_url, load
from connectassist.factory import create_app
from tests.cast import PASSWORD, SECRET_KEY, engage
from tests.live.postgres import Postgres


def settings_for(folder: Path, **changes: Any) -> Settings:
    """Settings of a server that lives in a folder; `changes` are settings in lower case."""
    values = {"instance": folder / "instance", "downloads": folder / "downloads", "async_mode": "threading",
              "secret_key": SECRET_KEY, "admin_password": PASSWORD, "rate_limits": "off", "log_level": "WARNING",
              **changes}
    return load({f"CONNECTASSIST_{name.upper()}": str(value) for name, value in values.items()})


class Template:
    """A migrated database with the cast in it, copied for each test."""

    def __init__(self, folder: Path) -> None:
        app = create_app(settings_for(folder))
        self.cast = engage(app)
        with app.app_context():
            db.session.remove()
            db.engine.dispose()
        self.database = folder / "instance" / "connectassist.db"

    def copy_to(self, folder: Path) -> dict[str, str]:
        """Put the database where a server in this folder looks for it. The settings that say more about that."""
        (folder / "instance").mkdir(parents=True, exist_ok=True)
        shutil.copy(self.database, folder / "instance" / "connectassist.db")
        return {}

    def drop(self, settings: dict[str, str]) -> None:
        """Throw a copy away that `settings` lead to, unless it goes with its folder."""


def moved(template: Template, postgres: Postgres) -> str:
    """Where all of it is on a PostgreSQL, by the way that an operator takes."""
    url = postgres.new_database()
    source, target = create_engine(f"sqlite:///{template.database}"), create_engine(driver_url(url))
    moving.copy(source, target)
    source.dispose()
    target.dispose()
    return url


class PostgresTemplate(Template):
    """The same on PostgreSQL, copied by the server itself."""

    def __init__(self, template: Template, postgres: Postgres) -> None:
        self.cast, self._postgres = template.cast, postgres
        self._name = moved(template, postgres).rpartition("/")[2]

    def copy_to(self, folder: Path) -> dict[str, str]:
        folder.mkdir(parents=True, exist_ok=True)
        return {"database_url": self._postgres.new_database(like=self._name)}

    def drop(self, settings: dict[str, str]) -> None:
        self._postgres.drop_database(settings["database_url"])
