"""One look at everything that is counted. It runs in the hub, so it only copies plain numbers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask import current_app

from connectassist import VERSION
from connectassist.core import jobs
from connectassist.core.db import db
from connectassist.core.tallies import Spread
from connectassist.features.metrics import service as machine
from connectassist.features.operations import queries as operations
from connectassist.http.context import settings, writer
from connectassist.http.guard import limiter
from connectassist.http.tracing import Requests
from connectassist.realtime import websockets
from connectassist.realtime.batches import BATCHES
from connectassist.realtime.gateway import GATEWAY
from connectassist.realtime.namespaces import NAMESPACES
from connectassist.realtime.presence import presence
from connectassist.realtime.rooms import rooms
from connectassist.realtime.strangers import STRANGERS

Labels = tuple[str, ...]
#: Each figure with its samples: a number, or the buckets and the sum of a spread.
Taken = dict[str, list[tuple[Labels, Any]]]


def taken() -> Taken:
    """The figures of this process, as they are now."""
    return _sockets() | _requests() | _queues() | {
        "build_info": [((VERSION, str(settings().process)), 1)], "uptime_seconds": [((), operations.uptime_seconds())],
        "hub_lag_seconds": [((), _spread(machine.LAG.spread))],
        "database_connections": [*_pool("requests", db.engine.pool), *_pool("queue", writer().pool)],
        "limits_spent_total": _counted(limiter().spent), "limits_refused_total": _counted(limiter().refused)}


def _sockets() -> Taken:
    passed = [((event.name, event.passes or ""), GATEWAY.relay.passed[event.name.encode()])
              for event in GATEWAY.events.incoming.values() if event.passes]
    tables = {"/": GATEWAY.events} | {each.path: each.events for each in NAMESPACES}
    return {
        "sockets": [(("default",), len(GATEWAY.connections)), (("plain",), len(websockets.OPEN)),
                    *(((each.path.strip("/"),), len(each.connections)) for each in NAMESPACES)],
        "strangers": [((), STRANGERS.waiting.total())],
        "devices_online": [((), len(presence.online()))],
        "relay_frames_total": [(labels, counts[0]) for labels, counts in passed],
        "relay_bytes_total": [(labels, counts[1]) for labels, counts in passed],
        "events_total": [((path, *key), count) for path, table in tables.items() for key, count in table.heard.items()],
        **_sessions()}


def _sessions() -> Taken:
    live = rooms.all()
    return {"sessions_live": [((), len(live))],
            "seats": [(("helper",), sum(room.helper is not None for room in live)),
                      (("technician",), sum(len(room.technicians) for room in live)),
                      (("customer",), sum(room.browser is not None for room in live))]}


def _requests() -> Taken:
    seen: Requests = current_app.extensions["requests"]
    return {"http_requests_total": _counted(seen.counts), "http_requests_under_way": [((), seen.under_way)],
            "http_request_seconds": [(key, _spread(spread)) for key, spread in seen.spreads.items()]}


def _queues() -> Taken:
    return {"batch_waiting": [((each.name,), each.depth) for each in BATCHES],
            "writes_waiting": [((), writer().depth)], "real_thread_jobs": [((), jobs.under_way())],
            "worker_jobs": [((name,), depth()) for name, depth in jobs.WORKERS.items()]}


def _pool(name: str, pool: Any) -> Iterable[tuple[Labels, int]]:
    """Pools that keep no connections have nothing to tell."""
    if hasattr(pool, "checkedout"):
        yield (name, "in use"), pool.checkedout()
        yield (name, "idle"), pool.checkedin()
        yield (name, "overflow"), max(0, pool.overflow())


def _counted(tally: dict[Any, int]) -> list[tuple[Labels, int]]:
    return [(key if isinstance(key, tuple) else (key,), count) for key, count in tally.items()]


def _spread(spread: Spread) -> tuple[list[tuple[str, float]], float]:
    return spread.buckets(), spread.sum
