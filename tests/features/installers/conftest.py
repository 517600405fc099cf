"""An app that has a build for Linux."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from tests.features.packages.payload import write_payload


@pytest.fixture
def payloads(tmp_path: Path) -> Path:
    return write_payload(tmp_path / "payloads")


@pytest.fixture
def app(make_app: Callable[..., Flask], payloads: Path) -> Flask:
    return make_app(payloads=payloads)


def opened(archive: bytes) -> dict[str, bytes]:
    """The files of a ZIP, which is sound."""
    with zipfile.ZipFile(io.BytesIO(archive)) as found:
        assert found.testzip() is None
        return {name: found.read(name) for name in found.namelist()}


def settings_in(archive: bytes) -> dict[str, Any]:
    """The appsettings.json at the root of a ZIP."""
    return json.loads(opened(archive)["appsettings.json"])
