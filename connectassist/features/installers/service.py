"""Installers: made for a client, handed out directly or by a link, renewed when the helper updates itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from builder.payloads import PLATFORMS, Payload
from builder.stamp import StampedPackage
from connectassist.core import clock
from connectassist.core.errors import BadRequest, Gone, NotFound
from connectassist.features.clients import queries as clients
from connectassist.features.enrollment import queries as tokens
from connectassist.features.enrollment import service as enrollment
from connectassist.features.installers import kinds, stamping
from connectassist.identity.principal import Principal

if TYPE_CHECKING:
    from connectassist.features.enrollment.models import EnrollmentToken

LONGEST_URL = 300
_OVER = {"used": "This installer was used already", "expired": "This link has expired",
         "revoked": "This link was taken back"}


class Made(NamedTuple):
    """An installer: its record, its token, and what its file is called."""

    record: EnrollmentToken
    token: str
    file_name: str


def make(client_id: int, *, by: Principal, wanted: str | None, unattended: bool = False, is_link: bool = False,
         server_url: str) -> Made:
    """A new installer with a token of its own. Raises ClientNotFound, ClientBuildMissing, RateLimited, BadRequest."""
    client = clients.one(by, client_id)
    if len(server_url) > LONGEST_URL or not urlsplit(server_url).hostname:
        raise BadRequest("The Host header isn't an address that a helper could connect to")
    payload = kinds.newest(kinds.choose(wanted).build)
    record, token = enrollment.issue(client_id, by=by, purpose=tokens.LINK if is_link else tokens.INSTALLER,
                                     platform=payload.platform, allow_unattended=unattended)
    return Made(record, token, file_name(client.slug))


def file_name(slug: str) -> str:
    return f"pocket-it-{slug}.zip"


def stamped(made: Made, *, server_url: str) -> StampedPackage:
    """The bytes of an installer. Raises ClientBuildMissing when its build is gone."""
    return stamping.stamped(made.record, made.token, payload=kinds.newest(made.record.platform or ""),
                            server_url=server_url)


def by_link(token: str, *, by: Principal) -> Made:
    """The installer that a link leads to. Raises NotFound, Gone once it was used, revoked or has run out, and
    RateLimited for an address that tries many."""
    with enrollment.guesses_counted(by, wrong=NotFound):
        record = tokens.with_secret(token)
        if record is None or record.purpose != tokens.LINK:
            raise NotFound("This link is not there, or not any more", detail="Ask your support for a new one.")
    if record.state != "unused":
        raise Gone(_OVER[record.state], detail="Ask your support for a new one. Each installer is for one computer.")
    return Made(record, token, file_name(record.client.slug))


def offer(token: str, *, by: Principal) -> dict[str, Any]:
    """What somebody with a link is told before the download. Raises NotFound, Gone, RateLimited."""
    made = by_link(token, by=by)
    return {"client_name": made.record.client.name, "platform": kinds.label_of(made.record.platform),
            "unattended": made.record.allow_unattended, "expires_at": clock.iso(made.record.expires_at),
            "expires_text": made.record.expires_at.strftime("%Y-%m-%d %H:%M UTC"),
            "download": f"/install/{token}/download"}


def build_for(token: str, *, by: Principal) -> tuple[Payload, str]:
    """The build without settings, for a set-up program that holds a good token, and the file's name. The token is not
    used up. Raises InvalidEnrollmentToken, ClientBuildMissing, RateLimited."""
    with enrollment.guesses_counted(by):
        record = tokens.good(token)
    build = record.platform or kinds.choose(None).build
    return kinds.newest(build), file_name(record.client.slug)


def build_of(device_id: str) -> Payload:
    """The newest build of the kind that a device came by. Raises NotFound for one that came otherwise,
    ClientBuildMissing."""
    record = tokens.installed(device_id)
    if record is None or record.platform is None:
        raise NotFound("There is no update for this device")
    return kinds.newest(record.platform)


def renewed(device_id: str, *, server_url: str) -> StampedPackage:
    """What the helper of an installer updates itself with: the newest build with the same settings, without a token.
    Raises NotFound."""
    record = tokens.installed(device_id)
    if record is None or record.platform not in PLATFORMS:
        raise NotFound("There is no update for this device")
    return stamping.stamped(record, "", payload=kinds.in_its_folder(record.platform), server_url=server_url)
