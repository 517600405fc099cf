"""The copy of the fonts for case PDFs."""

import json
from pathlib import Path

import pytest

from scripts import vendor_fonts


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose npm packages are there."""
    for font in vendor_fonts.wanted(tmp_path / "node_modules"):
        font.parent.mkdir(parents=True, exist_ok=True)
        font.write_text(font.name)
    return tmp_path


def test_each_wanted_font_is_placed_and_stale_ones_go(root):
    folder = root / "static/vendor/fonts"
    folder.mkdir(parents=True)
    (folder / "Old.ttf").touch()
    names = {font.name for font in vendor_fonts.vendor(root)}
    assert names == {font.name for font in vendor_fonts.wanted(root / "node_modules")}
    assert vendor_fonts.vendor(root)  # a second run replaces what is there
    assert (folder / "NotoSansSC_400Regular.ttf").read_text() == "NotoSansSC_400Regular.ttf"


def test_what_npm_lacks_is_named(root):
    (root / "node_modules/@expo-google-fonts/noto-emoji/400Regular/NotoEmoji_400Regular.ttf").unlink()
    with pytest.raises(FileNotFoundError, match=r"run npm ci first; missing: .*NotoEmoji_400Regular\.ttf$"):
        vendor_fonts.vendor(root)


def test_each_package_is_pinned_exactly():
    package = json.loads((Path(vendor_fonts.__file__).parents[1] / "package.json").read_text())
    pins = {name: package["dependencies"].get(f"@expo-google-fonts/{name}", "") for name in vendor_fonts.FONTS}
    assert all(version[:1].isdigit() for version in pins.values()), pins
