"""A client: a company whose devices, codes, sessions and tickets stand apart from all others."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column, validates

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime
from connectassist.features.clients import names

DEFAULT_ID = 1


class Client(Base):
    """`slug` stands for the client in addresses and file names and stays when the name changes. `name_key` is the name
    as it may be taken only once, whatever its case."""

    __tablename__ = "clients"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(names.LONGEST), unique=True)
    name_key: Mapped[str | None] = mapped_column(String(names.LONGEST_KEY), index=True, unique=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    contact_name: Mapped[str | None] = mapped_column(String(120))
    contact_email: Mapped[str | None] = mapped_column(String(254))
    notes: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now)
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, onupdate=clock.now)

    @validates("name")
    def _key(self, _: str, name: str) -> str:
        self.name_key = names.key(name)
        return name
