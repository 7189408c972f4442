"""Certificates: a number for each, in one line without gaps; revoked and issued anew, never edited.

Numbers come from the row of a series that the issuing transaction has locked: when it fails, the
row goes back with it. The same key again gives the certificate that stands.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from committees.models import TrainingBase
from core import audit
from notices import services as notices
from records.certificates.content import Award, digest, freeze, number_of
from records.certificates.errors import AlreadyRevoked, NotCertified, NotReplaceable, NotYours
from records.certificates.permissions import can_issue, can_revoke
from records.models import Certificate, CertificateRevocation, CertificateSeries, HourAccount
from records.services.accounts import accounts_for


def issue_certificate(
    *, actor: Any, base: TrainingBase, award: Award, at: datetime.datetime | None = None
) -> Certificate:
    """The certificate of one award; see `issue_certificates`."""
    return issue_certificates(actor=actor, base=base, awards=[award], at=at)[0]


def issue_certificates(
    *,
    actor: Any,
    base: TrainingBase,
    awards: Sequence[Award],
    at: datetime.datetime | None = None,
) -> list[Certificate]:
    """A certificate for each award, in their order. Asked again it issues none anew.

    Raises NotYours for somebody who does not administer the base, NotCertified.
    """
    _require_issuer(actor, base)
    for award in awards:
        _require_sense(award)
    now = at or timezone.now()
    try:
        known, new = _issue(actor, base, awards, now)
    except IntegrityError:
        # The same awards were issued in between in the series of another year: they stand now.
        known, new = _issue(actor, base, awards, now)
    return [known.get(award.key) or new[award.key] for award in awards]


Certificates = dict[str, Certificate]


def _issue(
    actor: Any,
    base: TrainingBase,
    awards: Sequence[Award],
    now: datetime.datetime,
    replaces: CertificateRevocation | None = None,
) -> tuple[Certificates, Certificates]:
    """By key: those that stood, and those that are new."""
    with transaction.atomic():
        accounts = accounts_for([award.person for award in awards])
        series = _locked_series(base, timezone.localdate(now).year)
        keys = [award.key for award in awards]
        known = {row.key: row for row in Certificate.objects.filter(key__in=keys)}
        fresh = [award for award in awards if award.key not in known]
        rows = [
            _certificate(award, accounts[award.person.pk], series, serial, now)
            for serial, award in enumerate(fresh, start=series.last + 1)
        ]
        for row in rows:
            row.issued_by, row.replaces = _user(actor), replaces
        if rows:
            CertificateSeries.objects.filter(pk=series.pk).update(last=F("last") + len(rows))
            Certificate.objects.bulk_create(rows)
            _say_issued(actor, fresh, rows)
    return known, {row.key: row for row in rows}


def _locked_series(base: TrainingBase, year: int) -> CertificateSeries:
    """The counter of base and year, for this transaction alone. Locked late and held shortly."""
    CertificateSeries.objects.bulk_create(
        [CertificateSeries(base=base, year=year)], ignore_conflicts=True
    )
    row = CertificateSeries.objects.select_for_update(no_key=True).get(base=base, year=year)
    row.base = base
    return row


def _certificate(
    award: Award,
    account: HourAccount,
    series: CertificateSeries,
    serial: int,
    now: datetime.datetime,
) -> Certificate:
    number = number_of(series.base.code, series.year, serial)
    content = freeze(
        award, number=number, issuer=series.base.name_zh, issued_on=timezone.localdate(now)
    )
    return Certificate(
        account=account,
        unit=award.unit,
        series=series,
        serial=serial,
        number=number,
        source=award.source,
        group=award.group,
        key=award.key,
        content=content,
        digest=digest(content),
        issued_at=now,
    )


def revoke_certificate(
    *, actor: Any, certificate: Certificate, reason: str, at: datetime.datetime | None = None
) -> CertificateRevocation:
    """From now on the certificate does not count; it stays on record with the reason.

    Raises NotYours, NotCertified without a reason, AlreadyRevoked.
    """
    if actor is not None and not can_revoke(actor, certificate):
        raise NotYours(_("A certificate is revoked by the district department."))
    if not reason.strip():
        raise NotCertified(_("Say why the certificate is revoked."), field="reason")
    try:
        with transaction.atomic():
            row = CertificateRevocation.objects.create(
                certificate=certificate,
                reason=reason.strip()[:200],
                revoked_at=at or timezone.now(),
                revoked_by=_user(actor),
            )
            audit.record(
                actor=actor,
                action="certificate.revoke",
                obj=certificate,
                unit_id=certificate.unit_id,
                before={"state": "issued"},
                after={"state": "revoked"},
                reason=row.reason,
            )
    except IntegrityError as clash:
        raise AlreadyRevoked(_("This certificate has been revoked already.")) from clash
    return row


def reissue_certificate(
    *,
    actor: Any,
    certificate: Certificate,
    award: Award,
    at: datetime.datetime | None = None,
) -> Certificate:
    """A new certificate, with a number of its own, in place of a revoked one. `award` holds the
    facts as they stand now; asked again it gives the same new certificate.

    Raises NotYours, NotReplaceable while the old one stands, NotCertified.
    """
    base = certificate.series.base
    _require_issuer(actor, base)
    _require_sense(award)
    revocation = CertificateRevocation.objects.filter(certificate=certificate).first()
    if revocation is None:
        raise NotReplaceable(_("Only a revoked certificate is replaced by a new one."))
    award = dataclasses.replace(
        award, key=next_key(certificate.key), source=certificate.source, group=certificate.group
    )
    known, new = _issue(actor, base, [award], at or timezone.now(), replaces=revocation)
    return known.get(award.key) or new[award.key]


def next_key(key: str) -> str:
    """The key of the replacement: "class:1" -> "class:1/2" -> "class:1/3"."""
    root, _slash, turn = key.partition("/")
    return f"{root}/{int(turn or 1) + 1}"


def _require_issuer(actor: Any, base: TrainingBase) -> None:
    if actor is not None and not can_issue(actor, base):
        raise NotYours(_("Certificates are issued by the training base that held the class."))


def _require_sense(award: Award) -> None:
    if award.quarters <= 0:
        raise NotCertified(_("Without class hours there is nothing to certify."))
    if award.ends_on < award.begins_on:
        raise NotCertified(_("The last day lies before the first."))


def _user(actor: Any) -> User | None:
    return actor if isinstance(actor, User) else None


def _say_issued(actor: Any, awards: Sequence[Award], rows: Sequence[Certificate]) -> None:
    """One audit row and one notice for each."""
    audit.record_all(
        actor=actor,
        acts=[
            audit.Act(
                "certificate.issue",
                row,
                after={"number": row.number, "digest": row.digest},
                on_behalf=award.person,
                unit_id=row.unit_id,
            )
            for award, row in zip(awards, rows, strict=True)
        ],
    )
    _tell(awards, rows)


def _tell(awards: Sequence[Award], rows: Sequence[Certificate]) -> None:
    people = [award.person.pk for award in awards]
    users = {user.person_id: user for user in User.objects.filter(person__in=people)}
    for award, row in zip(awards, rows, strict=True):
        if award.person.pk in users:
            notices.queue(
                rule="certificate_issued",
                recipients=[users[award.person.pk]],
                object_id=row.pk,
                facts={
                    "certificate": str(row.public_id),
                    "title_zh": row.content["title"],
                    "title_en": row.content["title_en"],
                },
            )
