"""Contract 000's tables: every REST row with the test that calls it, what its dashboard calls besides, and every event
of `/agent` and `/it` with its shape."""

from __future__ import annotations

from typing import Any

from tests.contracts.shape import NONE, TIME, TIME_OR_NONE

TEXT, WHOLE, NUMBER = (str, NONE), (int, NONE), (int, float, NONE)

#: REST row -> (the test that calls it, the words of the call in it)
REST = {
    "GET /health": ("test_enrollment_and_devices", 'call("GET", "/health")'),
    "POST /api/enrollment/token": ("test_enrollment_and_devices", '"/api/enrollment/token"'),
    "POST /api/enrollment/enroll": ("test_enrollment_and_devices", '"/api/enrollment/enroll"'),
    "GET /api/devices": ("test_enrollment_and_devices", 'call("GET", "/api/devices")'),
    "GET /api/devices/<device_id>": ("test_enrollment_and_devices", 'call("GET", f"/api/devices/{DEVICE}")'),
    "GET /api/devices/<device_id>/diagnostics": ("test_enrollment_and_devices", '/diagnostics"'),
    "GET /api/devices/health/summary": ("test_enrollment_and_devices", '"/api/devices/health/summary"'),
    "GET /api/tickets": ("test_tickets", 'call("GET", "/api/tickets")'),
    "GET /api/tickets/<int:ticket_id>": ("test_tickets", 'call("GET", path)'),
    "POST /api/tickets": ("test_tickets", 'call("POST", "/api/tickets"'),
    "PATCH /api/tickets/<int:ticket_id>": ("test_tickets", 'call("PATCH", path'),
    "POST /api/tickets/<int:ticket_id>/comments": ("test_tickets", '/comments"'),
    "GET /api/chat/<device_id>/history": ("test_chat_and_assistant", "/history"),
    "GET /api/llm/config": ("test_chat_and_assistant", '"/api/llm/config"'),
    "GET /api/llm/models": ("test_chat_and_assistant", '"/api/llm/models"'),
    "POST /api/admin/login": ("test_staff", 'call("POST", "/api/admin/login"'),
    "GET /api/admin/users": ("test_staff", 'call("GET", "/api/admin/users")'),
    "POST /api/admin/users": ("test_staff", 'call("POST", "/api/admin/users"'),
    "GET /api/admin/stats": ("test_staff", '"/api/admin/stats"'),
    "GET /api/clients": ("test_clients", 'call("GET", "/api/clients")'),
    "GET /api/clients/<int:client_id>": ("test_clients", 'call("GET", path)'),
    "POST /api/clients": ("test_clients", 'call("POST", "/api/clients"'),
    "PATCH /api/clients/<int:client_id>": ("test_clients", 'call("PATCH", path'),
    "DELETE /api/clients/<int:client_id>": ("test_clients", 'call("DELETE", path)'),
    "GET /api/clients/<int:client_id>/users": ("test_people_of_a_client", 'call("GET", path)'),
    "POST /api/clients/<int:client_id>/users": ("test_people_of_a_client", 'call("POST", path'),
    "DELETE /api/clients/<int:client_id>/users/<int:user_id>": (
        "test_people_of_a_client", 'call("DELETE", f"{path}/'),
    "GET /api/clients/<int:client_id>/installer": ("test_installer", '/installer"'),
}
#: What the real dashboard and agents call besides the document's rows.
BESIDES = {
    "POST /api/admin/auto-login": ("test_the_dashboard_boots", '"/api/admin/auto-login"'),
    "GET /api/admin/user/preferences": ("test_the_dashboard_boots", '"/api/admin/user/preferences"'),
    "GET /api/devices/unread-counts": ("test_the_dashboard_boots", '"/api/devices/unread-counts"'),
    "GET /api/alerts/stats": ("test_the_dashboard_boots", '"/api/alerts/stats"'),
    "GET /api/admin/user/profile": ("test_the_dashboard_boots", '"/api/admin/user/profile"'),
    "PUT /api/admin/user/preferences": ("test_ones_own_account", '"PUT", "/api/admin/user/preferences"'),
    "PUT /api/admin/user/profile": ("test_ones_own_account", '"PUT", "/api/admin/user/profile"'),
    "PUT /api/admin/user/password": ("test_ones_own_account", '"/api/admin/user/password"'),
    "PUT /api/admin/users/<int:user_id>": ("test_ones_own_account", '"PUT", f"/api/admin/users/'),
    "DELETE /api/admin/users/<int:user_id>": ("test_ones_own_account", '"DELETE", f"/api/admin/users/'),
    "POST /api/tickets/manual": ("test_a_ticket_by_hand", '"/api/tickets/manual"'),
    "PATCH /api/devices/<device_id>/client": ("test_a_device_is_moved_and_removed", '/client"'),
    "DELETE /api/devices/<device_id>": ("test_a_device_is_moved_and_removed", 'call("DELETE"'),
    "GET /api/devices/<device_id>/activity": ("test_notes_fields_and_activity", "/activity?"),
    "GET /api/devices/<device_id>/notes": ("test_notes_fields_and_activity", '"GET", f"{path}/notes"'),
    "POST /api/devices/<device_id>/notes": ("test_notes_fields_and_activity", '"POST", f"{path}/notes"'),
    "DELETE /api/devices/<device_id>/notes/<int:note_id>": (
        "test_notes_fields_and_activity", '"DELETE", f"{path}/notes/'),
    "GET /api/devices/<device_id>/custom-fields": (
        "test_notes_fields_and_activity", '"GET", f"{path}/custom-fields"'),
    "PUT /api/devices/<device_id>/custom-fields": (
        "test_notes_fields_and_activity", '"PUT", f"{path}/custom-fields"'),
    "DELETE /api/devices/<device_id>/custom-fields/<path:field_name>": (
        "test_notes_fields_and_activity", '"DELETE", f"{path}/custom-fields/'),
    "POST /api/clients/<int:client_id>/notes": ("test_notes_fields_and_activity", '"POST", f"{path}/notes"'),
    "DELETE /api/clients/<int:client_id>/notes/<int:note_id>": (
        "test_notes_fields_and_activity", '"DELETE", f"{path}/notes/'),
    "PUT /api/clients/<int:client_id>/custom-fields": (
        "test_notes_fields_and_activity", '"PUT", f"{path}/custom-fields"'),
    "DELETE /api/clients/<int:client_id>/custom-fields/<path:field_name>": (
        "test_notes_fields_and_activity", '"DELETE", f"{path}/custom-fields/'),
    "GET /api/clients/<int:client_id>/notes": ("test_notes_fields_and_activity", '"GET", f"{path}/notes"'),
    "GET /api/clients/<int:client_id>/custom-fields": (
        "test_notes_fields_and_activity", '"GET", f"{path}/custom-fields"'),
    "GET /api/alerts": ("test_alerts", '"/api/alerts?'),
    "POST /api/alerts/<int:alert_id>/acknowledge": ("test_alerts", "/acknowledge"),
    "POST /api/alerts/<int:alert_id>/resolve": ("test_alerts", "/resolve"),
    "GET /api/chat/<device_id>": ("test_chat_and_assistant", 'call("GET", path)'),
    "GET /api/enrollment/status/<device_id>": ("test_what_agents_ask_over_http", "/api/enrollment/status/"),
    "GET /api/updates/check": ("test_an_installed_agent_renews_itself", "/api/updates/check"),
    "GET /api/updates/download/<version>": ("test_an_installed_agent_renews_itself", "/api/updates/download/"),
    "GET /api/installer/package": ("test_what_agents_ask_over_http", "/api/installer/package"),
}

DEVICE_ROW: dict[str, Any] = {
    "device_id": str, "hostname": TEXT, "os_version": TEXT, "status": str, "certificate_fingerprint": NONE,
    "enrolled_at": TIME, "last_seen": TIME_OR_NONE,
    # what the dashboard reads besides
    "client_id": int, "current_user": TEXT, "os_name": TEXT, "os_display_version": TEXT, "os_install_date": TEXT,
    "os_edition": TEXT, "os_build": TEXT, "os_architecture": TEXT, "bios_manufacturer": TEXT, "bios_version": TEXT,
    "gpu_model": TEXT, "serial_number": TEXT, "domain": TEXT, "last_boot_time": TEXT, "uptime_hours": NUMBER,
    "logged_in_users": TEXT, "previous_logged_in_users": TEXT, "network_adapters": TEXT, "device_manufacturer": TEXT,
    "device_model": TEXT, "form_factor": TEXT, "tpm_version": TEXT, "secure_boot": lambda value: True,
    "domain_join_type": TEXT, "client_version": TEXT, "exe_hash": TEXT, "ai_disabled": TEXT, "ai_disabled_by": TEXT,
    "client_settings": (dict, NONE)}
HARDWARE = {"cpu_model": TEXT, "total_ram_gb": NUMBER, "total_disk_gb": NUMBER, "processor_count": WHOLE,
            "health_score": WHOLE}
DEVICE_DETAIL = {**DEVICE_ROW, **HARDWARE}
FLEET_ROW = {"device_id": str, "hostname": TEXT, "last_seen": TIME_OR_NONE, "status": str, **HARDWARE}
TICKET = {"id": int, "device_id": TEXT, "title": str, "description": TEXT, "status": str, "priority": str,
          "category": TEXT, "assigned_to": WHOLE, "ai_summary": TEXT, "created_at": TIME, "updated_at": TIME_OR_NONE,
          "hostname": TEXT, "requested_by": TEXT}
STAFF = {"id": int, "username": str, "display_name": str, "role": str, "created_at": TIME, "last_login": TIME_OR_NONE,
         "totp_enabled": 0, "backup_code_count": 0}
STATS = {"totalDevices": int, "onlineDevices": int, "openTickets": int, "totalTickets": int, "averageHealth": NUMBER,
         "criticalDevices": int}
CLIENT = {"id": int, "name": str, "slug": str, "contact_name": TEXT, "contact_email": TEXT, "notes": TEXT,
          "created_at": TIME, "updated_at": TIME_OR_NONE}
SHORT_CLIENT = {"id": int, "name": str, "slug": str}
SIGNED_IN = {"token": str, "user": {"id": int, "username": str, "display_name": str, "role": str},
             "clients": [SHORT_CLIENT]}
MESSAGE = {"id": int, "device_id": str, "sender": str, "content": str, "message_type": str, "metadata": TEXT,
           "created_at": TIME, "sender_name": TEXT, "channel": "user"}
ALERT = {"id": int, "device_id": str, "hostname": TEXT, "severity": str, "status": str, "message": str,
         "triggered_at": TIME}

ACTION = {"type": "diagnose", "checkType": "network"}
#: What a device hears in the whole flow: event -> its shape.
DEVICE_HEARS: dict[str, Any] = {
    "agent_info": {"agentName": str},
    "ai_status": {"enabled": True, "reason": None},
    "settings_request": {"requestId": str},
    "chat_response": {"text": str, "sender": "ai", "agentName": str, "action": ACTION},
    "diagnostic_request": {"checkType": "network", "requestId": str, "itInitiated": True},
    "system_tool_request": {"requestId": "tool-1", "tool": "process_list", "params": NONE},
    "remediation_request": {"actionId": "flush_dns", "requestId": str, "parameter": None},
    "chat_history": {"messages": [{"sender": str, "content": str, "created_at": TIME}]},
}
#: What a dashboard hears in it. The row and the lists are those of the first watch, when nothing was said yet.
STAFF_HEAR: dict[str, Any] = {
    "device_watchers_changed": {"deviceId": str, "watchers": [str]},
    "device_status": DEVICE_ROW,
    "device_chat_history": {"deviceId": str, "messages": list},
    "device_watchers": {"deviceId": str, "watchers": [str]},
    "device_notes": {"deviceId": str, "notes": list},
    "device_custom_fields": {"deviceId": str, "fields": list},
    "device_status_changed": {"deviceId": str, "status": "online"},
    "device_chat_update": {"deviceId": str, "message": {"sender": "user", "content": "My internet is slow"},
                           "response": {"sender": "ai", "text": str, "action": ACTION}},
    "diagnostic_requested": {"deviceId": str, "checkType": "network"},
    "device_diagnostic_update": {"deviceId": str, "checkType": "network", "results": {"internetReachable": True},
                                 "healthScore": 100},
    "system_tool_requested": {"deviceId": str, "requestId": "tool-1", "tool": "process_list"},
    "system_tool_result": {"deviceId": str, "requestId": "tool-1", "tool": "process_list", "success": True,
                           "data": {"processes": [{"pid": 4, "name": "System", "cpuPercent": 0.5, "memoryMB": 1.5,
                                                   "user": "SYSTEM"}]}, "error": None},
    "ticket_created": {"id": int, "deviceId": str, "title": "No internet", "priority": "high", "hostname": str},
    "device_remediation_update": {"deviceId": str, "success": True, "message": "DNS cache flushed"},
    "device_ai_changed": {"deviceId": str, "ai_disabled": "temporary"},
    "error_message": {"message": str},
}
#: The document's tables of events.
DEVICE_SAYS = ["chat_message", "system_profile", "diagnostic_result", "remediation_result", "system_tool_result",
               "heartbeat"]
DEVICE_IS_TOLD = ["agent_info", "chat_response", "diagnostic_request", "remediation_request", "system_tool_request"]
STAFF_SAY = ["watch_device", "unwatch_device", "chat_to_device", "request_diagnostic", "system_tool_request"]
STAFF_ARE_TOLD = ["device_status", "device_chat_history", "device_chat_update", "device_diagnostic_update",
                  "device_remediation_update", "device_status_changed", "ticket_created", "system_tool_result"]
#: Beyond the document: what the dashboard asks -> what the agent hears, what it answers, what the dashboard hears.
ASKED = {
    "request_screenshot": ("screenshot_request", "screenshot_result", "device_screenshot_update"),
    "request_file_browse": ("file_browse_request", "file_browse_result", "file_browse_result"),
    "request_file_read": ("file_read_request", "file_read_result", "file_read_result"),
    "request_file_delete": ("request_file_delete", "file_delete_result", "file_delete_result"),
    "request_file_properties": ("request_file_properties", "file_properties_result", "file_properties_result"),
    "request_file_paste": ("request_file_paste", "file_paste_result", "file_paste_result"),
    "request_file_download": ("request_file_download", "file_download_result", "file_download_result"),
    "request_file_upload": ("request_file_upload", "file_upload_result", "file_upload_result"),
    "execute_script": ("script_request", "script_result", "script_result"),
}
#: What opens a line -> what the agent hears, how it opens, how it ends; then what goes over it either way.
LINES = {
    "start_terminal": ("terminal_start_request", "terminal_started", "stop_terminal", "terminal_stop_request"),
    "start_terminal_elevated": ("terminal_start_request", "terminal_started", "stop_terminal",
                                "terminal_stop_request"),
    "start_desktop": ("desktop_start_request", "desktop_started", "stop_desktop", "desktop_stop_request"),
    "force_desktop_request": ("desktop_start_request", "desktop_started", "stop_desktop", "desktop_stop_request"),
}
INPUTS = {
    "terminal": {"terminal_input": "terminal_input"},
    "desktop": {"desktop_mouse": "desktop_mouse_input", "desktop_keyboard": "desktop_keyboard_input",
                "desktop_quality": "desktop_quality_update", "desktop_switch_monitor": "desktop_switch_monitor",
                "desktop_paste_text": "desktop_paste_text", "desktop_ctrl_alt_del": "desktop_ctrl_alt_del",
                "desktop_launch_tool": "desktop_launch_tool", "desktop_file_upload": "desktop_file_upload",
                "desktop_toggle": "desktop_toggle"},
}
OUTPUTS = {
    "terminal": ["terminal_output", "terminal_stopped", "terminal_denied"],
    "desktop": ["desktop_frame", "desktop_monitors", "desktop_perf_data", "desktop_file_upload_ack",
                "desktop_stopped", "desktop_denied"],
}
