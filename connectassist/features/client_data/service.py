"""One client's data: counted, and erased for good."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import delete, select, update
from sqlalchemy.exc import IntegrityError

from connectassist.core import audit, jobs
from connectassist.core.db import db
from connectassist.core.errors import ClientInUse, Conflict
from connectassist.features.client_data import belonging, files, queries
from connectassist.features.clients import queries as clients
from connectassist.features.devices import queries as devices
from connectassist.features.devices import service as device_service
from connectassist.features.sessions import queries as sessions
from connectassist.features.sessions import service as session_service
from connectassist.identity.principal import Principal
from connectassist.realtime import announce, rescoping, sweeps

AT_ONCE = 500
#: How often it is begun anew when something comes to a client while that is erased.
TURNS = 5


def outlook(client_id: int, *, by: Principal) -> dict[str, Any]:
    """How much there is of a client: rows by table, files and their bytes. Raises ClientNotFound."""
    name = clients.one(by, client_id).name
    counts = {table: queries.count(table, client_id) for table in belonging.BELONGS}
    sizes = jobs.run_blocking(_sizes, [path for path, _ in files.of(client_id)])
    return {"client_id": client_id, "name": name, "rows": {table: n for table, n in counts.items() if n},
            "files": len(sizes), "bytes": sum(sizes)}


def _sizes(paths: list[Path]) -> list[int]:
    return [path.stat().st_size for path in paths if path.is_file()]


def note_export(client_id: int, *, by: Principal) -> str:
    """Say in the log that somebody was handed a client's data. Returns the client's name. Raises ClientNotFound."""
    name = clients.one(by, client_id).name
    audit.record(by, "client.export", f"The data of client {name} were handed out", client_id=client_id,
                 level="WARNING")
    db.session.commit()
    return name


def erase(client_id: int, *, by: Principal, name: str, keep_log: bool = False) -> dict[str, int]:
    """Erase a client with everything that is kept of it: its devices are cut off, its sessions end, its customers are
    signed out. `name` must be the client's, to the letter. Done in portions; what is cut off in the middle goes on when
    it is asked for again. Returns how many rows went, by table. Raises ClientNotFound, ClientInUse, Conflict."""
    client = clients.one(by, client_id)
    if client_id == clients.DEFAULT_ID:
        raise ClientInUse("The default client can't be erased", holds=[])
    if name != client.name:
        raise Conflict("Type the client's name as it is written, to erase it")
    audit.record(by, "client.erase", f"Client {name} is erased with everything that is kept of it", level="WARNING",
                 **({"client_id": client_id} if keep_log else {}))
    people = [user.id for user, _ in clients.people_of(client_id)] + queries.customers(client_id)
    db.session.commit()
    counts: Counter[str] = Counter()
    for turn in range(TURNS):
        try:
            _empty_all(client_id, counts, by=by, keep_log=keep_log)
            break
        except IntegrityError as problem:  # something came to it meanwhile
            db.session.rollback()
            if turn == TURNS - 1:
                raise Conflict("Things are still being made for this client. Erase it again to go on") from problem
    announce.client(client_id)
    for user_id in people:
        rescoping.rescope(user_id)
    return {table: count for table, count in counts.items() if count}


def _empty_all(client_id: int, counts: Counter[str], *, by: Principal, keep_log: bool) -> None:
    """Raises IntegrityError where a row came to one of the tables that were emptied already."""
    _let_go(client_id, by=by)
    gone = [path for path, _ in files.of(client_id)]
    try:
        for table in belonging.leaves_first():
            if not (keep_log and table == "audit_entries"):
                counts[table] += _empty(table, client_id)
    finally:  # of what is gone already nobody would know another time
        jobs.run_blocking(_unlink, gone)


def _let_go(client_id: int, *, by: Principal) -> None:
    """End what goes on, and cut the devices off."""
    for session_id in sessions.live_ids_of_client(client_id):
        session_service.end(session_id, by=by, who="technician")
    while some := devices.ids_of_client(client_id, limit=AT_ONCE):
        for device_id in some:
            device_service.remove(device_id, by=by)


def _empty(name: str, client_id: int) -> int:
    """Delete a client's rows of one table."""
    key, which = belonging.key_of(name), belonging.rows_of(name, client_id)
    table = belonging.table(name)
    _loosen(name, client_id)
    if key is None:
        count = db.session.execute(delete(table).where(which)).rowcount
        db.session.commit()
        return count

    def remove(keys: list[Any]) -> None:
        db.session.execute(delete(table).where(key.in_(keys)))
        db.session.commit()

    return sweeps.delete_old(key, lambda most: queries.keys(name, client_id, limit=most), remove=remove)


def _loosen(name: str, client_id: int) -> None:
    """A customer may have written in what belongs to somebody else: that stays, without them."""
    if name != "users":
        return
    theirs = select(belonging.table("users").c.id).where(belonging.rows_of("users", client_id))
    for table in belonging.BELONGS:
        for key in belonging.table(table).foreign_keys:
            if key.column.table.name == "users" and key.ondelete is None and key.parent.nullable:
                db.session.execute(update(belonging.table(table)).where(key.parent.in_(theirs))
                                   .values({key.parent.name: None}))
    db.session.commit()


def _unlink(paths: list[Path]) -> None:
    for path in paths:
        path.unlink(missing_ok=True)
