"""Commands about the FAQ assistant."""

from __future__ import annotations

import click

from connectassist.features.chatbot import evaluating


@click.group()
def faq() -> None:
    """The FAQ assistant."""


@faq.command()
def evaluate() -> None:
    """Print how well it finds answers, on questions held out for that."""
    for line in evaluating.report():
        click.echo(line)
