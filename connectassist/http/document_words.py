"""What the API's document says in words: an introduction, its chapters, and what parameters mean wherever they come."""

from __future__ import annotations

INTRODUCTION = """
A self-hosted remote-support desk: support codes, sessions, devices, cases, tickets and the FAQ assistant.

## Signing in
- **People** send a bearer token (`POST /api/auth/login`, `POST /api/auth/local/login` or `POST /api/admin/login`), or
  the cookie `remote.sid` that the login page sets. With the cookie, all but GET need the cookie `XSRF-TOKEN` again as
  header `X-XSRF-TOKEN`. A token is good for a day; signing out ends it everywhere.
- **Devices** send `X-Device-Id` and `X-Device-Secret` (shown once, when they register or enroll), or the token of
  `POST /api/v1/device/auth`.
- **Customers** of a joined Supabase project may send its access token under `/api/v1/customer`.
- Where nothing is asked for, something else proves the caller: a sessionId, a support code, a one-time token.

`x-who-may` of each operation says who may call it: anyone, signed-in, customer, staff (viewers too), technician
(administrators too), admin or device. What is out of a caller's scope answers 404, for some operations 403. Only a
missing or bad sign-in answers 401.

## Errors
Under `/api`: `success` (false), `error` (a sentence), `detail` (which may say more), `error_code` and `timestamp`.
Under `/api/v1` and at the probes: `error` with `code`, `message` and `details`. Any answer may also be 404 or 405 for
an address that there isn't, 413 for a body that is too large, 429 with `Retry-After` where a limit is reached, and 500.

## Live
- **Socket.IO** (version 4) at `/socket.io`: the default namespace for sessions (signalling, control, chat), `/agent`
  for devices, `/it` for staff. Sign in with `auth: {token}` or `auth: {deviceId, deviceSecret}`. The client is served
  at `/socket.io/socket.io.js`.
- **Plain WebSockets** that speak JSON: `/ws` (the server's figures, alerts, tickets and the assistant's answers, for
  people), `/ws/device` and `/ws/customer` (commands and their states), `/websockify` (a screen over VNC). Sign in by
  header, by the query, or by a first message.

Times are ISO-8601 in UTC with `Z`. Lists have a limit. An empty parameter counts as left out.
""".strip()

#: The chapters, with the tags in each.
THEMES: dict[str, tuple[str, ...]] = {
    "The server": ("operations", "health", "probes", "connectivity", "statistics", "dashboard", "live_line",
                   "retention", "prometheus", "checkup", "deploying"),
    "People": ("auth", "accounts", "sign_in", "staff", "staff_own", "preferences", "clients", "client_data",
               "customers"),
    "Packages and codes": ("support_codes", "packages", "session packages", "templates", "share_installer",
                           "installers", "enrollment", "helper updates", "updates"),
    "Devices": ("devices", "device_pages", "device_standing", "device_heartbeat", "announced_devices", "device_help",
                "annotations", "diagnostics", "remediations", "alerts", "device-chat", "device_sessions", "commands"),
    "Sessions": ("sessions", "invitations", "share", "chat", "files", "bridge", "monitors", "vnc", "recordings",
                 "cases"),
    "The IT desk": ("tickets", "ticket_parts", "ticket_links", "ticket_figures", "chatbot", "chatbot_trial",
                    "portal_chat", "faq", "faqs", "faq_proposals", "llm"),
    "The device gateway": ("device_sign_in", "device_commands", "heartbeats", "device_lines", "gateway_dev"),
    "The customer's side of it": ("customer_devices", "customer_sessions", "customer_system", "customer_lines",
                                  "approvals", "provisioning"),
}

#: What a parameter means that says nothing of itself.
PARAMETERS: dict[str, str] = {
    "action": "Only entries about this act, such as `device.change`.",
    "alert_id": "An alert's number.",
    "all": "`1` for those that are over, too.",
    "assigned_to": "Only those of this member of staff, by number.",
    "before": "Only what came before this moment or number.",
    "call_id": "The id that the device gave its call for help.",
    "case_id": "A case's id.",
    "category": "Only those of this category.",
    "check_type": "Only results of this check, such as `disk`.",
    "clientId": "Only those of this client, by number.",
    "client_id": "A client's number.",
    "code": "A support code: six digits.",
    "command_id": "A command's id.",
    "counts": "`1` to tell only how many there are.",
    "currentVersion": "The version that asks.",
    "cursor": "Where the last page ended, as it told.",
    "customer": "Only those of this customer, by name.",
    "days": "How many days back.",
    "deviceId": "Only those of this device, by id.",
    "device_id": "A device's id.",
    "escalated_only": "`1` for those only that went to a person.",
    "entry_id": "An entry's number.",
    "field_name": "A field's name.",
    "file_id": "A file's id, which nobody can guess.",
    "from": "From this day or moment on.",
    "health": "Only devices that are as well as this: `healthy`, `warning` or `critical`.",
    "hours": "How many hours back.",
    "invitation_id": "An invitation's id.",
    "level": "Only entries of this level, such as `ERROR`, in capitals or without.",
    "limit": "How many at most.",
    "note_id": "A note's number.",
    "number": "The chunk's place, from 0 on.",
    "offset": "How many to pass over.",
    "overdue": "`1` for those only whose time is over.",
    "page": "Which page, or which kind of one.",
    "passwords": "`1` to show the passwords, for who may see them.",
    "platform": "A platform, such as `windows` or `linux-x86_64`.",
    "priority": "Only those of this priority.",
    "proposal_id": "A proposal's number.",
    "provision_id": "The number of a device that is expected.",
    "q": "Words to look for.",
    "recording_id": "A recording's id.",
    "request_id": "A request's id, as whoever asked was told.",
    "search": "Words to look for.",
    "session": "A sessionId.",
    "sessionId": "A session, by its id.",
    "session_id": "A session's id, in three groups such as `9PD-835-6DE`; an own one for device sessions.",
    "since": "Only what came after this moment or number.",
    "skip": "How many to pass over.",
    "sort": "By what the list is ordered.",
    "source": "Only entries from this source.",
    "state": "Only those in this state.",
    "status": "Only those in this state.",
    "ticket_id": "A ticket's number.",
    "timezone": "In which times are told, such as `Europe/Berlin`.",
    "to": "Up to this day or moment.",
    "token": "A one-time token.",
    "token_id": "An enrollment token's number.",
    "type": "Only those of this type.",
    "unanswered_only": "`1` for those only that no entry answered.",
    "unassigned": "`1` for those only that nobody works on.",
    "unattended": "`1` for a helper that may be reached while nobody is there.",
    "user_id": "An account's number.",
    "version": "A version, such as `1.2.3`.",
    "without_client": "`1` for those that belong to no client yet.",
}
