"""The figures of this process, as Prometheus reads them: looked at in the hub, asked for in the database now and again,
written out in a real thread."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
from flask import current_app
from prometheus_client import CollectorRegistry, GCCollector, PlatformCollector, ProcessCollector, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.registry import Collector
from sqlalchemy.exc import SQLAlchemyError

from connectassist.core import clock, jobs
from connectassist.core.errors import Unauthorized
from connectassist.core.reachable import Readiness
from connectassist.core.vault import same
from connectassist.features.commands import queries as commands
from connectassist.features.prometheus.declared import COUNTER, FIGURES, HISTOGRAM, PREFIX
from connectassist.features.prometheus.taking import Taken, taken
from connectassist.http.context import settings
from connectassist.identity import principal
from connectassist.identity.principal import Principal

#: Seconds for which what the database said is good enough.
KEPT = 10.0
_FAMILIES = {COUNTER: CounterMetricFamily, HISTOGRAM: HistogramMetricFamily}


def require_reader(shown: str, *, by: Principal) -> None:
    """Only whoever shows the token of the settings, and administrators, may read. Raises Unauthorized."""
    token = settings().metrics_token
    scheme, _, proof = shown.partition(" ")
    if token and scheme.lower() == "bearer" and same(proof.strip(), token):
        return
    if not by.is_admin:
        raise Unauthorized()


def exposition() -> bytes:
    """All figures in Prometheus' text format."""
    return jobs.run_blocking(_written, taken() | _leaned_on(), settings().backups)


def _leaned_on() -> Taken:
    """What the server leans on, and how much waits there. A database that is away fails nobody's look."""
    needs: Readiness = current_app.extensions["readiness"]
    found: Taken = {f"{name}_up": [((), int(is_up))] for name, is_up in needs.checks().items() if is_up is not None}
    if found["database_up"] == [((), 1)]:
        found["commands"] = _commands()
    return found


def _commands() -> list[tuple[tuple[str, ...], int]]:
    at, known = current_app.extensions.get("commands counted", (-KEPT, []))
    if clock.monotonic() - at >= KEPT:
        try:
            known = [((state,), count) for state, count in commands.counts(principal.system()).items()]
        except SQLAlchemyError:
            return []
        current_app.extensions["commands counted"] = clock.monotonic(), known
    return known


def _backed_up(folder: Path) -> Iterator[tuple[tuple[str, ...], float]]:
    """When the newest backup was made, where there is one."""
    with suppress(OSError):
        newest = max((path.stat().st_mtime for path in folder.glob("connectassist-*.tar.gz*")), default=None)
        if newest is not None:
            yield ("backup",), newest


class _Looked(Collector):
    """Figures that were taken, for the library to write."""

    def __init__(self, figures: Taken) -> None:
        self._figures = figures

    def collect(self):  # type: ignore[no-untyped-def]
        for name, samples in self._figures.items():
            declared = FIGURES[name]
            family = _FAMILIES.get(declared.kind, GaugeMetricFamily)(PREFIX + name, declared.doc,
                                                                     labels=declared.labels)
            for labels, value in samples:
                family.add_metric(labels, *(value if declared.kind == HISTOGRAM else (value,)))
            yield family


def _written(figures: Taken, backups: Path) -> bytes:
    """A registry of its own each time: nothing is kept in the library."""
    registry = CollectorRegistry()
    registry.register(_Looked(figures | {"threads": [((), psutil.Process().num_threads())],
                                         "last_success_timestamp_seconds": list(_backed_up(backups))}))
    for collector in (ProcessCollector, PlatformCollector, GCCollector):
        collector(registry=registry)
    return generate_latest(registry)
