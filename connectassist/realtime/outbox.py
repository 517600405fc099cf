"""Send queues are bounded: what is stale by the time it arrives is dropped here and in channel.py, which also lets
go of a client that stops reading before it costs memory."""

from __future__ import annotations

from connectassist.realtime.gateway import GATEWAY


def is_congested(socket_id: str) -> bool:
    """Does this socket lag behind, so that another picture would only add to it?"""
    return GATEWAY.is_congested(socket_id)
