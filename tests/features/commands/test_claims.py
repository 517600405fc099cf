"""The device's side of the queue: each documented row, each documented error, and the promises in between."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from werkzeug.test import TestResponse

from connectassist.core import clock
from connectassist.core.db import db
from connectassist.features.commands import queries, service
from connectassist.features.devices.models import Device
from tests.cast import ACME, BETA, Caller
from tests.features.commands.conftest import URL, Queue, Time


def moment(said: str) -> datetime:
    return datetime.fromisoformat(said)


def test_a_claim_is_answered_as_documented(queue: Queue, time: Time) -> None:
    command_id = queue.add("EXECUTE_SCRIPT", parameters={"content": "ls"}, priority=3)
    claimed = queue.claim()[0]
    assert claimed["claimToken"]
    assert claimed == {"id": command_id, "type": "EXECUTE_SCRIPT", "parameters": {"content": "ls"}, "priority": 3,
                       "claimToken": claimed["claimToken"], "attempt": 1,
                       "visibleUntil": clock.iso(time.now + timedelta(minutes=5))}


def test_a_body_that_says_nothing_claims_one_for_five_minutes(queue: Queue, device: Caller) -> None:
    queue.add()
    queue.add()
    answer = device.post(f"{URL}/claim")
    assert len(answer.json["commands"]) == 1


def test_nothing_there_is_an_empty_list(queue: Queue) -> None:
    assert queue.claim(limit=10) == []


def test_lower_numbers_go_first_and_then_the_older_one(queue: Queue) -> None:
    made = [(queue.add(priority=priority), priority) for priority in (5, 9, 1, 5, 1, 10, 5, 2)]
    wanted = [command_id for command_id, _ in sorted(made, key=lambda each: each[1])]
    assert [queue.claim()[0]["id"] for _ in range(3)] == wanted[:3]
    assert [claimed["id"] for claimed in queue.claim(limit=10)] == wanted[3:]


def test_a_claim_is_exclusive_until_its_time_is_over(queue: Queue, time: Time) -> None:
    first = queue.one(visibilityTimeout=1000)
    assert queue.claim() == []
    time.passes(seconds=0.999)
    assert queue.claim() == []
    time.passes(seconds=0.001)
    again = queue.claim()[0]
    assert again["id"] == first["id"]
    assert again["claimToken"] != first["claimToken"]
    assert again["attempt"] == 2


def test_after_redelivery_the_old_token_is_refused_and_after_completion_any(queue: Queue, time: Time) -> None:
    old = queue.one(visibilityTimeout=1000)
    time.passes(seconds=2)
    new = queue.claim()[0]
    for refused in (queue.finish(old), queue.extend(old)):
        assert refused.status_code == 403
        assert refused.json["error"]["code"] == "INVALID_CLAIM"
    assert queue.finish(new).json == {"success": True}
    for late in (queue.finish(old), queue.finish(new), queue.finish(new | {"claimToken": "?"})):
        assert late.status_code == 409
        assert late.json["error"]["code"] == "COMMAND_COMPLETED"
    assert queue.extend(new).json["error"]["code"] == "INVALID_CLAIM"


def test_a_claim_that_nobody_took_over_is_over_all_the_same(queue: Queue, time: Time) -> None:
    claimed = queue.one(visibilityTimeout=1000)
    time.passes(seconds=1)
    assert queue.finish(claimed).status_code == 403
    assert queue.extend(claimed).status_code == 403


def test_extending_counts_from_now(queue: Queue, time: Time) -> None:
    claimed = queue.one(visibilityTimeout=10_000)
    time.passes(seconds=9)
    assert queue.extend(claimed, 4000).json == {
        "success": True, "visibleUntil": clock.iso(time.now + timedelta(seconds=4))}
    time.passes(seconds=3)
    assert queue.claim() == []
    assert queue.finish(claimed).status_code == 200


def test_what_is_not_there_and_what_is_another_devices(queue: Queue, queue_b: Queue) -> None:
    claimed = queue.one()
    for command in (claimed | {"id": "no-such-command"}, claimed | {"id": "x" * 400}):
        for answer in (queue.extend(command), queue.finish(command)):
            assert (answer.status_code, answer.json["error"]["code"]) == (404, "COMMAND_NOT_FOUND")
    for answer in (queue_b.extend(claimed), queue_b.finish(claimed)):
        assert (answer.status_code, answer.json["error"]["code"]) == (404, "COMMAND_NOT_FOUND")
    assert queue_b.device.get(f"{URL}/{claimed['id']}").status_code == 404


def test_a_token_is_for_one_command(queue: Queue) -> None:
    one, other = queue.one(), queue.one()
    assert queue.finish(one | {"claimToken": other["claimToken"]}).status_code == 403


def test_what_came_of_it_is_kept(queue: Queue) -> None:
    for outcome, state in (("success", "done"), ("failure", "failed"), ("timeout", "failed"), ("failed", "failed"),
                           ("cancelled", "failed")):
        claimed = queue.one()
        queue.finish(claimed, status=outcome, output="a\nb", error="oh", executedAt="2026-01-01T00:00:00Z",
                     duration=12.7)
        shown = queue.show(claimed["id"])
        assert shown["status"] == state
        assert shown["result"] | {"receivedAt": ""} == {
            "success": outcome == "success", "status": "failure" if outcome == "failed" else outcome,
            "output": "a\nb", "error": "oh", "executedAt": "2026-01-01T00:00:00.000Z", "duration": 12,
            "receivedAt": ""}


def test_the_next_one_is_a_hint(queue: Queue) -> None:
    claimed, following = queue.one(), queue.add()
    assert queue.finish(claimed).json == {"success": True, "nextCommand": {"id": following}}
    assert "nextCommand" not in queue.finish(queue.claim()[0]).json


def test_five_deliveries_and_it_is_dead(queue: Queue, time: Time, settle: Callable[[], int],
                                        technician_a: Caller) -> None:
    queue.add()
    for attempt in range(1, 6):
        claimed = queue.claim(visibilityTimeout=1000)[0]
        assert claimed["attempt"] == attempt
        time.passes(seconds=1)
    assert queue.claim() == []
    assert settle() == 1
    assert queue.show(claimed["id"])["status"] == "dead"
    assert queue.finish(claimed).status_code == 403
    assert technician_a.post(f"/api/commands/{claimed['id']}/redrive").json["command"]["state"] == "queued"
    again = queue.claim()[0]
    assert again["attempt"] == 1
    assert queue.finish(claimed).status_code == 403
    assert queue.finish(again).status_code == 200


def test_what_ran_out_is_shown_as_queued_and_told(queue: Queue, time: Time, settle: Callable[[], int],
                                                  told: list[Any]) -> None:
    claimed = queue.one(visibilityTimeout=1000)
    time.passes(seconds=1)
    told.clear()
    assert settle() == 1
    assert settle() == 0
    assert [told[0]["id"], told[0]["state"], told[1]] == [claimed["id"], "queued", queue.device_id]
    assert queue.show(claimed["id"])["status"] == "queued"


def test_what_was_pushed_and_never_arrived_counts_as_no_delivery(app: Flask, queue: Queue) -> None:
    queue.add()
    with app.app_context():
        claimed = service.claim(queue.device_id)
        service.release(queue.device_id, claimed)
        service.release(queue.device_id, claimed)
        again = service.claim(queue.device_id)
    assert again[0].attempt == 1
    assert again[0].claim_token != claimed[0].claim_token


#: Numbers as they stand in JSON.
NO_NUMBERS = ("-1", "1.5", "true", '"3"', "[1]", "{}", "1" + "0" * 30, "-" + "9" * 30)


def raw(queue: Queue, path: str, body: str) -> TestResponse:
    return queue.device.post(URL + path, data=body)


@pytest.mark.parametrize(("name", "more"), [("limit", ("0", "11")), ("visibilityTimeout", ("0", "999", "43200001"))])
def test_a_claim_of_no_meaning_takes_nothing(queue: Queue, name: str, more: tuple[str, ...]) -> None:
    queue.add()
    for said in (*NO_NUMBERS, *more):
        answer = raw(queue, "/claim", f'{{"{name}": {said}}}')
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "VALIDATION_FAILED"), said
    for body in ("[]", "5", "{", '"x"'):
        assert raw(queue, "/claim", body).status_code == 400
    assert len(queue.claim(visibilityTimeout=12 * 3600 * 1000)) == 1


def test_an_extension_of_no_meaning_is_refused(queue: Queue) -> None:
    claimed = queue.one()
    for said in (*NO_NUMBERS, "null", "0", "999", "300001"):
        body = f'{{"claimToken": "{claimed["claimToken"]}", "extensionMs": {said}}}'
        assert raw(queue, f"/{claimed['id']}/extend", body).status_code == 400, said
    assert queue.extend(claimed, 300_000).status_code == 200


def test_a_token_that_is_none_is_refused(queue: Queue) -> None:
    claimed = queue.one()
    for token in (None, "", 5, [], {"a": 1}, True):
        assert queue.finish(claimed | {"claimToken": token}).status_code == 400, token
        assert queue.extend(claimed | {"claimToken": token}).status_code == 400, token
    for token in ("x", "é" * 500, "\x00", "x" * 100_000, claimed["claimToken"] + " ", claimed["claimToken"].lower()):
        assert queue.finish(claimed | {"claimToken": token}).status_code == 403, token


def test_an_outcome_of_no_meaning_is_refused_and_nothing_is_written(queue: Queue) -> None:
    claimed = queue.one()
    for status in (None, "", "SUCCESS", "done", 1, True, ["success"], {"a": 1}, "x" * 10_000):
        assert queue.finish(claimed, status=status).status_code == 400, status
    assert queue.show(claimed["id"])["status"] == "claimed"


def test_the_devices_clock_is_its_own_word(queue: Queue) -> None:
    for said, kept in (
            ("1970-01-01T00:00:00Z", "1970-01-01T00:00:00.000Z"), ("0001-01-01T00:00:00+14:00", None),
            ("2031-05-05T10:00:00+05:00", "2031-05-05T05:00:00.000Z"), ("", None), (True, None), ({"a": 1}, None),
            ("2026-01-01T00:00:00", "2026-01-01T00:00:00.000Z"), ("yesterday", None), ("9" * 5000, None),
            (5, "1970-01-01T00:00:00.005Z"), (1e300, None)):
        claimed = queue.one()
        assert queue.finish(claimed, executedAt=said).status_code == 200
        assert queue.show(claimed["id"])["result"]["executedAt"] == kept, said


def test_a_duration_that_makes_no_sense_is_left_out(queue: Queue) -> None:
    for said, kept in (("0", 0), ("12.7", 12), ("2147483647", 2**31 - 1), *(
            (said, None) for said in ("2147483648", "null", *NO_NUMBERS) if said != "1.5")):
        claimed = queue.one()
        body = f'{{"claimToken": "{claimed["claimToken"]}", "status": "success", "duration": {said}}}'
        assert raw(queue, f"/{claimed['id']}/result", body).status_code == 200, said
        assert queue.show(claimed["id"])["result"]["duration"] == kept, said


def test_a_megabyte_is_kept(queue: Queue) -> None:
    for output in ("x" * 1024 * 1024, "\x01" * 1024 * 1024, "ü" * 512 * 1024):
        claimed = queue.one()
        assert queue.finish(claimed, output=output).status_code == 200
        assert queue.show(claimed["id"])["result"]["output"] == output.replace("\x01", "")


def test_more_is_refused_and_nothing_is_written(queue: Queue) -> None:
    claimed = queue.one()
    for said in ({"output": "x" * (1024 * 1024 + 1)}, {"output": "ü" * (512 * 1024 + 1)},
                 {"error": "x" * (64 * 1024 + 1)}, {"output": "x" * 8_000_000}):
        answer = queue.finish(claimed, **said)
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "TOO_LARGE")
    assert queue.show(claimed["id"])["status"] == "claimed"
    assert queue.finish(claimed).status_code == 200


def test_what_could_drive_a_terminal_is_left_out(queue: Queue) -> None:
    claimed = queue.one()
    queue.finish(claimed, output="\x1b[31mred\x00\r\nnext\t\u202eevil\x9b", error="\x07beep")
    result = queue.show(claimed["id"])["result"]
    assert (result["output"], result["error"]) == ("[31mred\nnext\tevil", "beep")


def test_the_script_runners_word_for_output_is_heard(queue: Queue) -> None:
    claimed = queue.one()
    queue.finish(claimed, result={"exit": 0, "lines": ["a"]})
    assert queue.show(claimed["id"])["result"]["output"] == '{"exit":0,"lines":["a"]}'


def test_the_script_runner_answers_without_a_token_while_its_claim_is_open(queue: Queue, time: Time) -> None:
    queue.add("EXECUTE_SCRIPT")
    claimed = queue.claim(visibilityTimeout=1000)[0]
    body = {"status": "cancelled", "result": "half", "executedAt": "2026-01-01T00:00:00Z"}
    time.passes(seconds=1)
    assert queue.device.post(f"{URL}/{claimed['id']}/result", json=body).status_code == 403
    queue.claim()
    assert queue.device.post(f"{URL}/{claimed['id']}/result", json=body).status_code == 200
    assert queue.device.post(f"{URL}/{claimed['id']}/result", json=body).status_code == 409
    assert queue.show(claimed["id"])["result"]["output"] == "half"


def test_whoever_is_no_device_is_not_heard(queue: Queue, technician_a: Caller, nobody: Caller, customer: Caller,
                                           ) -> None:
    claimed = queue.one()
    for caller in (nobody, technician_a, customer):
        for path in ("/claim", f"/{claimed['id']}/result", f"/{claimed['id']}/extend", ""):
            assert caller.post(URL + path, json={}).status_code in (401, 403)
        assert caller.get(f"{URL}/{claimed['id']}").status_code in (401, 403)


def test_a_device_that_is_gone_is_told_so(app: Flask, queue: Queue) -> None:
    with app.app_context():
        db.session.query(Device).filter_by(device_id=queue.device_id).delete()
        db.session.commit()
    answer = queue.device.post(f"{URL}/claim", json={})
    assert answer.status_code == 404
    assert answer.json["error"]["code"] == "DEVICE_NOT_FOUND"


def test_who_has_the_device_now_has_none_of_the_old_commands(app: Flask, queue: Queue, technician_b: Caller,
                                                             admin: Caller, technician_a: Caller) -> None:
    claimed, waiting = queue.one(), queue.add()
    admin.patch(f"/api/devices/{queue.device_id}/client", json={"client_id": BETA})
    assert queue.claim() == []
    assert queue.finish(claimed).status_code == 403
    assert queue.device.get(f"{URL}/{waiting}").status_code == 404
    assert technician_b.get("/api/commands").json["commands"] == []
    assert {each["state"] for each in technician_a.get("/api/commands").json["commands"]} == {"cancelled"}


def test_a_move_that_the_hook_missed_gives_nothing_away(app: Flask, queue: Queue) -> None:
    """As after a crash between the two: the queue looks at whose the device is now."""
    queue.add()
    with app.app_context():
        db.session.query(Device).filter_by(device_id=queue.device_id).update({"client_id": BETA})
        db.session.commit()
        assert queries.waiting(queue.device_id) == 0
        assert service.claim(queue.device_id) == []
        db.session.query(Device).filter_by(device_id=queue.device_id).update({"client_id": ACME})
        db.session.commit()
        assert queries.waiting(queue.device_id) == 1


def test_a_removed_device_leaves_nothing_open(queue: Queue, technician_a: Caller) -> None:
    queue.add()
    technician_a.delete(f"/api/devices/{queue.device_id}")
    assert technician_a.get("/api/commands").json["commands"][0]["state"] == "cancelled"


def test_whoever_waits_for_the_writer_keeps_no_connection(
        app: Flask, queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    writer, kept = app.extensions["writer"], []
    do = writer.do
    monkeypatch.setattr(writer, "do", lambda work: kept.append(db.engine.pool.checkedout()) or do(work))
    queue.finish(queue.one())
    assert kept == [0, 0, 0], "queued, claimed, finished: with fifteen kept nobody else could read"
