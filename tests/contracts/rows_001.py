"""Contract 001's tables: every documented event with who hears it and its shape, and every REST row of sessions,
monitors, devices and cases with the test that calls it."""

from __future__ import annotations

from typing import Any

from tests.contracts.shape import TIME

SEAT = {"technicianId": str, "technicianName": "Administrator", "technicianSocketId": str}
#: event -> (who hears it in the whole flow, its fields beside sessionId)
EVENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "technicians-present": ("helper", {"technicians": [SEAT]}),
    "technician-joined": ("helper", SEAT),
    "technician-left": ("helper", SEAT),
    "helper-capabilities": ("page", {"capabilities": {"robotjs": True, "platform": "win32", "displayCount": 2},
                                     "displays": [{"index": int, "label": str}]}),
    "webrtc-offer": ("page", {"offer": {"type": "offer", "sdp": str}, "from": str}),
    "webrtc-answer": ("helper", {"answer": {"type": "answer", "sdp": "v=0"}, "from": str}),
    "webrtc-ice-candidate": ("helper", {"candidate": {"candidate": "t", "sdpMid": "0", "sdpMLineIndex": 0},
                                        "role": "technician", "from": str}),
    "remote-mouse": ("helper", {"type": "mousemove", "x": 0.25, "y": 0.5, "button": 0, "kind": "mouse"}),
    "remote-keyboard": ("helper", {"type": "keydown", "key": "a", "code": "KeyA", "keyCode": 65, "ctrlKey": False}),
    "remote-clipboard": ("helper", {"text": "pasted"}),
    "set-stream-quality": ("helper", {"quality": "speed"}),
    "list-remote-dir": ("helper", {"path": "", "requestId": "list-1"}),
    "list-remote-dir-result": ("page", {"requestId": "list-1", "list": [
        {"name": "a.txt", "path": "a.txt", "isDirectory": False, "size": 1, "mtime": 1}]}),
    "get-remote-file": ("helper", {"path": "a.txt", "requestId": "get-1"}),
    "get-remote-file-result": ("page", {"requestId": "get-1", "content": "eA==", "name": "a.txt"}),
    "put-remote-file": ("helper", {"path": "", "filename": "b.txt", "content": "eA==", "requestId": "put-1"}),
    "put-remote-file-result": ("page", {"requestId": "put-1", "success": True}),
    "switch-monitor": ("helper", {"monitorIndex": 1}),
    "file-available": ("helper", {"id": str, "downloadUrl": str, "original_name": "note.txt", "size": 5}),
    "peer-joined": ("helper", {"role": "technician"}),
    "peer-disconnected": ("page", {"role": "helper"}),
    # not in the document's table, but sent and expected by its clients
    "helper-status": ("page", {"online": True}),
    "connection-request": ("helper", {"technicianName": str, "technicianId": int, "timestamp": TIME}),
    "chat-message": ("page", {"message": str, "text": str, "role": str}),
    "session-updated": ("page", {}),
}
#: Events that only the server hears: what follows from them stands for them.
HEARD_BY_THE_SERVER = {"join-session": "technician-joined", "leave-session": "technician-left",
                       "approval-response": "session-updated"}
#: Events of connections that are no Socket.IO client's: their own tests.
ELSEWHERE = {"vnc-ready": "tests/features/vnc", "vnc-disconnected": "tests/features/vnc"}
#: The document's table of events, in its order.
DOCUMENTED = [
    "join-session", "leave-session", "technicians-present", "technician-joined", "technician-left",
    "helper-capabilities", "webrtc-offer", "webrtc-answer", "webrtc-ice-candidate", "remote-mouse", "remote-keyboard",
    "remote-clipboard", "set-stream-quality", "list-remote-dir", "list-remote-dir-result", "get-remote-file",
    "get-remote-file-result", "put-remote-file", "put-remote-file-result", "vnc-ready", "vnc-disconnected",
    "switch-monitor", "file-available", "approval-response", "peer-joined", "peer-disconnected",
]

#: REST row -> (the test that calls it, the words of the call in it)
REST = {
    "POST /api/sessions/assign": ("helper", '.post("/api/sessions/assign"'),
    "POST /api/sessions/create": ("test_create_list_connect_delete", '.post("/api/sessions/create"'),
    "GET /api/sessions/<session_id>": ("test_register_and_get", '.get(f"/api/sessions/{session_id}")'),
    "POST /api/sessions/register": ("test_register_and_get", '.post("/api/sessions/register"'),
    "PATCH /api/sessions/<session_id>/settings": ("test_settings_and_approval", "/settings"),
    "POST /api/sessions/<session_id>/connect": ("test_create_list_connect_delete", "/connect"),
    "POST /api/sessions/<session_id>/approval": ("test_settings_and_approval", "/approval"),
    "GET /api/sessions": ("test_create_list_connect_delete", '.get("/api/sessions")'),
    "DELETE /api/sessions/<session_id>": ("test_create_list_connect_delete", '.delete(f"/api/sessions/{session_id}")'),
    "GET /api/monitors/session/<session_id>": ("play", '.get(f"/api/monitors/session/{session_id}")'),
    "POST /api/monitors/session/<session_id>/switch": ("play", "/switch"),
    "POST /api/devices/register": ("test_devices", '.post("/api/devices/register"'),
    "GET /api/devices/pending/<device_id>": ("test_devices", ".get(f\"/api/devices/pending/"),
    "GET /api/devices": ("test_devices", '.get("/api/devices")'),
    "DELETE /api/devices/<device_id>": ("test_devices", '.delete("/api/devices/'),
    "PATCH /api/devices/<device_id>": ("test_devices", '.patch("/api/devices/'),
    "POST /api/devices/<device_id>/request": ("test_devices", "/request"),
    "GET /api/cases": ("test_cases", ".get(f\"/api/cases?"),
    "POST /api/cases": ("test_cases", '.post("/api/cases"'),
    "GET /api/cases/<case_id>": ("test_cases", "technician_a.get(path)"),
    "DELETE /api/cases/<case_id>": ("test_cases", "technician_a.delete(path)"),
    "GET /api/cases/<case_id>/pdf": ("test_cases", '"/pdf"'),
}
