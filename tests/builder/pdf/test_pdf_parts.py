"""The small rules: words, logos, clean text, fonts."""

import base64
import os
import struct
import subprocess
import sys
from datetime import UTC
from pathlib import Path
from xml.etree import ElementTree

import pytest

from builder.pdf import fonts, words
from builder.pdf.logo import data_url
from builder.pdf.text import clean, direction, language, passage

OWN = data_url(None)


def encoded(image: bytes) -> str:
    return base64.b64encode(image).decode()


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


@pytest.mark.parametrize(("seconds", "written"), [
    (0, "00:00:00"), (59.9, "00:00:59"), (3_661, "01:01:01"), (360_000, "100:00:00"), (None, "00:00:00"),
    ("75", "00:01:15"), ("x", "00:00:00"), (-5, "00:00:00"), (float("nan"), "00:00:00"), (True, "00:00:00"),
    (10**400, "00:00:00"), (1e14, "100000:00:00")])
def test_durations(seconds, written):
    assert words.duration(seconds) == written


@pytest.mark.parametrize(("value", "written"), [
    ("2026-01-01T00:00:00.000Z", "1 Jan 2026 00:00"), ("2026-01-01T02:00:00+02:00", "1 Jan 2026 00:00"),
    ("2026-01-01T00:00:00", "1 Jan 2026 00:00"), (1_767_225_600_000, "1 Jan 2026 00:00"), (None, ""),
    ("yesterday", "yesterday"), (10**30, "1" + "0" * 30), ("0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+14:00")])
def test_times(value, written):
    assert words.moment(value, zone=UTC) == written


@pytest.mark.parametrize("name", ["../../etc/passwd", "Nowhere/City", "", "\x00", 7, "/etc/localtime"])
def test_unknown_time_zones_are_utc(name):
    assert words.zone(name)[1] == "UTC"


@pytest.mark.parametrize(("count", "written"), [
    (0, "0 bytes"), (1_023, "1023 bytes"), (1_536, "1.5 KB"), (4_823_449, "4.6 MB"), (None, ""), ("x", "")])
def test_sizes(count, written):
    assert words.size(count) == written


def test_clean_keeps_what_scripts_need_and_drops_what_hides():
    assert clean("a\u202eb\u2066c\u200d\u200fd") == "abc\u200d\u200fd"
    assert clean("a" + "\u0301" * 50).count("\u0301") < 6
    assert clean("1\r\n2\r3\u20284\n\n\n\n\n5\n\n") == "1\n2\n3\n4\n\n5"
    assert clean(" a \n b ", lines=False) == "a b"
    assert clean(None) == clean({}) == clean([1]) == clean(True) == ""


def test_direction_and_language_follow_the_text():
    assert [direction(text) for text in ("1 abc", "123", "")] == ["ltr"] * 3
    assert [direction(text) for text in ("1 שלום abc", "مرحبا")] == ["rtl"] * 2
    assert [language(text) for text in ("直", "直かな", "直 한", "abc")] == ["zh", "ja", "ko", None]


def test_passages_count_what_they_leave_out():
    cut = passage("abcdef", limit=4)
    assert (cut.text, cut.left_out) == ("abcd", 2)
    assert passage("a\nb\nc", limit=10, rows=2).left_out == 2
    assert passage("x" * 1_000_000, limit=20_000).left_out == 980_000
    assert passage("ab", limit=4).left_out == 0


def test_endless_words_can_break_and_ordinary_ones_stay():
    assert passage("a" * 400, limit=500).breakable.count("\u200b") == 4
    assert passage("https://example.com/" + "a" * 100, limit=500).breakable.count("\u200b") == 0


def test_png_and_svg_logos_are_taken():
    svg = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>'
    assert data_url(encoded(svg)) == f"data:image/svg+xml;base64,{encoded(svg)}"
    assert data_url(f"data:image/png;base64,{encoded(png(40, 20))}") == f"data:image/png;base64,{encoded(png(40, 20))}"


@pytest.mark.parametrize("logo", [
    None, 7, "", "!!!", "é", encoded(b"GIF89a"), encoded(b"<html>"), encoded(png(50_000, 50_000)), encoded(png(0, 9)),
    encoded(b'<svg><!ENTITY a "b"></svg>'), encoded(b'<svg><use href="#a"/></svg>'), "A" * 2_000_000])
def test_other_logos_become_ours(logo):
    assert data_url(logo) == OWN


def test_font_configuration_is_xml_with_the_vendored_folder_first(tmp_path):
    folder = tmp_path / "a & <b>"
    root = ElementTree.fromstring(fonts.configuration(folder, cache=tmp_path))
    assert root.find("dir").text == str(folder)
    assert root.find("cachedir").text == str(tmp_path)


def test_configuring_writes_the_file_that_fontconfig_is_told_of(tmp_path):
    code = ("import os, pathlib; from builder.pdf import fonts;"
            f"print(fonts.configure(cache=pathlib.Path({str(tmp_path)!r})));"
            "print(os.environ['FONTCONFIG_FILE'])")
    root = Path(fonts.__file__).parents[2]
    said = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True).stdout
    assert said.split() == [str(tmp_path / "fonts.conf")] * 2
    assert os.listdir(tmp_path) == ["fonts.conf"]
