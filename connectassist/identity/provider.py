"""Signing in with OpenID Connect: the code flow with PKCE, and who an ID token is about.

Signatures, keys and claims are Authlib's and joserfc's work; what counts as good enough is said here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import BadSignatureError, InvalidKeyIdError, JoseError

from connectassist.core import clock
from connectassist.core.errors import SignInRefused
from connectassist.core.settings import Settings
from connectassist.identity.provider_metadata import TIMEOUT, Published

#: Signatures that only the provider can make. Never `none`, and no HS…, whose key could be a public one.
ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519")
SCOPE = "openid email profile"
CLOCKS_DIFFER_BY = 60
LONGEST_SUBJECT = 255


@dataclass(frozen=True, kw_only=True)
class Identity:
    """Somebody at the provider. `email` is there only when the provider has verified it."""

    issuer: str
    subject: str
    email: str | None
    name: str


class Provider:
    """The one provider that the settings name."""

    def __init__(self, settings: Settings) -> None:
        self.name = urlsplit(settings.oidc_issuer).hostname or ""
        self._client_id, self._secret = settings.oidc_client_id, settings.oidc_client_secret
        self._published = Published(settings.oidc_issuer)

    def question(self, *, redirect_uri: str, state: str, nonce: str, verifier: str) -> str:
        """Where to send the browser. Blocks. Raises ProviderUnavailable."""
        address = self._published.metadata()["authorization_endpoint"]
        with self._session(redirect_uri) as session:
            return session.create_authorization_url(address, state=state, nonce=nonce, code_verifier=verifier)[0]

    def identify(self, *, code: str, redirect_uri: str, nonce: str, verifier: str) -> Identity:
        """Who came back with this code. Blocks. Raises ProviderUnavailable, SignInRefused."""
        answer = self._exchange(code, redirect_uri, verifier)
        claims = self._claims(answer, nonce)
        if not claims["sub"] or len(claims["sub"]) > LONGEST_SUBJECT:
            raise SignInRefused("The provider's token names nobody.")
        about = claims if claims.get("email") else self._more_about(answer, claims)
        email = about.get("email") if about.get("email_verified") is True else None
        return Identity(issuer=claims["iss"], subject=claims["sub"], name=str(about.get("name") or ""),
                        email=email if isinstance(email, str) else None)

    def _session(self, redirect_uri: str) -> OAuth2Session:
        methods = self._published.metadata().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        by_form = "client_secret_basic" not in methods and "client_secret_post" in methods
        return OAuth2Session(
            self._client_id, self._secret or None, scope=SCOPE, redirect_uri=redirect_uri,
            code_challenge_method="S256", default_timeout=TIMEOUT,
            token_endpoint_auth_method="client_secret_post" if self._secret and by_form else None)

    def _exchange(self, code: str, redirect_uri: str, verifier: str) -> dict[str, Any]:
        address = self._published.metadata()["token_endpoint"]
        try:
            with self._session(redirect_uri) as session:
                return session.fetch_token(address, grant_type="authorization_code", code=code, code_verifier=verifier,
                                           redirect_uri=redirect_uri, allow_redirects=False)
        except OAuthError as error:
            raise SignInRefused("The provider did not accept the code that it had sent.") from error
        except (requests.RequestException, ValueError) as error:
            raise self._published.failed() from error

    def _claims(self, answer: dict[str, Any], nonce: str) -> CodeIDToken:
        """What the ID token says, once it has been proved. Raises SignInRefused, ProviderUnavailable."""
        token = self._signed(str(answer.get("id_token", "")))
        expected = {"iss": {"essential": True, "value": self._published.metadata()["issuer"]},
                    "aud": {"essential": True, "value": self._client_id},
                    "nonce": {"essential": True, "value": nonce}, "exp": {"essential": True}}
        claims = CodeIDToken(token.claims, token.header, expected, {
            "nonce": nonce, "client_id": self._client_id, "access_token": answer.get("access_token")})
        try:
            claims.validate(now=int(clock.now().timestamp()), leeway=CLOCKS_DIFFER_BY)
        except JoseError as error:
            raise SignInRefused("The provider's token isn't meant for this sign-in.") from error
        return claims

    def _signed(self, token: str) -> jwt.Token:
        """The token, if the provider signed it. Keys may have changed since they were fetched: they are fetched
        once more before a signature counts as wrong."""
        try:
            try:
                return jwt.decode(token, self._published.keys(), algorithms=ALGORITHMS)
            except (InvalidKeyIdError, BadSignatureError):
                return jwt.decode(token, self._published.keys(fresh=True), algorithms=ALGORITHMS)
        except (JoseError, ValueError) as error:
            raise SignInRefused("The provider's token is not signed as it should be.") from error

    def _more_about(self, answer: dict[str, Any], claims: CodeIDToken) -> dict[str, Any]:
        """Many providers keep the e-mail address out of the ID token. Raises ProviderUnavailable, SignInRefused."""
        address = self._published.metadata().get("userinfo_endpoint")
        if not address or not answer.get("access_token"):
            return claims
        more = self._published.read(address, headers={"Authorization": f"Bearer {answer['access_token']}"})
        if more.get("sub") != claims["sub"]:
            raise SignInRefused("The provider told of somebody else than it had signed in.")
        return more


def configured(settings: Settings) -> Provider | None:
    """The provider that the settings name; None where there is none."""
    return Provider(settings) if settings.oidc_issuer else None
