"""One act from the whitelist, asked for by staff and answered by the device; on both engines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.core.errors import ValidationFailed
from connectassist.features.remediations import actions, rows, service
from connectassist.features.remediations.models import Remediation
from tests.cast import DEVICE_ID, Caller
from tests.live.fleet import PATIENCE, Fleet

WHITELIST = {"flush_dns", "clear_temp", "restart_spooler", "repair_network", "clear_browser_cache", "kill_process",
             "restart_service", "restart_explorer", "sfc_scan", "dism_repair", "clear_update_cache",
             "reset_network_adapter"}
PATH = f"/api/devices/{DEVICE_ID}/remediations"


def ask(fleet: Fleet, **body: Any) -> Any:
    return fleet.server.http("technician_a").post(PATH, json=body).json()["remediation"]


def test_an_act_is_asked_for_and_its_outcome_told(fleet: Fleet) -> None:
    agent, watching, stranger = fleet.agent, fleet.it("viewer_a"), fleet.it("technician_b")
    asked = ask(fleet, actionId="restart_service", parameter="cups.service")
    assert (asked["state"], asked["asked_by"]) == ("sent", "Tina Acme")
    request_id = asked["request_id"]
    assert agent.heard("remediation_request", within=PATIENCE) == {
        "actionId": "restart_service", "requestId": request_id, "parameter": "cups.service",
        "technicianName": "Tina Acme"}
    agent.emit("remediation_result", {
        "requestId": request_id, "success": True, "message": "It runs again", "deviceId": fleet.device_id,
        "before": {"service": {"status": "Stopped"}, "jobs": 3},
        "after": {"service": {"status": "Running"}, "jobs": 3}})
    assert watching.heard("device_remediation_update", within=PATIENCE) == {
        "deviceId": fleet.device_id, "success": True, "message": "It runs again", "requestId": request_id,
        "actionId": "restart_service", "state": "done"}
    kept = fleet.server.http("viewer_a").get(f"{PATH}/{request_id}").json()["remediation"]
    assert kept["changes"] == [{"what": "service.status", "before": "Stopped", "after": "Running"}]
    assert kept["finished_at"]
    assert agent.call("remediation_result", {"requestId": request_id, "success": False})["ok"]
    assert fleet.server.http("viewer_a").get(f"{PATH}/{request_id}").json()["remediation"]["state"] == "done"
    assert stranger.heard_nothing_of("device_remediation_update")
    assert watching.heard_nothing_of("device_remediation_update")


def test_only_the_device_that_was_asked_is_heard(fleet: Fleet) -> None:
    agent, other = fleet.agent, fleet.agent_of_b
    request_id = ask(fleet, actionId="flush_dns")["request_id"]
    assert agent.heard("remediation_request", within=PATIENCE)["parameter"] is None
    for event in ("remediation_started", "remediation_result"):
        assert other.call(event, {"requestId": request_id, "success": True})["ok"]
    for lie in (None, {}, {"requestId": 5}, {"requestId": ["x"]}, {"requestId": "x" * 100_000}, {"requestId": "no"}):
        assert agent.call("remediation_result", lie)["ok"]
    path = f"{PATH}/{request_id}"
    assert fleet.server.http("technician_a").get(path).json()["remediation"]["state"] == "sent"
    agent.call("remediation_result", {"requestId": request_id, "success": "yes", "declined": True,
                                      "message": "\x1b[2J" + "A" * 1_000_000, "before": ["x"], "after": {"a": 10**30}})
    kept = fleet.server.http("technician_a").get(path).json()["remediation"]
    assert (kept["state"], kept["before"], kept["changes"], len(kept["message"])) == ("declined", None, [], 1999)
    assert "\x1b" not in kept["message"]


def test_the_whitelist_is_the_contracts(technician_a: Caller) -> None:
    listed = technician_a.get("/api/remediations/actions").json["actions"]
    assert {action["id"] for action in listed} == WHITELIST
    assert {action["id"] for action in listed if action["parameter"] and action["parameter"]["needed"]} == {
        "kill_process", "restart_service"}
    assert all(action["name"] and action["sentence"].endswith(".") for action in listed)


@pytest.mark.parametrize("body", [
    {}, {"actionId": "format_disk"}, {"actionId": "flush_dns", "parameter": "x"}, {"actionId": "kill_process"},
    {"actionId": "restart_service", "parameter": ""}, {"actionId": ["flush_dns"]},
    {"actionId": "kill_process", "parameter": 5}], ids=range(7))
def test_what_is_not_on_it_is_refused(technician_a: Caller, body: dict) -> None:
    answer = technician_a.post(PATH, json=body)
    assert (answer.status_code, answer.json["error_code"]) == (400, "VALIDATION_FAILED")


@pytest.mark.parametrize("parameter", [
    "a;b", "a b", "$(x)", "`x`", "a|b", "a&b", "../x", "-rf", "a\n", "a\x00", "a>b", "a'b", 'a"b', "a*",
    "é", "x" * 101], ids=range(16))
def test_a_parameter_holds_nothing_that_a_shell_understands(parameter: str) -> None:
    for action_id in ("kill_process", "restart_service"):
        with pytest.raises(ValidationFailed):
            actions.of(action_id).checked(parameter)


def test_parameters_that_are_fine() -> None:
    for action_id, parameter in (("kill_process", "1234"), ("kill_process", "chrome.exe"),
                                 ("restart_service", "getty@tty1.service"), ("reset_network_adapter", "Ethernet 2"),
                                 ("reset_network_adapter", "Wi-Fi"), ("reset_network_adapter", None)):
        assert actions.of(action_id).checked(parameter) == parameter


def test_who_may_not(technician_a: Caller, technician_b: Caller, viewer_a: Caller) -> None:
    answer = technician_a.post(PATH, json={"actionId": "flush_dns"})
    assert (answer.status_code, answer.json["error_code"]) == (409, "DEVICE_OFFLINE")
    assert technician_b.post(PATH, json={"actionId": "flush_dns"}).status_code == 404
    assert viewer_a.post(PATH, json={"actionId": "flush_dns"}).status_code == 403
    assert technician_b.get(PATH).status_code == technician_b.get(f"{PATH}/rem-1").status_code == 404
    assert technician_a.get(f"{PATH}/rem-1").status_code == 404
    assert technician_a.get(PATH).json["remediations"] == [], "nothing was written for a device that is offline"


def test_what_nobody_answers_expires_and_a_late_answer_counts(app: Flask, in_app: None, technician_a: Caller,
                                                              monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.add(Remediation(request_id="rem-1", device_id=DEVICE_ID, action_id="flush_dns", asked_by="Tina"))
    db.session.commit()
    assert service.expire() == 0
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=11))
    assert service.expire() == 1
    kept = technician_a.get(f"{PATH}/rem-1").json["remediation"]
    assert (kept["state"], kept["message"]) == ("expired", service.NO_ANSWER)
    service.receive(DEVICE_ID, {"requestId": "rem-1", "success": True, "message": "Done"})
    assert technician_a.get(f"{PATH}/rem-1").json["remediation"]["state"] == "done"
    service.receive(DEVICE_ID, {"requestId": "rem-1", "success": False})
    assert technician_a.get(f"{PATH}/rem-1").json["remediation"]["state"] == "done"


def test_what_is_being_done_is_shown_so_and_not_given_up(app: Flask, in_app: None, technician_a: Caller,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    db.session.add(Remediation(request_id="rem-1", device_id=DEVICE_ID, action_id="sfc_scan", asked_by="Tina"))
    db.session.commit()

    def state() -> str:
        return technician_a.get(f"{PATH}/rem-1").json["remediation"]["state"]

    for lie in ({}, {"requestId": 5}, {"requestId": "no"}):
        service.begin(DEVICE_ID, lie)
    assert state() == "sent"
    service.begin(DEVICE_ID, {"requestId": "rem-1"})
    real = clock.now
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=30))
    assert (service.expire(), state()) == (0, "running")
    monkeypatch.setattr(clock, "now", lambda: real() + timedelta(minutes=61))
    assert (service.expire(), state()) == (1, "expired")
    service.begin(DEVICE_ID, {"requestId": "rem-1"})
    assert state() == "expired", "what is over does not begin again"
    service.receive(DEVICE_ID, {"requestId": "rem-1", "success": True, "message": "Done"})
    service.begin(DEVICE_ID, {"requestId": "rem-1"})
    assert state() == "done"


def test_a_difference_names_what_changed() -> None:
    before = {"files": [{"name": "a", "mb": 5}, {"name": "b", "mb": 1}], "dns": ["1.1.1.1"], "same": True}
    after = {"files": [{"name": "a", "mb": 0}], "dns": ["1.1.1.1", "8.8.8.8"], "same": True, "new": None}
    assert rows.changes(before, after) == [
        {"what": "files 1.mb", "before": 5, "after": 0}, {"what": "files 2.name", "before": "b", "after": None},
        {"what": "files 2.mb", "before": 1, "after": None},
        {"what": "dns", "before": "1.1.1.1", "after": "1.1.1.1, 8.8.8.8"},
        {"what": "new", "before": None, "after": None}]
    assert rows.changes(None, after) == rows.changes(before, None) == []
    assert len(rows.changes({}, {str(number): number for number in range(500)})) == rows.MOST_CHANGES
