"""What can go wrong with a provider. The words are for the server's log and its administrator; no key is in them."""

from __future__ import annotations


class ProviderTrouble(Exception):
    """The provider gave no answer. `is_passing` says whether asking again may help, `retry_after` when, in seconds."""

    def __init__(self, why: str, *, is_passing: bool = False, retry_after: float | None = None) -> None:
        super().__init__(why)
        self.is_passing, self.retry_after = is_passing, retry_after
