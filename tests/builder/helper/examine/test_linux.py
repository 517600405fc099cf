"""What Linux' programs write, read by our functions: samples in their form, and the files of a machine of our own."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from builder.helper.examine.errors import NotAvailable
from builder.helper.examine.linux import events, profile, security, services, software, updates
from builder.helper.examine.records import EventQuery, Service

Programs = Callable[[str, str], Path]

UNITS = """\
  apparmor.service         loaded    active   exited  Load AppArmor profiles
● auditd.service           not-found inactive dead    auditd.service
  cups.service             loaded    active   running CUPS Scheduler
● fancontrol.service       loaded    failed   failed  Fan speed control
  postfix.service          loaded    inactive dead    Postfix Mail Transport Agent
  fstrim.service           loaded    inactive dead    Discard unused blocks
  ua-timer.service         loaded    inactive dead    Ubuntu Pro background work
  proc-sys.mount           loaded    active   mounted Not a service
"""
UNIT_FILES = """\
apparmor.service   enabled   enabled
cups.service       enabled   enabled
fancontrol.service enabled   enabled
getty@.service     enabled   enabled
postfix.service    enabled   enabled
fstrim.service     static    -
ua-timer.service   enabled   enabled
rescue.service     masked    enabled
broken line
"""
SHOWN = """\
Type=forking
Id=postfix.service
ConditionResult=yes
TriggeredBy=

Type=oneshot
Id=fstrim.service
ConditionResult=no
TriggeredBy=fstrim.timer

Type=simple
Id=ua-timer.service
ConditionResult=no
"""


def test_services_of_systemd() -> None:
    found = {one.name: one for one in services.merged(
        services.units(UNITS), services.start_types(UNIT_FILES), services.not_meant_to_run(SHOWN))}
    assert found["cups.service"] == Service(
        name="cups.service", display_name="CUPS Scheduler", running=True, start_type="Automatic")
    assert found["apparmor.service"].running
    assert {name for name, one in found.items() if one.missed} == {"fancontrol.service", "postfix.service"}
    assert found["fancontrol.service"].failed and not found["postfix.service"].failed
    assert found["rescue.service"].start_type == "Disabled" and found["fstrim.service"].start_type == "Manual"
    assert not {"auditd.service", "proc-sys.mount", "getty@.service"} & set(found)


def test_the_whole_list_is_asked_for(programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(services, "RUNNING", tmp_path)
    for name, text in (("units", UNITS), ("files", UNIT_FILES), ("shown", SHOWN)):
        (tmp_path / name).write_text(text)
    programs("systemctl", f"""case "$*" in
*--user*) echo 'pipewire.service loaded active running PipeWire';;
*list-units*) /bin/cat {tmp_path}/units;;
*list-unit-files*) /bin/cat {tmp_path}/files;;
*show*postfix.service*) /bin/cat {tmp_path}/shown;;
esac""")
    found = services.every()
    assert [one.name for one in found if one.missed] == ["fancontrol.service", "postfix.service"]
    assert "user:pipewire.service" in {one.name for one in found if one.running}


JOURNAL = "\n".join([
    json.dumps({"__REALTIME_TIMESTAMP": "1767225600123456", "PRIORITY": "2", "SYSLOG_IDENTIFIER": "kernel",
                "MESSAGE": "Out of memory: Killed process 4711 (\x1b[31mjava)"}),
    json.dumps({"__REALTIME_TIMESTAMP": "1767225601000000", "PRIORITY": "3", "_COMM": "sshd",
                "MESSAGE": [104, 105, 255]}),
    json.dumps({"__REALTIME_TIMESTAMP": "1767225602000000", "MESSAGE": None}),
    json.dumps({"PRIORITY": "3", "MESSAGE": "no time"}), '{"__REALTIME_TIMESTAMP": "17672', "[]", ""])


def test_the_journal() -> None:
    first, second, third = events.journal(JOURNAL)
    assert first.public() == {"time": "2026-01-01T00:00:00.123Z", "level": "Critical", "source": "kernel",
                              "eventId": None, "message": "Out of memory: Killed process 4711 ([31mjava)"}
    assert (second.level, second.source, second.message) == ("Error", "sshd", "hi\ufffd")
    assert (third.level, third.message) == ("Information", "")


def test_the_journal_is_asked_for_what_was_asked(programs: Programs, tmp_path: Path) -> None:
    (tmp_path / "journal").write_text(JOURNAL)
    words = programs("journalctl", f"/bin/cat {tmp_path}/journal")
    assert len(events.query(EventQuery(log="Security", level="Warning", hours=5, most=7))) == 3
    assert words.read_text().split() == [
        "--output=json", "--no-pager", "--quiet", "--reverse", "--since=-5h", "--lines=7", "--priority=4",
        "SYSLOG_FACILITY=4", "+", "SYSLOG_FACILITY=10", "+", "_TRANSPORT=audit"]


def test_an_empty_journal_that_may_be_read_is_empty(programs: Programs) -> None:
    programs("journalctl", 'case "$*" in *--output=cat*) echo something;; esac')
    assert events.query(EventQuery(level="Error")) == []


def test_without_a_journal_the_files_are_read(
        programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(events, "_FOLDER", tmp_path)
    now = datetime.now().astimezone()
    lines = [f"{now - timedelta(minutes=5):%b %e %H:%M:%S} host kernel: [1.0] ata1: error: link is slow",
             f"{(now - timedelta(minutes=3)).isoformat()} host cron[12]: (root) CMD (true)",
             f"{(now - timedelta(hours=30)).isoformat()} host app: failed long ago", "no time at all", "\x00\xff"]
    (tmp_path / "syslog").write_text("\n".join(lines))
    errors = events.query(EventQuery(level="Error"))
    assert [(one.level, one.source, one.message) for one in errors] == [
        ("Error", "kernel", "[1.0] ata1: error: link is slow")]
    assert [one.source for one in events.query(EventQuery())] == ["cron", "kernel"]
    assert len(events.query(EventQuery(most=1))) == 1


def test_without_any_log_that_is_said(programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(events, "_FOLDER", tmp_path)
    programs("journalctl", "exit 0")
    with pytest.raises(NotAvailable, match="no event log"):
        events.query(EventQuery())


def test_an_old_line_belongs_to_the_last_december() -> None:
    [found] = events.lines("Dec 31 23:59:00 host app: bye", now=datetime(2026, 1, 2, tzinfo=UTC))
    assert found.time == "2025-12-31T23:59:00.000Z"


def test_updates_of_apt() -> None:
    said = """\
Inst libssl3 [3.0.11-1] (3.0.15-1~deb12u1 Debian-Security:12/stable-security [amd64])
Inst bash [5.2.15-2] (5.2.15-2+b7 Debian:12.9/stable [amd64])
Inst linux-image-6.1.0-30-amd64 (6.1.124-1 Debian-Security:12/stable-security [amd64])
Conf bash (5.2.15-2+b7 Debian:12.9/stable [amd64])
"""
    assert updates.apt_pending(said) == {"pendingCount": 3, "securityCount": 2}
    log = """\
2026-01-02 06:10:01 upgrade bash:amd64 5.2.15-2 5.2.15-2+b7
2026-01-02 06:10:02 status installed bash:amd64 5.2.15-2+b7
2026-01-03 06:10:01 upgrade curl:amd64 7.88.1 7.88.2
2026-01-04 06:10:01 install vim:amd64 <none> 9.0
"""
    assert [name for _, name in updates.dpkg_upgrades(log)] == ["curl:amd64 7.88.2", "bash:amd64 5.2.15-2+b7"]


def test_updates_of_dnf() -> None:
    said = """
Security: kernel-core-6.5.6-300.fc39.x86_64 is an installed security update
bash.x86_64            5.2.21-2.fc39      updates
kernel-core.x86_64     6.6.9-200.fc39     updates
tzdata.noarch          2023d-1.fc39       updates
Obsoleting Packages
old.x86_64             1.0-1.fc39         updates
"""
    assert updates.dnf_pending(said) == 3
    assert updates.rpm_installed("1700000000 bash-5\n1710000000 curl-8\nrubbish\n") == [
        (1710000000.0, "curl-8"), (1700000000.0, "bash-5")]


def test_a_machine_with_dnf(programs: Programs) -> None:
    programs("dnf", "echo 'bash.x86_64 5.2.21-2.fc39 updates'; exit 100")
    programs("rpm", "echo '1700000000 bash-5.2'")
    programs("needs-restarting", "echo 'Reboot is required'; exit 1")
    told = updates.state()
    assert (told["manager"], told["pendingCount"], told["pendingReboot"]) == ("dnf", 1, True)
    assert told["lastUpdates"] == [{"title": "bash-5.2", "date": "2023-11-14T22:13:20.000Z"}]
    programs("dnf", "echo 'Cache-only enabled but no cache' >&2; exit 1")
    assert updates.state()["pendingCount"] is None


def test_apt_without_lists_does_not_say_up_to_date(
        programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(updates, "_APT_LISTS", tmp_path / "absent")
    words = programs("apt-get", "exit 0")
    assert updates.state()["pendingCount"] is None and not words.exists()


def test_a_machine_with_neither_says_so(programs: Programs) -> None:
    for ask in (updates.state, software.installed):
        with pytest.raises(NotAvailable, match="neither"):
            ask()


def test_software() -> None:
    packages = software.dpkg("zsh\t5.9\tinstalled\nadduser\t3.134\tinstalled\ngone\t1\tconfig-files\nbad line\n")
    assert software.chosen_first(packages, {"zsh"}) == [
        {"name": "zsh", "version": "5.9"}, {"name": "adduser", "version": "3.134"}]
    assert software.rpm("bash\t5.2-1\tFedora Project\ngpg-pubkey\t1\t(none)\n") == [
        {"name": "bash", "version": "5.2-1", "publisher": "Fedora Project"}]


@pytest.mark.parametrize(("kind", "encrypted"), [("crypt", True), ("lvm", False)])
def test_disk_encryption(kind: str, encrypted: bool) -> None:
    listing = {"blockdevices": [{"name": "sda", "type": "disk", "mountpoint": None, "children": [
        {"name": "sda1", "type": "part", "mountpoint": "/boot"},
        {"name": "sda2", "type": "part", "mountpoint": None, "children": [
            {"name": "root", "type": kind, "mountpoint": "/"}]}]}]}
    assert security.root_is_encrypted(json.dumps(listing)) is encrypted


def test_firewalls(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    assert security.ufw_is_on("# ENABLED=no\nENABLED=yes\n") is True
    assert security.ufw_is_on("ENABLED=no") is False and security.ufw_is_on("") is None
    programs("firewall-cmd", "echo running")
    told = security.state()
    assert (told["firewallProduct"], told["firewall"]) == ("firewalld", True)
    programs("firewall-cmd", "echo not running >&2; exit 252")
    assert security.state()["firewall"] is False


def test_hardware(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert profile.processor("processor\t: 0\nmodel name\t: Core(TM) i7\nModel\t: x\n") == "Core(TM) i7"
    assert profile.processor("Hardware\t: BCM2835\n") == "BCM2835" and profile.processor("") is None
    assert [profile.form_factor(one) for one in ("10", "3", "99", None, "x")] == ["Laptop", "Desktop", None, None, None]
    assert profile.graphics('00:02.0 "Host bridge" "Intel" "x"\n01:00.0 "VGA compatible controller" "NVIDIA" "GA104"\n'
                            ) == "NVIDIA GA104"
    (tmp_path / "sys_vendor").write_text("LENOVO\n")
    (tmp_path / "product_name").write_text("System Product Name\n")
    monkeypatch.setattr(profile, "_DMI", tmp_path)
    told = profile.facts()
    assert told["deviceManufacturer"] == "LENOVO" and told["biosVersion"] is None


@pytest.mark.parametrize(("content", "told"), [
    (b"\x06\0\0\0\x01", "Enabled"), (b"\x06\0\0\0\0", "Disabled"), (b"", None)], ids=["on", "off", "empty"])
def test_secure_boot(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: bytes, told: str | None) -> None:
    (tmp_path / "variable").write_bytes(content)
    monkeypatch.setattr(profile, "_EFI", tmp_path)
    monkeypatch.setattr(profile, "_SECURE_BOOT", tmp_path / "variable")
    assert profile.secure_boot() == told


def test_graphics_without_lspci(programs: Programs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    card = tmp_path / "0000:00:02.0"
    card.mkdir()
    for name, text in (("class", "0x030000\n"), ("vendor", "0x8086\n"), ("device", "0x9a49\n")):
        (card / name).write_text(text)
    monkeypatch.setattr(profile, "_PCI", tmp_path)
    assert profile.facts()["gpuModel"] == "Intel 0x9a49"
