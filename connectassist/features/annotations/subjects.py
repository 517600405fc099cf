"""What notes and fields are about: one device or one client, in the caller's scope."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from connectassist.features.clients import service as clients
from connectassist.features.devices import queries as devices
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.annotations.models import CustomField, Note


@dataclass(frozen=True, kw_only=True)
class Subject:
    """A device by its public id, or a client; `tenant` is the client that it belongs to or is."""

    tenant: int
    device_id: str | None = None

    @property
    def columns(self) -> dict[str, str | int]:
        """How a row says that it is about this subject."""
        return {"device_id": self.device_id} if self.device_id else {"client_id": self.tenant}

    def owns(self, row: Note | CustomField) -> bool:
        """Is the row about this subject?"""
        return all(getattr(row, name) == value for name, value in self.columns.items())


def of(by: Principal, *, device_id: str = "", client_id: int = 0) -> Subject:
    """The device or the client that a path names. Raises DeviceNotFound, NotFound."""
    return device(by, device_id) if device_id else Subject(tenant=clients.choose(by, client_id))


def device(by: Principal, device_id: str) -> Subject:
    """A device in scope. Raises DeviceNotFound."""
    found = devices.visible_to(by, device_id)
    return Subject(tenant=found.client_id, device_id=found.device_id)
