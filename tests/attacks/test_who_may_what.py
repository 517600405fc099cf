"""Every route called by everyone: nobody, each role, the other tenants, the device, the same by its token, and another
one.

All things called for are client A's. A new route fails this test until somebody has said who may call it.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

from flask import Flask

from connectassist.core.db import db
from connectassist.identity import device_tokens, tokens
from connectassist.identity.models import CUSTOMER, User
from tests.attacks.world import World, build, good_body
from tests.cast import BETA, DEVICE_ID, Caller, Member

TABLE = Path(__file__).with_name("who_may_what.txt")
#: These change who is there at all, so they come last: a session ends, a device is removed, callers sign out.
LAST = ("POST /api/v1/customer/sessions/<session_id>/end", "POST /api/device-sessions/<session_id>/end",
        "POST /api/bridge/<session_id>/stop", "POST /api/devices/<device_id>/sign-out",
        "POST /api/devices/<device_id>/suspend",
        "POST /api/devices/<device_id>/resume", "DELETE /api/devices/<device_id>", "GET /api/auth/logout",
        "POST /api/auth/logout")


def expected() -> tuple[list[str], dict[str, list[int]]]:
    """The callers, and for each route the statuses that they get."""
    lines = [line.split() for line in TABLE.read_text().splitlines() if line and not line.startswith("#")]
    return lines[0][2:], {f"{method} {rule}": [int(status) for status in statuses]
                          for method, rule, *statuses in lines[1:]}


def routes(app: Flask) -> list[str]:
    found = {f"{method} {rule.rule}" for rule in app.url_map.iter_rules() if rule.endpoint != "static"
             for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}
    return sorted(found, key=lambda route: (LAST.index(route) + 1 if route in LAST else 0, route))


def statuses(route: str, callers: list[Caller], world: Callable[[], World]) -> list[int]:
    """What everyone gets. What somebody deleted is made again for the next."""
    method, rule = route.split()
    found, here = [], world()
    for caller in callers:
        body = None if method == "GET" else json.dumps(good_body(rule, here))
        query = {"/api/cases/draft": {"sessionId": here.session_id},
                 "/websockify": {"session": here.session_id}}.get(rule)
        found.append(caller.open(method, here.path(rule), data=body, query_string=query).status_code)
        if method == "DELETE" and found[-1] == 200 and route not in LAST:
            here = world()
    return found


def is_whole(world: World, technician: Caller) -> bool:
    return technician.get(f"/api/cases/{world.case_id}").status_code == 200


def more_callers(app: Flask) -> dict[str, Caller]:
    """Client B's customer, and client A's device by the token of its sign-in at the gateway."""
    with app.app_context():
        user = User(username="bea", full_name="Bea Beta", role=CUSTOMER, client_id=BETA)
        db.session.add(user)
        db.session.flush()
        person = tokens.issue(user, address="127.0.0.1")
        machine = device_tokens.issue(DEVICE_ID, address="127.0.0.1")
        db.session.commit()
    proofs = {"customer_b": {"Authorization": f"Bearer {person}"}, "token": {"X-Device-Token": machine}}
    return {name: Caller(app.test_client(use_cookies=False), Member(name, headers)) for name, headers in proofs.items()}


def test_everyone_gets_what_the_table_says(app: Flask, world: World, as_member: Callable[[str], Caller]) -> None:
    names, table = expected()
    more = more_callers(app)
    callers = [more.get(name) or as_member(name) for name in names]
    made = [world]

    def whole(route: str) -> World:
        """A world in which nothing is missing that the route may be about."""
        if route not in LAST and (route.startswith("DELETE") or not is_whole(made[0], as_member("technician_a"))):
            made[0] = build(app, technician=as_member("technician_a"), device=as_member("device"))
        return made[0]

    found = {route: statuses(route, callers, partial(whole, route)) for route in routes(app)}
    wrong = [f"{route}: {dict(zip(names, found[route], strict=True))} instead of {table.get(route)}"
             for route in found if found[route] != table.get(route)]
    assert not wrong, "\n".join(wrong)
    assert set(table) == set(found), "the table names routes that are no more"


def test_the_other_tenant_reads_nothing_of_it(app: Flask, world: World, technician_b: Caller) -> None:
    """Whatever answers 200 to client B's technician, lists and counts and pages, says nothing of A's things."""
    hers = (world.session_id, world.device_id, world.case_id, world.file_id, world.code, "John Smith", "secret of A",
            "private", "Tina Acme", "device-host", "a.txt")
    customer_b = more_callers(app)["customer_b"]
    by_a_capability = {f"GET {rule}" for rule in ("/downloads/<name>", "/api/support-code/<code>/validate",
                                                  "/api/client/generate/<code>", "/support/<session_id>",
                                                  "/install/<token>/download")}
    for route in routes(app):
        method, rule = route.split()
        if method != "GET" or route in by_a_capability or route in LAST:
            continue
        for query in ("", "?limit=500&all=1", f"?search={world.device_id}&q=secret&deviceId={world.device_id}"):
            answer = technician_b.get(world.path(rule) + query)
            assert not [thing for thing in hers if thing in answer.text], (route, query, answer.text)
            if rule.startswith(("/api/v1/customer", "/api/tickets", "/api/chatbot", "/api/faq", "/api/dashboard",
                                "/api/analytics", "/my/")):
                told = customer_b.get(world.path(rule) + query).text
                assert not [thing for thing in hers if thing in told and thing not in world.path(rule)], (route, told)
    stats = technician_b.get("/api/stats").json
    assert (stats["active_codes"], stats["total_sessions_today"], stats["total_customers"]) == (0, 0, 1)
