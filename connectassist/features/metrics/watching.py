"""When an alert of the server's machine opens, gets worse or better, and closes. Pure rules over the last minutes.

Three minutes in a row must be beyond a threshold, so that a short rush wakes nobody; and three in a row must be a
twentieth below it until that is over, so that nothing flickers at the edge."""

from __future__ import annotations

from connectassist.features.metrics.measures import CRITICAL, WARNING, Threshold

#: So many minutes in a row decide; they lie in the last so many seconds.
IN_A_ROW, WITHIN = 3, 600
#: How far below a threshold a measure must come, as a share of it.
MARGIN = 0.05


def severity(values: list[float], threshold: Threshold, *, before: str | None) -> str | None:
    """How bad it is now, after how bad it was; None when nobody needs to look. Too few values change nothing."""
    if len(values) < IN_A_ROW:
        return before
    least, most = min(values), max(values)
    if least >= threshold.critical or (before == CRITICAL and not _is_clear(most, threshold.critical)):
        return CRITICAL
    if least >= threshold.warning or (before and not _is_clear(most, threshold.warning)):
        return WARNING
    return None


def _is_clear(most: float, threshold: float) -> bool:
    return most < threshold * (1 - MARGIN)
