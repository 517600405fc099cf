"""What is kept of a profile: what makes sense, and nothing else."""

from __future__ import annotations

import json
from typing import Any

import pytest

from connectassist.features.devices import profile


@pytest.mark.parametrize(("said", "kept"), [
    ({"cpuModel": " i7\x00\x1b[2J "}, {"cpu_model": "i7  [2J"}),
    ({"cpuModel": "x" * 1_000_000}, {"cpu_model": "x" * 200}),
    ({"cpuModel": ["i7"]}, {}), ({"domain": ""}, {}), ({"serialNumber": 12345}, {"serial_number": "12345"}),
    ({"totalRamGB": "16.004"}, {"total_ram_gb": 16.0}), ({"totalRamGB": -1}, {}), ({"totalRamGB": 1e300}, {}),
    ({"totalDiskGB": float("nan")}, {}), ({"totalDiskGB": 10 ** 400}, {}), ({"totalDiskGB": {}}, {}),
    ({"processorCount": 7.9}, {"processor_count": 7}), ({"processorCount": True}, {}),
    ({"secureBoot": False}, {"secure_boot": False}), ({"secureBoot": 3}, {}),
    ({"secureBoot": "On"}, {"secure_boot": "On"}),
    ({"loggedInUsers": "bob"}, {}), ({"loggedInUsers": '["bob"]'}, {"logged_in_users": '["bob"]'}),
    ({"loggedInUsers": "[" * 60_000}, {}),
    ({"loggedInUsers": ["a"] * 500}, {"logged_in_users": json.dumps(["a"] * 50)}),
    ({"networkAdapters": {"Name": "eth0", "Up": True}}, {"network_adapters": '[{"Name": "eth0", "Up": true}]'}),
    ({"networkAdapters": [5, {"deep": {"er": {}}}]}, {"network_adapters": '[{"deep": null}]'}),
    ({"surprise": 1, "permanent_password": "x"}, {}),
], ids=range(23))
def test_what_is_kept(said: dict[str, Any], kept: dict[str, Any]) -> None:
    assert profile.cleaned(said) == kept


def test_who_was_signed_in_before_is_kept() -> None:
    known = profile.merged({"cpu_model": "i7", "logged_in_users": '["bob"]'}, {"logged_in_users": '["eve"]'})
    assert known == {"cpu_model": "i7", "logged_in_users": '["eve"]', "previous_logged_in_users": '["bob"]'}
    assert profile.merged(known, {"logged_in_users": '["eve"]', "junk": 1}) == known


def test_settings_are_plain_values() -> None:
    assert profile.cleaned_settings({"a": 1, "b": {"c": 2}, "d": "x" * 300})["client_settings"] == {
        "a": 1, "b": None, "d": "x" * 200}
    assert profile.cleaned_settings([1]) == {}
