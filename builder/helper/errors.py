"""What can go wrong before a session: each with the sentence for the customer and the exit status."""

from __future__ import annotations


class HelperError(Exception):
    """A reason to stop, said so that a customer understands it."""

    exit_status = 1


class BadSettings(HelperError):
    """No package here, or its settings cannot be read."""

    exit_status = 2


class Tampered(HelperError):
    """A file of the package is not what the server signed."""

    exit_status = 3


class Refused(HelperError):
    """The server does not accept this package (used, expired, foreign token)."""

    exit_status = 4


class AlreadyEnrolled(Refused):
    """The server has a device of this id already, and this program has not its secret."""


class Removed(HelperError):
    """The server no longer knows this device."""

    exit_status = 5


class AlreadyRunning(HelperError):
    """The same helper runs already on this machine."""

    exit_status = 6


class Unreachable(Exception):
    """The server did not answer, for now: try again."""


class NotThere(Exception):
    """The session is unknown or over."""


class BadFile(Exception):
    """A path or file name that the shared folder does not serve; the sentence may be shown to the technician."""
