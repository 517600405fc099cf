"""Signing in leads back to the page that asked for it, and nowhere else."""

from __future__ import annotations

import pytest

from connectassist.http.next_page import HOME, safe_next
from tests.cast import Caller


@pytest.mark.parametrize("target", ["/devices", "/sessions/9PD-835-6DE?rights=view,control&reason=a%20b", "/"])
def test_a_path_of_this_site_is_kept(target: str) -> None:
    assert safe_next(target) == target


@pytest.mark.parametrize("target", [
    "", "devices", "https://evil.example/", "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example", "/\n//evil.example", "javascript:alert(1)", "/login", "/login?next=/login", " /devices",
    "http:/evil.example", "/\x00",
])
def test_anything_else_leads_home(target: str) -> None:
    assert safe_next(target) == HOME


def test_the_form_carries_the_way_back(nobody: Caller) -> None:
    assert 'data-next="/devices"' in nobody.get("/login?next=/devices").text
    page = nobody.get("/login?next=https://evil.example/").text
    assert "evil.example" not in page and f'data-next="{HOME}"' in page


def test_a_hostile_way_back_is_text(nobody: Caller) -> None:
    page = nobody.get("/login", query_string={"next": '/"><script>alert(1)</script>'}).text
    assert "<script>alert" not in page


def test_who_is_signed_in_goes_straight_on(technician_a: Caller) -> None:
    answer = technician_a.get("/login?next=/codes")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/codes")
    assert technician_a.get("/login?next=//evil.example").headers["Location"] == HOME


def test_a_customer_goes_on_to_their_own_pages(customer: Caller) -> None:
    for target, way_on in (("/devices", "/my"), ("/my/sessions", "/my/sessions"), ("/myth", "/my")):
        answer = customer.get(f"/login?next={target}")
        assert (answer.status_code, answer.headers["Location"]) == (302, way_on)
