"""A client's data on the terminal."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask import Flask

from connectassist.core.errors import AppError
from connectassist.features.client_data import exporting, service
from connectassist.identity import principal

MakeApp = Callable[[], Flask]


@click.group()
def client() -> None:
    """Everything that is kept of one client: count it, hand it out, erase it."""


@client.command()
@click.argument("client_id", type=int)
@click.pass_obj
def show(make_app: MakeApp, client_id: int) -> None:
    """Say how much is kept of a client."""
    with make_app().app_context():
        _tell(_or_refuse(service.outlook, client_id))


@client.command()
@click.argument("client_id", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(make_app: MakeApp, client_id: int, file: Path) -> None:
    """Write everything that is kept of a client into a ZIP."""
    with make_app().app_context():
        name = _or_refuse(service.note_export, client_id)
        part = file.with_name(f"{file.name}.part")
        try:
            with open(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as out:
                for piece in exporting.pieces(client_id, name):
                    out.write(piece)
            part.replace(file)
        except FileExistsError as problem:
            raise click.ClickException(f"{part} is there already: another export runs, or one broke off.") from problem
        except BaseException:
            part.unlink(missing_ok=True)
            raise
    click.echo(f"Wrote {file}.")


@client.command()
@click.argument("client_id", type=int)
@click.option("--dry-run", is_flag=True, help="Only say what would go.")
@click.option("--keep-log", is_flag=True, help="Keep who did what for the client.")
@click.option("--name", help="The client's name, as a sign that it is meant; asked for when left out.")
@click.pass_obj
def erase(make_app: MakeApp, client_id: int, dry_run: bool, keep_log: bool, name: str | None) -> None:
    """Erase a client for good with everything that is kept of it."""
    with make_app().app_context():
        _tell(_or_refuse(service.outlook, client_id))
        if dry_run:
            return
        typed = name or click.prompt("Type the client's name to erase all this")
        gone = _or_refuse(service.erase, client_id, name=typed, keep_log=keep_log)
    click.echo(f"Erased {sum(gone.values())} rows.")


def _or_refuse(verb: Callable[..., Any], client_id: int, **more: Any) -> Any:
    try:
        return verb(client_id, by=principal.system(), **more)
    except AppError as error:
        raise click.ClickException(error.sentence) from error


def _tell(found: dict[str, Any]) -> None:
    click.echo(f"{found['name']}: {found['files']} files with {found['bytes']} bytes")
    for name, count in found["rows"].items():
        click.echo(f"{count:>9}  {name}")
