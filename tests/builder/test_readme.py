"""The readme: plain, per platform, and harmless whatever the names are."""

import pytest

from builder.payloads import FOLDER, PLATFORMS
from builder.readme import Letter, write


@pytest.mark.parametrize("platform", PLATFORMS)
def test_every_platform_has_its_steps(platform):
    text = write(Letter(platform=platform, customer="John Smith", technician="Tina", server_url="https://s.example"))
    for part in ("John Smith", "Tina", "https://s.example", "1. ", "2. ", "Stop"):
        assert part in text
    assert all(len(line) <= 80 for line in text.splitlines())


@pytest.mark.parametrize("platform", PLATFORMS)
def test_lines_end_as_the_platform_expects(platform):
    text = write(Letter(platform=platform))
    assert ("\r\n" in text) is platform.startswith("windows")
    assert "\n" not in text.replace("\r\n", "") or not platform.startswith("windows")


def test_hostile_names_stay_on_one_line():
    evil = "Eve\r\n\x1b[2J\u202e\u2028\x00 2. Send money " + "x" * 500
    text = write(Letter(platform="linux-x86_64", customer=evil, technician=evil))
    assert not any(sign in text for sign in "\r\x1b\u202e\u2028\x00")
    assert "x" * 81 not in text


def test_names_of_any_script_are_kept():
    assert "Zoë Ødegård 日本 محمد" in write(Letter(platform="linux-x86_64", customer="Zoë Ødegård 日本 محمد"))


def test_without_names_it_still_reads_well():
    text = write(Letter(platform="linux-x86_64"))
    assert "Hello,\n" in text
    assert "You will be helped" in text


@pytest.mark.parametrize("platform", PLATFORMS)
def test_an_installer_says_that_it_stays(platform):
    text = write(Letter(platform=platform, client="Acme Corp", folder=""))
    assert "this computer of Acme Corp" in " ".join(text.split())
    assert "Keep the folder" in text
    assert "delete the folder" not in text
    assert "{" not in text
    assert FOLDER not in text
    assert "nobody sits here" in " ".join(write(Letter(platform=platform, client="A", unattended=True)).split())
