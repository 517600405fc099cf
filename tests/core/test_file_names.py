"""File names from anywhere, made safe for everywhere."""

from __future__ import annotations

import pytest

from connectassist.core import file_names as names
from connectassist.core.errors import ValidationFailed


@pytest.mark.parametrize(("given", "kept"), [
    ("report.pdf", "report.pdf"),
    ("Grüße an 東京 – 👍.txt", "Grüße an 東京 – 👍.txt"),
    ("../../etc/passwd", "passwd"),
    ("C:\\Users\\ann\\plan.doc", "plan.doc"),
    ("a\x00b\n\x1b[31mc.txt", "ab[31mc.txt"),
    ("invoice\u202efdp.exe", "invoicefdp.exe"),
    ('a<b>:"|?*.txt', "a_b______.txt"),
    ("CON", "_CON"), ("nul.txt", "_nul.txt"), ("Lpt1.a.b", "_Lpt1.a.b"), ("console.txt", "console.txt"),
    ("name. . ", "name"), (" ", "file"), ("", "file"), (None, "file"), ("..", "file"), ("/", "file"),
    (".bashrc", ".bashrc"), ("a.txt:stream", "a.txt_stream"), ("CONIN$", "_CONIN$"),
    ("\\\\host\\share\\x.txt", "x.txt"),
    ("a\uff0fb\u2215c\uff3cd\uff1ae.txt", "a_b_c_d_e.txt"),
    ("\uff23\uff2f\uff2e.txt", "_\uff23\uff2f\uff2e.txt"), ("\u2025", "file"),
])
def test_names_are_made_safe(given, kept) -> None:
    assert names.safe(given) == kept


@pytest.mark.parametrize("given", ["x" * 400 + ".pdf", "東" * 200 + ".pdf", "👍" * 100 + ".pdf"])
def test_long_names_keep_their_ending(given: str) -> None:
    kept = names.safe(given)
    assert len(kept.encode()) <= 255 and kept.endswith(".pdf") and len(kept.encode()) > 245


@pytest.mark.parametrize(("given", "kept"), [
    ("", ""), ("a/b", "a/b"), ("Grüße/東京 2", "Grüße/東京 2"), ("a.b/c", "a.b/c"),
    ("console", "console"), ("a\\b\\", "a/b"), ("./a//b", "a/b")])
def test_folders(given: str, kept: str) -> None:
    assert names.folder(given) == kept


@pytest.mark.parametrize("given", [
    "/a", "\\a", "a/../b", "..", "C:", "a\x00", "x" * 501, "a/.. /b", "a/.../b", "a./b", "a /b", "\\\\host\\share",
    "//host/share",
    "C:\\Windows", "c:a", "a.txt:stream", "a/CON/b", "nul", "aux.d", "CONIN$", "a/\uff0e\uff0e/b", "\u2025", "a\uff0fb",
    "a\uff3cb", "C\uff1a", "\uff23\uff2f\uff2e", "a\u202eb", "a\nb", "\ud800", "..\\..\\x"])
def test_folders_that_lead_out_are_refused(given: str) -> None:
    with pytest.raises(ValidationFailed):
        names.folder(given)


@pytest.mark.parametrize(("given", "kept"), [
    ("image/png", "image/png"), ("text/html; charset=utf-8", "text/html"), ("nonsense", names.PLAIN_TYPE),
    ("a/b\r\nX: y", names.PLAIN_TYPE), (None, names.PLAIN_TYPE)])
def test_types(given, kept) -> None:
    assert names.mime_type(given) == kept
