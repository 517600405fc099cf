"""ID tokens that are not what they should be sign nobody in."""

from __future__ import annotations

import base64
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from tests.features.accounts.provider import CLIENT_ID, CLIENT_SECRET, HostileProvider, Visitor
from tests.features.accounts.test_single_sign_on import username_of

Sign = Callable[[dict[str, Any]], str]


REFUSED = (403, "SIGN_IN_REFUSED", None)


def outcome(visitor: Visitor) -> tuple[int, str, str | None]:
    """Status, code and who is signed in after a sign-in that must fail."""
    answer = visitor.sign_in()
    return answer.status_code, (answer.json or {}).get("error_code", ""), username_of(visitor)


def encoded(part: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=")


def unsigned(claims: dict[str, Any], *, algorithm: str = "none") -> str:
    return f"{encoded({'alg': algorithm, 'kid': 'first', 'typ': 'JWT'})}.{encoded(claims)}."


def by_other_key(provider: HostileProvider) -> Sign:
    """Signed well, with a key of the forger's that claims to be the provider's."""
    forged = RSAKey.generate_key(2048, {"kid": "first"}, private=True)
    return lambda claims: jwt.encode({"alg": "RS256", "kid": "first"}, claims, forged)


def by_secret(secret: bytes) -> Sign:
    """HS256 with a secret, by hand: the library refuses to take a public key for one."""
    def sign(claims: dict[str, Any]) -> str:
        body = f"{encoded({'alg': 'HS256', 'kid': 'first', 'typ': 'JWT'})}.{encoded(claims)}"
        tag = hmac.new(secret, body.encode(), "sha256").digest()
        return f"{body}.{base64.urlsafe_b64encode(tag).decode().rstrip('=')}"
    return sign


def by_a_key_in_the_header(provider: HostileProvider) -> Sign:
    forged = ECKey.generate_key("P-256", private=True)
    return lambda claims: jwt.encode({"alg": "ES256", "jwk": forged.as_dict(private=False)}, claims, forged)


def with_another_body(provider: HostileProvider) -> Sign:
    def sign(claims: dict[str, Any]) -> str:
        head, _, signature = provider.signed({**claims, "sub": "mallory"}).split(".")
        return f"{head}.{encoded(claims)}.{signature}"
    return sign


FORGERIES: dict[str, Callable[[HostileProvider], Sign]] = {
    "another key": by_other_key,
    "HS256 with the public key": lambda provider: by_secret(provider.key.as_pem(private=False)),
    "HS256 with the client secret": lambda provider: by_secret(CLIENT_SECRET.encode()),
    "a key of its own in the header": by_a_key_in_the_header,
    "another body": with_another_body,
    "alg none": lambda provider: unsigned,
    "alg None": lambda provider: lambda claims: unsigned(claims, algorithm="None"),
    "alg RS256 without a signature": lambda provider: lambda claims: unsigned(claims, algorithm="RS256"),
    "an unknown kid": lambda provider: lambda claims: provider.signed(claims, kid="unknown"),
    "a critical header": lambda provider: lambda claims: f"{encoded({'alg': 'RS256', 'crit': ['x'], 'x': 1})}.e30.x",
    "not a token": lambda provider: lambda claims: "not.a.token",
    "nothing": lambda provider: lambda claims: "",
    "a list": lambda provider: lambda claims: f"{encoded([1])}.{encoded([1])}.x",
}


def test_a_forged_signature(visitor: Visitor) -> None:
    found = {}
    for name, forgery in FORGERIES.items():
        visitor.provider.sign = forgery(visitor.provider)
        found[name] = outcome(visitor)
    assert found == dict.fromkeys(FORGERIES, REFUSED)


MEANT_FOR_SOMETHING_ELSE: tuple[dict[str, Any], ...] = (
    {"iss": "https://evil.example"}, {"iss": None}, {"iss": ""}, {"iss": 7},
    {"aud": "another-client"}, {"aud": None}, {"aud": []}, {"aud": ["another-client"]}, {"aud": ""},
    {"aud": [CLIENT_ID, "another"]}, {"aud": [CLIENT_ID, "another"], "azp": "another"}, {"azp": "another"},
    {"exp": int(time.time()) - 3600}, {"exp": None}, {"exp": "tomorrow"}, {"iat": int(time.time()) + 36000},
    {"iat": None}, {"nbf": int(time.time()) + 36000},
    {"nonce": "another"}, {"nonce": None}, {"nonce": ""}, {"nonce": []},
    {"sub": None}, {"sub": ""}, {"sub": 7}, {"sub": "x" * 256}, {"at_hash": "of-another-token"},
)


def test_a_token_for_something_else(visitor: Visitor) -> None:
    found = {}
    for claims in MEANT_FOR_SOMETHING_ELSE:
        visitor.provider.claims = claims
        found[str(claims)] = outcome(visitor)
    assert found == {str(claims): REFUSED for claims in MEANT_FOR_SOMETHING_ELSE}


def test_a_token_for_several_that_names_us_as_its_party(visitor: Visitor) -> None:
    visitor.provider.claims = {"aud": [CLIENT_ID, "another"], "azp": CLIENT_ID}
    assert visitor.sign_in().status_code == 302


def test_clocks_may_differ_a_little(visitor: Visitor) -> None:
    visitor.provider.claims = {"exp": int(time.time()) - 20, "iat": int(time.time()) + 20}
    assert visitor.sign_in().status_code == 302


def test_a_token_of_an_earlier_sign_in(visitor: Visitor) -> None:
    """Its nonce is that of the attempt that it was made for."""
    kept: list[str] = []
    visitor.provider.sign = lambda claims: kept.append(visitor.provider.signed(claims)) or kept[0]
    assert visitor.sign_in().status_code == 302
    visitor.client.get("/api/auth/logout")
    assert visitor.sign_in().json["error_code"] == "SIGN_IN_REFUSED"


def test_keys_that_were_changed_are_fetched_anew(visitor: Visitor) -> None:
    assert visitor.sign_in().status_code == 302
    for kid in ("second", "second"):  # a new name, then another key under the same name
        visitor.provider.key = RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)
        visitor.provider.published = [visitor.provider.key]
        assert visitor.sign_in().status_code == 302
    assert visitor.provider.asked.count("/keys") == 3


def test_a_key_that_was_withdrawn_counts_no_more(visitor: Visitor) -> None:
    assert visitor.sign_in().status_code == 302
    visitor.client.get("/api/auth/logout")
    old, new = visitor.provider.key, RSAKey.generate_key(2048, {"kid": "second"}, private=True)
    visitor.provider.key, visitor.provider.published = new, [new]
    assert visitor.sign_in().status_code == 302
    visitor.client.get("/api/auth/logout")
    visitor.provider.key = old
    assert visitor.sign_in().json["error_code"] == "SIGN_IN_REFUSED"
