"""The shipped model, trained where the set-up has not done it yet, and a small one that takes a moment to train."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from connectassist.features.categorising import examples, shelf, training
from connectassist.features.categorising.commands import categories
from connectassist.features.categorising.examples import Example
from connectassist.features.categorising.model import Model
from connectassist.features.categorising.training import Trained

EVERY = 5


def few() -> list[Example]:
    """Every fifth line of the training: enough to tell categories apart."""
    return examples.read(examples.TRAINING)[::EVERY]


@pytest.fixture(scope="session")
def shipped() -> Model:
    """The model that a fresh clone trains. `train` leaves an up-to-date one alone."""
    made = CliRunner().invoke(categories, ["train"])
    assert made.exit_code == 0, made.output
    found = shelf.shipped()
    assert found is not None
    return found


@pytest.fixture(scope="session")
def small() -> Trained:
    """scikit-learn's own pipelines, trained on few lines."""
    return training.train(few())


@pytest.fixture
def small_file(small: Trained, tmp_path: Path) -> Path:
    """Those as the server reads them."""
    small.write(tmp_path / "small.json", made_from="a test")
    return tmp_path / "small.json"
