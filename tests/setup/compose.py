"""docker-compose.yml as data, with its variables filled in as Compose would."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from ruamel.yaml import YAML

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = re.compile(r"\$\{([A-Z_]+)(?::([?-])([^}]*))?\}")


def compose() -> dict[str, Any]:
    """The file as it stands."""
    loaded: dict[str, Any] = YAML(typ="safe").load((ROOT / "docker-compose.yml").read_text("utf-8"))
    return loaded


def filled(value: str, given: dict[str, str]) -> str:
    """`value` with ${NAME}, ${NAME:-default} and ${NAME:?message} replaced."""

    def replace(match: re.Match[str]) -> str:
        name, kind, rest = match.groups()
        if given.get(name):
            return given[name]
        if kind == "?":
            raise KeyError(name)
        return rest or ""

    return VARIABLE.sub(replace, str(value)).replace("$$", "$")
