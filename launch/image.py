"""What the Dockerfile runs after the packages are there: vendor files, catalogues, static files.

`python -m launch.image FOLDER`, where FOLDER is the node_modules of the front-end stage.
"""

import os
import secrets
import sys
from pathlib import Path

from launch.install import VENDOR, compile_catalogues, copy_vendor_files
from launch.steps import PYTHON, command


def main(modules: Path) -> None:
    copy_vendor_files(modules, VENDOR)
    compile_catalogues()
    # The settings refuse to load without keys; these are of this build step only and kept nowhere.
    names = ("SECRET_KEY", "FIELD_KEYS", "AUDIT_KEY")
    keys = {name: secrets.token_urlsafe(48) for name in names} | {"ALLOWED_HOSTS": "localhost"}
    collect: list[str | Path] = [PYTHON, "manage.py", "collectstatic", "--no-input"]
    command(collect, "The static files failed", os.environ | keys)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
