"""A chart as data: what it shows, in which unit, from where; drawn by static/js/chart.js.

Each chart has a table twin made of the same rows, so that nothing is told by a picture alone. At
most six series: the palette tells six apart for every kind of colour vision; group the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

Value = int | float | None
MOST_SERIES = 6


@dataclass(frozen=True, slots=True)
class Series:
    """One line of figures, as many as the chart has categories; None is a gap."""

    name: str
    values: Sequence[Value]
    kind: str = ""  # "line" or "bar" when it differs from the chart's kind
    target: bool = False  # drawn as a thin dashed line to compare with


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the table twin."""

    label: str
    values: tuple[Value, ...]
    url: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure of a page. `title` says the finding; `key` is unique on the page (a-z, 0-9, -).

    `kind`: "bar" (standing), "row" (lying, for names), "line" or "stack" (lying, summed up).
    """

    key: str
    title: str
    categories: Sequence[str]
    series: Sequence[Series]
    kind: str = "bar"
    category: str = ""
    unit: str = ""
    source: str = ""
    urls: Sequence[str] = ()
    table_open: bool = False

    def __post_init__(self) -> None:
        if len(self.series) > MOST_SERIES:
            raise ValueError(f"a chart shows at most {MOST_SERIES} series")
        for series in self.series:
            if len(series.values) != len(self.categories):
                raise ValueError(f"{series.name!r} has another length than the categories")

    @property
    def data_id(self) -> str:
        return f"{self.key}-data"

    @property
    def rows(self) -> list[Row]:
        urls = self.urls or [""] * len(self.categories)
        return [
            Row(label, tuple(series.values[at] for series in self.series), urls[at])
            for at, label in enumerate(self.categories)
        ]

    @property
    def payload(self) -> dict[str, Any]:
        """What the script reads: plain values only."""
        return {
            "kind": self.kind,
            "unit": self.unit,
            "categories": [str(label) for label in self.categories],
            "urls": list(self.urls),
            "series": [
                {
                    "name": str(series.name),
                    "values": list(series.values),
                    "kind": series.kind,
                    "target": series.target,
                }
                for series in self.series
            ],
        }
