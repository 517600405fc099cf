"""What Windows' programs answer, read by our functions. The samples were written by its manuals, not recorded there."""

from __future__ import annotations

import json
from typing import Any

import pytest

from builder.helper.examine.facts import rows
from builder.helper.examine.records import EventQuery
from builder.helper.examine.windows import events, profile, security, services, software, updates

HARDWARE = json.loads("""{"manufacturer":"Dell Inc.","model":"Latitude 7420","domain":"corp.example","inDomain":true,
"biosManufacturer":"Dell Inc.","biosVersion":"1.29.0","serial":"ABC1234","caption":"Microsoft Windows 11 Pro",
"architecture":"64-bit","processors":["11th Gen Intel(R) Core(TM) i7-1185G7 @ 3.00GHz"],
"graphics":["Intel(R) Iris(R) Xe Graphics","Intel(R) Iris(R) Xe Graphics"],"chassis":[10],"tpm":"2.0, 0, 1.38"}""")
DSREGCMD = """
+----------------------------------------------------------------------+
| Device State                                                         |
+----------------------------------------------------------------------+
             AzureAdJoined : {azure}
          EnterpriseJoined : NO
              DomainJoined : {domain}
"""


def test_hardware() -> None:
    told = profile.hardware(HARDWARE)
    assert told["cpuModel"] == "11th Gen Intel(R) Core(TM) i7-1185G7 @ 3.00GHz"
    assert told["gpuModel"] == "Intel(R) Iris(R) Xe Graphics" and told["formFactor"] == "Laptop"
    assert (told["deviceManufacturer"], told["serialNumber"]) == ("Dell Inc.", "ABC1234")


@pytest.mark.parametrize("strange", [{}, {"chassis": [], "processors": None, "serial": "To be filled by O.E.M."},
                                     {"chassis": "10", "graphics": {"a": 1}}])
def test_hardware_that_tells_little(strange: dict[str, Any]) -> None:
    assert set(profile.hardware(strange).values()) == {None}


def test_the_version() -> None:
    key = {"ProductName": "Windows 10 Pro", "CurrentBuild": "22631", "UBR": 3007, "DisplayVersion": "23H2",
           "EditionID": "Professional", "InstallDate": 1700000000}
    assert profile.system(key.get) == {
        "osName": "Windows 11 Pro", "osEdition": "Professional", "osDisplayVersion": "23H2", "osBuild": "22631.3007",
        "osInstallDate": "2023-11-14T22:13:20.000Z"}
    assert set(profile.system({}.get).values()) == {None}


@pytest.mark.parametrize(("azure", "domain", "told"), [
    ("NO", "NO", "Workgroup"), ("YES", "NO", "Azure AD"), ("NO", "YES", "Domain"), ("YES", "YES", "Hybrid")])
def test_what_it_is_joined_to(azure: str, domain: str, told: str) -> None:
    assert profile.join_type(DSREGCMD.format(azure=azure, domain=domain), False) == told


def test_the_event_log() -> None:
    said = json.dumps([
        {"Id": 41, "Level": 1, "ProviderName": "Microsoft-Windows-Kernel-Power", "Time": "2026-01-01T10:00:00.000Z",
         "Text": "The system has rebooted without cleanly shutting down first.\r\nThis error"},
        {"Id": 7000, "Level": 2, "ProviderName": "Service Control Manager", "Time": "2026-01-01T11:00:00.000Z",
         "Text": "The service did not start"},
        {"Id": 1, "Level": 0, "ProviderName": None, "Time": "2026-01-01T09:00:00.000Z", "Text": None},
        {"Id": 2, "Level": 2}])
    newest, critical, other = events.entries(rows(said))
    assert newest.public() == {"time": "2026-01-01T11:00:00.000Z", "level": "Error", "eventId": 7000,
                               "source": "Service Control Manager", "message": "The service did not start"}
    assert critical.level == "Critical" and "\n" not in critical.message
    assert (other.level, other.message) == ("Information", "")


def test_the_question_for_the_event_log_holds_only_our_own_words() -> None:
    script = events.script(EventQuery(log="Security", level="Error", hours=5, most=7))
    assert "LogName='Security';Level=1,2;" in script and "AddHours(-5)" in script and "-MaxEvents 7 " in script
    assert "LogName='System','Application';" in events.script(EventQuery(log="'; Remove-Item C:\\"))


@pytest.mark.parametrize(("text", "count"), [
    ('[{"a":1},{"a":2}]', 2), ('{"a":1}', 1), ("", 0), ("  \r\n", 0), ("[1]", 0)])
def test_answers_of_powershell(text: str, count: int) -> None:
    assert len(rows(text)) == count


@pytest.mark.parametrize(("told", "status", "start", "is_missed"), [
    ({"name": "Spooler", "display_name": "Print Spooler", "status": "running", "start_type": "automatic"},
     "Running", "Automatic", False),
    ({"name": "Spooler", "display_name": "Print Spooler", "status": "stopped", "start_type": "automatic"},
     "Stopped", "Automatic", True),
    ({"name": "edgeupdate", "status": "stopped", "start_type": "automatic"}, "Stopped", "Automatic", False),
    ({"name": "Fax", "status": "stopped", "start_type": "manual"}, "Stopped", "Manual", False),
    ({"name": "X", "status": None, "start_type": None}, "Stopped", "", False)])
def test_services(told: dict[str, Any], status: str, start: str, is_missed: bool) -> None:
    found = services.service(told)
    assert (found.public()["status"], found.start_type, found.missed) == (status, start, is_missed)


@pytest.mark.parametrize(("number", "sentence"), [
    (5, "needs an administrator"), (1060, "no service named"), (1058, "is disabled"), (1051, "Other services"),
    (1067, "error 1067")])
def test_why_a_service_was_not_touched(number: int, sentence: str) -> None:
    assert sentence in services.why_not(number, "Spooler")


def test_updates() -> None:
    told = [{"HotFixID": "KB5034123", "Description": "Security Update", "On": "2026-01-10"},
            {"HotFixID": "KB5034999", "Description": "Update", "On": "2026-02-01"}, {"HotFixID": "KB1", "On": None}]
    found = updates.last(told, now=1770595200.0)  # 9 February 2026
    assert [one["title"] for one in found["lastUpdates"]] == ["KB5034999 Update", "KB5034123 Security Update"]
    assert found["daysSinceLastUpdate"] in (7, 8)
    assert updates.last([], now=0.0) == {"lastUpdates": [], "daysSinceLastUpdate": None}


def test_software() -> None:
    key = {"DisplayName": "7-Zip 23.01 (x64)", "DisplayVersion": "23.01", "Publisher": "Igor Pavlov"}
    assert software.program(key.get) == {"name": "7-Zip 23.01 (x64)", "version": "23.01", "publisher": "Igor Pavlov"}
    for part in ({}, {**key, "SystemComponent": 1}, {**key, "ParentKeyName": "Office"}):
        assert software.program(part.get) is None


def test_protection() -> None:
    assert security.firewall(rows('[{"Name":"Domain","On":true},{"Name":"Public","On":true}]')) is True
    assert security.firewall(rows('[{"Name":"Domain","On":true},{"Name":"Public","On":false}]')) is False
    assert security.firewall([]) is None
    assert [security.encryption([{"p": number}]) for number in (1, 2, None, 99)] == [True, False, None, None]


@pytest.mark.parametrize(("states", "runs", "is_current", "product"), [
    ([397568], True, True, "A"), ([397584], True, False, "A"), ([393472], False, None, "A"),
    ([393472, 397568], True, True, "B"), ([], None, None, None)])
def test_antivirus(states: list[int], runs: bool | None, is_current: bool | None, product: str | None) -> None:
    told = security.antivirus([{"displayName": "AB"[number], "productState": one} for number, one in enumerate(states)])
    assert told == {"antivirus": runs, "antivirusProduct": product, "antivirusCurrent": is_current}
