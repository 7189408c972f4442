"""Decision: solvers, PDF and sheets are imported in workers only (memory, start-up)."""

from __future__ import annotations

import subprocess
import sys

HEAVY = ("typst", "xlsxwriter", "segno", "ortools", "numpy", "pandas")
SCRIPT = """
import sys
import trainingbase.wsgi
from tests.access.spec import every_route

assert len(list(every_route())) > 50  # every view is imported
print(*sorted(set(sys.modules) & set({heavy!r})))
"""


def test_the_web_process_has_none_of_the_heavy_modules() -> None:
    script = SCRIPT.format(heavy=HEAVY)
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert done.stdout.split() == []
