"""The settings by theme: each with its default and the sentence that docs/settings.md prints under the theme's name."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def setting(default: Any, doc: str) -> Any:
    """Declare one setting."""
    return field(default=default, metadata={"doc": doc})


@dataclass(frozen=True, kw_only=True)
class Serving:
    """The server and its sockets."""

    host: str = setting("127.0.0.1", "Address to listen on.")
    port: int = setting(5001, "TCP port to listen on.")
    processes: int = setting(1, "How many server processes `connectassist serve` starts, on this port and those after "
                             "it. More than one need PostgreSQL and Redis.")
    process: int = setting(0, "Which of them this one is; `connectassist serve` says so to each of them.")
    async_mode: str = setting("eventlet", "Engine: `eventlet` or `gevent`.")
    ping_interval: float = setting(10.0, "Seconds between the pings that find out whether a socket is still there.")
    ping_timeout: float = setting(8.0, "Seconds a client has to answer a ping before its socket counts as gone.")
    offline_seconds: float = setting(4.0, "Seconds after which a device that no longer answers is shown offline.")
    stalled_seconds: int = setting(60, "How long a request's body may stand still before it is dropped, in seconds.")
    strangers_per_address: int = setting(500, "How many sockets may be open at a time from one address of people and "
                                         "programs that have not shown who they are, at each process; `0` is no limit.")


@dataclass(frozen=True, kw_only=True)
class Reaching:
    """How it is reached."""

    public_url: str = setting("", "The address customers reach the server by; taken from the request when empty.")
    proxy_hops: int = setting(0, "How many reverse proxies stand in front and set X-Forwarded-* headers.")
    accel_redirect: bool = setting(False, "`on` where nginx stands in front (docs/nginx.md): it then sends large "
                                   "downloads and the pages' files itself.")
    web_folder: Path = setting(ROOT / "build" / "web", "Folder where nginx finds what it sends itself. With "
                               "`CONNECTASSIST_ACCEL_REDIRECT`.")
    cors_origins: tuple[str, ...] = setting((), "Other origins that may call from a browser, separated by commas.")


@dataclass(frozen=True, kw_only=True)
class Storing:
    """Folders, database, Redis."""

    instance: Path = setting(ROOT / "instance", "Folder for the database, the secret key and uploads.")
    downloads: Path = setting(ROOT / "downloads", "Folder for files that operators offer for download.")
    payloads: Path = setting(ROOT / "build" / "payloads", "Folder with the helper builds that packages are made from.")
    database_url: str = setting("", "`postgresql://user:password@host/database`; empty means SQLite in the instance "
                                "folder.")
    database_connections: int = setting(20, "How many connections to PostgreSQL are kept open at most; twice as many "
                                        "serve a rush.")
    redis_url: str = setting("", "`redis://…` or `rediss://…`, over which several processes hear each other, and where "
                             "rate limits are counted; empty means that there is one process.")


@dataclass(frozen=True, kw_only=True)
class Trusting:
    """Secrets and trust."""

    secret_key: str = setting("", "Signs and encrypts; made and kept in the instance folder when empty.")
    admin_password: str = setting("", "Password of the first user `admin`; random and printed once when empty.")
    rate_limits: bool = setting(True, "`off` switches rate limits off, for tests.")
    trust_bare_device_ids: bool = setting(False, "Admits devices that know only their deviceId: for sites that move.")
    trust_localhost: bool = setting(False, "Programs on the server's own computer count as administrators. "
                                    "Never behind a proxy that sets no forwarding headers.")


@dataclass(frozen=True, kw_only=True)
class SigningIn:
    """Signing in with a provider."""

    oidc_issuer: str = setting("", "OpenID Connect provider that staff may sign in with, by its issuer URL.")
    oidc_client_id: str = setting("", "This server's client id at that provider.")
    oidc_client_secret: str = setting("", "This server's client secret at that provider; empty for a public client.")
    supabase_jwt_secret: str = setting("", "The secret that a Supabase project signs its customers' tokens with "
                                       "(HS256).")
    supabase_jwks_url: str = setting("", "Where that project publishes its keys: "
                                     "`https://….supabase.co/auth/v1/.well-known/jwks.json`.")
    supabase_issuer: str = setting("", "Who issues those tokens; taken from the address of the keys when empty.")
    supabase_link_by_email: bool = setting(False, "A customer's first sign-in by Supabase finds their account by the "
                                           "e-mail address. Only where the project confirms every address.")


@dataclass(frozen=True, kw_only=True)
class Showing:
    """Screens."""

    turn_urls: tuple[str, ...] = setting((), "Relays for WebRTC, separated by commas: `turn:relay.example:3478`, "
                                         "`turns:…`, `stun:…`.")
    turn_secret: str = setting("", "The relay's shared secret (coturn: `static-auth-secret`).")
    vnc_listen_port: int = setting(5500, "TCP port for reverse VNC connections; `0` switches them off.")


@dataclass(frozen=True, kw_only=True)
class Room:
    """Room for files."""

    max_upload_mb: int = setting(2048, "Largest file that may travel through a session, in MB.")
    session_quota_mb: int = setting(5120, "Room for the files of one session, in MB.")
    client_quota_mb: int = setting(10240, "Room for the files of one client's sessions, in MB.")
    upload_quota_mb: int = setting(20480, "Room for the files of all sessions together, in MB.")
    recording_quota_mb: int = setting(20480, "Room for the recordings of all clients together, in MB.")
    client_recording_quota_mb: int = setting(5120, "Room for the recordings of one client, in MB.")
    ticket_file_mb: int = setting(25, "Largest file that may be attached to a ticket, in MB.")
    ticket_quota_mb: int = setting(10240, "Room for the files of all tickets together, in MB.")
    max_template_mb: int = setting(1024, "Largest installer or payload that an administrator may upload, in MB.")


@dataclass(frozen=True, kw_only=True)
class Keeping:
    """How long things are kept."""

    file_hours: int = setting(24, "How long a file that travels through a session is kept, in hours.")
    recording_days: int = setting(30, "How many days recordings are kept; `0` keeps them until they are deleted.")
    diagnostic_days: int = setting(30, "How many days results of checks and resolved alerts are kept; `0` keeps all.")
    device_chat_days: int = setting(365, "How many days the chat of a device is kept; `0` keeps all.")
    code_days: int = setting(365, "How many days support codes that ended, and the packages made with them whose "
                             "device is gone, are kept; `0` keeps all.")
    audit_days: int = setting(730, "How many days the log of who did what is kept; `0` keeps all.")
    chatbot_days: int = setting(365, "How many days conversations with the FAQ assistant are kept; `0` keeps all.")
    metric_days: int = setting(400, "How many days the hourly figures of the server are kept; `0` keeps all.")
    command_days: int = setting(90, "How many days finished commands and their results are kept; `0` keeps all.")


@dataclass(frozen=True, kw_only=True)
class Assisting:
    """Who answers in a device's chat."""

    llm_provider: str = setting("builtin", "Who answers in a device's chat: `builtin`, `ollama`, `openai`, "
                                "`anthropic` or `claude-cli`.")
    llm_model: str = setting("", "The provider's model; one that suits it when empty.")
    llm_url: str = setting("", "Where the provider answers; its usual address when empty.")
    llm_api_key: str = setting("", "The key that the provider wants.")


@dataclass(frozen=True, kw_only=True)
class Deploying:
    """Deploying."""

    deploy_key: str = setting("", "Who sends this to `POST /api/deploy` has the server updated out of its git "
                              "checkout; 20 characters or more. Empty switches the hook off.")
    deploy_webhook_secret: str = setting("", "The secret of a GitHub webhook that does the same when something is "
                                         "pushed; 20 characters or more.")
    deploy_dir: Path = setting(ROOT, "The git checkout that is updated: the folder that the server runs from.")
    deploy_branch: str = setting("main", "The branch that the checkout follows.")
    deploy_remote: str = setting("origin", "The remote that the branch is fetched from.")


@dataclass(frozen=True, kw_only=True)
class BackingUp:
    """Backups."""

    backup_dir: str = setting("", "Folder that `connectassist backup` writes to; `backups` in the instance folder when "
                              "empty. Better is another disk.")
    backup_keep: int = setting(0, "How many of the newest backups stay in that folder; `0` keeps all.")
    backup_passphrase: str = setting("", "Encrypts backups, and opens them.")
    backup_passphrase_file: str = setting("", "A file whose first line is that passphrase.")
    backup_recipients: tuple[str, ...] = setting((), "Public keys of age (`age1…`) that backups are encrypted for "
                                                 "instead, separated by commas.")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """Log and figures."""

    log_level: str = setting("INFO", "How much the server prints: `DEBUG`, `INFO`, `WARNING`, `ERROR`.")
    log_format: str = setting("text", "How it prints: `text` for people, or `json`: one object in a line, and a line "
                              "for each request.")
    metrics_token: str = setting("", "Whoever shows it as a bearer token may read `/metrics`: 20 characters or more. "
                                 "When empty only administrators may.")
