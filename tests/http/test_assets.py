"""The lasting names of the pages' files, without nginx."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from connectassist.http import assets


def test_a_lasting_name_is_kept_for_ever_and_the_plain_one_asked_for_again(client: FlaskClient) -> None:
    name = re.search(r'"(/static/h-[0-9a-f]{16}/css/app\.css)"', client.get("/login").text)[1]
    lasting, plain = client.get(name), client.get("/static/css/app.css")
    assert lasting.data == plain.data == (assets.STATIC / "css" / "app.css").read_bytes()
    assert (lasting.headers["Cache-Control"], plain.headers["Cache-Control"]) == (assets.FOR_EVER, "no-cache")


def test_the_name_of_another_release_leads_to_what_there_is(client: FlaskClient) -> None:
    """A page that was opened before an update goes on; what it gets so must not be kept under the old name."""
    answer = client.get("/static/h-0123456789abcdef/js/core/dom.js")
    assert (answer.status_code, answer.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("path", ["h-0123456789abcdef/../../app.py", "h-0123456789abcdef/%2e%2e/%2e%2e/app.py",
                                  "h-0123456789abcdef//etc/passwd", "h-0123456789abcdef/", "h-xyz/css/app.css"])
def test_nothing_else_is_reached_by_it(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


def test_modules_name_each_other_relatively() -> None:
    """Else a page would load some of them twice: once by the lasting name and once by the plain one."""
    found = [path for folder in ("js", "session", "share", "bridge") for path in (assets.STATIC / folder).rglob("*.js")
             if "/static/" in path.read_text("utf-8")]
    assert not found


def test_releases_are_laid_out_where_nginx_reads(make_app: Callable[..., Flask], tmp_path: Path) -> None:
    found = SimpleNamespace(accel_redirect=True, web_folder=tmp_path)
    for number in range(4):
        (tmp_path / "static" / f"h-{number:016}").mkdir(parents=True)
    assets.publish(found)
    assets.publish(found)
    kept = sorted(path.name for path in (tmp_path / "static").iterdir())
    assert len(kept) == 3 and assets.release() in kept
    laid = tmp_path / "static" / assets.release()
    assert (laid / "css" / "app.css").read_bytes() == (assets.STATIC / "css" / "app.css").read_bytes()
    assert not (laid / "vendor" / "fonts").exists()
    client = make_app(web_folder=tmp_path).test_client()
    (old,) = (tmp_path / "static" / name for name in kept if name.startswith("h-0") and name.endswith("3"))
    (old / "gone.js").write_text("old")
    answer = client.get(f"/static/{old.name}/gone.js")
    assert (answer.text, answer.headers["Cache-Control"]) == ("old", assets.FOR_EVER)


def test_nginx_may_read_it_as_the_folders_group(tmp_path: Path) -> None:
    """Also where the server's own files are for nobody else, as its unit has it."""
    web = tmp_path / "web"
    web.mkdir()
    web.chmod(0o2750)
    usual = os.umask(0o077)
    try:
        assets.publish(SimpleNamespace(accel_redirect=True, web_folder=web))
        assert os.umask(0o077) == 0o077
    finally:
        os.umask(usual)
    modes = {path.relative_to(web).name: path.stat().st_mode & 0o7777 for path in web.rglob("*")}
    assert (modes["packages"], modes["static"], modes["css"], modes["app.css"]) == (0o2750, 0o2750, 0o2750, 0o640)


def test_nothing_is_laid_out_without_nginx(tmp_path: Path) -> None:
    assets.publish(SimpleNamespace(accel_redirect=False, web_folder=tmp_path))
    assert not list(tmp_path.iterdir())
