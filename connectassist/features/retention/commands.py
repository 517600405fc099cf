"""What is kept for how long, on the terminal."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click
from flask import Flask

from connectassist.features.retention import service


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
@click.pass_obj
def retention(make_app: Callable[[], Flask], dry_run: bool) -> None:
    """Delete what has been kept long enough. The running server does so every hour by itself."""
    app = make_app()
    with app.app_context():
        if dry_run:
            for each in service.outlook():
                click.echo(_line(each))
            return
        for what, count in service.run().items():
            click.echo(f"{count:>7}  {what}")


def _line(each: dict[str, Any]) -> str:
    kept = f"kept {each['days']:g} days" if each["days"] else "kept for ever"
    count = f"{each['waiting']}{'+' if each['is_more'] else ''}"
    return f"{count:>7}  {each['what']} ({kept}{', ' + each['setting'] if each['setting'] else ''})"
