"""Claiming hours studied elsewhere: handed in with evidence, completed if returned, taken back."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from committees.models import Person, Place
from committees.services.units import unit_on
from core import files
from core.errors import DomainError
from core.models import StoredFile
from core.registries import FileKind
from core.templatetags.house import hours
from records.measuring import conversion_at
from records.models import HourClaim, HourEntry, HourState
from records.models.claims import claims_in
from records.services.accounts import lock_accounts
from records.services.locks import is_locked, locked_years
from records.services.posting import Posting, post_hours, reverse_hours

SOURCE, FILE_KIND = "claim", "claim"
LONGEST = 31  # days of one claim
MOST_FILES = 5
EVIDENCE = FileKind(
    key=FILE_KIND,
    label=gettext_lazy("Evidence of class hours"),
    accepts=frozenset({files.PDF, files.JPEG, files.PNG}),
    most_bytes=10 << 20,
    shown_to=lambda scope: Q(
        pk__in=StoredFile.objects.filter(claims_in(scope, "hour_claims__")).values("pk")
    ),
)


class WrongClaim(DomainError):
    code = "wrong_claim"


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What a person says of a study elsewhere. `amount` is in quarters of `measure`: 6 of "hour"
    are 1.5 class hours, 4 of "day" are one day."""

    title: str
    host: str
    category: str
    from_on: datetime.date
    to_on: datetime.date
    measure: str
    amount: int


def hand_in(
    *, actor: Any, person: Person, facts: Facts, uploads: Sequence[UploadedFile]
) -> HourClaim:
    """Claim hours for `person`, with at least one file of evidence. They wait for the organiser.

    Raises WrongClaim for a day to come or in a closed year, for more than the days can hold, for
    the same study claimed twice; DomainError for a file that is not taken. Then nothing is kept.
    """
    with transaction.atomic():
        Person.objects.select_for_update(no_key=True).get(pk=person.pk)
        unit = unit_on(person, facts.from_on)
        worth = _checked(facts, unit)
        _not_twice(person, facts, worth, None)
        if not uploads:
            raise WrongClaim(_("Add at least one file as evidence."), field="evidence")
        key = uuid.uuid4()
        entry = _post(actor, person, unit, facts, worth, f"{SOURCE}:{key}:1", str(key))
        claim = HourClaim.objects.create(
            public_id=key, person=person, unit=unit, entry=entry, **_columns(facts, unit, worth)
        )
        claim.files.add(*_kept(actor, uploads))
    return claim


def hand_in_again(
    *,
    actor: Any,
    claim: HourClaim,
    facts: Facts,
    uploads: Sequence[UploadedFile],
    dropped: Sequence[StoredFile] = (),
) -> HourClaim:
    """Complete a returned claim and hand it in once more. Raises as `hand_in`, and WrongClaim when
    it was not returned."""
    with transaction.atomic():
        held = _locked(claim)
        if held.entry.state != HourState.REJECTED:
            raise WrongClaim(_("Only a returned claim can be changed."))
        unit = unit_on(held.person, facts.from_on)
        worth = _checked(facts, unit)
        _not_twice(held.person, facts, worth, held)
        kept = held.files.exclude(pk__in=[file.pk for file in dropped]).count()
        if not kept + len(uploads):
            raise WrongClaim(_("Add at least one file as evidence."), field="evidence")
        if kept + len(uploads) > MOST_FILES:
            raise WrongClaim(
                _("At most %(most)s files. Take one out first.") % {"most": MOST_FILES},
                field="evidence",
            )
        version = held.version + 1
        entry = _post(
            actor,
            held.person,
            unit,
            facts,
            worth,
            f"{SOURCE}:{held.public_id}:{version}",
            str(held.public_id),
        )
        columns = _columns(facts, unit, worth) | {"unit": unit, "entry": entry, "version": version}
        for name, value in columns.items():
            setattr(held, name, value)
        held.handed_in_at = timezone.now()
        held.save(update_fields=[*columns, "handed_in_at"])
        held.files.remove(*dropped)
        held.files.add(*_kept(actor, uploads))
    return held


def take_back(*, actor: Any, claim: HourClaim) -> HourClaim:
    """Withdraw a claim that nobody has decided yet. Raises WrongClaim when somebody has."""
    with transaction.atomic():
        held = _locked(claim)
        if held.entry.state != HourState.PENDING:
            raise WrongClaim(_("It has been decided or taken back meanwhile."))
        reverse_hours(actor=actor, entry=held.entry, reason=_("Taken back by the claimant"))
    return held


def _locked(claim: HourClaim) -> HourClaim:
    """The claim under lock, and its ledger too: nobody decides on it until this is over."""
    lock_accounts([claim.entry.account_id])
    HourClaim.objects.select_for_update(no_key=True).get(pk=claim.pk)
    rows = HourClaim.objects.select_related("person", "entry__decision", "entry__reversal")
    return rows.get(pk=claim.pk)


def _checked(facts: Facts, unit: Place | None) -> int:
    """Quarters the claim is worth, after every rule that needs no other claim."""
    today = timezone.localdate()
    if facts.to_on > today:
        raise WrongClaim(_("This day has not come yet."), field="to_on")
    if facts.to_on < facts.from_on:
        raise WrongClaim(_("The last day lies before the first."), field="to_on")
    if facts.from_on.year != facts.to_on.year:
        raise WrongClaim(
            _("A study across two years is claimed once for each year."), field="to_on"
        )
    days = (facts.to_on - facts.from_on).days + 1
    if days > LONGEST:
        raise WrongClaim(
            _("One claim covers at most %(days)s days.") % {"days": LONGEST}, field="to_on"
        )
    if is_locked(locked_years([unit], [facts.from_on.year]), unit, facts.from_on.year):
        raise WrongClaim(
            _("The year %(year)s is closed. Ask your organiser for a correction.")
            % {"year": facts.from_on.year},
            field="from_on",
        )
    return _worth(facts, unit, days)


def _worth(facts: Facts, unit: Place | None, days: int) -> int:
    exact, rest = divmod(facts.amount * quarters_of(facts.measure, unit, facts.from_on), 4)
    if exact <= 0 or rest:
        raise WrongClaim(_("Hours are counted in quarters: 0.25, 0.5, 1 …"), field="amount")
    most = days * quarters_of(HourClaim.Measure.DAY, unit, facts.from_on)
    if exact > most:
        raise WrongClaim(
            _("%(days)s days hold at most %(hours)s class hours here.")
            % {"days": days, "hours": hours(most)},
            field="amount",
        )
    return exact


def quarters_of(measure: str, unit: Place | None, day: datetime.date) -> int:
    """Quarters of a class hour in one of `measure`, by the rule of the unit's district."""
    if measure == HourClaim.Measure.HOUR:
        return 4
    conversion = conversion_at(unit, day)
    whole = measure == HourClaim.Measure.DAY
    return conversion.full_day if whole else conversion.half_day


def _not_twice(person: Person, facts: Facts, worth: int, own: HourClaim | None) -> None:
    same = HourClaim.objects.filter(
        person=person, from_on=facts.from_on, title=facts.title.strip(), quarters=worth
    ).select_related("entry__decision", "entry__reversal")
    standing = (HourState.PENDING, HourState.VERIFIED)
    if any(claim != own and claim.entry.state in standing for claim in same):
        raise WrongClaim(_("You have claimed this already."), field="title")


def _columns(facts: Facts, unit: Place | None, worth: int) -> dict[str, Any]:
    return {
        "title": facts.title.strip(),
        "host": facts.host.strip(),
        "category": facts.category,
        "from_on": facts.from_on,
        "to_on": facts.to_on,
        "measure": facts.measure,
        "quarters": worth,
        "per_measure": quarters_of(facts.measure, unit, facts.from_on),
    }


def _post(
    actor: Any,
    person: Person,
    unit: Place | None,
    facts: Facts,
    worth: int,
    key: str,
    ref: str,
) -> HourEntry:
    posting = Posting(
        person=person,
        unit=unit,
        session_on=facts.from_on,
        category=facts.category,
        quarters=worth,
        title_zh=facts.title.strip(),
        source=SOURCE,
        source_ref=ref,
        evidence=facts.host.strip(),
        key=key,
    )
    return post_hours(actor=actor, posting=posting, verified=False)


def _kept(actor: Any, uploads: Sequence[UploadedFile]) -> list[StoredFile]:
    if len(uploads) > MOST_FILES:
        raise WrongClaim(_("At most %(most)s files.") % {"most": MOST_FILES}, field="evidence")
    kept = []
    for upload in uploads:
        try:
            kept.append(files.receive(actor=actor, kind=FILE_KIND, upload=upload))
        except DomainError as exc:
            raise WrongClaim(
                _("%(file)s: %(problem)s")
                % {"file": files.clean_name(upload.name or ""), "problem": exc.message},
                field="evidence",
            ) from exc
    return kept
