"""Contract 004's tables: every row with its answer, its parameters and the errors that it may answer with, what the
real React client calls besides, and what comes over `/ws`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from tests.contracts.shape import NONE, TIME, TIME_OR_NONE

NUMBER = (int, float)


def TEXT(value: Any) -> bool:
    """Not empty."""
    return isinstance(value, str) and value != ""


def PERCENT(value: Any) -> bool:
    return type(value) in NUMBER and 0 <= value <= 100


def SHARE(value: Any) -> bool:
    """A number between 0 and 1."""
    return type(value) in NUMBER and 0 <= value <= 1


def SHARE_OR_NONE(value: Any) -> bool:
    return value is None or SHARE(value)


def COUNTS(value: Any) -> bool:
    """How many there are of each, by name. Those that there are none of may be left out."""
    return isinstance(value, dict) and all(TEXT(name) and type(count) is int and count >= 0
                                           for name, count in value.items())


def JSON_TEXT(value: Any) -> bool:
    return isinstance(value, str) and re.match(r"[{\[]", value) is not None


def ONE_OF(*words: str) -> Any:
    def is_one(value: Any) -> bool:
        return value in words
    return is_one


ROLES = ("customer", "support_agent", "admin")
PRIORITIES = ("low", "medium", "high", "critical")
STATUSES = ("open", "in_progress", "resolved", "closed", "cancelled")
CATEGORIES = ("system_down", "performance_issue", "password_reset", "software_installation", "hardware_issue",
              "network_issue", "other")

#: Every error. The real client shows `detail`, which must be a text.
ERROR = {"detail": TEXT}
#: What the document's own errors say.
DETAILS = {401: "Could not validate credentials", 403: "Not enough permissions", 404: "Resource not found",
           500: "Internal server error"}
USER = {"id": int, "username": TEXT, "email": (str, NONE), "full_name": str, "role": TEXT, "is_active": bool,
        "created_at": TIME}
HEALTH_NOW = {"cpu_usage": PERCENT, "memory_usage": PERCENT, "disk_usage": PERCENT, "uptime_hours": NUMBER,
              "active_alerts": int, "open_tickets": int}
HISTORY = [{"timestamp": TIME, "value": NUMBER}]
#: A ticket that somebody described, as all of the document's are.
A_TICKET = {"id": int, "title": TEXT, "description": (str, NONE), "priority": ONE_OF(*PRIORITIES),
            "status": ONE_OF(*STATUSES), "category": (str, NONE), "created_by": (int, NONE), "assigned_to": (int, NONE),
            "auto_categorized": bool, "confidence_score": SHARE_OR_NONE, "created_at": TIME,
            "updated_at": TIME_OR_NONE, "resolved_at": TIME_OR_NONE}
AN_ENTRY = {"id": int, "question": TEXT, "answer": TEXT, "category": str, "tags": list, "is_active": bool,
            "created_at": TIME}


@dataclass(frozen=True)
class Row:
    """A route with the answer that the document shows, the parameters that it names (of the body, or behind the
    question mark), and the errors that make sense for it."""

    method: str
    path: str
    answer: Any
    errors: tuple[int, ...] = ()
    parameters: tuple[str, ...] = ()
    status: int = 200

    @property
    def rule(self) -> str:
        return f"{self.method} {self.path}"


_ONE = "/api/tickets/<int:ticket_id>"
REGISTER = Row("POST", "/api/auth/register", USER, (400, 403),
               ("username", "email", "password", "full_name", "role"))
LOGIN = Row("POST", "/api/auth/login", {"access_token": TEXT, "token_type": "bearer"}, (400, 401),
            ("username", "password"))
ME = Row("GET", "/api/auth/me", USER, (401,))
HEALTH = Row("GET", "/api/dashboard/health", HEALTH_NOW, (401,))
METRICS = Row("GET", "/api/dashboard/metrics", {
    "system_health": HEALTH_NOW, "cpu_history": HISTORY, "memory_history": HISTORY, "disk_history": HISTORY,
    "recent_alerts": list, "recent_tickets": list}, (400, 401), ("hours",))
LOGS = Row("GET", "/api/dashboard/logs", [{
    "id": int, "level": TEXT, "message": str, "source": TEXT, "hostname": str, "timestamp": TIME,
    "metadata": JSON_TEXT}], (400, 401), ("level", "source", "limit"))
TICKETS = Row("GET", "/api/tickets", [A_TICKET], (400, 401),
              ("skip", "limit", "status", "priority", "assigned_to"))
OPEN = Row("POST", "/api/tickets", A_TICKET, (400, 401, 403), ("title", "description", "priority", "category"), 201)
TICKET = Row("GET", _ONE, A_TICKET, (401, 403, 404))
EDIT = Row("PUT", _ONE, A_TICKET, (400, 401, 403, 404),
           ("title", "description", "priority", "status", "category", "assigned_to"))
DELETE = Row("DELETE", _ONE, {"message": "Ticket deleted successfully"}, (401, 403, 404))
SUMMARY = Row("GET", "/api/tickets/analytics/summary", {
    "status_counts": COUNTS, "priority_counts": COUNTS, "category_counts": COUNTS, "total_tickets": int,
    "avg_resolution_time_hours": NUMBER}, (401, 403))
CHAT = Row("POST", "/api/chatbot/chat", {
    "response": TEXT, "session_id": TEXT, "confidence_score": SHARE, "was_escalated": bool, "ticket_id": (int, NONE)},
    (400, 401), ("message", "session_id"))
FAQS = Row("GET", "/api/chatbot/faqs", [AN_ENTRY], (400, 401), ("category", "search"))
NEW_FAQ = Row("POST", "/api/chatbot/faqs", AN_ENTRY, (400, 401, 403), ("question", "answer", "category", "tags"))
FIGURES = Row("GET", "/api/chatbot/analytics", {
    "total_queries": int, "escalated_queries": int, "escalation_rate": PERCENT, "avg_confidence_score": SHARE,
    "common_queries": [{"query": TEXT, "count": int}]}, (401, 403))
SAID = Row("GET", "/api/chatbot/logs", [{
    "id": int, "user_id": (int, NONE), "session_id": TEXT, "user_query": TEXT, "bot_response": TEXT,
    "confidence_score": SHARE, "was_escalated": bool, "ticket_id": (int, NONE), "response_time_ms": int,
    "created_at": TIME}], (400, 401, 403), ("session_id", "escalated_only", "limit"))
DOCUMENTED = (REGISTER, LOGIN, ME, HEALTH, METRICS, LOGS, TICKETS, OPEN, TICKET, EDIT, DELETE, SUMMARY, CHAT, FAQS,
              NEW_FAQ, FIGURES, SAID)

#: What the lists of the dashboard hold, where there is anything in them.
RECENT_ALERT = {"id": int, "title": TEXT, "severity": ONE_OF(*PRIORITIES), "status": TEXT, "timestamp": TIME}
RECENT_TICKET = {"id": int, "title": TEXT, "priority": ONE_OF(*PRIORITIES), "status": ONE_OF(*STATUSES),
                 "created_at": TIME}

# What the real React client calls besides.
PAGE_OF_TICKETS = Row("GET", "/api/analytics/tickets", {
    "total_tickets": int, "open_tickets": int, "resolved_tickets": int, "closed_tickets": int,
    "avg_resolution_time": NUMBER, "status_distribution": COUNTS, "priority_distribution": COUNTS,
    "category_distribution": COUNTS}, (401,))
USERS = Row("GET", "/api/auth/users", [USER], (401, 403))
WELL = Row("GET", "/health", {"status": TEXT, "service": TEXT})
BESIDES = (PAGE_OF_TICKETS, USERS, WELL)

#: What comes over `/ws`, by its `type`; the first three are what the real client acts on.
WS = "/ws"
HEARS: dict[str, Any] = {
    "ticket_created": {"ticket": A_TICKET}, "ticket_updated": {"ticket": A_TICKET},
    "ticket_deleted": {"ticket_id": int}, "chatbot_message": {"message": {"session_id": TEXT}},
    "metrics": {"system_health": dict}, "alert": {"alert": RECENT_ALERT},
}
PAGES = ("/docs", "/redoc", "/openapi.json")
