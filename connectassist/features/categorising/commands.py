"""Commands about the model that guesses categories: train it, judge it, let it learn from what staff corrected."""

from __future__ import annotations

from collections.abc import Callable

import click
from flask import Flask

from connectassist.core import settings
from connectassist.features.categorising import evaluation, examples, learning, model, report, shelf
from connectassist.features.categorising.learning import Compared

NONE_YET = "There is no model yet: `python -m connectassist.cli categories train` makes it."


@click.group()
def categories() -> None:
    """The model that guesses category and priority of new tickets."""


@categories.command()
@click.option("--force", is_flag=True, help="Train even where nothing has changed.")
def train(force: bool) -> None:
    """Train the model that ConnectAssist comes with, where its examples or its code have changed."""
    from connectassist.features.categorising import training

    key = training.shipped_key()
    if not force and _is_there(key):
        return
    click.echo("Training the model for ticket categories…")
    training.train(examples.training()).write(shelf.SHIPPED, made_from=key)


@categories.command()
@click.option("--shipped", is_flag=True, help="Judge the model that ConnectAssist comes with, not the one in force.")
def evaluate(shipped: bool) -> None:
    """Print how good the model in force is, on lines that no model learns from."""
    instance = settings.load().instance
    found = shelf.shipped() if shipped else shelf.in_force(instance)
    if found is None:
        raise click.ClickException(NONE_YET)
    for line in report.lines(found, training=examples.training(), held_out=examples.held_out()):
        click.echo(line)


@categories.command()
@click.option("--force", is_flag=True, help="Take the new model even if it is clearly worse.")
@click.option("--undo", is_flag=True, help="Go back to the model before the last retraining.")
@click.pass_obj
def retrain(make_app: Callable[[], Flask], force: bool, undo: bool) -> None:
    """Learn from the tickets whose category or priority staff corrected. The running server takes it up by itself."""
    app = make_app()
    instance = app.extensions["settings"].instance
    if undo:
        click.echo("The model before is in force again." if shelf.undo(instance) else "There is nothing to undo.")
        return
    with app.app_context():
        corrected = learning.corrections()
    if not corrected:
        click.echo("Staff have corrected no guess yet: there is nothing to learn.")
        return
    compared, taken = learning.retrain(instance, corrected=corrected, force=force)
    _tell(compared)
    if not taken:
        raise click.ClickException("The new model is clearly worse, so the present one stays. --force takes it.")
    click.echo("The new model is in force. `retrain --undo` goes back, `reset` to the shipped one.")


@categories.command()
def reset() -> None:
    """Go back to the model that ConnectAssist comes with."""
    had = shelf.reset(settings.load().instance)
    click.echo("The shipped model is in force again." if had else "The shipped model is in force already.")


def _tell(compared: Compared) -> None:
    click.echo(f"{'':12}category  priority  corrections guessed right")
    for name, judged, right in (("before", compared.before, compared.learnt[0]),
                                ("after", compared.after, compared.learnt[1])):
        if judged:
            click.echo(f"{name:12}{evaluation.accuracy(judged.categories):8.1%}"
                       f"{evaluation.accuracy(judged.priorities):10.1%}{right:8} of {compared.corrections}")


def _is_there(key: str) -> bool:
    try:
        return model.read(shelf.SHIPPED).made_from == key
    except (OSError, model.BadModel):
        return False
