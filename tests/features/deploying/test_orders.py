"""Who may have the server deployed: the key in its three places, GitHub's signature, and nobody else."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from connectassist.core.settings import PRINTED_DEPLOY_KEY, BadSetting, load
from connectassist.features.deploying import runs, service
from connectassist.features.deploying.orders import Order
from connectassist.features.deploying.restarting import FOLDER
from connectassist.features.deploying.runs import Run
from connectassist.http.context import settings
from tests.cast import Caller
from tests.features.deploying.conftest import KEY, WEBHOOK_SECRET

PUSH = {"ref": "refs/heads/main", "after": "0" * 40}


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """By whom deployments were begun; they are over at once."""
    found: list[str] = []

    def start(order: Order, *, address: str) -> Run:
        found.append(order.by)
        folder = settings().instance / FOLDER
        folder.mkdir(exist_ok=True)
        run = Run.begin(folder, by=order.by, is_waited_for=order.waits)
        run.note(state=runs.DONE, message="Deployment completed successfully", changes="1 file changed")
        return run

    monkeypatch.setattr(service, "start", start)
    return found


def push(client: FlaskClient, body: Any, *, event: str = "push", secret: str = WEBHOOK_SECRET,
         **options: Any) -> TestResponse:
    sent = body if isinstance(body, bytes) else json.dumps(body).encode()
    signature = "sha256=" + hmac.new(secret.encode(), sent, hashlib.sha256).hexdigest()
    return client.post("/api/deploy", data=sent, headers={"X-Hub-Signature-256": signature, "X-GitHub-Event": event},
                       **{"content_type": "application/json", **options})


SHOWN: list[dict[str, Any]] = [
    {"json": {"deploy_key": KEY}},
    {"data": json.dumps({"deploy_key": KEY, "branch": "--upload-pack=evil"})},
    {"headers": {"X-Deploy-Key": KEY}},
    {"headers": {"Authorization": f"Bearer {KEY}"}},
]
NOT_SHOWN: list[dict[str, Any]] = [
    {}, {"json": {}}, {"json": []}, {"json": {"deploy_key": KEY[:-1]}}, {"json": {"deploy_key": KEY + "\0"}},
    {"json": {"deploy_key": ""}}, {"json": {"deploy_key": [KEY]}}, {"json": {"deploy_key": "ключ" * 2000}},
    {"data": b"\xff\xfe{"}, {"data": "deploy_key=" + KEY}, {"headers": {"Authorization": f"Basic {KEY}"}},
    {"query_string": {"deploy_key": KEY}}, {"headers": {"X-Hub-Signature-256": "sha256="}},
    {"json": {"deploy_key": KEY}, "headers": {"X-Hub-Signature-256": "sha256=" + "0" * 64}},
]
OTHER_NEWS: list[tuple[Any, str]] = [
    ({"ref": "refs/heads/other"}, "push"), ({"ref": "refs/tags/main"}, "push"), ({**PUSH, "deleted": True}, "push"),
    ({"zen": "Keep it simple"}, "ping"), (PUSH, "pull_request"), ([1], "push"), ({"ref": ["refs/heads/main"]}, "push"),
]


def test_the_key_is_taken_where_programs_put_it(client: FlaskClient, begun: list[str]) -> None:
    for options in SHOWN:
        answer = client.post("/api/deploy", **options)
        assert (answer.status_code, answer.json["success"]) == (200, True), options
        assert set(answer.json) == {"success", "message", "changes", "git_output"}
    assert begun == ["deploy key"] * len(SHOWN)


def test_without_it_nothing_happens(client: FlaskClient, admin: Caller, begun: list[str]) -> None:
    for options in NOT_SHOWN:
        answer = client.post("/api/deploy", **options)
        assert (answer.status_code, answer.json["success"]) == (403, False), options
        assert answer.json["error_code"] == "WRONG_DEPLOY_KEY"
    assert begun == []
    assert [entry["action"] for entry in admin.get("/api/logs?category=deployment").json["logs"]] == [
        "deployment.refused"] * len(NOT_SHOWN)


def test_an_administrator_needs_the_key_too(admin: Caller, begun: list[str]) -> None:
    assert (admin.post("/api/deploy", json={}).status_code, begun) == (403, [])


def test_without_a_key_the_hook_is_off(make_app: Callable[..., Flask]) -> None:
    off = make_app()
    answer = off.test_client().post("/api/deploy", json={"deploy_key": ""})
    assert (answer.status_code, answer.json["error_code"]) == (404, "NOT_FOUND")
    assert "CONNECTASSIST_DEPLOY_KEY" in answer.json["error"]


@pytest.mark.parametrize(("values", "named"), [
    ({"DEPLOY_KEY": "k" * 19}, "DEPLOY_KEY"),
    ({"DEPLOY_KEY": PRINTED_DEPLOY_KEY}, "DEPLOY_KEY"),
    ({"DEPLOY_KEY": KEY, "DEPLOY_WEBHOOK_SECRET": "short"}, "DEPLOY_WEBHOOK_SECRET"),
    ({"DEPLOY_WEBHOOK_SECRET": WEBHOOK_SECRET}, "DEPLOY_WEBHOOK_SECRET"),
    ({"DEPLOY_BRANCH": "--upload-pack=evil"}, "DEPLOY_BRANCH"),
    ({"DEPLOY_BRANCH": "main..other"}, "DEPLOY_BRANCH"),
    ({"DEPLOY_REMOTE": "ext::sh -c evil"}, "DEPLOY_REMOTE"),
], ids=lambda value: value if isinstance(value, str) else "")
def test_a_setting_that_is_no_good_stops_the_start(values: dict[str, str], named: str) -> None:
    with pytest.raises(BadSetting, match=named) as problem:
        load({f"CONNECTASSIST_{name}": value for name, value in values.items()})
    assert not [value for name, value in values.items() if name.endswith(("KEY", "SECRET")) and value in
                str(problem.value)]


def test_a_push_to_the_branch_is_deployed(client: FlaskClient, begun: list[str]) -> None:
    answer = push(client, PUSH)
    assert (answer.status_code, answer.json["success"], begun) == (202, True, ["webhook"])
    form = b"payload=%7B%22ref%22%3A%22refs%2Fheads%2Fmain%22%7D"
    assert push(client, form, content_type="application/x-www-form-urlencoded").status_code == 202
    assert begun == ["webhook"] * 2


def test_other_news_is_nothing_to_do(client: FlaskClient, begun: list[str]) -> None:
    for body, event in OTHER_NEWS:
        answer = push(client, body, event=event)
        assert (answer.status_code, answer.json["success"]) == (200, True), body
        assert answer.json["message"]
    assert begun == []


def test_a_wrong_signature_is_refused(client: FlaskClient, begun: list[str]) -> None:
    assert push(client, PUSH, secret="another secret that nobody gave").status_code == 403
    signed = push(client, PUSH).request.headers["X-Hub-Signature-256"]
    begun.clear()
    answer = client.post("/api/deploy", data=json.dumps({**PUSH, "ref": "refs/heads/main "}),
                         headers={"X-Hub-Signature-256": signed, "X-GitHub-Event": "push"})
    assert (answer.status_code, begun) == (403, [])


def test_no_signature_counts_where_no_secret_is_set(make_desk: Callable[..., Flask], begun: list[str]) -> None:
    answer = push(make_desk(deploy_webhook_secret="").test_client(), PUSH, secret="")
    assert (answer.status_code, begun) == (403, [])


def test_wrong_keys_are_limited(make_desk: Callable[..., Flask], begun: list[str]) -> None:
    client = make_desk(rate_limits="on").test_client()
    found = [client.post("/api/deploy", json={"deploy_key": "wrong"}).status_code for _ in range(7)]
    assert found == [403] * 5 + [429] * 2
    elsewhere = {"REMOTE_ADDR": "198.51.100.7"}
    assert client.post("/api/deploy", json={"deploy_key": KEY}).status_code == 429
    assert client.post("/api/deploy", json={"deploy_key": KEY}, environ_base=elsewhere).status_code == 200


def test_once_a_minute_from_wherever_it_comes(make_desk: Callable[..., Flask]) -> None:
    client = make_desk(rate_limits="on").test_client()
    found = [client.post("/api/deploy", json={"deploy_key": KEY}, environ_base={"REMOTE_ADDR": f"198.51.100.{n}"})
             for n in range(2)]
    assert [answer.status_code for answer in found] == [200, 429], found[0].text
    assert 0 < int(found[1].headers["Retry-After"]) <= 61
