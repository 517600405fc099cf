"""A short link: five characters that lead to a page or a download of one session."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from connectassist.core import clock
from connectassist.core.db import Base, UtcDateTime


class ShortLink(Base):
    """`path` is always one of this site. It knows its session's id, so a code is as good as that id is."""

    __tablename__ = "short_links"

    code: Mapped[str] = mapped_column(String(5), primary_key=True)
    path: Mapped[str] = mapped_column(String(200))
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=clock.now, index=True)
    expires_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
