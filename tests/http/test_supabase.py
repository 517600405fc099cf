"""Customers who sign in with the token of a Supabase project, and everybody whom it does not let in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any

import orjson
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, utils
from flask import Flask
from joserfc.jwk import OctKey

from connectassist.identity import supabase_keys
from tests.cast import DEVICE_ID, Member
from tests.http.joined import CARL, ISSUER, asked, link
from tests.live.key_server import SECRET, KeyServer, claims, signed, with_secret


@pytest.fixture
def project() -> Iterator[KeyServer]:
    made = KeyServer()
    made.add("key-1")
    yield made
    made.stop()


@pytest.fixture
def with_keys(make_app: Callable[..., Flask], project: KeyServer) -> Flask:
    """An app that knows the project by its published keys; Carl is joined with it."""
    app = make_app(supabase_jwks_url=project.url)
    link(app, "carl", issuer=project.issuer)
    return app


@pytest.fixture
def by_secret(make_app: Callable[..., Flask]) -> Flask:
    """An app that knows the project by the shared secret; Carl is joined with it."""
    app = make_app(supabase_jwt_secret=SECRET, supabase_issuer=ISSUER)
    link(app, "carl")
    return app


def test_a_token_made_with_the_secret_lets_its_customer_in(by_secret: Flask) -> None:
    status, body = asked(by_secret, with_secret(CARL))
    assert (status, [device["id"] for device in body["devices"]]) == (200, [DEVICE_ID])


@pytest.mark.filterwarnings("ignore:.*EdDSA")
def test_a_token_made_with_a_published_key_lets_its_customer_in(with_keys: Flask, project: KeyServer) -> None:
    project.add("rsa", "RSA")
    project.add("okp", "OKP")
    for kid, algorithm in (("key-1", "ES256"), ("rsa", "RS256"), ("okp", "EdDSA")):
        assert asked(with_keys, project.token(CARL, kid=kid, algorithm=algorithm))[0] == 200, algorithm


def test_our_own_tokens_count_beside_them(by_secret: Flask, cast: dict[str, Member]) -> None:
    assert asked(by_secret, cast["customer"].token)[0] == 200
    assert asked(by_secret, cast["technician_a"].token)[0] == 403


def test_it_counts_for_customers_routes_only(by_secret: Flask) -> None:
    token = with_secret(CARL)
    for path in ("/api/auth/me", "/api/tickets", "/api/devices", "/api/v1/device/commands/x", "/api/cases"):
        assert asked(by_secret, token, path)[0] in (401, 404), path


def test_a_project_that_nobody_configured_lets_nobody_in(app: Flask) -> None:
    link(app, "carl")
    assert asked(app, with_secret(CARL))[0] == 401


WRONG_CLAIMS: list[tuple[str, Any]] = [
    ("exp", 1), ("exp", None), ("exp", "4102444800"), ("exp", True), ("nbf", 4102444800), ("nbf", "soon"),
    ("aud", "anon"), ("aud", None), ("aud", ["somebody"]), ("aud", {"authenticated": True}),
    ("iss", "http://evil.example/auth/v1"), ("iss", None), ("iss", [ISSUER]), ("iss", ISSUER + "/"),
    ("role", "anon"), ("role", "service_role"), ("role", None), ("role", ["authenticated"]),
    ("is_anonymous", True), ("is_anonymous", 1), ("is_anonymous", "false"),
    ("sub", None), ("sub", ""), ("sub", 7), ("sub", "x" * 300), ("sub", "a\x00b"),
]


def test_a_claim_that_is_not_right_refuses(by_secret: Flask) -> None:
    for name, value in WRONG_CLAIMS:
        status, body = asked(by_secret, with_secret(CARL, **{name: value}))
        assert (status, body["error"]["code"]) == (401, "UNAUTHORIZED"), (name, value)


def test_an_audience_may_be_a_list(by_secret: Flask) -> None:
    assert asked(by_secret, with_secret(CARL, aud=["other", "authenticated"]))[0] == 200


def test_a_wrong_signature_refuses(by_secret: Flask) -> None:
    good = with_secret(CARL)
    head, body, mark = good.split(".")
    assert asked(by_secret, with_secret(CARL, secret=SECRET + "!"))[0] == 401
    for bad in (f"{head}.{body}.", f"{head}.{body}", f"{head}.{body}.{mark}.{mark}", f"{head}.{body}.{mark[:-4]}",
                good + "=", f"{head}.{with_secret(CARL, email='x').split('.')[1]}.{mark}", "a.b.c", "..", "é.é.é"):
        assert asked(by_secret, bad)[0] == 401, bad


def plain(part: Any) -> str:
    text = part if isinstance(part, bytes) else orjson.dumps(part)
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def test_only_the_algorithms_that_are_meant_count(by_secret: Flask) -> None:
    body = plain(claims(CARL))
    for word in ("none", "None", "NONE", "nOnE", "", "HS512", "HS384", "hs256"):
        header = plain({"alg": word, "typ": "JWT"})
        for mark in ("", plain(_mark(f"{header}.{body}"))):
            assert asked(by_secret, f"{header}.{body}.{mark}")[0] == 401, word


def test_a_public_key_is_no_secret(with_keys: Flask, make_app: Callable[..., Flask], project: KeyServer) -> None:
    key = project.signing["key-1"]
    both = make_app(supabase_jwks_url=project.url, supabase_jwt_secret=SECRET)
    link(both, "carl", issuer=project.issuer)
    for public in (key.as_pem(private=False), key.as_pem(private=False).strip(), orjson.dumps(key.as_dict())):
        told = plain({"alg": "HS256", "kid": "key-1"}) + "." + plain(claims(CARL, iss=project.issuer))
        token = f"{told}.{plain(_mark(told, secret=public))}"
        assert asked(with_keys, token)[0] == asked(both, token)[0] == 401
    assert asked(both, with_secret(CARL, iss=project.issuer))[0] == 200
    assert asked(both, project.token(CARL, kid="key-1"))[0] == 200
    assert asked(with_keys, with_secret(CARL, iss=project.issuer))[0] == 401


def test_a_key_makes_tokens_under_its_own_name_only(with_keys: Flask, project: KeyServer) -> None:
    project.add("key-2")
    project.add("key-rsa", "RSA")
    told = claims(CARL, iss=project.issuer)
    for kid, key, algorithm in (("key-2", "key-1", "ES256"), ("key-rsa", "key-1", "ES256"),
                                ("key-1", "key-rsa", "RS256")):
        token = signed(project.signing[key], {"alg": algorithm, "kid": kid}, told)
        assert asked(with_keys, token)[0] == 401


MORE_HEADERS: list[dict[str, Any]] = [
    {"crit": ["exp"]}, {"crit": []}, {"crit": ["b64"], "b64": False}, {"b64": False},
    {"jku": "http://127.0.0.1:9/keys"}, {"x5u": "http://127.0.0.1:9/x"}, {"x5c": ["AAAA"]}, {"jwk": {"kty": "oct"}},
    {"zip": "DEF"}, {"typ": "JWE"}, {"typ": 7}, {"cty": "JWT"},
    {"": 1},
]


def test_a_header_that_says_more_refuses(by_secret: Flask) -> None:
    body = plain(claims(CARL))
    for more in MORE_HEADERS:
        header = plain({"alg": "HS256", **more})
        assert asked(by_secret, f"{header}.{body}.{plain(_mark(f'{header}.{body}'))}")[0] == 401, more


def _mark(text: str, secret: bytes = SECRET.encode()) -> bytes:
    return hmac.new(secret, text.encode(), hashlib.sha256).digest()


STRANGE_NAMES: tuple[Any, ...] = ("../../etc/passwd", "/dev/null", "key-1\x00", "' OR 1=1", "http://evil.example/k", "",
                                  "x" * 3000, None, 7, ["key-1"], {"a": 1})


def test_a_key_of_a_strange_name_is_none(with_keys: Flask, project: KeyServer) -> None:
    told = claims(CARL, iss=project.issuer)
    assert asked(with_keys, signed(project.signing["key-1"], {"alg": "ES256", "kid": "key-1"}, told))[0] == 200
    for kid in STRANGE_NAMES:
        head = {"alg": "ES256", "typ": "JWT"} | ({} if kid is None else {"kid": kid})
        assert asked(with_keys, by_hand(project.signing["key-1"], head, told))[0] == 401, kid
    assert project.asked == 1


def by_hand(key: Any, header: dict[str, Any], told: dict[str, Any]) -> str:
    """A token whose header no library would write."""
    text = f"{plain(header)}.{plain(told)}"
    mark = utils.decode_dss_signature(key.private_key.sign(text.encode(), ec.ECDSA(hashes.SHA256())))
    return f"{text}.{plain(b''.join(number.to_bytes(32, 'big') for number in mark))}"


ODD_HEADERS = (
    b'{"alg":"HS256","alg":"none"}', b'{"alg":"none","alg":"HS256"}', b"[]", b'"HS256"', b"\xff\xfe", b"{", b"null",
    b'{"alg":NaN}', b'{"alg":{"a":1}}', b'{"alg":["HS256"]}', b"[" * 4000,
)


def test_a_header_that_is_not_plain_json_refuses(by_secret: Flask) -> None:
    for text in ODD_HEADERS:
        told = f"{plain(text)}.{plain(claims(CARL))}"
        assert asked(by_secret, f"{told}.{plain(_mark(told))}")[0] == 401, text


def test_a_claim_said_twice_refuses(by_secret: Flask) -> None:
    said = orjson.dumps(claims(CARL))
    key, head = OctKey.import_key(SECRET), {"alg": "HS256", "typ": "JWT"}
    assert asked(by_secret, signed(key, head, said))[0] == 200
    for twice in (b'{"sub":"somebody",' + said[1:], said[:-1] + b',"user_metadata":{"a":1,"a":2}}',
                  b'{"role":"service_role",' + said[1:]):
        assert asked(by_secret, signed(key, head, twice))[0] == 401


def test_a_token_has_an_end_of_its_length(by_secret: Flask) -> None:
    assert asked(by_secret, with_secret(CARL, user_metadata={"about": "x" * 4000}))[0] == 200
    assert asked(by_secret, with_secret(CARL, user_metadata={"about": "x" * 9000}))[0] == 401


# Keys that come, go and don't answer.


def test_keys_are_fetched_once_and_again_for_an_unknown_one(with_keys: Flask, project: KeyServer,
                                                            monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(with_keys, project.token(CARL, kid="key-1"))[0] == 200
    assert asked(with_keys, project.token(CARL, kid="key-1", email="other"))[0] == 200
    assert project.asked == 1
    project.add("key-2")
    late = project.token(CARL, kid="key-2")
    assert asked(with_keys, late)[0] == 401, "the last look was a moment ago"
    monkeypatch.setattr(supabase_keys, "REST", 0.0)
    assert asked(with_keys, late)[0] == 200
    assert project.asked == 2


def test_strangers_with_made_up_keys_cause_no_storm(with_keys: Flask, project: KeyServer) -> None:
    assert asked(with_keys, project.token(CARL, kid="key-1"))[0] == 200
    for number in range(20):
        project.signing[f"made-up-{number}"] = project.signing["key-1"]
        assert asked(with_keys, project.token(CARL, kid=f"made-up-{number}"))[0] == 401
    assert project.asked == 1


def test_keys_stay_good_while_their_server_is_away(with_keys: Flask, project: KeyServer,
                                                   monkeypatch: pytest.MonkeyPatch) -> None:
    assert asked(with_keys, project.token(CARL, kid="key-1"))[0] == 200
    monkeypatch.setattr(supabase_keys, "REST", 0.0)
    monkeypatch.setattr(supabase_keys, "KEPT", 0.0)
    project.stop()
    assert asked(with_keys, project.token(CARL, kid="key-1", email="x"))[0] == 200


def test_a_key_that_is_withdrawn_ends(with_keys: Flask, project: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    token = project.token(CARL, kid="key-1")
    assert asked(with_keys, token)[0] == 200
    monkeypatch.setattr(supabase_keys, "REST", 0.0)
    monkeypatch.setattr(supabase_keys, "KEPT", 0.0)
    del project.signing["key-1"]
    project.add("key-2")
    assert asked(with_keys, token)[0] == 401


NO_KEYS: list[tuple[int, dict[str, str], bytes]] = [
    (500, {}, b"{}"), (302, {"Location": "http://127.0.0.1:9/"}, b""), (200, {}, b"not json"), (200, {}, b"[]"),
    (200, {}, b'{"keys": 7}'), (200, {}, b'{"keys": [7, {"kid": "key-1"}, {"kid": "key-1", "kty": "oct", "k": "AA"}]}'),
    (200, {}, b" " * 70_000 + b'{"keys": []}'), (200, {}, b'{"keys": []}'),
]


def test_without_any_key_the_server_says_so(with_keys: Flask, project: KeyServer,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    for number, answer in enumerate(NO_KEYS, 1):
        monkeypatch.setattr(supabase_keys, "SHORT_REST", 0.0)
        project.answer = lambda answer=answer: answer
        status, body = asked(with_keys, project.token(CARL, kid="key-1"))
        assert (status, body["error"]["code"], project.asked) == (503, "PROVIDER_UNAVAILABLE", number), answer
    monkeypatch.setattr(supabase_keys, "SHORT_REST", 30.0)
    assert asked(with_keys, project.token(CARL, kid="key-1"))[0] == 503
    assert project.asked == len(NO_KEYS), "it was asked a moment ago"


def test_a_server_that_never_ends_its_answer_holds_nobody_up(with_keys: Flask, project: KeyServer,
                                                             monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supabase_keys, "WHOLE_TIME", 0.3)
    monkeypatch.setattr(supabase_keys, "SHORT_REST", 0.0)
    goes_on = threading.Event()
    project.answer = lambda: (goes_on.wait(20), project.key_set())[1]
    began = time.monotonic()
    assert [asked(with_keys, project.token(CARL, kid="key-1"))[0] for _ in range(3)] == [503] * 3
    assert (time.monotonic() - began < 15, project.asked) == (True, 1), "and one look is under way, not three"
    goes_on.set()


def test_an_answer_by_single_letters_is_given_up(project: KeyServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(supabase_keys, "WHOLE_TIME", 0.2)
    project.drips = True
    with pytest.raises(ValueError, match="took longer"):
        supabase_keys._fetched(project.url)


def test_a_weak_key_is_none(with_keys: Flask, project: KeyServer) -> None:
    project.add("weak", "weak")
    assert asked(with_keys, project.token(CARL, kid="key-1"))[0] == 200
    assert asked(with_keys, project.token(CARL, kid="weak", algorithm="RS256"))[0] == 401


def test_many_at_once_fetch_the_keys_once(with_keys: Flask, project: KeyServer) -> None:
    found: list[int] = []
    project.answer = lambda: (time.sleep(0.2), project.key_set())[1]
    names = [threading.Thread(target=lambda n=n: found.append(
        asked(with_keys, project.token(CARL, kid="key-1", email=str(n)))[0])) for n in range(8)]
    for each in names:
        each.start()
    for each in names:
        each.join()
    assert (found, project.asked) == ([200] * 8, 1)
