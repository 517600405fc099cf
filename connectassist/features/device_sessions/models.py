"""Contract 003's sessions: they stand in the one table of sessions and hold commands instead of seats."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Mapped

from connectassist.core.db import Base
from connectassist.features.sessions import queries as sessions

ACTIVE, ENDED, EXPIRED = "active", "ended", "expired"
DIAGNOSTIC, REMEDIATION = "diagnostic", "remediation"
TYPES = (DIAGNOSTIC, REMEDIATION)
#: Who ended one that nobody ended.
BY_TIME = "expiry"


class DeviceSession(Base):
    """A look at the rows of `sessions` whose type is one of TYPES. A technician opened it if there is a
    `technician_id`, else somebody of the client, whose name is `customer_name`."""

    __table__ = Base.metadata.tables[sessions.TABLE]

    id: Mapped[int]
    session_id: Mapped[str]
    type: Mapped[str]
    status: Mapped[str]
    client_id: Mapped[int]
    device_id: Mapped[str]
    technician_id: Mapped[int | None]
    technician_name: Mapped[str]
    customer_name: Mapped[str | None]
    description: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    ended_by: Mapped[str | None]

    @property
    def needs_approval(self) -> bool:
        """Must somebody of the client's allow each of its commands?"""
        return self.type == REMEDIATION

    @property
    def opener(self) -> str:
        """Who opened it, by name."""
        return self.technician_name or self.customer_name or ""
