"""What the ledger tells people on certain days: hours still missing, induction training to come.

The planner asks every minute; the outbox keeps each notice to one for a person and an occasion. A
round that is written whole is noted in the cache, so that nobody is counted again that day; without
the cache the round is only counted once more.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.core.cache import cache
from django.db.models import Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from committees.models import Affiliation, Person, Place, PolicyValue
from committees.models.people import SECRETARIAL
from committees.policies import policy
from committees.rules import after
from core.registries import notice_rules, policy_keys
from core.templatetags.house import full_day, hours
from notices.models import OutboxItem
from notices.rules import Due, Facts, Message, NoticeRule, TimedRule
from records.metrics import INDUCTION, first_day
from records.models import HourEntry, HourExemption
from records.reading import person_year
from records.reading.district import Standing, book, completed_trainings, secretarial_services
from records.reading.paper import complete_since
from records.reading.services import holding
from records.rules import rules_at

GAP_KEY, INDUCTION_KEY = "hours.gap_notice", "training.induction_notice"
CATCH_UP = 7  # days in which a notice that was not written on its day is still written
MORNING = 8
DISTRICTS_AT_ONCE = 3  # counted in one turn of the planner; the others wait for the next minute
# Whoever began so few days ago has other things to hear first.
SETTLING_IN = 30
LONGEST = 800  # days from taking office to the latest deadline that a rule can set
KEPT = CATCH_UP * 24 * 3600


class Round(TimedRule):
    """Notices of one occasion: who has one already is passed over."""

    def unsent(self, mark: str, occasion: str, dues: Iterable[Due]) -> Iterator[Due]:
        """Those of `dues` that are not in the outbox; once there are none, the round is over."""
        waiting = list(dues)
        written = OutboxItem.objects.filter(
            rule=self.key,
            object_id__in={due.object_id for due in waiting},
            key__endswith=f":inbox:{occasion}",
        )
        known = set(written.values_list("object_id", "recipient"))
        new = [due for due in waiting if (due.object_id, due.recipient_id) not in known]
        if not new:
            cache.set(mark, True, KEPT)
        yield from new


# --- Hours still missing --------------------------------------------------------------------------
class HourGap(Round):
    """How far the year is, on the days the district has chosen."""

    key = "hour_gap"
    label = gettext_lazy("Class hours still missing")
    email = True

    def due(self, now: datetime.datetime) -> Iterator[Due]:
        local = timezone.localtime(now)
        days = _days_of_notice(local.date()) if local.hour >= MORNING else []
        counted = 0
        for day in days:
            for district in _districts(local.date()):
                mark = f"{self.key}:{day}:{district.pk}"
                if counted >= DISTRICTS_AT_ONCE or cache.get(mark):
                    continue
                if f"{day:%m-%d}" not in policy(GAP_KEY, district, day).value:
                    continue
                counted += 1
                dues = _gaps(district, day, local.date())
                yield from self.unsent(mark, day.isoformat(), dues)

    def render(self, facts: Facts, language: str) -> Message:
        words = {
            "year": int(facts["year"]),
            **{key: hours(int(facts[key])) for key in ("counted", "target", "missing", "pending")},
        }
        body = [
            _("%(missing)s are still open until the end of the year; your page shows what counts.")
            % words
        ]
        if int(facts["pending"]):
            body.append(_("%(pending)s more wait to be verified by your organiser.") % words)
        if facts.get("since"):
            words["day"] = full_day(parse_date(str(facts["since"])))
            body.append(
                _("Hours from before %(day)s may still lie on paper with your organiser.") % words
            )
        return Message(
            title=_("Your class hours of %(year)d: %(counted)s of %(target)s so far") % words,
            body=_joined(body, language),
            url=f"{reverse('records:my-hours')}?year={int(facts['year'])}",
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        """Not when the hours came in meanwhile, or the person is exempt."""
        year, today = int(item.facts["year"]), timezone.localdate()
        person = Person.objects.select_related("unit").filter(pk=item.object_id).first()
        if person is None or year != today.year:
            return False
        told = person_year(person, year, today)
        return bool(told.owed and told.told.gap)


def _days_of_notice(today: datetime.date) -> list[datetime.date]:
    """Days of the default or of any district whose notices may still go out today. One query."""
    values = PolicyValue.objects.filter(key=GAP_KEY).values_list("value", flat=True)
    chosen = {day for value in (policy_keys.get(GAP_KEY).default, *values) for day in value}
    days = (datetime.date(today.year, int(day[:2]), int(day[3:])) for day in sorted(chosen))
    return [day for day in days if 0 <= (today - day).days < CATCH_UP]


def _districts(today: datetime.date) -> list[Place]:
    """Districts in which somebody with an account serves. Two queries."""
    rows = Affiliation.objects.filter(
        holding(today), person__user__is_active=True, place__isnull=False
    )
    paths = rows.order_by().values_list("place__path", flat=True).distinct()
    above = {int(part) for path in paths for part in path.strip("/").split("/")}
    return list(Place.objects.filter(pk__in=above, level=Place.Level.DISTRICT).order_by("pk"))


def _gaps(district: Place, day: datetime.date, today: datetime.date) -> Iterator[Due]:
    """Everybody of a district whose hours do not reach the own target, and who has an account."""
    read = book(district, today.year, today)
    missing = {
        one.person_id: one for one in read.standings if one.gap and not _settling_in(one, today)
    }
    users = _accounts_of(missing)
    pending = _pending(users, today.year)
    complete = complete_since(district, today)
    since = None if complete.covers(today.year) else complete.since
    for person_id, user_id in users.items():
        one = missing[person_id]
        facts = {
            "year": today.year,
            "counted": one.target - one.gap,
            "target": one.target,
            "missing": one.gap,
            "pending": pending.get(person_id, 0),
            "since": since,
        }
        yield Due(user_id, person_id, day.isoformat(), facts)


def _settling_in(one: Standing, today: datetime.date) -> bool:
    began = one.service.from_on
    return began is not None and (today - began).days < SETTLING_IN


def _accounts_of(people: Iterable[int]) -> dict[int, int]:
    rows = User.objects.filter(person__in=list(people), is_active=True)
    return dict(rows.order_by("person").values_list("person", "pk"))


def _pending(people: Iterable[int], year: int) -> dict[int, int]:
    """Quarters that wait to be verified, by person."""
    rows = HourEntry.objects.filter(
        account__person__in=list(people), year=year, needs_decision=True, decision=None,
        reversal=None,
    )  # fmt: skip
    return dict(rows.values_list("account__person").annotate(total=Sum("quarters")).order_by())


# --- Induction training ---------------------------------------------------------------------------
class InductionDue(Round):
    """A new secretary hears of the induction training some time before its deadline."""

    key = "induction_due"
    label = gettext_lazy("Induction training to come")
    email = True

    def due(self, now: datetime.datetime) -> Iterator[Due]:
        local = timezone.localtime(now)
        mark = f"{self.key}:{local:%Y%m%d}"
        if local.hour < MORNING or cache.get(mark):
            return
        dues = list(_inductions(local.date()))
        for occasion in sorted({due.occurrence for due in dues}):
            own = f"{mark}:{occasion}"
            yield from self.unsent(own, occasion, [d for d in dues if d.occurrence == occasion])
        if all(cache.get(f"{mark}:{due.occurrence}") for due in dues):
            cache.set(mark, True, KEPT)

    def render(self, facts: Facts, language: str) -> Message:
        words = {
            "since": full_day(parse_date(str(facts["since"]))),
            "deadline": full_day(parse_date(str(facts["deadline"]))),
        }
        body = [
            _("You began as secretary on %(since)s. Your organiser helps you to find a class.")
            % words,
            _("If you took part already, hand it in under “My hours”."),
        ]
        return Message(
            title=_("Induction training for new secretaries: by %(deadline)s") % words,
            body=_joined(body, language),
            url=reverse("records:my-hours"),
        )

    def still_wanted(self, item: OutboxItem) -> bool:
        """Not when the training is completed, the post given up, or the day has passed."""
        deadline = parse_date(str(item.facts["deadline"]))
        today, person = timezone.localdate(), item.object_id
        if deadline is None or deadline < today:
            return False
        serving = Affiliation.objects.filter(holding(today), SECRETARIAL, person=person)
        return serving.exists() and not completed_trainings([person], Q(training_kind=INDUCTION))


def _inductions(today: datetime.date) -> Iterator[Due]:
    """New secretaries who are not trained and whose deadline is so many days away."""
    found = _beginners(today)
    people = list(found)
    services = secretarial_services(people)
    passed_over = set(completed_trainings(people, Q(training_kind=INDUCTION)))
    exempt = HourExemption.objects.filter(person__in=people).on(today)
    passed_over |= set(exempt.values_list("person", flat=True))
    rules: dict[int, tuple[Any, list[int]]] = {}
    for person_id, (user_id, district) in found.items():
        since = first_day(services.get(person_id, ()))
        if since is None or person_id in passed_over:
            continue
        if district.pk not in rules:
            chosen = policy(INDUCTION_KEY, district, today).value
            within = rules_at(district, today).induction_deadline
            rules[district.pk] = within, [int(days) for days in chosen]
        within, chosen_days = rules[district.pk]
        deadline = after(since, within)
        left = (deadline - today).days
        for days in chosen_days:
            if days - CATCH_UP < left <= days:
                facts = {"since": since, "deadline": deadline}
                yield Due(user_id, person_id, f"{deadline:%Y%m%d}-{days}", facts)


def _beginners(today: datetime.date) -> dict[int, tuple[int, Place]]:
    """Secretaries with an account who began not long ago: the account, and the district."""
    rows = Affiliation.objects.filter(
        holding(today),
        SECRETARIAL,
        from_on__gt=today - datetime.timedelta(days=LONGEST),
        person__user__is_active=True,
        place__isnull=False,
    ).order_by("person", "pk")
    serving = list(rows.values_list("person", "person__user", "place__path"))
    above = {int(part) for _p, _u, path in serving for part in path.strip("/").split("/")}
    districts = Place.objects.filter(pk__in=above, level=Place.Level.DISTRICT).in_bulk()
    found: dict[int, tuple[int, Place]] = {}
    for person_id, user_id, path in serving:
        for part in path.strip("/").split("/"):
            if int(part) in districts:
                found.setdefault(person_id, (user_id, districts[int(part)]))
    return found


def _joined(sentences: list[str], language: str) -> str:
    """Chinese sentences follow each other without a space."""
    return ("" if language.startswith("zh") else " ").join(sentences)


RULES: tuple[NoticeRule, ...] = (HourGap(), InductionDue())


def register() -> None:
    """Called once by RecordsConfig.ready."""
    for rule in RULES:
        notice_rules.add(rule.key, rule)
