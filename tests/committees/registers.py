"""Small registers for tests, as files."""

from __future__ import annotations

import gzip
from collections.abc import Iterable
from pathlib import Path

HEADER = "code,name,level,parent_code,class_code"
BEFORE = (
    "310000000000,上海市,province,,",
    "310100000000,市辖区,city,310000000000,",
    "310105000000,长宁区,district,310100000000,",
    "310105001000,华阳路街道,street,310105000000,111",
    "310105001001,华阳路一居委会,community,310105001000,111",
    "310105001002,华阳路二居委会,community,310105001000,111",
    "310105102000,新泾镇,street,310105000000,",
    "310105102201,新泾村委会,community,310105102000,",
    "310105102401,新泾园区,community,310105102000,",
)
# A later edition: 二 is renamed, 三 is new, the village is gone.
AFTER = (
    *BEFORE[:5],
    "310105001002,华阳路第二居委会,community,310105001000,111",
    "310105001003,华阳路三居委会,community,310105001000,111",
    BEFORE[6],
    BEFORE[8],
)


def write(folder: Path, lines: Iterable[str], name: str = "register_2020.csv") -> Path:
    """A register file of these lines below the usual header; `.gz` names are zipped."""
    text = "\n".join([HEADER, *lines]) + "\n"
    path = folder / name
    data = text.encode()
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    return path
