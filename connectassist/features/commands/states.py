"""The states of a command.

    pending_approval ──approve──> queued ──claim──> claimed ──result──> done | failed
           │                        ^                  │
           └─reject/expiry─> rejected └──time runs out──┤
                                                       └─once too often─> dead ──re-drive──> queued

Whatever is not over may be cancelled."""

from __future__ import annotations

PENDING_APPROVAL, QUEUED, CLAIMED = "pending_approval", "queued", "claimed"
DONE, FAILED, DEAD, REJECTED, CANCELLED = "done", "failed", "dead", "rejected", "cancelled"
#: It is not over.
OPEN = (PENDING_APPROVAL, QUEUED, CLAIMED)
#: The device said what came of it.
ANSWERED = (DONE, FAILED)
