"""The OpenAPI document: valid, complete, and true about who may call."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from openapi_schema_validator import OAS30Validator
from openapi_spec_validator import validate

from connectassist.http import guard
from tests.cast import Caller


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    return client.get("/openapi.json").json


def operations(document: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(method.upper(), path): operation for path, item in document["paths"].items()
            for method, operation in item.items() if method != "parameters"}


def test_it_is_valid(document: dict[str, Any]) -> None:
    validate(document)


def test_names_of_schemas_are_told_apart(make_app: Callable[..., Flask]) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert make_app().test_client().get("/openapi.json").status_code == 200


def test_every_documented_route_is_in_it(app: Flask, document: dict[str, Any]) -> None:
    described = {path for _, path in operations(document)}
    routed = {rule.rule.replace("<", "{").replace(">", "}") for rule in app.url_map.iter_rules()
              if rule.rule.startswith("/api/") and ":" not in rule.rule}
    assert not routed - described


def test_every_operation_says_who_may_and_how_it_refuses(document: dict[str, Any]) -> None:
    for name, operation in operations(document).items():
        caller, answers = operation["x-who-may"], operation["responses"]
        assert operation["summary"], name
        assert operation["security"], name
        assert any(status.startswith(("1", "2", "3")) for status in answers), name
        assert ({} in operation["security"]) == (caller == guard.ANYONE), name
        if caller != guard.ANYONE:
            assert "401" in answers, name
        if caller in (guard.STAFF, guard.TECHNICIAN, guard.ADMIN):
            assert "403" in answers, name
            assert "429" in answers, name


def test_errors_are_described_in_the_dialect(document: dict[str, Any]) -> None:
    schemas, examples = document["components"]["schemas"], document["components"]["examples"]
    assert set(schemas["Error"]["properties"]) == {"success", "error", "detail", "error_code", "timestamp"}
    assert set(schemas["GatewayError"]["properties"]) == {"error"}
    for (method, path), operation in operations(document).items():
        is_gateway = path.startswith(("/api/v1/", "/ws/", "/healthz", "/readyz", "/version"))
        told = "GatewayError" if is_gateway else "Error"
        assert "422" not in operation["responses"], (method, path)
        for status, answer in operation["responses"].items():
            if status.startswith("4"):
                content = answer["content"]["application/json"]
                assert content["schema"] == {"$ref": f"#/components/schemas/{told}"}, (method, path)
                for example in content["examples"].values():
                    OAS30Validator({**content["schema"], "components": document["components"]}).validate(
                        examples[example["$ref"].rsplit("/", 1)[1]]["value"])


def test_each_kind_of_caller_has_its_proofs(document: dict[str, Any]) -> None:
    def proofs(method: str, path: str) -> set[str]:
        return {name for way in operations(document)[method, path]["security"] for name in way}

    assert proofs("POST", "/api/v1/device/commands/claim") == {"deviceToken", "deviceId", "deviceSecret"}
    assert proofs("GET", "/api/v1/customer/devices") == {"bearer", "cookie", "supabase"}
    assert proofs("GET", "/api/commands") == {"bearer", "cookie"}
    assert proofs("POST", "/api/v1/device/auth") == proofs("GET", "/readyz") == set()
    assert proofs("GET", "/ws/device") == {"deviceToken", "deviceId", "deviceSecret"}


@pytest.mark.parametrize(("method", "path", "media_type"), [
    ("POST", "/api/files/upload", "multipart/form-data"),
    ("POST", "/api/bridge/{session_id}/files/upload", "multipart/form-data"),
    ("POST", "/api/packages/templates", "multipart/form-data"),
    ("PUT", "/api/recordings/{recording_id}/chunks/{number}", "video/webm")])
def test_bodies_that_are_no_json_are_described(document: dict[str, Any], method: str, path: str,
                                               media_type: str) -> None:
    assert set(operations(document)[method, path]["requestBody"]["content"]) == {media_type}


def test_both_readers_of_it_are_there(client: FlaskClient) -> None:
    for path in ("/docs", "/redoc"):
        page = client.get(path)
        assert page.status_code == 200
        assert b"https://" not in page.data, "nothing comes from elsewhere"


@pytest.mark.parametrize(("method", "route", "path", "body"), [
    ("GET", "/api/auth/me", "", None), ("GET", "/api/devices", "", None), ("GET", "/api/sessions", "?all=1", None),
    ("POST", "/api/sessions/create", "", {}), ("POST", "/api/devices/{device_id}/connect", "", {}),
    ("PATCH", "/api/devices/{device_id}", "", {"customerName": "Zoë"}),
    ("GET", "/api/sessions/{session_id}", "", None), ("GET", "/api/sessions/{session_id}/timeline", "", None)])
def test_answers_look_as_documented(document: dict[str, Any], technician_a: Caller, device: Caller, method: str,
                                    route: str, path: str, body: dict | None) -> None:
    session_id = technician_a.post(f"/api/devices/{device.device_id}/request").json["sessionId"]
    url = route.replace("{device_id}", device.device_id).replace("{session_id}", session_id) + path
    answer = technician_a.open(method, url, json=body)
    assert answer.status_code == 200
    shape = document["paths"][route][method.lower()]["responses"]["200"]["content"]["application/json"]["schema"]
    OAS30Validator({**shape, "components": document["components"]}).validate(answer.json)
    assert set(properties(document, shape)) & set(answer.json), "the documented fields are those that come"


def properties(document: dict[str, Any], shape: dict[str, Any]) -> dict[str, Any]:
    """The fields of a schema that is referred to by name."""
    return document["components"]["schemas"][shape["$ref"].rsplit("/", 1)[1]]["properties"]


def test_every_parameter_and_every_answer_is_explained(document: dict[str, Any]) -> None:
    for (method, path), operation in operations(document).items():
        for parameter in (*operation.get("parameters", ()), *document["paths"][path].get("parameters", ())):
            assert parameter.get("description"), f"{method} {path}: say in document_words.py what {parameter} means"
        for status, answer in operation["responses"].items():
            assert status in ("101", "204", "302") or status > "400" or answer.get("content"), (method, path, status)


def test_every_tag_has_its_chapter(document: dict[str, Any]) -> None:
    grouped = [tag for group in document["x-tagGroups"] for tag in group["tags"]]
    assert sorted(grouped) == sorted(tag["name"] for tag in document["tags"]), "write it into document_words.THEMES"
    used = {tag for operation in operations(document).values() for tag in operation["tags"]}
    assert used == set(grouped)
    assert all(tag["description"].endswith(".") for tag in document["tags"])


@pytest.mark.parametrize("path", ["/api/v1/device/commands", "/api/v1/dev/enqueue-command",
                                  "/api/v1/customer/sessions/{session_id}/commands",
                                  "/api/devices/{device_id}/commands"])
def test_a_command_that_is_known_already_is_an_answer_too(document: dict[str, Any], path: str) -> None:
    answers = operations(document)["POST", path]["responses"]
    assert answers["200"]["content"] == answers["201"]["content"]


def test_operations_have_names_of_their_own(document: dict[str, Any]) -> None:
    names = [operation["operationId"] for operation in operations(document).values()]
    assert len(names) == len(set(names))


def test_the_introduction_tells_of_what_no_operation_is(document: dict[str, Any]) -> None:
    told = document["info"]["description"]
    for word in ("/socket.io", "/agent", "/it", "/ws", "X-XSRF-TOKEN", "X-Device-Secret", "error_code", "Retry-After"):
        assert word in told
