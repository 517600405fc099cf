"""A Supabase project as far as this server meets it: keys at an address, and tokens made with them."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import orjson
from joserfc import jws
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

SECRET = "the-tests-own-supabase-secret-of-more-than-32-characters"
PATH = "/auth/v1/.well-known/jwks.json"


class KeyServer:
    """Serves keys on a free port. `answer` may be replaced: what it returns is status, headers and body."""

    def __init__(self) -> None:
        self.signing: dict[str, ECKey | RSAKey | OKPKey] = {}
        self.asked, self.drips = 0, False
        self.answer: Callable[[], tuple[int, dict[str, str], bytes]] = self.key_set
        owner = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                owner.asked += 1
                status, headers, body = owner.answer()
                self.send_response(status)
                for name, value in {"Content-Length": str(len(body)), **headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                for part in [body[at:at + 1] for at in range(len(body))] if owner.drips else [body]:
                    self.wfile.write(part)
                    time.sleep(0.05 if owner.drips else 0)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}/auth/v1"
        self.url = f"{self.issuer}/.well-known/jwks.json"

    def add(self, kid: str, kind: str = "EC") -> None:
        """Publish a new key."""
        made: dict[str, Callable[[], Any]] = {
            "EC": lambda: ECKey.generate_key("P-256"), "RSA": lambda: RSAKey.generate_key(2048),
            "OKP": lambda: OKPKey.generate_key("Ed25519"), "weak": lambda: RSAKey.generate_key(1024)}
        self.signing[kid] = made[kind]()

    def key_set(self) -> tuple[int, dict[str, str], bytes]:
        """What the project publishes."""
        keys = [{**key.as_dict(private=False), "kid": kid, "use": "sig"} for kid, key in self.signing.items()]
        return 200, {"Content-Type": "application/json"}, orjson.dumps({"keys": keys})

    def token(self, subject: str, *, kid: str, algorithm: str = "ES256", **changes: Any) -> str:
        """A token of this project."""
        return signed(self.signing[kid], {"alg": algorithm, "kid": kid, "typ": "JWT"},
                      claims(subject, iss=self.issuer, **changes))

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def claims(subject: str, **changes: Any) -> dict[str, Any]:
    """What Supabase says in an access token; a change to None leaves a claim out."""
    now = int(time.time())
    found = {"iss": "http://project.example/auth/v1", "sub": subject, "aud": "authenticated", "exp": now + 3600,
             "iat": now, "email": "carl@example.com", "phone": "", "role": "authenticated", "aal": "aal1",
             "amr": [{"method": "password", "timestamp": now}], "session_id": str(uuid.uuid4()), "is_anonymous": False,
             "app_metadata": {"provider": "email", "providers": ["email"]},
             "user_metadata": {"email": "carl@example.com", "email_verified": True}}
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def signed(key: Any, header: dict[str, Any], said: dict[str, Any] | bytes) -> str:
    """A compact JWS, whatever the header says."""
    body = said if isinstance(said, bytes) else orjson.dumps(said)
    registry = jws.JWSRegistry(algorithms=[str(header["alg"])], strict_check_header=False)
    return jws.serialize_compact(header, body, key, registry=registry)


def with_secret(subject: str, *, secret: str = SECRET, header: dict[str, Any] | None = None, **changes: Any) -> str:
    """A token made with the shared secret."""
    return signed(OctKey.import_key(secret), {"alg": "HS256", "typ": "JWT", **(header or {})},
                  claims(subject, **changes))
