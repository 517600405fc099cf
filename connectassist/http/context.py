"""What the running app carries: its settings and its keys."""

from __future__ import annotations

from flask import current_app, request

from connectassist.core.settings import Settings
from connectassist.core.vault import Vault
from connectassist.core.writer import Writer
from connectassist.identity.provider import Provider
from connectassist.identity.supabase import Supabase


def settings() -> Settings:
    """The settings in force."""
    return current_app.extensions["settings"]


def vault() -> Vault:
    """The keys derived from the secret key."""
    return current_app.extensions["vault"]


def writer() -> Writer:
    """The way to write what comes by the thousand and must not be lost."""
    return current_app.extensions["writer"]


def provider() -> Provider | None:
    """The sign-in provider that staff may use besides passwords, if one is configured."""
    return current_app.extensions["provider"]


def supabase() -> Supabase | None:
    """The Supabase project that customers may sign in by, if one is configured."""
    return current_app.extensions["supabase"]


def server_url() -> str:
    """The address customers reach this server by, without a trailing slash."""
    return (settings().public_url or request.host_url).rstrip("/")
