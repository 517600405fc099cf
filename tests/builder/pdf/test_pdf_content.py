"""What a customer reads in the report."""

import io

import pypdf
import pypdfium2
import pytest

from builder.pdf import OrderRefused


def test_everything_of_the_case_is_in_the_report(printed, text_of):
    text = text_of(printed())
    for words in (
        "Support report", "Northwind IT", "Case number CA-2026-0042", "Mail asks for the password", "Resolved",
        "Remote viewing 00:42:12", "Phone 12 min", "WhatsApp 5 min", "Total billable 00:59:12",
        "Name Anna Rossi", "Company Rossi & Figli", "anna@example.com", "+39 02 555",
        "Host name ANNA-LAPTOP", "Windows 11 · x86_64", "192.0.2.14", "SUPP-123456-17",
        "Created 20 Nov 2026 14:05", "Technician Tina Keller", "Session 9PD-835-6DE", "Ended 20 Nov 2026 14:49",
        "Problem It asks every few minutes.", "What was done Removed a stale entry.",
        "Recommendations Keep the computer on.", "The helper came online",
        "Allowed See the screen, Mouse and keyboard Anna R. Look at the settings", "Tina Good afternoon!",
        "fix.exe To the customer 20 Nov 2026 14:05 4.6 MB", "Europe/Rome", "Page 1 of ",
    ):
        assert words in text


def test_empty_sections_are_left_out_and_the_contracts_fields_get_a_dash(worker, text_of):
    text = text_of(worker.render({}))
    for absent in ("What was done", "Recommendations", "Timeline", "Consents", "Conversation", "Files", "Email",
                   "None", "null"):
        assert absent not in text
    for present in ("Case number —", "Name —", "Host name —", "Created — Technician — Session —", "Problem —",
                    "Remote viewing 00:00:00", "Phone 0 min", "WhatsApp 0 min", "Total billable 00:00:00"):
        assert present in text


def test_total_is_worked_out_when_the_order_lacks_it(printed, text_of):
    text = text_of(printed(times={"total_seconds": None, "viewing_seconds": 90_061, "phone_minutes": 1.5}))
    assert "Remote viewing 25:01:01" in text
    assert "Phone 1.5 min" in text
    assert "Total billable 25:07:31" in text


@pytest.mark.parametrize(("size", "points"), [("A4", (595.28, 841.89)), ("Letter", (612, 792))])
def test_paper_is_what_was_asked_for(printed, size, points):
    for page in pypdfium2.PdfDocument(printed(size)):
        assert page.get_size() == pytest.approx(points, abs=0.1)


def test_unknown_paper_is_refused(worker, order):
    with pytest.raises(OrderRefused, match="A4, Letter"):
        worker.render(order, "A4 } * { color: red")


def test_long_content_flows_over_pages_with_repeated_heads(printed, text_of):
    lines = [{"at": None, "sender": "Anna", "role": "user", "text": f"Message {number}"} for number in range(620)]
    pdf = printed(chat=lines)
    pages = [page.get_textpage().get_text_range() for page in pypdfium2.PdfDocument(pdf)]
    with_chat = [page for page in pages if "Message " in page]
    assert len(with_chat) > 5
    assert all("From" in page for page in with_chat)
    assert all(f"Page {number} of {len(pages)}" in page for number, page in enumerate(pages, 1))
    text = text_of(pdf)
    assert "Message 499" in text
    assert "Message 500" not in text
    assert "120 more lines left out." in text


def test_endless_text_is_cut_with_a_note(printed, text_of):
    text = text_of(printed(case={"problem": "word " * 200_000 + "end"}))
    assert "980,004 more characters left out." in text


@pytest.mark.parametrize("problem", ["a" * 20_000, "م" * 20_000, "a\n" * 10_000, "😀" * 5_000, "a" + "\u0301" * 20_000])
def test_text_without_places_to_break_does_not_stall(worker, order, problem):
    order["case"]["problem"] = problem
    assert worker.render(order, timeout=60).startswith(b"%PDF-")


def test_a_table_of_long_messages_has_a_budget(printed, text_of):
    lines = [{"at": None, "sender": "Anna", "role": "user", "text": "م" * 1_000} for _ in range(500)]
    assert " more lines left out." in text_of(printed(chat=lines))


def test_metadata_language_and_tags_are_set(printed):
    reader = pypdf.PdfReader(io.BytesIO(printed()))
    root = reader.trailer["/Root"]
    assert reader.metadata.title == "Support report CA-2026-0042 · Mail asks for the password"
    assert reader.metadata.author == "Northwind IT"
    assert root["/Lang"] == "en"
    assert root["/MarkInfo"]["/Marked"] is True or str(root["/MarkInfo"]["/Marked"]).lower() == "true"
    assert "/StructTreeRoot" in root
