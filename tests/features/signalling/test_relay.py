"""The relay through real sockets: who gets what, unchanged, with `from` naming the sender."""

from __future__ import annotations

import pytest

from tests.live.sitting import Sitting
from tests.live.sockets import Socket

OFFER = {"type": "offer", "sdp": "v=0\r\n"}
CANDIDATE = {"candidate": "candidate:1 1 udp 1 127.0.0.1 9 typ host", "sdpMid": "0", "sdpMLineIndex": 0}


@pytest.fixture
def helper(sitting: Sitting) -> Socket:
    """A helper whose customer allowed everything."""
    joined = sitting.helper()
    sitting.allow(joined, ["view", "control", "clipboard", "files"])
    return joined


def test_an_offer_reaches_its_technician_only(sitting: Sitting, helper: Socket) -> None:
    first, second = sitting.technician(), sitting.technician("admin")
    offer = {"sessionId": sitting.session_id, "offer": OFFER, "targetSocketId": first.id}
    assert helper.call("webrtc-offer", offer)["ok"]
    heard = first.heard("webrtc-offer")
    assert (heard["sessionId"], heard["offer"], heard["from"]) == (sitting.session_id, OFFER, helper.id)
    assert second.heard_nothing_of("webrtc-offer")


def test_an_offer_without_a_target_reaches_those_who_come_later_too(sitting: Sitting, helper: Socket) -> None:
    first = sitting.technician()
    helper.call("webrtc-offer", {"sessionId": sitting.session_id, "offer": OFFER})
    helper.call("webrtc-ice-candidate", {"sessionId": sitting.session_id, "candidate": CANDIDATE, "role": "helper"})
    assert first.heard("webrtc-offer")["offer"] == OFFER
    later = sitting.technician("admin")
    assert later.heard_nothing_of("webrtc-offer"), "not before the customer said yes to them too"
    sitting.allow(helper, ["view"], name="admin")
    assert later.heard("webrtc-offer")["from"] == helper.id
    assert later.heard("webrtc-ice-candidate")["candidate"] == CANDIDATE


def test_a_kept_offer_goes_with_the_right_to_view(sitting: Sitting, helper: Socket) -> None:
    helper.call("webrtc-offer", {"offer": OFFER})
    helper.call("consent-revoke", {"rights": ["view"]})
    assert sitting.technician().heard_nothing_of("webrtc-offer")


def test_answers_and_candidates_name_their_technician(sitting: Sitting, helper: Socket) -> None:
    first, second = sitting.technician(), sitting.technician("admin")
    sitting.allow(helper, ["view"], name="admin")
    for technician in (first, second):
        technician.call("webrtc-answer", {"sessionId": sitting.session_id, "answer": {"type": "answer", "sdp": "x"}})
        assert helper.heard("webrtc-answer")["from"] == technician.id
        technician.call("webrtc-ice-candidate", {"sessionId": sitting.session_id, "candidate": CANDIDATE})
        heard = helper.heard("webrtc-ice-candidate")
        assert (heard["from"], heard["role"], heard["candidate"]) == (technician.id, "technician", CANDIDATE)
    assert first.heard_nothing_of("webrtc-answer")
    assert second.heard_nothing_of("webrtc-ice-candidate")


def test_a_sender_cannot_pose_as_another(sitting: Sitting, helper: Socket) -> None:
    technician = sitting.technician()
    technician.call("webrtc-answer", {"answer": {}, "from": "somebody-else"})
    assert helper.heard("webrtc-answer")["from"] == technician.id
    technician.call("webrtc-ice-candidate", {"candidate": CANDIDATE, "role": "helper", "from": helper.id})
    heard = helper.heard("webrtc-ice-candidate")
    assert (heard["from"], heard["role"]) == (technician.id, "technician")


def test_a_target_outside_the_session_is_refused(sitting: Sitting, helper: Socket) -> None:
    outsider = sitting.socket("technician_b")
    for name, data in (("webrtc-offer", {"offer": OFFER}), ("webrtc-ice-candidate", {"candidate": CANDIDATE}),
                       ("screen-frame", {"data": b"jpeg", "seq": 1})):
        for target in (outsider.id, "nobody", helper.id):
            assert helper.call(name, {**data, "targetSocketId": target})["error_code"] == "BAD_EVENT", name
        assert outsider.heard_nothing_of(name)


def test_control_without_a_session_id_speaks_from_the_seat(sitting: Sitting, helper: Socket) -> None:
    """001's dashboard leaves the sessionId out."""
    technician = sitting.technician()
    wheel = {"kind": "mouse", "type": "scroll", "x": 0.25, "y": 0.75, "deltaX": 0, "deltaY": 120}
    technician.emit("remote-mouse", wheel)
    assert helper.heard("remote-mouse") == {**wheel, "sessionId": sitting.session_id, "from": technician.id}
    keys = {"type": "keydown", "key": "€", "code": "KeyE", "keyCode": 69, "ctrlKey": False, "shiftKey": False,
            "altKey": True, "metaKey": False}
    technician.emit("remote-keyboard", keys)
    assert helper.heard("remote-keyboard").items() >= keys.items()
    technician.emit("remote-clipboard", {"text": "Zoë 日本 😀"})
    assert helper.heard("remote-clipboard")["text"] == "Zoë 日本 😀"


def test_events_keep_their_order(sitting: Sitting, helper: Socket) -> None:
    technician = sitting.technician()
    for number in range(300):
        technician.emit("remote-keyboard", {"type": "keydown", "key": str(number)})
    assert [helper.heard("remote-keyboard")["key"] for _ in range(300)] == [str(number) for number in range(300)]


def test_frames_of_tiles_are_binary_and_acknowledged(sitting: Sitting, helper: Socket) -> None:
    technician = sitting.technician()
    data = bytes(range(256)) * 400
    frame = {"sessionId": sitting.session_id, "targetSocketId": technician.id, "seq": 7, "width": 1280, "height": 720,
             "keyframe": True, "rects": [[0, 0, 1280, 720, len(data)]], "data": data}
    helper.emit("screen-frame", frame)
    assert technician.heard("screen-frame") == frame
    technician.emit("screen-ack", {"sessionId": sitting.session_id, "seq": 7})
    assert helper.heard("screen-ack") == {"sessionId": sitting.session_id, "seq": 7, "from": technician.id}
    technician.emit("stream-transport", {"transport": "tiles"})
    assert helper.heard("stream-transport")["from"] == technician.id


def test_files_and_folders_go_both_ways(sitting: Sitting, helper: Socket) -> None:
    technician = sitting.technician()
    for name, data in (("list-remote-dir", {"path": "", "requestId": "1"}),
                       ("get-remote-file", {"path": "a.txt", "requestId": "2"}),
                       ("put-remote-file", {"path": "", "filename": "b", "content": "eA==", "requestId": "3"})):
        technician.emit(name, {"sessionId": sitting.session_id, **data})
        assert helper.heard(name)["requestId"] == data["requestId"]
        helper.emit(f"{name}-result", {"sessionId": sitting.session_id, "requestId": data["requestId"], "list": []})
        assert technician.heard(f"{name}-result")["requestId"] == data["requestId"]


def test_what_the_helper_can_do_is_kept_for_later_technicians(sitting: Sitting, helper: Socket) -> None:
    abilities = {"sessionId": sitting.session_id, "monitorIndex": 0, "displays": [{"index": 0, "label": "A"}],
                 "capabilities": {"robotjs": True, "platform": "linux", "displayCount": 1}}
    helper.call("helper-capabilities", abilities)
    assert sitting.technician().heard("helper-capabilities") == abilities


def test_without_a_helper_control_is_answered(sitting: Sitting, helper: Socket) -> None:
    technician = sitting.technician()
    helper.close()
    technician.heard("peer-disconnected")
    answer = technician.call("remote-mouse", {"type": "mousemove"})
    assert (answer["ok"], answer["error_code"]) == (False, "BAD_EVENT")


def test_viewing_is_counted(sitting: Sitting, helper: Socket) -> None:
    technician, dashboard = sitting.technician(), sitting.socket("viewer_a")
    technician.emit("viewer-state", {"sessionId": sitting.session_id, "viewing": True, "technicianId": "1"})
    heard = dashboard.heard("session-updated", where=lambda d: d.get("reason") == "viewer-state")
    assert heard["viewing_technicians"] == 1
    assert heard["billable_started_at"].endswith("Z")
    technician.emit("viewer-state", {"viewing": False})
    heard = dashboard.heard("session-updated", where=lambda d: d.get("reason") == "viewer-state")
    assert (heard["viewing_technicians"], heard["billable_started_at"]) == (0, None)
