"""What `/metrics` tells: every figure by its name, with what it is. docs/metrics.md explains them; a test holds the two
together."""

from __future__ import annotations

from dataclasses import dataclass

COUNTER, GAUGE, HISTOGRAM = "counter", "gauge", "histogram"
PREFIX = "connectassist_"


@dataclass(frozen=True)
class Figure:
    """One figure. Its `labels` have few values each: names that stand in our own code, never what somebody sent."""

    kind: str
    doc: str
    labels: tuple[str, ...] = ()


FIGURES = {
    "build_info": Figure(GAUGE, "Which version runs, and which of the site's processes this is; always 1.",
                         ("version", "process")),
    "uptime_seconds": Figure(GAUGE, "For how long this process has run."),
    "hub_lag_seconds": Figure(HISTOGRAM, "How late the hub comes to what is due, looked at four times a second."),
    "sockets": Figure(GAUGE, "Open sockets by their kind.", ("kind",)),
    "strangers": Figure(GAUGE, "Open sockets of those who have not shown who they are."),
    "devices_online": Figure(GAUGE, "Devices that are online."),
    "sessions_live": Figure(GAUGE, "Sessions in which somebody sits."),
    "seats": Figure(GAUGE, "Seats taken in sessions, by role.", ("role",)),
    "relay_frames_total": Figure(COUNTER, "Frames that took the relay's fast path.", ("event", "to")),
    "relay_bytes_total": Figure(COUNTER, "Bytes of these frames.", ("event", "to")),
    "events_total": Figure(COUNTER, "Socket.IO events that a handler took, by what came of them.",
                           ("namespace", "event", "outcome")),
    "http_requests_total": Figure(COUNTER, "Requests answered, by route, method and class of status.",
                                  ("route", "method", "status")),
    "http_request_seconds": Figure(HISTOGRAM, "Seconds until an answer began; long polls and WebSockets left out.",
                                   ("route", "method")),
    "http_requests_under_way": Figure(GAUGE, "Requests that are being answered."),
    "commands": Figure(GAUGE, "Commands of the queue that are not over, or dead, by state.", ("state",)),
    "batch_waiting": Figure(GAUGE, "What waits in memory to be written, by what it is.", ("batch",)),
    "writes_waiting": Figure(GAUGE, "Callers that wait for their writes of the queue."),
    "worker_jobs": Figure(GAUGE, "Jobs that a worker process has or that wait for it.", ("worker",)),
    "real_thread_jobs": Figure(GAUGE, "Jobs that run in real threads or wait for one."),
    "threads": Figure(GAUGE, "Real threads of this process."),
    "database_up": Figure(GAUGE, "Does the database answer?"),
    "database_connections": Figure(GAUGE, "Connections to the database, by pool and state.", ("pool", "state")),
    "redis_up": Figure(GAUGE, "Does Redis answer? Missing where none is configured."),
    "limits_spent_total": Figure(COUNTER, "How often something was counted against a limit; those whose names begin "
                                 "with wrong are guesses.", ("limit",)),
    "limits_refused_total": Figure(COUNTER, "How often a limit refused somebody.", ("limit",)),
    "last_success_timestamp_seconds": Figure(GAUGE, "When a job of the operator (`backup`) last ended well; missing "
                                             "where it never did.", ("job",)),
}
