"""Every setting of the server, read from the environment here and nowhere else."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from connectassist.core import declared_settings as declared
from connectassist.core import durable, swapping

PREFIX = "CONNECTASSIST_"
ROOT = declared.ROOT
YES, NO = ("1", "true", "yes", "on"), ("0", "false", "no", "off")
ENGINES = ("eventlet", "gevent", "threading")
POSTGRESQL = ("postgresql", "postgres", "postgresql+psycopg")
LLM_PROVIDERS = ("builtin", "ollama", "openai", "anthropic", "claude-cli")
SUPABASE_KEYS = "/.well-known/jwks.json"
SHORTEST_SECRET = 32
MOST_PROCESSES = 64
#: The key that contract 002 prints as its example: everybody knows it.
PRINTED_DEPLOY_KEY = "ConnectAssist2024Deploy"
DEPLOY_SECRETS = (f"{PREFIX}DEPLOY_KEY", f"{PREFIX}DEPLOY_WEBHOOK_SECRET")
#: How branches and remotes are called here: nothing that git could take for an option, a path or a range.
_GIT_NAME = re.compile(r"(?!.*(\.\.|//|@\{|\.lock(/|$)|[./]$))[A-Za-z0-9][\w./+-]*", re.ASCII)
SHORTEST_TOKEN = 20
LOG_LEVELS, LOG_FORMATS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"), ("text", "json")
RELAY_SCHEMES = ("turn:", "turns:", "stun:", "stuns:")


class BadSetting(ValueError):
    """A setting has a value that the server can't start with; the message names it."""


@dataclass(frozen=True, kw_only=True)
class Settings(declared.Serving, declared.Reaching, declared.Storing, declared.Trusting, declared.SigningIn,
               declared.Showing, declared.Room, declared.Keeping, declared.Assisting, declared.Deploying,
               declared.BackingUp, declared.Telling):
    """The values one server process runs with. Field names are the variables' names without the prefix."""

    @property
    def database(self) -> str:
        """The SQLAlchemy URL in force."""
        return driver_url(self.database_url) or f"sqlite:///{self.instance / 'connectassist.db'}"

    @property
    def backups(self) -> Path:
        """Where backups are written."""
        return Path(self.backup_dir).resolve() if self.backup_dir else self.instance / "backups"

    @property
    def recordings(self) -> Path:
        """Where recordings of sessions lie."""
        return self.instance / "recordings"

    @property
    def attachments(self) -> Path:
        """Where the files of tickets lie."""
        return self.instance / "attachments"

    @property
    def uploads(self) -> Path:
        """Where files of sessions lie."""
        return self.instance / "uploads"

    @property
    def shelf(self) -> Path:
        """Where uploaded installers and payloads lie."""
        return self.instance / "payloads"


def driver_url(url: str) -> str:
    """A database's URL for SQLAlchemy: PostgreSQL's names the driver that we have."""
    scheme, _, rest = url.partition("://")
    return f"postgresql+psycopg://{rest}" if scheme in POSTGRESQL else url


def load(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings and make the folders they name, with the secret key in them. Raises BadSetting."""
    found = read(environ)
    swapping.finish(found.instance)
    for folder in (found.instance, found.downloads, found.uploads, found.attachments, found.recordings):
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    return found if found.secret_key else replace(found, secret_key=_kept_secret(found.instance))


def read(environ: Mapping[str, str] | None = None) -> Settings:
    """Read the settings and change nothing anywhere. Raises BadSetting."""
    environ = os.environ if environ is None else environ
    given = {f.name: _parse(f, environ[PREFIX + f.name.upper()])
             for f in fields(Settings) if environ.get(PREFIX + f.name.upper())}
    if given.get("async_mode", "eventlet") not in ENGINES:
        raise BadSetting(f"{PREFIX}ASYNC_MODE must be one of {', '.join(ENGINES)}")
    if not all(url.startswith(RELAY_SCHEMES) for url in given.get("turn_urls", ())):
        raise BadSetting(f"{PREFIX}TURN_URLS must begin with one of {', '.join(RELAY_SCHEMES)}")
    found = Settings(**given)
    _check_database(found)
    _check_processes(found)
    _check_provider(found)
    _check_supabase(found)
    _check_assistant(found)
    _check_logs(found)
    _check_deploying(found)
    return found


def unknown(environ: Mapping[str, str] | None = None) -> dict[str, str]:
    """Variables that look like settings and are none, each with the setting that it may have been meant for, or
    nothing."""
    known = [PREFIX + field.name.upper() for field in fields(Settings)]
    strange = [name for name in (os.environ if environ is None else environ)
               if name.upper().startswith(PREFIX) and name not in known]
    return {name: next(iter(get_close_matches(name.upper(), known, 1, 0.6)), "") for name in sorted(strange)}


def _check_logs(found: Settings) -> None:
    if found.log_level.upper() not in LOG_LEVELS:
        raise BadSetting(f"{PREFIX}LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}")
    if found.log_format not in LOG_FORMATS:
        raise BadSetting(f"{PREFIX}LOG_FORMAT must be one of {', '.join(LOG_FORMATS)}")
    if found.metrics_token and len(found.metrics_token) < SHORTEST_TOKEN:
        raise BadSetting(f"{PREFIX}METRICS_TOKEN must have {SHORTEST_TOKEN} characters or more")


def _check_database(found: Settings) -> None:
    if urlsplit(found.database).scheme not in ("sqlite", "postgresql+psycopg"):
        raise BadSetting(f"{PREFIX}DATABASE_URL must begin with postgresql:// or sqlite:///")
    if found.redis_url and urlsplit(found.redis_url).scheme not in ("redis", "rediss"):
        raise BadSetting(f"{PREFIX}REDIS_URL must begin with redis:// or rediss://")
    if not 1 <= found.database_connections <= 1000:
        raise BadSetting(f"{PREFIX}DATABASE_CONNECTIONS must be between 1 and 1000")


def _check_processes(found: Settings) -> None:
    """Several know of each other by Redis, and share what they keep by PostgreSQL."""
    if not 0 <= found.process < found.processes <= MOST_PROCESSES:
        raise BadSetting(f"{PREFIX}PROCESSES must be between 1 and {MOST_PROCESSES}")
    if found.processes > 1 and found.database.startswith("sqlite"):
        raise BadSetting(f"Several processes need PostgreSQL: set {PREFIX}DATABASE_URL")
    if found.processes > 1 and not found.redis_url:
        raise BadSetting(f"Several processes need Redis: set {PREFIX}REDIS_URL")


def _check_provider(found: Settings) -> None:
    """Half a set-up of single sign-on, or one that anybody on the way could read, stops the start."""
    if bool(found.oidc_issuer) != bool(found.oidc_client_id):
        raise BadSetting(f"{PREFIX}OIDC_ISSUER and {PREFIX}OIDC_CLIENT_ID go together")
    if found.oidc_issuer and not _is_protected(found.oidc_issuer):
        raise BadSetting(f"{PREFIX}OIDC_ISSUER must begin with https://")


def _check_supabase(found: Settings) -> None:
    """The same for customers' sign-in by Supabase."""
    secret, keys, issuer = found.supabase_jwt_secret, found.supabase_jwks_url, found.supabase_issuer
    if secret and (len(secret.encode()) < SHORTEST_SECRET or secret.lstrip().startswith(("-----BEGIN", "ssh-"))):
        raise BadSetting(f"{PREFIX}SUPABASE_JWT_SECRET must be a secret of {SHORTEST_SECRET} characters or more, "
                         "not a key that others may have")
    if keys and not _is_protected(keys):
        raise BadSetting(f"{PREFIX}SUPABASE_JWKS_URL must begin with https://")
    if keys and not issuer and not keys.endswith(SUPABASE_KEYS):
        raise BadSetting(f"{PREFIX}SUPABASE_ISSUER is needed where {PREFIX}SUPABASE_JWKS_URL does not end in "
                         f"{SUPABASE_KEYS}")
    if (issuer or found.supabase_link_by_email) and not (secret or keys):
        raise BadSetting(f"{PREFIX}SUPABASE_ISSUER and {PREFIX}SUPABASE_LINK_BY_EMAIL need "
                         f"{PREFIX}SUPABASE_JWKS_URL or {PREFIX}SUPABASE_JWT_SECRET")


def _is_protected(address: str) -> bool:
    """Can nobody on the way read along?"""
    parts = urlsplit(address)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in ("localhost", "127.0.0.1", "::1"))


def _check_assistant(found: Settings) -> None:
    if found.llm_provider not in LLM_PROVIDERS:
        raise BadSetting(f"{PREFIX}LLM_PROVIDER must be one of {', '.join(LLM_PROVIDERS)}")
    if found.llm_url and urlsplit(found.llm_url).scheme not in ("http", "https"):
        raise BadSetting(f"{PREFIX}LLM_URL must begin with http:// or https://")


def _check_deploying(found: Settings) -> None:
    """A key that can be guessed would let anybody run what stands on the branch, which is the least of it."""
    if found.deploy_webhook_secret and not found.deploy_key:
        raise BadSetting(f"{PREFIX}DEPLOY_WEBHOOK_SECRET needs {PREFIX}DEPLOY_KEY, which switches deploying on")
    for name, secret in (("DEPLOY_KEY", found.deploy_key), ("DEPLOY_WEBHOOK_SECRET", found.deploy_webhook_secret)):
        if secret and len(secret) < SHORTEST_TOKEN:
            raise BadSetting(f"{PREFIX}{name} must have {SHORTEST_TOKEN} characters or more")
        if secret == PRINTED_DEPLOY_KEY:
            raise BadSetting(f"{PREFIX}{name} is the example out of the documentation, which everybody knows")
    for name, told in (("DEPLOY_BRANCH", found.deploy_branch), ("DEPLOY_REMOTE", found.deploy_remote)):
        if not _GIT_NAME.fullmatch(told):
            raise BadSetting(f"{PREFIX}{name} must be a plain name such as `main` or `releases/2026`")


def environment_for_deploying(**more: str) -> dict[str, str]:
    """The environment for what a deployment starts of ours: the settings are in it, but for the secrets of the deploy
    hook, which it has no use for."""
    return {name: value for name, value in os.environ.items() if name not in DEPLOY_SECRETS} | more


def environment_for_ours(**more: str) -> dict[str, str]:
    """The environment for a program of our own: it has this server's settings."""
    return dict(os.environ) | more


def environment_for_others(**more: str) -> dict[str, str]:
    """The environment for a program that isn't ours: without this server's settings, secrets among them."""
    return {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)} | more


def environment_with(**more: Any) -> dict[str, str]:
    """The environment for another program of ours: this server's settings, and more of them."""
    return dict(os.environ) | {PREFIX + name: str(value) for name, value in more.items()}


def _parse(field: Any, text: str) -> Any:
    kind = type(field.default)
    if kind is bool:
        return _flag(field, text.strip().lower())
    if kind is tuple:
        return tuple(part.strip() for part in text.split(",") if part.strip())
    try:
        return Path(text).resolve() if issubclass(kind, Path) else kind(text)
    except ValueError as error:
        raise BadSetting(f"{PREFIX}{field.name.upper()} can't be {text!r}") from error


def _flag(field: Any, text: str) -> bool:
    """A typing error must not switch a protection off without a word."""
    if text not in (*YES, *NO):
        raise BadSetting(f"{PREFIX}{field.name.upper()} must be on or off, not {text!r}")
    return text in YES


def _kept_secret(folder: Path) -> str:
    """The instance's own key; the first start makes it."""
    path = folder / "secret_key"
    if not path.exists():
        durable.begin(path, secrets.token_urlsafe(48).encode())
    return path.read_text().strip()
