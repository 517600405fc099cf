"""The customer's own pages and the staff's view of the queue, in real browsers on a real server, with a device of
contract 003 over HTTP."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.cast import ACME, DEVICE_ID, DEVICE_OF_B_ID, Caller
from tests.live.server import Server
from tests.web.gateway_device import GatewayDevice

HOSTILE = "<img src=x onerror=alert(1)>"
PATIENCE = 40_000  # ms
MINE = ("/my/devices", "/my/add-device", "/my/sessions", f"/my/devices/{DEVICE_ID}")


@pytest.fixture
def device(server: Server, customer_http: Any) -> GatewayDevice:
    """A device of client A, registered and there."""
    name = f"till-{uuid4().hex[:8]}"
    wanted = {"deviceId": name, "name": f"Till {HOSTILE}"}
    answer = customer_http.post("/api/v1/customer/devices/provision", json=wanted)
    made = GatewayDevice(server, name).register(answer.json()["device"]["activationCode"])
    made.beat()
    return made


@pytest.fixture
def customer_http(server: Server) -> Any:
    return server.http("customer")


def settled(page: Page) -> Page:
    expect(page.locator("[aria-busy=true]")).to_have_count(0, timeout=PATIENCE)
    return page


def fits(page: Page) -> bool:
    return page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")


def test_the_pages_are_the_customers_alone(customer: Caller, technician_a: Caller, viewer_a: Caller, nobody: Caller,
                                           ) -> None:
    wanted = {"deviceId": DEVICE_ID, "type": "diagnostic"}
    opened = customer.post("/api/v1/customer/sessions", json=wanted).json["session"]
    for path in (*MINE, f"/my/sessions/{opened['id']}"):
        assert customer.get(path).status_code == 200
        assert technician_a.get(path).status_code == viewer_a.get(path).status_code == 403
        assert nobody.get(path).status_code == 302
    assert customer.get(f"/my/devices/{DEVICE_OF_B_ID}").status_code == 404
    assert customer.get("/my/sessions/9PD-835-6DE").status_code == 404
    assert customer.get("/commands").status_code == 403


def test_everyone_is_led_to_pages_of_their_own(customer: Caller, technician_a: Caller, nobody: Caller) -> None:
    assert customer.get("/my").location == "/my/devices"
    assert technician_a.get("/my").location == "/dashboard"
    assert customer.get("/login?next=/devices").location == "/my"
    assert customer.get("/login?next=/my/sessions").location == "/my/sessions"
    form = nobody.get("/login?next=/my/add-device").text
    assert 'data-next-of-customers="/my/add-device"' in form
    assert 'data-next-of-customers="/my"' in nobody.get("/login?next=/codes").text


def test_customers_see_no_links_of_staff(customer: Caller) -> None:
    page = customer.get("/my/devices").text
    assert 'href="/my/sessions"' in page
    assert not [link for link in ("/dashboard", "/devices", "/staff", "/preferences") if f'href="{link}"' in page]


def test_a_customer_without_a_client_is_told_what_to_do(client: Any) -> None:
    new = {"username": "newbie", "email": "newbie@example.com", "password": "long-enough-1"}
    assert client.post("/api/auth/local/register", json=new).status_code == 200
    client.post("/api/auth/local/login", json={"username": "newbie", "password": "long-enough-1"})
    assert "belongs to no company yet" in client.get("/my").text
    assert client.get("/my/devices").status_code == 403


def test_from_the_announcement_to_the_result(sign_in: Callable[..., Page], server: Server) -> None:
    """The whole way: announced, registered, online; a repair is asked for, approved in the browser, done, and its
    result seen on both sides, all without a reload."""
    mine = sign_in("carl", to="/my/add-device", width=390)
    device = GatewayDevice(server, f"till-{uuid4().hex[:8]}")
    mine.get_by_label("Device id").fill(device.device_id)
    mine.get_by_label("Name", exact=True).fill(f"Till {HOSTILE}")
    mine.get_by_label("Where it stands").fill("Shop")
    mine.get_by_role("button", name="Get the code").click()
    code = mine.locator("#code")
    expect(code).to_be_visible(timeout=PATIENCE)
    waiting = mine.locator("[data-provision]", has_text=device.device_id)
    expect(waiting).to_be_visible(timeout=PATIENCE)
    assert fits(mine)
    mine.get_by_label("Device id").fill(device.device_id)
    mine.get_by_role("button", name="Get the code").click()
    expect(mine.locator("#problem")).to_contain_text("known already", timeout=PATIENCE)

    device.register(code.inner_text().replace("\n", ""))
    expect(waiting).to_have_count(0, timeout=PATIENCE)
    mine.goto(f"{server.url}/my/devices?search={device.device_id}")
    card = mine.locator(f"[data-device='{device.device_id}']")
    expect(card).to_contain_text(f"Till {HOSTILE}", timeout=PATIENCE)
    expect(card).to_contain_text("Offline")
    device.beat(metrics={"cpu": 91, "memory": 40, "uptime": 90_000}, diagnostics={"printer": HOSTILE, "freeGB": 7.5})
    expect(card).to_contain_text("Online", timeout=PATIENCE)
    device.beat("busy", metrics={"cpu": 97, "memory": 40, "uptime": 90_030})
    expect(card).to_contain_text("Busy", timeout=PATIENCE)
    expect(card).to_contain_text("97 %")
    card.get_by_role("link").click()
    settled(mine)

    theirs = sign_in("tina", to=f"/devices/{device.device_id}")
    _ask_for_a_repair(theirs, mine)
    asked = mine.locator(".cm-approval")
    for told in ("Restart service", "Tina Acme", "receipts", "restart_service", "spooler"):
        expect(asked).to_contain_text(told, timeout=PATIENCE)
    assert device.claim() == []
    asked.get_by_role("button", name="Approve").click()
    expect(asked).to_contain_text("Carl Customer approved this", timeout=PATIENCE)
    line = theirs.locator("#panel-commands [data-command]")
    expect(line).to_contain_text("Queued", timeout=PATIENCE)

    [command] = device.claim()
    assert (command["type"], command["parameters"]) == ("restart_service", {"service": "spooler"})
    expect(line).to_contain_text("With the device", timeout=PATIENCE)
    device.finish(command, status="success", output=f"restarted {HOSTILE}")
    done = mine.locator(".cm-steps [data-command]")
    expect(done).to_contain_text(f"restarted {HOSTILE}", timeout=PATIENCE)
    expect(done).to_contain_text("Done")
    expect(line).to_contain_text("Done", timeout=PATIENCE)
    line.locator("summary").click()
    expect(line).to_contain_text(f"restarted {HOSTILE}", timeout=PATIENCE)
    assert mine.locator("main img").count() == theirs.locator("main img").count() == 0
    assert fits(mine)


def _ask_for_a_repair(theirs: Page, mine: Page) -> None:
    theirs.click("#tab-commands")
    theirs.get_by_role("button", name="Repair", exact=True).click()
    theirs.get_by_role("dialog").get_by_label("Why?").fill("No receipts since noon")
    theirs.get_by_role("dialog").get_by_role("button", name="Open it").click()
    expect(theirs.locator("#panel-commands")).to_contain_text("Remediation session", timeout=PATIENCE)
    expect(mine.locator("#session")).to_contain_text("No receipts since noon", timeout=PATIENCE)
    theirs.get_by_label("Type", exact=True).fill("restart_service")
    parameters = theirs.get_by_label("Parameters (JSON)")
    parameters.fill("{service: spooler}")
    theirs.get_by_role("button", name="Queue").click()
    expect(theirs.locator("#command-problem")).to_contain_text("no JSON yet")
    parameters.fill('{"service": "spooler"}')
    expect(theirs.locator("#command-note")).to_contain_text("The customer must approve", timeout=PATIENCE)
    theirs.get_by_role("button", name="Queue").click()
    expect(theirs.locator("#panel-commands [data-command]")).to_contain_text("Waits for the customer", timeout=PATIENCE)


def test_it_is_decided_once_and_every_tab_says_so(sign_in: Callable[..., Page], visit: Callable[..., Page],
                                                  server: Server, device: GatewayDevice) -> None:
    answer = server.http("technician_a").post(f"/api/devices/{device.device_id}/commands", json={"type": "reboot"})
    command_id = answer.json()["command"]["id"]
    one = sign_in("carl", to="/my/devices")
    other = visit(f"{server.url}/my/devices", storage_state=one.context.storage_state())
    asked = [_asked(page, command_id) for page in (one, other)]
    for each in asked:
        expect(each).to_contain_text("Reboot", timeout=PATIENCE)
    asked[0].get_by_role("button", name="Reject").click()
    one.get_by_label("Reason").fill(f"Call me first {HOSTILE}")
    one.get_by_role("dialog").get_by_role("button", name="Reject").click()
    for each in asked:
        expect(each).to_contain_text("Carl Customer rejected this", timeout=PATIENCE)
        expect(each).to_contain_text(f"Call me first {HOSTILE}")
    assert device.claim() == []


def _asked(page: Page, command_id: str) -> Locator:
    return page.locator(f".cm-approval[data-command='{command_id}']")


def test_the_queue_as_staff_see_it(sign_in: Callable[..., Page], server: Server, device: GatewayDevice) -> None:
    staff = server.http("technician_a")
    kind = f"kind-{uuid4().hex[:6]}"
    queued = staff.post(f"/api/devices/{device.device_id}/commands", json={"type": kind}).json()["command"]
    page = sign_in("tina", to=f"/commands?search={kind}")
    row = page.locator(f"[data-command='{queued['id']}']")
    expect(row).to_contain_text("Waits for the customer’s approval", timeout=PATIENCE)
    row.get_by_role("button", name="Cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="Cancel the command").click()
    expect(row).to_contain_text("Cancelled", timeout=PATIENCE)
    looks = sign_in("vera", to=f"/commands?search={device.device_id}", width=390)
    other = staff.post(f"/api/devices/{device.device_id}/commands", json={"type": "ping"}).json()["command"]
    expect(looks.locator(f"[data-command='{other['id']}']")).to_contain_text("Queued", timeout=PATIENCE)
    assert looks.locator("#commands button").count() == 0
    assert fits(looks)
    page.get_by_label("State").select_option("dead")
    expect(page.locator("#commands .ca-empty")).to_contain_text("Nothing fits", timeout=PATIENCE)


def test_a_suspended_device_says_so_everywhere(sign_in: Callable[..., Page], server: Server, device: GatewayDevice,
                                               ) -> None:
    page = sign_in("tina", to=f"/devices/{device.device_id}")
    page.get_by_role("button", name="Suspend").click()
    page.get_by_role("dialog").get_by_label("Reason").fill("stolen")
    page.get_by_role("dialog").get_by_role("button", name="Suspend it").click()
    expect(page.locator("#suspended")).to_contain_text("suspended", timeout=PATIENCE)
    page.goto(f"{server.url}/devices?search={device.device_id}")
    expect(page.locator("#rows")).to_contain_text("Suspended", timeout=PATIENCE)
    mine = sign_in("carl", to=f"/my/devices/{device.device_id}")
    expect(mine.locator("#head")).to_contain_text("Paused", timeout=PATIENCE)


def test_an_administrator_lets_the_clients_people_in(sign_in: Callable[..., Page], server: Server) -> None:
    name = f"cora-{uuid4().hex[:6]}"
    own = {"username": f"{name}-2", "email": f"{name}@example.com", "password": "long-enough-1"}
    assert server.http().post("/api/auth/local/register", json=own).status_code == 200
    page = sign_in("admin", to=f"/clients/{ACME}")
    page.get_by_role("button", name="New account").click()
    page.get_by_label("User name").fill(name)
    page.get_by_role("textbox", name="Password").fill("long-enough-1")
    page.get_by_role("button", name="Make account").click()
    page.get_by_role("button", name="Done").click()
    expect(page.locator("#customers")).to_contain_text(name, timeout=PATIENCE)
    page.get_by_role("button", name="Waiting accounts").click()
    label = f"{own['username']} ({own['username']}, {own['email']})"
    page.get_by_label("Account", exact=True).select_option(label=label)
    page.get_by_role("button", name="They belong here").click()
    expect(page.locator("#customers")).to_contain_text(own["username"], timeout=PATIENCE)
    for username in (name, own["username"]):
        who = {"username": username, "password": "long-enough-1"}
        token = server.http().post("/api/auth/local/login", json=who).json()["token"]
        seen = server.http().get("/api/v1/customer/devices", headers={"Authorization": f"Bearer {token}"})
        assert seen.status_code == 200


def test_staff_announce_a_device_and_see_who_asks_for_help(sign_in: Callable[..., Page], server: Server,
                                                          customer_http: Any) -> None:
    """The client's page hands out the code; the device says that it has no helper; its owner's call for help stands on
    the dashboard, and leads to its commands."""
    name = f"till-{uuid4().hex[:8]}"
    desk = sign_in("tina", to=f"/clients/{ACME}")
    desk.get_by_role("button", name="Announce a device").click()
    desk.get_by_label("Device id").fill("no id")
    desk.get_by_role("button", name="Get the code").click()
    expect(desk.locator("dialog [role=alert]")).to_have_text(re.compile("^A device id is"), timeout=PATIENCE)
    desk.get_by_label("Device id").fill(name)
    desk.get_by_role("button", name="Get the code").click()
    expect(desk.locator("dialog")).to_contain_text(name, timeout=PATIENCE)
    code = desk.locator("dialog code").inner_text()
    desk.get_by_role("button", name="Done").click()
    expect(desk.locator("#announcements")).to_contain_text(name, timeout=PATIENCE)
    device = GatewayDevice(server, name).register(code)
    device.beat()
    expect(desk.locator("#announcements")).not_to_contain_text(name, timeout=PATIENCE)
    wanted = {"deviceId": name, "type": "remediation", "description": f"It hums {HOSTILE}"}
    assert customer_http.post("/api/v1/customer/sessions", json=wanted).status_code == 201
    desk.goto(f"{server.url}/dashboard")
    asked = desk.locator("#help > *", has_text=name)
    expect(asked).to_contain_text(f"It hums {HOSTILE}", timeout=PATIENCE)
    asked.get_by_role("link").click()
    expect(desk.locator("#commands-only")).to_be_visible(timeout=PATIENCE)
    expect(desk.get_by_role("button", name="Connect")).to_be_disabled()
    desk.get_by_role("tab", name="Notes").click()
    desk.go_back()
    expect(desk.get_by_role("tab", name="Commands")).to_have_attribute("aria-selected", "true", timeout=PATIENCE)
