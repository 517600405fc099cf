"""Puts a backup in force: everything is unpacked, checked and brought up to date beside what is there, and only then
put in its place."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask_migrate import Migrate, upgrade
from packaging.version import InvalidVersion, Version
from sqlalchemy import NullPool, create_engine, inspect
from sqlalchemy.exc import SQLAlchemyError

from connectassist import VERSION
from connectassist.core import clock, key_files, moving, occupancy, swapping
from connectassist.core.db import DISCREET, db
from connectassist.core.settings import ROOT, Settings
from connectassist.core.vault import Vault
from connectassist.features.backups import age, archive, retention, snapshot
from connectassist.features.backups.archive import DATABASE, FILES, BadArchive
from connectassist.features.backups.making import LEFT_OUT, WORKING
from connectassist.identity import everybody

#: Left free on the disk, in bytes.
RESERVE = 64 * 1024 * 1024
LIVE = "connectassist.db"
#: What a folder holds that nobody has used yet.
OF_NOBODY = (key_files.KEY, occupancy.LOCK, ".gitkeep")


class Refused(Exception):
    """The backup is not put in force, and nothing was changed; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Restored:
    """What is in force now. `aside` names where the old things are, folder and schema."""

    about: dict[str, Any]
    rows: dict[str, int]
    files: int
    missing: int
    aside: tuple[str, ...]


def check(path: Path, *, keys: age.Keys) -> archive.Reading:
    """Read a whole backup and compare it with its list of contents. Raises BadArchive, age.WrongKey, OSError."""
    with archive.reading(path, keys) as found:
        for _, _, blocks in found.entries():
            for _block in blocks:
                pass
    return found


def restore(settings: Settings, path: Path, *, keys: age.Keys, key_is_given: bool, replace: bool = False,
            key_is_lost: bool = False) -> Restored:
    """Put a backup in force. `key_is_given`: the environment names the secret key. `replace` moves aside what is there.
    Raises Refused, BadArchive, age.WrongKey, occupancy.Occupied, OSError."""
    if settings.database.startswith("sqlite") and settings.database != f"sqlite:///{settings.instance / LIVE}":
        raise Refused("Restoring into a SQLite file outside the instance folder is not supported. Leave "
                      "CONNECTASSIST_DATABASE_URL empty")
    with occupancy.alone(settings.instance):
        if not replace:
            _require_empty(settings)
        return _Work(settings, keys=keys, key_is_given=key_is_given, key_is_lost=key_is_lost).run(path)


class _Work:
    """One restore, step by step. Up to `_put` nothing that is in force is touched."""

    def __init__(self, settings: Settings, *, keys: age.Keys, key_is_given: bool, key_is_lost: bool) -> None:
        self._settings, self._keys = settings, keys
        self._key_is_given, self._key_is_lost = key_is_given, key_is_lost
        self._stamp = clock.now().strftime(retention.STAMP)
        self._is_sqlite = settings.database.startswith("sqlite")

    def run(self, path: Path) -> Restored:
        staged = swapping.stage(self._settings.instance)
        try:
            with archive.reading(path, self._keys) as found:
                _require_known(found.about)
                files = _unpack(found, staged)
            taken = _looked(staged / LIVE, found.about)
            stays = self._settle_keys(staged, found.about)
            _migrate(staged / LIVE)
            aside = self._put(staged, stays)
        except BaseException:
            if not (staged.parent / swapping.JOURNAL).exists() and not (staged.parent / occupancy.PREPARED).exists():
                swapping.drop(self._settings.instance)
            raise
        return Restored(about=found.about, rows=taken.rows, files=files, aside=aside,
                        missing=int(found.manifest.get("missing_count") or 0))

    def _settle_keys(self, staged: Path, about: dict[str, Any]) -> tuple[str, ...]:
        """Which of the files of keys stay as they are. Raises Refused when the key that is in force then is not the
        one that the backup's secrets are encrypted with."""
        comes = key_files.read(staged / key_files.KEY)
        if comes and not self._key_is_given:
            return ()
        if Vault(self._settings.secret_key).name() == about["key"]:
            return (key_files.KEY,)
        if not self._key_is_lost:
            raise Refused(_OTHER_KEY if comes else _NO_KEY)
        for name in (key_files.KEY, key_files.NEXT, key_files.SIGNING, key_files.NAME):
            (staged / name).unlink(missing_ok=True)
        return (key_files.KEY,)

    def _put(self, staged: Path, stays: tuple[str, ...]) -> tuple[str, ...]:
        if key_files.KEY in stays:
            (staged / key_files.KEY).unlink(missing_ok=True)
        _belongs_to_owner(staged, self._settings.instance)
        schema = "" if self._is_sqlite else self._put_rows(staged / LIVE)
        kept = _first_names(self._settings)
        aside = swapping.swap(self._settings.instance, stamp=self._stamp, stays=(*kept, *stays))
        return (str(aside), *([schema] if schema else []))

    def _put_rows(self, source: Path) -> str:
        """Carry the rows over to PostgreSQL, in one transaction. Until the files are there too, no server starts."""
        prepared, schema = source.parent.parent / occupancy.PREPARED, f"before_restore_{self._stamp.lower()}"
        target = create_engine(self._settings.database, poolclass=NullPool, **DISCREET)
        is_empty = not inspect(target).get_table_names()
        prepared.touch()
        os.sync()
        try:
            moving.copy(_engine(source), target, aside="" if is_empty else schema)
        except SQLAlchemyError as problem:
            prepared.unlink()
            raise Refused(f"PostgreSQL took none of the rows: {problem.__cause__ or problem}") from problem
        source.unlink()
        return "" if is_empty else schema


_OTHER_KEY = ("CONNECTASSIST_SECRET_KEY is not the key that this backup's secrets are encrypted with. Leave it out: "
              "the backup brings its own. Or set it to the one of then")
_NO_KEY = ("The secret key is not in this backup, as the environment named it then, and the one in force is another. "
           "Set CONNECTASSIST_SECRET_KEY to the one of then. If it is lost, --lost-key goes on without it")


def _require_empty(settings: Settings) -> None:
    """Raises Refused where somebody's data is."""
    but = {*OF_NOBODY, *_first_names(settings)}
    tops = [path for path in settings.instance.iterdir() if path.name not in but
            and not path.name.startswith((swapping.ASIDE, WORKING)) and path.name != occupancy.STAGING]
    found = [path for top in tops for path in (top.rglob("*") if top.is_dir() else [top]) if path.is_file()]
    if not settings.database.startswith("sqlite"):
        try:
            found += inspect(create_engine(settings.database, poolclass=NullPool)).get_table_names()
        except SQLAlchemyError as problem:
            raise Refused(f"PostgreSQL can't be asked: {problem.__cause__ or problem}") from problem
    if found:
        raise Refused("There is something already: a database, or files in the instance folder. --replace moves all of "
                      "it aside")


def _first_names(settings: Settings) -> tuple[str, ...]:
    """Where backups lie in the instance folder: that stays where it is."""
    try:
        return ("backups", settings.backups.resolve().relative_to(settings.instance.resolve()).parts[0])
    except ValueError:
        return ("backups",)


def _require_known(about: dict[str, Any]) -> None:
    """Raises Refused for what a newer version made."""
    try:
        is_newer = Version(about["version"]) > Version(VERSION)
    except InvalidVersion as problem:
        raise BadArchive("Its version makes no sense") from problem
    known = {step.revision for step in snapshot.migrations().walk_revisions()}
    if is_newer or about["revision"] not in known:
        raise Refused(f"The backup was made by version {about['version']}, which is newer than this one ({VERSION}). "
                      "Install that version first")


def _unpack(found: archive.Reading, staged: Path) -> int:
    """Write everything out, into new files in new folders. Returns how many files, the database apart."""
    count = 0
    for name, size, blocks in found.entries():
        if shutil.disk_usage(staged).free - size < RESERVE:
            raise Refused("There is not enough room on the disk to unpack it")
        path = staged / (LIVE if name == DATABASE else _allowed(name))
        _write(path, blocks)
        count += name != DATABASE
    return count


def _allowed(name: str) -> str:
    inside = name.removeprefix(FILES)
    first = inside.partition("/")[0]
    if first in LEFT_OUT or first.startswith((swapping.ASIDE, WORKING)):
        raise BadArchive(f"It holds a file of the name {name!r}, which no backup does")
    return inside


def _write(path: Path, blocks: Iterator[bytes]) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        with open(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW, 0o600), "wb") as target:
            for block in blocks:
                target.write(block)
    except (FileExistsError, NotADirectoryError, IsADirectoryError) as problem:
        raise BadArchive("It holds a file twice, or as a folder too") from problem


def _looked(path: Path, about: dict[str, Any]) -> snapshot.Snapshot:
    if not path.exists():
        raise BadArchive("It holds no database")
    try:
        taken = snapshot.look(path)
    except snapshot.NoSnapshot as problem:
        raise BadArchive(str(problem)) from problem
    if (taken.revision, taken.rows) != (about["revision"], about["rows"]):
        raise BadArchive("Its database is not the one that it tells of")
    return taken


def _engine(path: Path) -> Any:
    return create_engine(f"sqlite:///{path}", poolclass=NullPool, **DISCREET)


def _migrate(path: Path) -> None:
    """Bring the copy to this version's schema, and sign everybody out in it."""
    app = Flask("restoring", root_path=str(ROOT))
    app.config.update(SQLALCHEMY_DATABASE_URI=f"sqlite:///{path}",
                      SQLALCHEMY_ENGINE_OPTIONS={"poolclass": NullPool, **DISCREET})
    db.init_app(app)
    Migrate(app, db, directory=str(ROOT / "migrations"), render_as_batch=True)
    with app.app_context():
        upgrade()
        db.session.remove()
    with _engine(path).begin() as connection:
        everybody.sign_out(connection)


def _belongs_to_owner(staged: Path, instance: Path) -> None:
    """What root unpacks must be the server's."""
    owner = instance.stat()
    if os.geteuid() == 0 and owner.st_uid != 0:
        for path in (staged, *staged.rglob("*")):
            os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
