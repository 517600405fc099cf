"""The command for whoever makes releases of ConnectAssist."""

from __future__ import annotations

from pathlib import Path

import click

from connectassist.core.settings import ROOT
from connectassist.features.deploying import releasing


@click.command()
@click.argument("version")
@click.option("--dry-run", is_flag=True, help="Show what would change, and change nothing.")
@click.option("--folder", type=click.Path(path_type=Path, file_okay=False, exists=True), default=ROOT,
              help="The checkout to release from; by default the one that this program runs from.")
def release(version: str, dry_run: bool, folder: Path) -> None:
    """Make a release: write the VERSION (such as 1.2.3) wherever it stands, give the changelog its heading with the
    date, commit, and tag it. Pushing is left to you."""
    try:
        made = releasing.plan(version, folder=folder)
        if dry_run:
            click.echo(made.changes, nl=False)
            click.echo(f"Nothing was changed. Without --dry-run this would be committed and tagged v{version}.")
            return
        made.make()
    except releasing.NotReady as problem:
        raise click.ClickException(str(problem)) from problem
    click.echo(f"ConnectAssist {version} is committed and tagged v{version}. "
               "Publish it: git push --follow-tags")
