"""What a server process is told by the parent that started it, in its arguments; nothing, where it is started alone."""

from __future__ import annotations

from argparse import ArgumentParser
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Place:
    """`listener` is the file number of the socket to listen on, which the parent holds open while processes change.
    `parent` is its process id: the process ends when that is gone. `is_prepared`: the database is up to date.
    `has_company`: other processes of the site live, so that what the database says of sessions may be so.
    `only_prepares`: bring the database up to date and leave."""

    listener: int | None = None
    parent: int = 0
    is_prepared: bool = False
    has_company: bool = False
    only_prepares: bool = False

    @property
    def arguments(self) -> list[str]:
        """The same as the arguments of a program."""
        numbers = [f"--listener={self.listener}"] if self.listener is not None else []
        return numbers + [f"--parent={self.parent}"] * bool(self.parent) + [
            "--" + name.replace("_", "-") for name in ("is_prepared", "has_company", "only_prepares")
            if getattr(self, name)]

    @classmethod
    def told(cls, arguments: list[str]) -> Place:
        """The place that a process's arguments tell of."""
        parser = ArgumentParser(description="Start the server. It takes its settings from the environment, and these "
                                            "arguments from `connectassist serve`.")
        parser.add_argument("--listener", type=int)
        parser.add_argument("--parent", type=int, default=0)
        for name in ("--is-prepared", "--has-company", "--only-prepares"):
            parser.add_argument(name, action="store_true")
        return cls(**vars(parser.parse_args(arguments)))
