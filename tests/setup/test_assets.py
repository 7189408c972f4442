"""The third-party files that are served are those of the lock file."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from launch.install import VENDOR, VENDOR_FILES, copy_vendor_files

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


def test_copied_files_name_no_map_and_keep_their_licence(tmp_path: Path) -> None:
    modules = tmp_path / "node_modules"
    for package, files in VENDOR_FILES.items():
        for source in [name for name, _ in files] + ["LICENSE"]:
            (modules / package / source).parent.mkdir(parents=True, exist_ok=True)
            text = f"a {{}}\n/*# sourceMappingURL={source}.map */\n//# sourceMappingURL=x.map"
            (modules / package / source).write_text(text)
        (modules / package / "package.json").write_text('{"version": "1.2.3"}')

    copy_vendor_files(modules, tmp_path / "vendor")

    copied = {file for file in (tmp_path / "vendor").rglob("*") if file.is_file()}
    assert len(copied) == sum(len(files) + 1 for files in VENDOR_FILES.values()) + 1
    assert not any("sourceMappingURL" in file.read_text() for file in copied)
    assert (tmp_path / "vendor" / "htmx" / "LICENSE.txt").is_file()
