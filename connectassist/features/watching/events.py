"""Staff on `/it`, contract 000's namespace for their dashboard: what they may see, and which devices they watch."""

from __future__ import annotations

from connectassist.realtime.connections import Connection
from connectassist.realtime.namespaces import IT


def came(connection: Connection) -> None:
    """A dashboard opened: it hears of the clients in its scope."""
    scope = connection.principal.client_ids
    IT.enter(connection, ["staff-all"] if scope is None else [f"staff-{client_id}" for client_id in scope])


IT.on_connect.append(came)
