"""How texts reach PostgreSQL, which keeps no NUL and refuses all that comes with one. Only imported where it is in use.

With the replacement character instead, a name with a NUL is one that nobody has, and one bad text among many that are
written together costs the others nothing, as on SQLite."""

from __future__ import annotations

from psycopg import Connection
from psycopg.abc import Buffer
from psycopg.types.string import StrDumperUnknown


class WithoutNul(StrDumperUnknown):
    """A text as PostgreSQL takes it."""

    def dump(self, obj: str) -> Buffer | None:
        return super().dump(obj.replace("\0", "\N{REPLACEMENT CHARACTER}"))


def install(connection: Connection) -> None:
    """Send all texts of a connection so."""
    connection.adapters.register_dumper(str, WithoutNul)
