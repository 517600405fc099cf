"""A session's timeline in sentences for people."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from connectassist.features.sessions.models import SessionEvent

_RIGHTS = {"view": "see the screen", "control": "control", "clipboard": "clipboard", "files": "files",
           "commands": "run commands", "recording": "record the screen"}
_PLAIN = {"technician_joined": "{who} joined", "technician_left": "{who} left",
          "helper_joined": "The customer's computer connected", "helper_left": "The customer's computer disconnected",
          "browser_joined": "{text} connected", "browser_left": "The customer's web browser disconnected",
          "helper_asked": "{who} asked the customer to start the helper, for control",
          "helper_downloaded": "The customer downloaded the helper",
          "helper_declined": "The customer declined the helper",
          "helper_took_over": "The helper took over from the web browser",
          "technician_removed": "The customer sent {who} away", "technician_invited": "{who} called {text}",
          "invitation_declined": "{who} declined to come", "handed_over": "{who} handed the session over to {text}",
          "vnc_joined": "The customer's screen came over VNC", "vnc_left": "The VNC connection ended",
          "consent_asked": "{who} asked for: {rights}", "consent_given": "Allowed: {rights}",
          "consent_declined": "Declined: {rights}", "consent_timeout": "No answer: {rights}",
          "consent_revoked": "Taken back: {rights}", "ended": "The session ended"}
_ENDED_BY = {"customer": "The customer ended the session", "server": "The session ran out", "": "The session ended"}
CONSENTS = {"consent_asked": "requested", "consent_given": "approved", "consent_declined": "denied",
            "consent_timeout": "timeout", "consent_revoked": "revoked"}
UNATTENDED = "unattended access"


def rights(names: Iterable[str]) -> str:
    """Rights in words: "see the screen, control"."""
    return ", ".join(_RIGHTS.get(name, name) for name in names)


def sentence(event: SessionEvent) -> str:
    """One line of the timeline."""
    if event.kind in ("file", "recording"):
        return event.text
    if event.kind == "ended":
        return _ENDED_BY.get(event.who, f"{event.who} ended the session")
    said = _PLAIN.get(event.kind, event.kind.replace("_", " ").capitalize())
    said = said.format(who=event.who or "Someone", rights=rights(event.rights), text=event.text or "A web browser")
    why = event.text if event.kind in ("consent_asked", "consent_revoked") or event.text == UNATTENDED else ""
    return f"{said} ({why})" if why else said
