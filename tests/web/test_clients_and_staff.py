"""The pages of clients and staff in a real browser: what an administrator does with them, and who sees them."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests
from playwright.sync_api import Page, expect

from tests.live.server import Server

PATIENCE = 30_000


def test_a_company_is_taken_in_given_to_somebody_and_let_go(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("admin", to="/clients")
    expect(page.get_by_role("link", name="Acme", exact=True)).to_be_visible(timeout=PATIENCE)
    page.get_by_role("button", name="New client").click()
    page.get_by_label("Name", exact=True).fill("acme")
    page.get_by_role("button", name="Make client").click()
    expect(page.get_by_role("alert")).to_contain_text("exists already", timeout=PATIENCE)
    page.get_by_label("Name", exact=True).fill("Zeta <b>& Sons</b>")
    page.get_by_label("Contact person").fill("Zoe")
    page.get_by_role("button", name="Make client").click()
    page.get_by_role("link", name="Zeta <b>& Sons</b>", exact=True).click(timeout=PATIENCE)

    expect(page.get_by_role("heading", level=1)).to_have_text("Zeta <b>& Sons</b>")
    expect(page.locator("#people")).to_contain_text("Nobody is assigned", timeout=PATIENCE)
    page.get_by_label("Assign somebody").select_option(label="Bert Beta (technician)")
    page.get_by_role("button", name="Assign").click()
    expect(page.locator("#people")).to_contain_text("Bert Beta", timeout=PATIENCE)
    page.get_by_label("Notes").fill("Calls on Mondays")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#toasts")).to_contain_text("Saved", timeout=PATIENCE)
    page.get_by_role("button", name="Take this client from Bert Beta").click()
    page.get_by_role("button", name="Take away").click()
    expect(page.locator("#people")).to_contain_text("Nobody is assigned", timeout=PATIENCE)
    page.get_by_role("button", name="Delete…").click()
    page.locator("dialog").get_by_role("button", name="Delete").click()
    page.wait_for_url(server.url + "/clients")
    expect(page.get_by_role("link", name="Acme", exact=True)).to_be_visible(timeout=PATIENCE)
    expect(page.get_by_role("link", name="Zeta <b>& Sons</b>", exact=True)).to_have_count(0)


def test_a_client_in_use_says_why_it_stays(sign_in: Callable[..., Page]) -> None:
    page = sign_in("admin", to="/clients/2")
    expect(page.locator("#people")).to_contain_text("Tina Acme", timeout=PATIENCE)
    page.get_by_role("button", name="Delete…").click()
    page.locator("dialog").get_by_role("button", name="Delete").click()
    expect(page.locator("#toasts")).to_contain_text("This client", timeout=PATIENCE)
    expect(page.get_by_role("heading", level=1)).to_have_text("Acme")


def test_a_new_colleague_signs_in_with_the_password_that_is_shown(sign_in: Callable[..., Page],
                                                                  server: Server) -> None:
    page = sign_in("admin", to="/staff")
    expect(page.locator("#rows")).to_contain_text("Tina Acme", timeout=PATIENCE)
    page.get_by_role("button", name="New account").click()
    page.get_by_label("User name").fill("nora")
    page.get_by_label("Name", exact=True).fill("Nora New")
    page.get_by_label("Acme", exact=True).check()
    page.get_by_role("button", name="Make account").click()
    dialog = page.locator("dialog")
    expect(dialog).to_contain_text("Nora New can sign in now", timeout=PATIENCE)
    password = dialog.locator("code").inner_text()
    assert re.fullmatch(r"(\w{4}-){3}\w{4}", password)
    answer = requests.post(server.url + "/api/admin/login", json={"username": "nora", "password": password}, timeout=30)
    assert [each["name"] for each in answer.json()["clients"]] == ["Acme"]
    dialog.get_by_role("button", name="Done").click()

    row = page.get_by_role("row", name=re.compile("Nora New"))
    row.get_by_role("button", name="Close the account").click()
    page.locator("dialog").get_by_role("button", name="Close account").click()
    expect(row).to_contain_text("closed", timeout=PATIENCE)
    headers = {"Authorization": f"Bearer {answer.json()['token']}"}
    assert requests.get(server.url + "/api/clients", headers=headers, timeout=30).status_code == 401
    row.get_by_role("button", name="Open the account again").click()
    expect(row).not_to_contain_text("closed", timeout=PATIENCE)


def test_technicians_look_at_their_clients_and_not_at_staff(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("tina", to="/clients")
    expect(page.locator("#rows tr")).to_have_count(1, timeout=PATIENCE)
    expect(page.get_by_role("button", name="New client")).to_have_count(0)
    page.get_by_role("link", name="Acme", exact=True).click()
    expect(page.locator("#facts")).to_contain_text("Contact person", timeout=PATIENCE)
    expect(page.get_by_role("button", name="Save")).to_have_count(0)
    page.goto(server.url + "/clients/3")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Client not found")
    page.goto(server.url + "/staff")
    expect(page.get_by_role("heading", level=1)).to_contain_text("You may not do this")


def test_a_page_that_may_show_less_shows_less(sign_in: Callable[..., Page], server: Server) -> None:
    admin = server.http("admin")
    made = admin.post("/api/clients", json={"name": "Passing Ltd"}).json()
    path, bert = f"/api/clients/{made['id']}/users", server.cast["technician_b"].user_id
    page = sign_in("bert", to="/clients")
    expect(page.get_by_role("link", name="Beta", exact=True)).to_be_visible(timeout=PATIENCE)
    assert admin.post(path, json={"user_id": bert}).status_code == 200
    expect(page.get_by_role("link", name="Passing Ltd", exact=True)).to_be_visible(timeout=PATIENCE)
    assert admin.delete(f"{path}/{bert}").status_code == 200
    expect(page.get_by_role("link", name="Passing Ltd", exact=True)).to_have_count(0, timeout=PATIENCE)
    assert admin.delete(f"/api/clients/{made['id']}").status_code == 200


def test_a_code_is_made_for_a_chosen_client(sign_in: Callable[..., Page], server: Server) -> None:
    page = sign_in("admin", to="/codes")
    page.get_by_label("Client").select_option(label="Beta", timeout=PATIENCE)
    page.get_by_label("Customer’s name").fill("Zed")
    page.get_by_role("button", name="Make code").click()
    expect(page.locator("#made")).to_contain_text("Zed", timeout=PATIENCE)
    codes = server.http("technician_b").get("/api/support-codes?limit=500").json()["support_codes"]
    assert "Zed" in {each["customer_name"] for each in codes}
