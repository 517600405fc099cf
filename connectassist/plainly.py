"""What goes wrong before anything runs, in a line for the operator instead of a traceback."""

from __future__ import annotations

import errno
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import click
from sqlalchemy.exc import OperationalError, SQLAlchemyError

from connectassist.core.discreet import Discretion, secrets_of
from connectassist.core.errors import AppError
from connectassist.core.settings import BadSetting, Settings


@contextmanager
def told() -> Iterator[None]:
    """A wrong setting, a file that can't be had, a database that does not answer: each is told in a sentence."""
    try:
        yield
    except BadSetting as problem:
        raise click.ClickException(f"{str(problem).rstrip('.')}. docs/settings.md explains each setting.") from problem
    except AppError as problem:
        raise click.ClickException(problem.sentence) from problem
    except SQLAlchemyError as problem:
        raise click.ClickException(f"The database did not do that: {Discretion().of(_reason(problem))}") from problem
    except OSError as problem:
        raise click.ClickException(f"{problem}. `connectassist doctor` looks for what is wrong.") from problem


@contextmanager
def starting(settings: Settings) -> Iterator[None]:
    """A database that does not answer and a port that can't be had end the server with a sentence."""
    try:
        yield
    except OperationalError as problem:
        sys.exit(f"Error: The database does not answer: {Discretion(secrets_of(settings)).of(_reason(problem))}")
    except OSError as problem:
        if problem.errno not in (errno.EADDRINUSE, errno.EADDRNOTAVAIL, errno.EACCES):
            raise
        sys.exit(f"Error: Can't serve on {settings.host}:{settings.port}: {problem}. CONNECTASSIST_PORT names another.")


class Commands(click.Group):
    """Commands that say in a line what went wrong, and what each is for."""

    def invoke(self, context: click.Context) -> object:
        """Run the command that was asked for."""
        with told():
            return super().invoke(context)

    def format_commands(self, context: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, each with its whole first sentence."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, self.commands[name].get_short_help_str(limit=160))
                                for name in self.list_commands(context)])


def _reason(problem: SQLAlchemyError) -> str:
    """What the database said, without the statement and its values."""
    return str(problem.__cause__ or problem).strip()
