"""Only the customer's click widens what may be done."""

from __future__ import annotations

from builder.helper.consent import Admissions, Consent, asked, ordered, sound


def granted(*rights: str) -> Consent:
    consent = Consent()
    consent.grant("q", rights)
    consent.confirm("q", rights)
    return consent


def test_asking_for_control_asks_for_view():
    assert asked(["control"]) == {"control", "view"}
    assert asked(["files"]) == {"files"}
    assert asked(["files", "root", 7, None]) == {"files"}
    assert asked("view") == frozenset()


def test_control_without_view_is_nothing():
    assert sound(["control", "clipboard", "files"]) == {"files"}


def test_rights_are_listed_in_one_order():
    assert ordered({"commands", "view", "files"}) == ["view", "files", "commands"]


def test_a_click_counts_once_the_server_has_agreed():
    consent = Consent()
    consent.grant("q", ["view"])
    assert consent.rights == frozenset()
    consent.confirm("q", ["view"])
    assert consent.rights == {"view"}


def test_a_refused_answer_leaves_what_was_held_before():
    consent = granted("view")
    consent.grant("late", ["view", "control"])
    consent.refuse("late")
    assert consent.rights == {"view"}


def test_the_server_never_widens():
    consent = granted("view")
    consent.server_says(["view", "control", "files"], by="server")
    assert consent.rights == {"view"}


def test_the_server_narrows_for_good():
    consent = granted("view", "control")
    consent.server_says(["view"], by="technician")
    consent.server_says(["view", "control"], by="server")
    assert consent.rights == {"view"}


def test_an_older_list_of_the_customers_own_does_not_undo_a_newer_click():
    consent = granted("view")
    consent.grant("second", ["control", "view"])
    consent.server_says(["view"], by="customer")
    consent.confirm("second", ["control", "view"])
    assert consent.rights == {"view", "control"}


def test_taking_view_back_takes_control_and_clipboard():
    consent = granted("view", "control", "clipboard", "files")
    assert consent.revoke(["view"]) == {"view", "control", "clipboard"}
    assert consent.rights == {"files"}


def test_what_was_taken_back_does_not_come_back_with_the_servers_list():
    consent = granted("view", "control")
    consent.revoke(["control"])
    consent.server_says(["view", "control"], by="customer")
    assert consent.rights == {"view"}


def test_stop_takes_everything():
    consent = granted("view", "control", "files")
    consent.clear()
    consent.server_says(["view", "control", "files"], by="server")
    assert consent.rights == frozenset()


def test_garbage_from_the_server_is_nothing():
    consent = granted("view")
    consent.server_says({"view": True, "x": []}, by="server")
    assert consent.rights == {"view"}
    consent.server_says(None, by="server")
    assert consent.rights == frozenset()


def test_a_yes_admits_one_technician_while_the_server_lists_them():
    admitted = Admissions()
    admitted.click("7")
    assert (admitted.allows("7"), admitted.allows("8")) == (True, False)
    admitted.server_lists(["7", 8])
    assert (admitted.allows("7"), admitted.allows("8")) == (True, False), "the server's word alone admits nobody"
    admitted.server_marks("7", False)
    assert not admitted.allows("7")
    admitted.server_marks("7", True)
    assert admitted.allows("7")


def test_whoever_was_sent_away_needs_a_new_click():
    admitted = Admissions()
    admitted.click("7")
    admitted.remove("7")
    admitted.server_lists(["7"])
    assert not admitted.allows("7")
    assert admitted.click("7") and not admitted.click("7")
    admitted.clear()
    assert not admitted.allows("7")


def test_garbage_about_who_is_admitted_changes_nothing():
    admitted = Admissions()
    admitted.click("7")
    for listed in (None, "7", {"7": True}):
        admitted.server_lists(listed)
        assert admitted.allows("7")
    for mark in (None, "no", 0):
        admitted.server_marks("7", mark)
        assert admitted.allows("7")
    admitted.server_lists([None, [], {}])
    assert not admitted.allows("7")
