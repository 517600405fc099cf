"""Commands for operators and developers: `python -m connectassist.cli --help`."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

import click
from flask import Flask
from sqlalchemy import create_engine
from sqlalchemy.exc import SQLAlchemyError

from connectassist import VERSION, documents
from connectassist.core import moving, settings
from connectassist.core.db import db
from connectassist.core.settings import ROOT
from connectassist.factory import create_app
from connectassist.features.accounts import service as accounts
from connectassist.features.backups.commands import backup, restore
from connectassist.features.categorising.commands import categories
from connectassist.features.chatbot.commands import faq
from connectassist.features.checkup.commands import doctor
from connectassist.features.client_data.commands import client
from connectassist.features.deploying.commands import release
from connectassist.features.keys.commands import rotate_keys
from connectassist.features.retention.commands import retention
from connectassist.identity.models import STAFF_ROLES, TECHNICIAN
from connectassist.plainly import Commands


@click.group(cls=Commands)
@click.version_option(VERSION, message="ConnectAssist %(version)s")
@click.pass_context
def cli(context: click.Context) -> None:
    """ConnectAssist's commands. Settings come from the environment, as for the server."""
    context.obj = _app


@cli.command()
@click.option("--processes", type=click.IntRange(1, settings.MOST_PROCESSES),
              help="How many server processes; CONNECTASSIST_PROCESSES when left out, else one.")
def serve(processes: int | None) -> None:
    """Serve, and keep serving: a process that dies is started again, SIGHUP exchanges all of them for what is on the
    disk now, SIGTERM ends them in order. More than one process need PostgreSQL and Redis."""
    given = {"PROCESSES": str(processes)} if processes else {}
    environment = settings.environment_with(**given)
    settings.load(environment)
    os.execve(sys.executable, [sys.executable, str(ROOT / "supervise.py")], environment)


@cli.command()
@click.option("--folder", type=click.Path(path_type=Path), default=ROOT / "docs", help="Where to write them.")
def docs(folder: Path) -> None:
    """Write the pages of docs/ that are made from the code."""
    for name, text in documents.pages().items():
        (folder / name).write_text(text)
        click.echo(f"wrote {folder / name}")


@cli.command()
def openapi() -> None:
    """Print the OpenAPI document."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings.load({
            "CONNECTASSIST_INSTANCE": folder, "CONNECTASSIST_DOWNLOADS": folder, "CONNECTASSIST_LOG_LEVEL": "ERROR",
            "CONNECTASSIST_ASYNC_MODE": "threading", "CONNECTASSIST_ADMIN_PASSWORD": "nobody signs in here"}))
        click.echo(app.test_client().get("/openapi.json").get_data(as_text=True))


@cli.command()
@click.argument("username")
@click.password_option(help="The new password; asked for when left out.")
def password(username: str, password: str) -> None:
    """Give an account a new password and end its sign-ins: for who is locked out."""
    with _app().app_context():
        accounts.reset_password(username, password=password)
    click.echo(f"{username} has a new password; sign in again everywhere.")


@cli.command()
@click.argument("username")
@click.option("--role", type=click.Choice(STAFF_ROLES), default=TECHNICIAN, show_default=True)
@click.option("--email", help="Where sign-in providers know them by.")
@click.option("--full-name", default="", help="What customers are shown.")
@click.password_option(help="The password; asked for when left out.")
def staff(username: str, role: str, email: str | None, full_name: str, password: str) -> None:
    """Make an account for a member of staff."""
    with _app().app_context():
        accounts.make_staff(username=username, password=password, role=role, email=email, full_name=full_name)
    click.echo(f"{username} can sign in as {role}.")


@cli.command()
@click.argument("username")
def unlink(username: str) -> None:
    """Forget whom an account belongs to at the sign-in provider."""
    with _app().app_context():
        gone = accounts.unlink(username)
    click.echo(f"{username} is not linked any more." if gone else f"{username} was not linked.")


@cli.command("copy-database")
@click.argument("target")
def copy_database(target: str) -> None:
    """Carry the whole database over to an empty one: `postgresql://user:password@host/database`. Stop the server
    first; then start it with CONNECTASSIST_DATABASE_URL set to that. Files stay in the instance folder."""
    app = _app()
    with app.app_context():
        try:
            carried = moving.copy(db.engine, create_engine(settings.driver_url(target)))
        except moving.NotEmpty as error:
            raise click.ClickException("There are tables in that database already. Make an empty one.") from error
        except SQLAlchemyError as error:
            reason = error.__cause__ or error  # without the statement and its values
            raise click.ClickException(f"That did not work, and nothing was kept there: {reason}") from error
    click.echo(f"{carried} rows copied.")


cli.add_command(categories)
cli.add_command(doctor)
cli.add_command(faq)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(rotate_keys)
cli.add_command(retention)
cli.add_command(client)
cli.add_command(release)


def _app() -> Flask:
    return create_app(settings.load())


if __name__ == "__main__":
    cli()
