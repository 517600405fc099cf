"""Commands about the model that guesses categories: train it, judge it, let it learn from what staff corrected."""

from __future__ import annotations

import click

from connectassist.features.categorising import model, shelf


@click.group()
def categories() -> None:
    """The model that guesses category and priority of new tickets."""


@categories.command()
@click.option("--force", is_flag=True, help="Train even where nothing has changed.")
def train(force: bool) -> None:
    """Train the model that ConnectAssist comes with, where its examples or its code have changed."""
    from connectassist.features.categorising import examples, training

    key = training.shipped_key()
    if not force and _is_there(key):
        return
    click.echo("Training the model for ticket categories…")
    training.train(examples.training()).write(shelf.SHIPPED, made_from=key)


def _is_there(key: str) -> bool:
    try:
        return model.read(shelf.SHIPPED).made_from == key
    except (OSError, model.BadModel):
        return False
