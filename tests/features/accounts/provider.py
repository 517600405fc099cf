"""A sign-in provider that issues whatever a test likes: honest until told otherwise."""

from __future__ import annotations

import base64
import hashlib
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs, urlsplit

from flask import Flask, Response, request
from flask.testing import FlaskClient
from joserfc import jwt
from joserfc.jwk import KeySet, RSAKey
from werkzeug.serving import make_server
from werkzeug.test import TestResponse

CLIENT_ID, CLIENT_SECRET = "the-desk", "the desk's secret"
TINA = {"sub": "tina-at-the-provider", "email": "tina@example.com", "email_verified": True, "name": "Tina"}


class HostileProvider:
    """`person` is who signs in; `claims` go over the ID token's, None takes one out; `sign` makes the token."""

    def __init__(self) -> None:
        app = Flask("provider")
        self._server = make_server("127.0.0.1", 0, app, threaded=True)
        self.issuer = f"http://127.0.0.1:{self._server.server_port}"
        self.key = RSAKey.generate_key(2048, {"kid": "first", "use": "sig"}, private=True)
        self.published: list[RSAKey] = [self.key]
        self.person: dict[str, Any] = dict(TINA)
        self.claims: dict[str, Any] = {}
        self.sign: Callable[[dict[str, Any]], str] = self.signed
        self.metadata: dict[str, Any] = {}
        self.userinfo: dict[str, Any] | None = None
        self.fails_with: int | None = None
        self.asked: list[str] = []
        self._codes: dict[str, dict[str, str]] = {}
        app.before_request(self._note)
        app.add_url_rule("/.well-known/openid-configuration", "discovery", self._discovery)
        app.add_url_rule("/keys", "keys", lambda: KeySet(self.published).as_dict())
        app.add_url_rule("/token", "token", self._token, methods=["POST"])
        app.add_url_rule("/userinfo", "userinfo", lambda: self.userinfo)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join(10)

    def signed(self, claims: dict[str, Any], **header: Any) -> str:
        """A token with the provider's own key."""
        return jwt.encode({"alg": "RS256", "kid": self.key.kid, **header}, claims, self.key)

    def approve(self, question: str) -> dict[str, str]:
        """The person says yes: what the browser brings back, `code` and `state`."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(question).query).items()}
        assert question.startswith(f"{self.issuer}/authorize?")
        assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
        code = f"code-{len(self._codes)}"
        self._codes[code] = asked
        return {"code": code, "state": asked["state"]}

    def _note(self) -> Response | None:
        self.asked.append(request.path)
        return Response("no", self.fails_with) if self.fails_with else None

    def _discovery(self) -> dict[str, Any]:
        return {"issuer": self.issuer, "authorization_endpoint": f"{self.issuer}/authorize",
                "token_endpoint": f"{self.issuer}/token", "jwks_uri": f"{self.issuer}/keys",
                **({"userinfo_endpoint": f"{self.issuer}/userinfo"} if self.userinfo else {}), **self.metadata}

    def _token(self) -> Any:
        asked = self._codes.pop(request.form["code"], None)
        challenge = base64.urlsafe_b64encode(hashlib.sha256(request.form["code_verifier"].encode()).digest())
        told = request.authorization and (request.authorization.username, request.authorization.password)
        if asked is None or told != (CLIENT_ID, CLIENT_SECRET) or asked["client_id"] != CLIENT_ID \
                or asked["redirect_uri"] != request.form["redirect_uri"] \
                or asked["code_challenge"] != challenge.decode().rstrip("="):
            return {"error": "invalid_grant"}, 400
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "iat": int(time.time()), "exp": int(time.time()) + 300,
                  "nonce": asked["nonce"], **self.person, **self.claims}
        token = self.sign({name: value for name, value in claims.items() if value is not None})
        return {"access_token": "opens userinfo", "token_type": "Bearer", "id_token": token}


class Visitor:
    """A browser on its way to the provider and back."""

    def __init__(self, client: FlaskClient, provider: HostileProvider) -> None:
        self.client, self.provider = client, provider

    def begin(self, target: str = "/devices") -> str:
        """Leave for the provider; its address with the question."""
        answer = self.client.get("/api/auth/login", query_string={"next": target})
        assert answer.status_code == 302, answer.text
        return answer.headers["Location"]

    def come_back(self, brought: dict[str, str], **options: Any) -> TestResponse:
        return self.client.get("/api/auth/callback", query_string=brought, **options)

    def sign_in(self, target: str = "/devices") -> TestResponse:
        """All of it."""
        return self.come_back(self.provider.approve(self.begin(target)))
