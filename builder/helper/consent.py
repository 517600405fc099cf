"""The rules of consent, pure: what is held, what may be asked, what a click or a message changes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

RIGHTS = ("view", "control", "clipboard", "files", "commands", "recording")
LABELS = {
    "view": "See your screen",
    "control": "Use your mouse and keyboard",
    "clipboard": "Use your clipboard",
    "files": "Exchange files in the shared folder",
    "commands": "Run diagnostics and repairs",
    "recording": "Record your screen",
}
NEED_VIEW = frozenset({"control", "clipboard", "recording"})


def known(rights: object) -> frozenset[str]:
    """Keep the rights that exist; a list with anything else in it is read without that."""
    if not isinstance(rights, Iterable) or isinstance(rights, (str, bytes)):
        return frozenset()
    return frozenset(r for r in rights if isinstance(r, str) and r in RIGHTS)


def asked(rights: object) -> frozenset[str]:
    """Complete a question: who asks for control, clipboard or recording asks for view too."""
    wanted = known(rights)
    return wanted | {"view"} if wanted & NEED_VIEW else wanted


def sound(rights: Iterable[str]) -> frozenset[str]:
    """Complete an answer: without view there is no control, no clipboard and no recording."""
    held = known(rights)
    return held if "view" in held else held - NEED_VIEW


def ordered(rights: Iterable[str]) -> list[str]:
    """List rights in the order in which they are always shown and sent."""
    held = set(rights)
    return [r for r in RIGHTS if r in held]


@dataclass
class Consent:
    """What the customer granted in this run of the program, and what the server agrees to.

    Only `grant`, which stands for the customer's click, ever widens anything.
    """

    given: frozenset[str] = frozenset()
    agreed: frozenset[str] = frozenset()
    _pending: dict[str, frozenset[str]] = field(default_factory=dict)

    @property
    def rights(self) -> frozenset[str]:
        """What may be done at this moment."""
        return sound(self.given & self.agreed)

    def allows(self, right: str) -> bool:
        """Say whether one right is held at this moment."""
        return right in self.rights

    def grant(self, request_id: str, rights: Iterable[str]) -> frozenset[str]:
        """The customer clicked Allow: it takes effect once the server has agreed."""
        allowed = sound(rights)
        self._pending[request_id] = allowed - self.given
        self.given = self.given | allowed
        return allowed

    def confirm(self, request_id: str, rights: Iterable[str]) -> None:
        """The server accepted the answer to a question."""
        self._pending.pop(request_id, None)
        self.agreed = self.agreed | known(rights)

    def refuse(self, request_id: str) -> None:
        """The server did not accept the answer (too late, withdrawn): what the click added goes again."""
        self.given = self.given - self._pending.pop(request_id, frozenset())

    def revoke(self, rights: Iterable[str]) -> frozenset[str]:
        """The customer takes rights back; returns all that went."""
        before = self.rights
        self.given = sound(self.given - known(rights))
        self.agreed = self.agreed & self.given
        return before - self.rights

    def clear(self) -> None:
        """Stop, or the session's end: nothing is held any more."""
        self.given = self.agreed = frozenset()
        self._pending.clear()

    def server_says(self, rights: object, *, by: str) -> None:
        """Follow the server's list downwards.

        A list that the customer's own answer produced may be older than the newest click, so it only sets what
        the server agrees to; anybody else's narrowing is final until the customer clicks again.
        """
        listed = known(rights)
        if by != "customer":
            self.given = self.given & listed
        self.agreed = listed

    def policy_says(self, rights: object) -> None:
        """Unattended access, which the signed settings allow: what the server grants needs no click."""
        self.given = self.agreed = sound(known(rights))


@dataclass
class Admissions:
    """Which technicians may use the rights: whom the customer said yes to in this run of the program, as long as
    the server counts them in too. A server that tells nothing of it leaves it to the clicks."""

    clicked: set[str] = field(default_factory=set)
    listed: frozenset[str] | None = None

    def allows(self, person: str) -> bool:
        """Say whether one technician may use what is allowed."""
        return person in self.clicked and (self.listed is None or person in self.listed)

    def click(self, person: str) -> bool:
        """The customer said yes to somebody; says whether that is new."""
        is_new = person not in self.clicked
        self.clicked.add(person)
        return is_new

    def remove(self, person: str) -> None:
        """The customer sent somebody away, or the yes came too late."""
        self.clicked.discard(person)

    def server_lists(self, people: object) -> None:
        """The server's own list; anything that is none changes nothing."""
        if isinstance(people, list):
            self.listed = frozenset(str(each) for each in people if isinstance(each, (str, int)))

    def server_marks(self, person: str, admitted: object) -> None:
        """What an event about one technician says of them."""
        if isinstance(admitted, bool):
            rest = (self.listed or frozenset()) - {person}
            self.listed = rest | {person} if admitted else rest

    def clear(self) -> None:
        """Nobody is admitted any more."""
        self.clicked.clear()
        self.listed = None
