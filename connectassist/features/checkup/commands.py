"""`connectassist doctor`: all checks, in plain sentences, for whoever runs a server."""

from __future__ import annotations

import sys

import click
import orjson

from connectassist.core import foreign
from connectassist.core.discreet import Discretion, secrets_of
from connectassist.core.settings import BadSetting, read
from connectassist.features.checkup import running
from connectassist.features.checkup.findings import ERROR, HINT, OK, WARNING, Found, worst

MARKS = {OK: ("ok", "green"), HINT: ("hint", "cyan"), WARNING: ("WARNING", "yellow"), ERROR: ("ERROR", "red")}
#: What the program ends with: 0 all is well, 1 something should be looked at, 2 something does not work.
CODES = {OK: 0, HINT: 0, WARNING: 1, ERROR: 2}


@click.command()
@click.option("--url", default="", metavar="URL", help="Where people reach the server; CONNECTASSIST_PUBLIC_URL when "
              "left out, else this computer.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object in a line for each finding.")
@click.option("--quiet", is_flag=True, help="Leave out what is well.")
def doctor(url: str, as_json: bool, quiet: bool) -> None:
    """Look at the installation, the settings, the database and the way to the server, and say what to do.

    Ends with 0 when all is well, with 1 when something should be looked at, with 2 when something does not work. Run it
    with the server's settings, as its user; the server may run meanwhile. It changes nothing."""
    found: list[Found] = []
    discretion, about = _discretion(), ""
    for each in running.run(url=url):
        found.append(each)
        if quiet and each.finding.level == OK:
            continue
        if as_json:
            click.echo(discretion.of(orjson.dumps(each.row()).decode()))
        else:
            about = _print(each, about, discretion)
        sys.stdout.flush()
    level = worst(each.finding for each in found)
    if not as_json:
        _sum_up(found)
    sys.exit(CODES[level])


def _discretion() -> Discretion:
    """Nothing secret is told; errors of others quote all sorts of things."""
    try:
        return Discretion(secrets_of(read()))
    except BadSetting:
        return Discretion()


def _print(each: Found, about: str, discretion: Discretion) -> str:
    """A finding below the heading that it belongs to. Returns the heading."""
    if each.check.about != about:
        click.secho(f"\n{each.check.about}", bold=True)
    mark, color = MARKS[each.finding.level]
    click.echo(f"  {click.style(f'{mark:8}', fg=color)} {foreign.text(discretion.of(each.finding.sentence))}")
    if each.finding.fix:
        click.echo(f"  {'':8} → {foreign.text(discretion.of(each.finding.fix))}")
    return each.check.about


def _sum_up(found: list[Found]) -> None:
    counts = {level: sum(each.finding.level == level for each in found) for level in (ERROR, WARNING, HINT)}
    if not counts[ERROR] and not counts[WARNING]:
        click.echo("\nAll is well.")
        return
    said = (_many(counts[level], level) for level in (ERROR, WARNING, HINT))
    click.echo(f"\n{', '.join(said)}.")


def _many(count: int, word: str) -> str:
    return f"{count} {word}{'' if count == 1 else 's'}"


if __name__ == "__main__":
    doctor()
