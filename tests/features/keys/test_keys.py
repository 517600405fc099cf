"""Changes of keys that are cut off, that go by the environment, and what they mean for packages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from connectassist.core import clock, key_files
from connectassist.core.db import db
from connectassist.core.settings import BadSetting, Settings, load
from connectassist.core.vault import Vault
from connectassist.features.packages.models import Package
from connectassist.features.packages.tokens import token_of
from connectassist.features.support_codes.models import SupportCode
from tests.cast import SECRET_KEY, Caller
from tests.features.keys.instances import of_file, password_of, signer
from tests.features.keys.killed import cut_off
from tests.live.operator import Operator


def test_a_second_change_keeps_the_signing_key_too(site: Settings) -> None:
    first = signer(Vault(SECRET_KEY))
    for _ in range(2):
        Operator(site, secret_key="").runs("rotate-keys", "--yes")
        assert signer(key_files.vault_of(of_file(site))) == first
    said = Operator(site, secret_key="").runs("rotate-keys", "--yes", "--signing-key")
    assert "until they are installed anew" in said
    vault = key_files.vault_of(of_file(site))
    assert signer(vault) != first and password_of(site, vault) == "pässword"


@pytest.mark.parametrize("step", [1, 3, 4], ids=["one key written", "before the commit", "after the commit"])
def test_a_change_that_is_killed_leaves_all_readable_and_is_finished_by_the_next(site: Settings, step: int) -> None:
    cut_off(site, step)
    before, between = signer(Vault(SECRET_KEY)), key_files.vault_of(of_file(site))
    assert password_of(site, between) == "pässword" and signer(between) == before
    said = Operator(site, secret_key="").runs("rotate-keys", "--yes")
    assert "A change that was cut off is finished" in said
    vault = key_files.vault_of(of_file(site))
    assert password_of(site, vault) == "pässword" and signer(vault) == before
    assert of_file(site).secret_key != SECRET_KEY
    assert sorted(path.name for path in site.instance.glob("s*_key*")) == ["secret_key", "signing_key"]


def test_a_key_of_the_environment_is_changed_there(site: Settings, tmp_path: Path) -> None:
    operator, file = Operator(site), tmp_path / "new"
    assert "--new-key-file" in operator.is_refused("rotate-keys", "--yes")
    for bad in ("short", SECRET_KEY):
        file.write_text(bad)
        operator.is_refused("rotate-keys", "--yes", "--new-key-file", file)
    file.write_text("a new secret key of the tests, as long as it must be\n")
    assert "Now set CONNECTASSIST_SECRET_KEY" in operator.runs("rotate-keys", "--yes", "--new-key-file", file)
    with pytest.raises(BadSetting, match="SECRET_KEY is not the key"):
        key_files.vault_of(site)
    assert "SECRET_KEY is not the key" in operator.is_refused("rotate-keys", "--dry-run", "--new-key-file", file)
    new = load({"CONNECTASSIST_INSTANCE": str(site.instance), "CONNECTASSIST_DOWNLOADS": str(site.downloads),
                "CONNECTASSIST_SECRET_KEY": file.read_text().strip()})
    assert password_of(site, key_files.vault_of(new)) == "pässword"


def test_packages_from_before_are_told_so_and_can_be_had_again(site: Settings, app: Flask, technician_a: Caller,
                                                               make_app: Callable[..., Flask]) -> None:
    assert technician_a.post("/api/support-code/generate", json={"customer_name": "Cora"}).json["success"]
    with app.test_request_context():
        row = db.session.query(SupportCode).order_by(SupportCode.id.desc()).first()
        assert row is not None
        package = Package(support_code_id=row.id, client_id=row.client_id, device_id="SUPP-333333-1720000003",
                          platform="linux", payload_sha256="0" * 64, server_url="http://127.0.0.1",
                          created_at=clock.now(), expires_at=row.expires_at)
        db.session.add(package)
        db.session.commit()
        old, number = token_of(package), package.id
        db.session.remove()
        db.engine.dispose()
    Operator(site, secret_key="").runs("rotate-keys", "--yes")
    now = make_app(instance=site.instance, database_url=site.database_url, secret_key=of_file(site).secret_key)
    with now.test_request_context():
        new = token_of(db.session.get(Package, number))
    enroll = {"deviceId": "SUPP-333333-1720000003", "hostname": "h"}
    refused = now.test_client().post("/api/enrollment/enroll", json=enroll | {"token": old})
    assert refused.status_code in (400, 401, 403) and refused.json["error_code"] == "INVALID_ENROLLMENT_TOKEN"
    taken = now.test_client().post("/api/enrollment/enroll", json=enroll | {"token": new})
    assert taken.status_code == 200 and taken.json["deviceSecret"]
