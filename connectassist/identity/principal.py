"""Principal: whoever asks, as one immutable value that services decide by."""

from __future__ import annotations

from dataclasses import dataclass

from connectassist.identity.models import ADMIN, CUSTOMER, STAFF_ROLES, TECHNICIAN, User

NOBODY, USER, DEVICE, SYSTEM, SHARER = "nobody", "user", "device", "system", "sharer"


@dataclass(frozen=True, kw_only=True)
class Principal:
    """Who asks. `client_ids` is None for those who see every client, else the set they may see."""

    kind: str
    name: str = ""
    address: str = ""
    user_id: int | None = None
    role: str | None = None
    client_ids: frozenset[int] | None = frozenset()
    device_id: str | None = None
    login_id: str | None = None
    audience: str | None = None
    session_id: str | None = None

    @property
    def is_signed_in(self) -> bool:
        return self.kind == USER

    @property
    def is_staff(self) -> bool:
        return self.role in STAFF_ROLES

    @property
    def is_technician(self) -> bool:
        """May act on devices and sessions: technicians and admins, not viewers."""
        return self.role in (ADMIN, TECHNICIAN)

    @property
    def is_customer(self) -> bool:
        """Somebody of a client, for whom that client's devices and tickets are here."""
        return self.role == CUSTOMER and self.client_id is not None

    @property
    def client_id(self) -> int | None:
        """The client that a customer belongs to."""
        return next(iter(self.client_ids or ()), None) if self.role == CUSTOMER else None

    @property
    def is_admin(self) -> bool:
        return self.role == ADMIN

    def may_see(self, client_id: int) -> bool:
        """Is what belongs to this client in the caller's scope?"""
        return self.client_ids is None or client_id in self.client_ids


def nobody(address: str = "") -> Principal:
    """A caller who has proved nothing."""
    return Principal(kind=NOBODY, name="anyone", address=address)


def system(name: str = "server") -> Principal:
    """The server acting by itself: clean-up, first start."""
    return Principal(kind=SYSTEM, name=name, client_ids=None)


def device(device_id: str, address: str = "") -> Principal:
    """A device that has shown its secret."""
    return Principal(kind=DEVICE, name=device_id, device_id=device_id, address=address)


def sharer(session_id: str, address: str = "") -> Principal:
    """A customer's browser that has shown its secret of a session. It speaks for that session alone."""
    return Principal(kind=SHARER, name="customer's browser", session_id=session_id, address=address)


def of_user(user: User, *, address: str = "", login_id: str | None = None, audience: str | None = None) -> Principal:
    """The principal of an account. Customers see their own client; staff what is assigned; admins all."""
    scope = None if user.role == ADMIN else frozenset(
        [a.client_id for a in user.assignments] if user.role in STAFF_ROLES else [user.client_id])
    return Principal(kind=USER, name=user.display_name, address=address, user_id=user.id, role=user.role,
                     client_ids=scope, login_id=login_id, audience=audience)
