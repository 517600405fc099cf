"""Enrollment tokens: made of the package, good once, for its device alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from connectassist.core.db import db
from connectassist.core.errors import InvalidEnrollmentToken
from connectassist.features.packages import tokens
from connectassist.features.packages.models import Package


@pytest.fixture
def package(app: Flask, code: str) -> Package:
    with app.test_request_context():
        yield db.session.query(Package).one()


def test_the_token_stays_the_same(package: Package) -> None:
    assert tokens.token_of(package) == tokens.token_of(package)


def test_it_redeems_once(package: Package) -> None:
    token = tokens.token_of(package)
    assert tokens.redeem(token, device_id=package.device_id) is package
    with pytest.raises(InvalidEnrollmentToken):
        tokens.redeem(token, device_id=package.device_id)


@pytest.mark.parametrize("spoil", [
    lambda token: "", lambda token: "1", lambda token: token[:-1], lambda token: token + "A",
    lambda token: "9999" + token, lambda token: "x" + token, lambda token: "1." * 40,
    lambda token: "9" * 30 + ".x", lambda token: token.swapcase(), lambda token: "é" + token,
    lambda token: "²" + token[1:]])
def test_a_spoilt_token_redeems_nothing(package: Package, spoil: Callable[[str], str]) -> None:
    with pytest.raises(InvalidEnrollmentToken):
        tokens.redeem(spoil(tokens.token_of(package)), device_id=package.device_id)
    assert package.redeemed_at is None


def test_another_device_cannot_use_it(package: Package) -> None:
    with pytest.raises(InvalidEnrollmentToken):
        tokens.redeem(tokens.token_of(package), device_id="SUPP-111111-1720000001")


def test_it_expires_with_its_package(package: Package) -> None:
    package.expires_at = datetime.now(UTC) - timedelta(seconds=1)
    db.session.commit()
    with pytest.raises(InvalidEnrollmentToken):
        tokens.redeem(tokens.token_of(package), device_id=package.device_id)
