"""`connectassist backup` and `connectassist restore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import foreign, occupancy, settings
from connectassist.core.settings import PREFIX, BadSetting, Settings
from connectassist.features.backups import age, archive, making, restoring, retention, snapshot
from connectassist.features.backups.retention import Plan

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)
passphrase_file = click.option("--passphrase-file", type=FILE, help="A file whose first line is the passphrase.")
identity = click.option("--identity", type=FILE, multiple=True, help="A file with a secret key of age "
                        "(`age-keygen`), to open backups made for its public key.")


@click.command()
@click.option("--to", "folder", type=FOLDER, help=f"Folder to write to; {PREFIX}BACKUP_DIR when left out.")
@click.option("--keep", type=click.IntRange(0), help=f"Keep the newest so many; {PREFIX}BACKUP_KEEP when left out.")
@click.option("--keep-daily", type=click.IntRange(0), default=0, help="And the last of each of so many days,")
@click.option("--keep-weekly", type=click.IntRange(0), default=0, help="weeks,")
@click.option("--keep-monthly", type=click.IntRange(0), default=0, help="and months.")
@click.option("--encrypt", is_flag=True, help="Ask for a passphrase where none is set.")
@passphrase_file
@click.option("--recipient", multiple=True, help="A public key of age (age1…): only its owner can open the backup.")
@click.option("--recipient-key-file", type=FILE, multiple=True, help="A file with such keys.")
@click.option("--without", type=click.Choice(making.PARTS), multiple=True, help="Leave these files out.")
@click.option("--check", "checked", type=FILE, help="Make none: read this one and say whether it is whole.")
@identity
def backup(folder: Path | None, keep: int | None, keep_daily: int, keep_weekly: int, keep_monthly: int, encrypt: bool,
           passphrase_file: Path | None, recipient: tuple[str, ...], recipient_key_file: tuple[Path, ...],
           without: tuple[str, ...], checked: Path | None, identity: tuple[Path, ...]) -> None:
    """Write the database and the instance folder into one file, while the server runs."""
    with _told():
        found = settings.load()
        if checked:
            _check(checked, _opening(found, passphrase_file, identity, is_encrypted=archive.is_encrypted(checked)))
            return
        plan = Plan(newest=found.backup_keep if keep is None else keep, daily=keep_daily, weekly=keep_weekly,
                    monthly=keep_monthly)
        keys = _closing(found, passphrase_file, (*recipient, *_in_files(recipient_key_file)), asks=encrypt)
        target = (folder or found.backups).resolve()
        made = making.make(found, target, keys=keys, without=without)
        _tell_made(made, is_encrypted=keys.closes)
        for path in retention.prune(target, plan):
            click.echo(f"Deleted the old backup {path.name}.")


@click.command()
@click.argument("archive_file", metavar="ARCHIVE", type=FILE)
@click.option("--into", type=FOLDER, help=f"The instance folder to restore into; {PREFIX}INSTANCE when left out.")
@click.option("--replace", is_flag=True, help="Move aside what is there.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--lost-key", is_flag=True, help="Go on although the secret key of then is lost.")
@passphrase_file
@identity
def restore(archive_file: Path, into: Path | None, replace: bool, yes: bool, lost_key: bool,
            passphrase_file: Path | None, identity: tuple[Path, ...]) -> None:
    """Put a backup in force. Stop the server first."""
    with _told():
        given = bool(settings.read().secret_key)
        found = settings.load(settings.environment_with(INSTANCE=into.resolve()) if into else None)
        keys = _opening(found, passphrase_file, identity, is_encrypted=archive.is_encrypted(archive_file))
        if replace and not yes:
            click.confirm(f"Everything in {found.instance} and its database is moved aside. Go on?", abort=True)
        done = restoring.restore(found, archive_file, keys=keys, key_is_given=given, replace=replace,
                                 key_is_lost=lost_key)
    _tell_about(done.about, done.rows)
    click.echo(f"{done.files} files are back; {done.missing} that rows speak of were gone when the backup was made.")
    for place in done.aside:
        click.echo(f"What was there before is in {place}.")
    click.echo("Everybody has to sign in anew; devices keep their secrets. Start the server now.")


@contextmanager
def _told() -> Iterator[None]:
    """What does not work is told in a line."""
    try:
        yield
    except (making.Busy, snapshot.NoSnapshot, restoring.Refused, archive.BadArchive, age.WrongKey, BadSetting,
            occupancy.Occupied, OSError) as problem:
        raise click.ClickException(f"{str(problem).rstrip('.')}.") from problem
    except SQLAlchemyError as problem:
        raise click.ClickException(f"The database can't be read: {problem.__cause__ or problem}") from problem


def _closing(found: Settings, path: Path | None, recipients: tuple[str, ...], *, asks: bool) -> age.Keys:
    """What to encrypt with: what is said here counts before what is set."""
    recipients = recipients or (() if path else found.backup_recipients)
    for each in recipients:
        try:
            age.require_recipient(each)
        except ValueError as problem:
            raise click.BadParameter(f"{each!r} is no public key of age.") from problem
    passphrase = "" if recipients else _passphrase(found, path)
    if asks and not passphrase and not recipients:
        passphrase = click.prompt("Passphrase", hide_input=True, confirmation_prompt=True, err=True)
    return age.Keys(passphrase=passphrase, recipients=recipients)


def _opening(found: Settings, path: Path | None, identities: tuple[Path, ...], *, is_encrypted: bool) -> age.Keys:
    own = tuple(key for file in identities for key in age.lines_of(file.read_text(), begins=age.SECRET))
    passphrase = _passphrase(found, path) if is_encrypted else ""
    if is_encrypted and not passphrase and not own:
        passphrase = click.prompt("Passphrase", hide_input=True, err=True)
    return age.Keys(passphrase=passphrase, identities=own)


def _passphrase(found: Settings, path: Path | None) -> str:
    if path is None and found.backup_passphrase:
        return found.backup_passphrase
    file = path or (Path(found.backup_passphrase_file) if found.backup_passphrase_file else None)
    if file is None:
        return ""
    read = file.read_text().partition("\n")[0].rstrip("\r")
    if not read:
        raise click.ClickException(f"There is no passphrase in the first line of {file}.")
    return read


def _in_files(paths: tuple[Path, ...]) -> tuple[str, ...]:
    found = tuple(key for path in paths for key in age.lines_of(path.read_text(), begins=age.PUBLIC + "1"))
    if paths and not found:
        raise click.ClickException("There is no public key of age in that file.")
    return found


def _check(path: Path, keys: age.Keys) -> None:
    found = restoring.check(path, keys=keys)
    _tell_about(found.about, found.about["rows"])
    click.echo(f"It is whole: {len(found.noted)} entries are what its list of contents says.")


def _tell_made(made: making.Made, *, is_encrypted: bool) -> None:
    click.echo(f"{made.path}: {made.size / 1e6:.1f} MB, {sum(made.rows.values())} rows and {made.files} files.")
    if made.missing:
        click.echo(f"{len(made.missing)} files that rows speak of are not there, such as {made.missing[0]}.")
    if not made.has_key:
        click.echo("The secret key is not in it, as the environment names it: keep it, nothing is worth much without.")
    if not is_encrypted:
        click.echo(f"It is not encrypted{' and holds the secret key' if made.has_key else ''}: whoever reads it can "
                   "read everything.", err=True)


def _tell_about(about: dict[str, Any], rows: dict[str, int]) -> None:
    """Texts out of a file that may come from anywhere."""
    shown = {name: foreign.line(str(about[name]), 60) for name in ("version", "made_at", "revision")}
    click.echo(f"A backup of {shown['made_at']}, made by version {shown['version']} (schema {shown['revision']}).")
    for name, count in sorted(rows.items()):
        if count:
            click.echo(f"{count:>10} {foreign.line(name, 60)}")
    click.echo(f"{sum(rows.values()):>10} rows in all")
