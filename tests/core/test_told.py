"""What a caller is told when the database refuses."""

from __future__ import annotations

from sqlalchemy.exc import PendingRollbackError

from connectassist.core.db import told
from connectassist.core.errors import Unavailable


def test_a_transaction_whose_connection_is_gone_is_an_outage_and_one_that_failed_before_is_our_mistake() -> None:
    assert isinstance(told(PendingRollbackError("Can't reconnect", code="8s2b")), Unavailable)
    assert told(PendingRollbackError("rolled back", code="7s2a")) is None
