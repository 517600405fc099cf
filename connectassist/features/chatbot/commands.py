"""Commands about the FAQ assistant."""

from __future__ import annotations

import click

from connectassist.features.chatbot import evaluating


@click.group()
def faq() -> None:
    """The FAQ assistant."""


@faq.command()
@click.option("--tuning", is_flag=True, help="On the questions that it is tuned by.")
def evaluate(tuning: bool) -> None:
    """Print how well it finds answers, on questions held out for that."""
    for line in evaluating.report(tuning=tuning):
        click.echo(line)
