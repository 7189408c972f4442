"""The explanation of a year in sentences: for pages, files and whoever asks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from core.templatetags.house import hours
from records.explaining import CategoryLine, Line, Why, factor
from records.models import HourCategory, HourDecision, HourEntry
from records.reading.person import EntryLine, PersonYear

WIDTH = 1000  # of the bar, in units of its drawing


def why_line(line: Line, entry: HourEntry) -> str:
    """Why a line counts as it does; empty where it simply counts or waits."""
    if line.why in (Why.ONLINE_CAP, Why.UNIT_CAP):
        words = {"counted": hours(line.counted), "worth": hours(line.worth), "why": line.why.label}
        return _("%(counted)s of %(worth)s count; the rest is %(why)s") % words
    if line.why == Why.REJECTED:
        decision: HourDecision | None = getattr(entry, "decision", None)
        return _("Returned: %(reason)s") % {"reason": decision.reason if decision else ""}
    if line.why == Why.REVERSED:
        reversal: HourEntry | None = getattr(entry, "reversal", None)
        reason = entry.reason or (reversal.reason if reversal else "")
        # A reason that the portal gave itself is in the catalogue; people's own stay as written.
        return _("Taken back: %(reason)s") % {"reason": _(reason)} if reason else ""
    if line.why == Why.FACTOR:
        return str(line.why.label)
    if line.counted and line.worth != line.fact.quarters:
        return _("worth %(worth)s, as lectures count") % {"worth": hours(line.worth)}
    return ""


@dataclass(frozen=True, slots=True)
class SaidEntry:
    """An entry of the page with the sentence that explains it."""

    one: EntryLine
    says: str


def entries(shown: PersonYear) -> list[SaidEntry]:
    return [SaidEntry(one, why_line(one.line, one.entry)) for one in shown.entries]


@dataclass(frozen=True, slots=True)
class SaidCategory:
    """A category of the page: its name, its figures, and what limits it."""

    label: str | Promise
    row: CategoryLine
    says: str


def categories(shown: PersonYear) -> list[SaidCategory]:
    return [
        SaidCategory(HourCategory(row.category).label, row, _limits(row, shown))
        for row in shown.told.categories
    ]


def _limits(row: CategoryLine, shown: PersonYear) -> str:
    said = []
    times = factor(shown.rules, row.category)
    if times == 0:
        said.append(str(Why.FACTOR.label))
    elif times > 1:
        said.append(_("counted %(times)d times") % {"times": times})
    elif row.cap is not None:
        most = {"cap": hours(row.cap), "target": hours(shown.told.target)}
        said.append(_("at most %(cap)s of the target of %(target)s count") % most)
    if times and row.uncounted:
        said.append(_("%(hours)s beyond it") % {"hours": hours(row.uncounted)})
    if row.pending:
        said.append(_("%(hours)s wait to be verified") % {"hours": hours(row.pending)})
    return _("; ").join(said)


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the bar."""

    key: str
    label: str
    quarters: int
    start: str
    width: str


def parts(shown: PersonYear) -> Sequence[Part]:
    """The year as a bar: what counts, what is planned, what waits; the bar is the target."""
    told = shown.told
    planned = max(shown.forecast.total - told.total, 0)
    found = [
        ("counted", _("Counts"), told.total),
        ("planned", _("Planned"), planned),
        ("pending", _("Waiting to be verified"), told.pending),
    ]
    whole = max(told.target, sum(quarters for _key, _label, quarters in found))
    if not whole or not told.target:
        return []
    made, start = [], 0
    for key, label, quarters in found:
        if quarters:
            at, width = start * WIDTH / whole, quarters * WIDTH / whole
            made.append(Part(key, label, quarters, f"{at:.1f}", f"{width:.1f}"))
            start += quarters
    return made
