"""Notes and fields over real sockets, on both engines: who watches a device sees what is written at once."""

from __future__ import annotations

import pytest

from tests.cast import DEVICE_ID
from tests.features.device_chat.people import Talker
from tests.live.server import Server

HOSTILE = "<b>\x1b[31m\x00\u202e"


def test_whoever_watches_sees_what_is_written(engine_server: Server) -> None:
    device_id = Talker(engine_server).device_id
    with engine_server.socket("technician_a", namespace="/it") as hers, \
            engine_server.socket("viewer_a", namespace="/it") as viewers, \
            engine_server.socket("technician_b", namespace="/it") as elsewhere:
        for socket in (hers, viewers, elsewhere):
            assert socket.call("watch_device", {"deviceId": device_id})["ok"]
            socket.heard("device_custom_fields")
            socket.forget()
        assert hers.call("add_device_note", {"deviceId": device_id, "content": f"First {HOSTILE}"})["ok"]
        note = viewers.heard("device_notes", where=lambda said: said["notes"])["notes"][0]
        assert note["content"].startswith("First <b>") and not set("\x1b\x00\u202e") & set(note["content"])
        assert set(note) == {"id", "device_id", "author", "content", "created_at"}
        assert hers.call("set_custom_field", {"deviceId": device_id, "fieldName": "Floor", "fieldValue": "3"})["ok"]
        assert hers.call("set_custom_fields", {"deviceId": device_id, "fields": {"Asset": "A-17"}})["ok"]
        shown = viewers.heard("device_custom_fields", where=lambda said: len(said["fields"]) == 2)["fields"]
        assert {each["field_name"]: each["field_value"] for each in shown} == {"Asset": "A-17", "Floor": "3"}
        assert set(shown[0]) == {"device_id", "field_name", "field_value", "updated_at", "updated_by"}
        assert hers.call("delete_custom_field", {"deviceId": device_id, "fieldName": "Floor"})["ok"]
        assert hers.call("delete_custom_field", {"deviceId": device_id, "fieldName": "Asset"})["ok"]
        viewers.heard("device_custom_fields", where=lambda said: not said["fields"])
        assert hers.call("delete_device_note", {"deviceId": device_id, "noteId": note["id"]})["ok"]
        viewers.heard("device_notes", where=lambda said: note["id"] not in [each["id"] for each in said["notes"]])
        assert not {"device_notes", "device_custom_fields"} & set(elsewhere.names())


def test_a_device_tells_of_itself_and_leaves_what_staff_wrote(engine_server: Server) -> None:
    talker = Talker(engine_server)
    with engine_server.socket("technician_a", namespace="/it") as hers, talker.socket as device:
        hers.call("watch_device", {"deviceId": talker.device_id})
        hers.call("set_custom_field", {"deviceId": talker.device_id, "fieldName": "Owner", "fieldValue": "Ann"})
        told = {"Owner": "the device", "Disk": f"ssd {HOSTILE}", "Cores": 8, "": "x", "list": [1], "none": None,
                "long": "x" * 5000, **{f"n{number}": "x" for number in range(500)}}
        assert device.call("report_custom_fields", {"fields": told})["ok"]
        shown = hers.heard("device_custom_fields", where=lambda said: len(said["fields"]) > 5)["fields"]
        found = {each["field_name"]: each for each in shown}
        assert (found["Owner"]["field_value"], found["Owner"]["updated_by"]) == ("Ann", "Tina Acme")
        assert (found["Cores"]["field_value"], found["Cores"]["updated_by"]) == ("8", "device")
        assert len(found) <= 100 and len(found["long"]["field_value"]) == 1000
        assert not {"", "list", "none"} & set(found)


@pytest.mark.parametrize(("name", "event", "data", "code"), [
    ("viewer_a", "add_device_note", {"content": "x"}, "WRONG_ROLE"),
    ("viewer_a", "set_custom_field", {"fieldName": "a", "fieldValue": "b"}, "WRONG_ROLE"),
    ("technician_b", "add_device_note", {"content": "x"}, "DEVICE_NOT_FOUND"),
    ("technician_b", "delete_custom_field", {"fieldName": "a"}, "DEVICE_NOT_FOUND"),
    ("technician_a", "add_device_note", {"content": [1]}, "VALIDATION_FAILED"),
    ("technician_a", "delete_device_note", {"noteId": True}, "VALIDATION_FAILED"),
    ("technician_a", "delete_device_note", {"noteId": 2 ** 62}, "NOT_FOUND"),
    ("technician_a", "set_custom_field", {"fieldName": {}, "fieldValue": []}, "VALIDATION_FAILED"),
    ("technician_a", "set_custom_field", {"fields": "x"}, "VALIDATION_FAILED"),
    ("technician_a", "set_custom_fields", {}, "BAD_EVENT"),
    ("technician_a", "delete_custom_field", {"fieldName": 7}, "NOT_FOUND"),
])
def test_what_is_refused(server: Server, name: str, event: str, data: dict, code: str) -> None:
    with server.socket(name, namespace="/it") as socket:
        assert socket.call(event, {"deviceId": DEVICE_ID, **data})["error_code"] == code
        assert socket.call(event)["error_code"] in ("BAD_EVENT", "WRONG_ROLE"), "without a payload"
