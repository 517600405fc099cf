"""How the server's machine fares: sampled, summed up, kept for a while."""

from __future__ import annotations

from connectassist.features.metrics import queries
from connectassist.features.metrics.models import MetricSample
from connectassist.realtime import sweeps

#: How many seconds a sample stands for, and how many days it is kept.
KEPT_DAYS = {60: 3, 3600: 400}


def prune() -> int:
    """Delete the samples that are older than the days they are kept. Returns how many."""
    return sum(sweeps.delete_old(MetricSample.id, lambda most, seconds=seconds, days=days: queries.outlived(
        seconds, days, limit=most)) for seconds, days in KEPT_DAYS.items())
