"""The third-party files that are served are those of the lock file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from launch.install import VENDOR, VENDOR_FILES, copy_vendor_files, icon_names, icon_sprite
from launch.steps import Trouble

ROOT = Path(__file__).resolve().parents[2]
LOCK = json.loads((ROOT / "package-lock.json").read_text("utf-8"))


def test_served_versions_are_those_of_the_lock() -> None:
    if not VENDOR.is_dir():
        pytest.skip("the front-end files are not here; `dev.py run` or `dev.py test` fetches them")

    served = json.loads((VENDOR / "versions.json").read_text("utf-8"))

    assert served == {
        name: LOCK["packages"][f"node_modules/{name}"]["version"] for name in VENDOR_FILES
    }


def test_lock_file_names_no_host() -> None:
    text = (ROOT / "package-lock.json").read_text("utf-8")

    assert '"resolved"' not in text
    assert re.findall(r"https?://(?!opencollective\.com|github\.com)[^\"]+", text) == []


def draw_icons(folder: Path, names: list[str]) -> None:
    folder.mkdir(parents=True)
    for name in names:
        drawing = f'<svg width="16" viewBox="0 0 16 16">\n  <path d="M{name}"/>\n</svg>\n'
        (folder / f"{name}.svg").write_text(drawing)


def test_the_icons_in_use_become_one_drawing(tmp_path: Path) -> None:
    draw_icons(tmp_path / "icons", icon_names())

    sprite = icon_sprite(tmp_path / "icons")

    assert re.findall(r'<symbol id="([\w-]+)"', sprite) == icon_names()
    assert '<symbol id="bell" viewBox="0 0 16 16"><path d="Mbell"/></symbol>' in sprite


def test_an_icon_that_does_not_exist_is_named(tmp_path: Path) -> None:
    draw_icons(tmp_path / "icons", [name for name in icon_names() if name != "bell"])

    with pytest.raises(Trouble, match="'bell'"):
        icon_sprite(tmp_path / "icons")


def test_copied_files_name_no_map_and_keep_their_licence(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    for package, files in VENDOR_FILES.items():
        for source in [name for name, _ in files] + ["LICENSE"]:
            (modules / package / source).parent.mkdir(parents=True, exist_ok=True)
            text = f"a {{}}\n/*# sourceMappingURL={source}.map */\n//# sourceMappingURL=x.map"
            (modules / package / source).write_text(text)
        (modules / package / "package.json").write_text('{"version": "1.2.3"}')
    draw_icons(modules / "bootstrap-icons" / "icons", icon_names())

    copy_vendor_files(modules, tmp_path / "vendor")

    copied = {file for file in (tmp_path / "vendor").rglob("*") if file.is_file()}
    assert len(copied) == sum(len(files) + 1 for files in VENDOR_FILES.values()) + 2
    assert not any("sourceMappingURL" in file.read_text() for file in copied)
    assert (tmp_path / "vendor" / "htmx" / "LICENSE.txt").is_file()
