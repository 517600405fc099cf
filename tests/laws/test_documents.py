"""Law 5: what docs/ says is what the code says."""

from __future__ import annotations

import ast
import re
from dataclasses import fields
from pathlib import Path

import pytest
from click.testing import CliRunner

from connectassist import documents
from connectassist.cli import cli
from connectassist.core.settings import Settings
from tests.laws.source import ROOT, SERVER, dotted, python_files, tree_of

DOCS = ROOT / "docs"


@pytest.mark.parametrize("name", ["settings.md", "errors.md", "events.md"])
def test_a_page_says_what_the_code_says(name: str) -> None:
    assert (DOCS / name).read_text() == documents.pages()[name], f"run `make docs`: docs/{name} is out of date"


def test_no_page_names_the_folder_that_it_was_made_in() -> None:
    assert not [name for name, text in documents.pages().items() if str(ROOT) in text]


def test_every_setting_is_explained() -> None:
    for field in fields(Settings):
        assert field.metadata.get("doc", "").endswith("."), field.name


def test_codes_of_errors_mean_one_thing() -> None:
    codes = [error.code for error in documents.all_errors()]
    assert len(codes) == len(set(codes))
    assert all(code.isupper() for code in codes)


def test_the_pages_are_written_by_a_command(tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["docs", "--folder", str(tmp_path)])
    assert result.exit_code == 0, result.output
    assert sorted(path.name for path in tmp_path.iterdir()) == ["errors.md", "events.md", "settings.md"]


def test_links_in_the_docs_lead_somewhere() -> None:
    for page in DOCS.rglob("*.md"):
        for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text()):
            assert (page.parent / target).exists(), f"{page.name} links to {target}"


def test_decisions_are_numbered_and_listed() -> None:
    records = sorted((DOCS / "decisions").glob("0*.md"))
    listed = re.findall(r"\[(\d{4})\]\(([^)]+)\)", (DOCS / "decisions" / "README.md").read_text())
    assert listed == [(f"{number:04}", record.name) for number, record in enumerate(records, 1)]
    for number, name in listed:
        assert (DOCS / "decisions" / name).read_text().startswith(f"# {number} "), name


def test_every_setting_does_something() -> None:
    nodes = [node for path in [*python_files(SERVER), ROOT / "app.py", ROOT / "wsgi.py"]
             for node in ast.walk(tree_of(path))]
    used = {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    kept = {node.args[1].value for node in nodes if isinstance(node, ast.Call) and dotted(node.func) == "Rule"
            and isinstance(node.args[1], ast.Constant)}  # by name, so that a dry run can say which setting it is
    assert not {field.name for field in fields(Settings)} - used - kept
