"""`connectassist rotate-keys`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from connectassist.core import occupancy, settings
from connectassist.core.db import db
from connectassist.core.settings import PREFIX, BadSetting, Settings
from connectassist.features.keys import rotating

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
CONSEQUENCES = """Everybody has to sign in anew, browsers that share a screen ask for a code again, and helper packages
that were downloaded and not started yet must be downloaded again. Devices keep their secrets and stay enrolled;
commands they have in hand come back to them."""
OF_SIGNING = """The signing key changes too: helpers that are enrolled refuse packages and updates signed with the new
one until they are installed anew."""


@click.command("rotate-keys")
@click.option("--dry-run", is_flag=True, help="Say what would be done, and change nothing.")
@click.option("--signing-key", is_flag=True, help="Change the key that signs packages too. Only if it may be known to "
              "others: enrolled helpers must be installed anew to take updates.")
@click.option("--new-key-file", type=FILE, help=f"Where the new key stands. Needed where {PREFIX}SECRET_KEY is set.")
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def rotate_keys(make_app: Callable[[], Flask], dry_run: bool, signing_key: bool, new_key_file: Path | None,
                yes: bool) -> None:
    """Change the secret key: what it encrypts is encrypted anew, and all sign-ins end. Stop the server first. A change
    that was cut off is finished by running it again."""
    try:
        given, found = bool(settings.read().secret_key), settings.load()
        with occupancy.alone(found.instance):
            _rotate(make_app(), found, dry_run=dry_run, signing_key=signing_key, yes=yes, is_given=given,
                    new_key_file=new_key_file)
    except (rotating.Refused, occupancy.Occupied, BadSetting, OSError) as problem:
        raise click.ClickException(f"{str(problem).rstrip('.')}.") from problem


def _rotate(app: Flask, found: Settings, *, dry_run: bool, signing_key: bool, yes: bool, is_given: bool,
            new_key_file: Path | None) -> None:
    key, goes_on = rotating.next_key(found, given=new_key_file, is_from_environment=is_given)
    for text in (CONSEQUENCES, OF_SIGNING if signing_key else ""):
        click.echo(" ".join(text.split()), nl=bool(text))
    with app.app_context():
        if dry_run:
            read, lost = rotating.count(found, engine=db.engine)
            click.echo(f"{read} secrets would be encrypted anew; {lost} can't be read. Nothing was changed.")
            return
        if not yes:
            click.confirm("Go on?", abort=True)
        _tell(rotating.change(found, key, engine=db.engine, is_from_environment=is_given, goes_on=goes_on,
                              new_signing_key=signing_key))
    if is_given:
        click.echo(f"Now set {PREFIX}SECRET_KEY to the new key; with the old one the server does not start.")
    click.echo("Start the server now. Backups from before hold the old key: make a new one.")


def _tell(done: rotating.Changed) -> None:
    if done.goes_on:
        click.echo("A change that was cut off is finished.")
    click.echo(f"{done.secrets} secrets are encrypted anew, {done.unreadable} could not be read. "
               f"{done.signed_out.people} sign-ins of people and {done.signed_out.devices} of devices ended.")
