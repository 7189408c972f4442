"""Changing a rule and checking its source. The past is never rewritten: a change closes the value
that stands and begins a new one, and what was decided before keeps what it was decided by."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from committees.models import Place, PolicyCheck, PolicyValue
from committees.permissions import can_set_policy
from committees.policies import PolicyKey
from committees.policy_effects import preview
from core import audit
from core.errors import DomainError
from core.registries import policy_changing, policy_keys
from core.scope import scope_of

ONE_DAY = datetime.timedelta(days=1)


class PolicyRefused(DomainError):
    """A change of a rule that cannot be."""

    code = "policy_refused"


class PreviewChanged(PolicyRefused):
    """What was shown before confirming is no longer so."""

    code = "preview_changed"


@dataclass(frozen=True)
class Draft:
    """A change as it is written down: the value in the form the rule's type keeps."""

    value: Any
    from_on: datetime.date
    source_zh: str
    source_en: str = ""
    grade: str = "D"
    to_on: datetime.date | None = None
    source_ends_on: datetime.date | None = None
    reason: str = ""
    checked: bool = False


def require_may(actor: Any, district: Place | None) -> None:
    """Raises PolicyRefused unless `actor` sets rules there."""
    if not can_set_policy(actor, district):
        raise PolicyRefused(_("The rules here are set by the district department."))


def require_sound(key: str, district: Place | None, draft: Draft, today: datetime.date) -> None:
    """Raises a DomainError, with the field, for dates that cannot be and a missing source."""
    registered: PolicyKey = policy_keys.get(key)
    registered.kind.parse(registered.kind.typed(draft.value))
    if draft.to_on is not None and draft.to_on < draft.from_on:
        raise PolicyRefused(
            _("The last day lies before the first day. Leave it empty or choose a later one."),
            field="to_on",
        )
    if draft.from_on < today.replace(month=1, day=1):
        raise PolicyRefused(
            _("A change begins on %(day)s at the earliest: past years keep their rules.")
            % {"day": f"{today.year}-01-01"},
            field="from_on",
        )
    if draft.from_on < today and not draft.reason.strip():
        raise PolicyRefused(
            _("The change begins in the past. Give the reason, so that others can follow it."),
            field="reason",
        )
    if not draft.source_zh.strip():
        raise PolicyRefused(_("Name the source: document, number, clause."), field="source_zh")
    policy_changing.emit(district=district, from_on=draft.from_on)


def change_policy(
    *, actor: Any, key: str, district: Place | None, draft: Draft, digest: str
) -> PolicyValue:
    """Begin a new value on `draft.from_on`; the one that stands there ends the day before.

    Raises WrongValue or PolicyRefused with the field; PreviewChanged when gains and losses are no
    longer those that `digest` stands for.
    """
    require_may(actor, district)
    today = timezone.localdate()
    require_sound(key, district, draft, today)
    try:
        with transaction.atomic():
            before = _make_room(key, district, draft)
            seen = preview(key, district, draft.value, draft.from_on)
            if seen.digest != digest:
                raise PreviewChanged(
                    _("Meanwhile something has changed. Please look at the gains and losses again.")
                )
            row = _begin(actor, key, district, draft, seen.digest, today)
            if before is not None:
                _interrupt(before, draft)
            row.save(force_insert=True)  # new row
            audit.record(
                actor=actor,
                action="policy.change",
                obj=row,
                before={"value": seen.change.before},
                after={
                    "value": row.value,
                    "from": row.from_on,
                    "until": row.to_on,
                    "gains": seen.effect.gains if seen.effect else None,
                    "losses": seen.effect.loses if seen.effect else None,
                    "preview": seen.digest,
                },
                reason=draft.reason,
                unit_id=district.pk if district else None,
            )
    except IntegrityError as clash:
        raise PreviewChanged(
            _("Meanwhile somebody else has changed this rule. Please look at it again.")
        ) from clash
    return row


def _make_room(key: str, district: Place | None, draft: Draft) -> PolicyValue | None:
    """The value to be closed, locked; refuses when one begins in the span of the new one."""
    rows = PolicyValue.objects.select_for_update(of=("self",)).filter(key=key, district=district)
    later = rows.filter(from_on__gte=draft.from_on).order_by("from_on")
    if draft.to_on is not None:
        later = later.filter(from_on__lte=draft.to_on)
    if (clash := later.first()) is not None:
        raise PolicyRefused(
            _("Another value begins on %(day)s already. Withdraw it first, or end before it.")
            % {"day": clash.from_on.isoformat()},
            field="from_on" if clash.from_on == draft.from_on else "to_on",
        )
    stands = rows.filter(from_on__lt=draft.from_on).filter(
        Q(to_on=None) | Q(to_on__gte=draft.from_on)
    )
    return stands.first()


def _interrupt(before: PolicyValue, draft: Draft) -> None:
    """End `before` the day before; where the new value has a last day, it goes on after that."""
    until = before.to_on
    before.to_on = draft.from_on - ONE_DAY
    before.save(update_fields=["to_on"])
    if draft.to_on is not None and (until is None or until > draft.to_on):
        before.pk, before.from_on, before.to_on = None, draft.to_on + ONE_DAY, until
        before.created_at = timezone.now()
        before.save(force_insert=True)  # new row


def _begin(
    actor: Any,
    key: str,
    district: Place | None,
    draft: Draft,
    digest: str,
    today: datetime.date,
) -> PolicyValue:
    return PolicyValue(
        key=key,
        district=district,
        value=draft.value,
        from_on=draft.from_on,
        to_on=draft.to_on,
        source_zh=draft.source_zh.strip(),
        source_en=draft.source_en.strip(),
        grade=draft.grade,
        source_ends_on=draft.source_ends_on,
        reason=draft.reason.strip(),
        checked_by=scope_of(actor).label[:80] if draft.checked else "",
        checked_on=today if draft.checked else None,
        preview_digest=digest,
    )


def withdraw_policy(*, actor: Any, row: PolicyValue, reason: str = "") -> None:
    """Take back a value that has not begun; the one before it, if it was closed for it, goes on as
    a new row with the same source. Raises PolicyRefused once it is in force."""
    require_may(actor, row.district)
    with transaction.atomic():
        locked = PolicyValue.objects.select_for_update(of=("self",)).get(pk=row.pk)
        if locked.from_on <= timezone.localdate():
            raise PolicyRefused(_("This value is in force. Change it by a new one."))
        audit.record(
            actor=actor,
            action="policy.withdraw",
            obj=locked,
            before={"value": locked.value, "from": locked.from_on},
            reason=reason,
            unit_id=locked.district_id,
        )
        begun, until = locked.from_on, locked.to_on
        earlier = PolicyValue.objects.filter(
            key=locked.key, district=locked.district_id, to_on=begun - ONE_DAY
        ).first()
        locked.delete()
        if earlier is not None:
            earlier.pk, earlier.from_on, earlier.to_on = None, begun, until
            earlier.created_at = timezone.now()
            earlier.save(force_insert=True)  # new row


def check_source(
    *,
    actor: Any,
    key: str,
    district: Place | None,
    value_id: int | None,
    edition: str,
    note: str = "",
    source_ends_on: datetime.date | None = None,
) -> PolicyCheck:
    """Note that the source was compared with its text today, in which edition, by whom."""
    require_may(actor, district)
    policy_keys.get(key)
    today = timezone.localdate()
    if not edition.strip():
        raise PolicyRefused(
            _("Write which document and edition you have compared."), field="edition"
        )
    if source_ends_on is not None and source_ends_on < today:
        raise PolicyRefused(
            _("A source that has ended cannot be confirmed. Change the rule to its successor."),
            field="source_ends_on",
        )
    with transaction.atomic():
        row = PolicyCheck.objects.create(
            key=key,
            district=district,
            value_id=value_id,
            checked_by=scope_of(actor).label[:80] or "system",
            checked_on=today,
            edition=edition.strip(),
            note=note.strip(),
            source_ends_on=source_ends_on,
        )
        audit.record(
            actor=actor,
            action="policy.check",
            obj=row,
            after={"edition": row.edition, "until": row.source_ends_on},
            unit_id=district.pk if district else None,
        )
    return row
