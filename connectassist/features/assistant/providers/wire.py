"""Reading a streamed answer over HTTP: line by line, within bounds of time and length, without following redirects."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import Any

import orjson
import requests

from connectassist.core import clock
from connectassist.core.settings import Settings
from connectassist.features.assistant.providers.trouble import ProviderTrouble

CONNECT_SECONDS, IDLE_SECONDS, TOTAL_SECONDS = 5.0, 30.0, 90.0
LONGEST_ANSWER, LONGEST_LINE, MOST_BYTES = 16_000, 256 * 1024, 4 * 1024 * 1024
LONGEST_WAIT = 20.0
_PASSING = (408, 409, 425, 429)


class Provider(ABC):
    """A model behind an API. `name`, `model` and `url` may be shown; the key never is."""

    name: str
    usual_model: str
    usual_url: str

    def __init__(self, settings: Settings, *, seconds: float | None = None) -> None:
        self.seconds = TOTAL_SECONDS if seconds is None else seconds
        self.model = settings.llm_model or self.usual_model
        self.url = (settings.llm_url or self.usual_url).rstrip("/")
        self._key = settings.llm_api_key

    @abstractmethod
    def complete(self, system: str, user: str) -> str:
        """The model's whole answer. Blocks. Raises ProviderTrouble."""


class OverHttp(Provider):
    """One whose answer comes in lines of an HTTP body."""

    path: str

    @abstractmethod
    def _headers(self) -> dict[str, str]:
        """What proves us."""

    @abstractmethod
    def _body(self, system: str, user: str) -> dict[str, Any]:
        """The request."""

    @abstractmethod
    def _piece(self, line: bytes) -> tuple[str, bool]:
        """The text in a line of the answer, and whether the answer ends with it. Raises ProviderTrouble."""

    def complete(self, system: str, user: str) -> str:
        text, ends_at = [], clock.monotonic() + self.seconds
        length = 0
        for line in self._lines(self._body(system, user), ends_at):
            piece, is_last = self._piece(line)
            text.append(piece)
            length += len(piece)
            if is_last or length > LONGEST_ANSWER:
                return "".join(text)[:LONGEST_ANSWER]
        raise ProviderTrouble("the answer broke off", is_passing=True)

    def _lines(self, body: dict[str, Any], ends_at: float) -> Iterator[bytes]:
        try:
            with requests.post(self._address(), data=orjson.dumps(body), auth=self._prove, stream=True,
                               allow_redirects=False, timeout=(CONNECT_SECONDS, self._patience())) as answer:
                _check(answer)
                yield from _split(answer.iter_content(4096), ends_at)
        except requests.RequestException as error:
            raise ProviderTrouble(f"the connection failed ({type(error).__name__})", is_passing=True) from None

    def _patience(self) -> float:
        return min(IDLE_SECONDS, self.seconds or IDLE_SECONDS)

    def _address(self) -> str:
        """Operators name the root, or the root with the version: both lead to the same path."""
        version = self.path.split("/")[1]
        root = self.url.removesuffix(f"/{version}") if version.startswith("v") else self.url
        return root + self.path

    def _prove(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """As a rule of requests' own, so that no .netrc of the server's account is sent instead."""
        request.headers.update({"Content-Type": "application/json", **self._headers()})
        return request


def _check(answer: requests.Response) -> None:
    if answer.status_code == 200:
        return
    is_passing = answer.status_code in _PASSING or answer.status_code >= 500
    raise ProviderTrouble(f"it answered with status {answer.status_code}", is_passing=is_passing,
                          retry_after=_seconds(answer.headers.get("Retry-After")))


def _seconds(text: str | None) -> float | None:
    """Retry-After as seconds; a date, or nonsense, counts as not said."""
    try:
        return min(max(float(text or ""), 0.0), LONGEST_WAIT)
    except ValueError:
        return None


def _split(chunks: Iterator[bytes], ends_at: float) -> Iterator[bytes]:
    """Lines as they come, none too long, not too many, and not for too long."""
    rest, taken = b"", 0
    for chunk in chunks:
        taken += len(chunk)
        if clock.monotonic() > ends_at or taken > MOST_BYTES:
            raise ProviderTrouble("the answer took too long", is_passing=False)
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > LONGEST_LINE:
            raise ProviderTrouble("the answer can't be read")
        yield from (line.strip() for line in lines if line.strip())
    if rest.strip():
        yield rest.strip()


def parsed(line: bytes) -> dict[str, Any]:
    """A line's JSON object. Raises ProviderTrouble."""
    try:
        found = orjson.loads(line)
    except orjson.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ProviderTrouble("the answer can't be read")
    return found


def data_of(line: bytes) -> bytes | None:
    """What a line of server-sent events carries; None for comments and names of events."""
    return line[5:].strip() if line.startswith(b"data:") else None


def dig(found: Any, *path: str | int) -> Any:
    """A value inside what somebody else sent; None where the way there ends."""
    for step in path:
        if isinstance(found, dict):
            found = found.get(step)
        elif isinstance(found, list) and isinstance(step, int) and step < len(found):
            found = found[step]
        else:
            return None
    return found


def text_of(found: Any, *path: str | int) -> str:
    """The same, if it is text; empty otherwise."""
    value = dig(found, *path)
    return value if isinstance(value, str) else ""
