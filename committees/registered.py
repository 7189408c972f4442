"""What this app hands to the registries of the house at start-up."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Sum
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from committees import audit_scope, demo, permissions, policies, policy_keys, tiles, words
from committees.imports import registered as imports
from committees.merging.registered import OneService
from committees.models import Affiliation, Place
from committees.models.people import READERS as PEOPLE_READERS
from committees.services.late_rows import check_merged_records
from core import registries
from core.models import SummaryCell, SummaryDelta
from core.registries import Metric, NavEntry, PlaceAction
from core.scope import Role, scope_of
from core.words import register_words

COMMITTEES = Metric(
    key="committees",
    label=_("Committees"),
    definition=_("Residents' and village committees that stand today."),
    stock=True,
)
SECRETARIES = Metric(
    key="secretaries",
    label=_("Secretaries in post"),
    definition=_(
        "Committees with a Party secretary today, or with somebody in charge while there is none. "
        "Who is secretary of two committees counts at both."
    ),
    stock=True,
)

READERS = frozenset({Role.DISTRICT, Role.ORGANISER, Role.BASE_ADMIN, Role.AUDITOR})
NAVIGATION = (
    NavEntry(
        key="places",
        label=_("Places"),
        url_name="committees:place-list",
        icon="diagram-3",
        roles=READERS | {Role.SYSTEM_ADMIN},
        group="manage",
    ),
    NavEntry(
        key="people",
        label=_("People"),
        url_name="committees:person-list",
        icon="person-lines-fill",
        roles=READERS,
        group="manage",
        behind=("committees:duplicate-", "committees:merge-"),
    ),
    NavEntry(
        key="imports",
        label=_("Imports"),
        url_name="committees:import-list",
        icon="upload",
        roles=frozenset({Role.DISTRICT, Role.ORGANISER}),
        group="manage",
    ),
    NavEntry(
        key="bases",
        label=_("Training bases"),
        url_name="committees:base-list",
        icon="building",
        roles=READERS | {Role.SYSTEM_ADMIN},
        group="manage",
    ),
)


def _roster_url(request: HttpRequest, place: Place) -> str:
    if not permissions.can_see_roster(request.user, place):
        return ""
    return reverse("committees:place-roster", args=[place.pk])


def _people_url(request: HttpRequest, place: Place) -> str:
    in_reach = scope_of(request.user).covers(place.path, *PEOPLE_READERS)
    return f"{reverse('committees:person-list')}?place={place.pk}" if in_reach else ""


def _secretary_url(request: HttpRequest, place: Place) -> str:
    fits = place.level == Place.Level.COMMITTEE and place.closed_on is None
    if not fits or not permissions.can_appoint(request.user, place):
        return ""
    return reverse("committees:secretary-change", args=[place.pk])


ACTIONS = (
    PlaceAction("secretary", _("Change of secretary"), "person-check", _secretary_url),
    PlaceAction("people", _("People"), "person-lines-fill", _people_url),
    PlaceAction("roster", _("Secretaries in figures"), "people", _roster_url),
)


def recount_committees() -> Iterator[tuple[int, int, int]]:
    """(place, year 0, 1) for every standing committee."""
    rows = Place.objects.standing().filter(level=Place.Level.COMMITTEE)
    for place_id in rows.values_list("pk", flat=True).iterator(chunk_size=5_000):
        yield place_id, 0, 1


def recount_secretaries() -> Iterator[tuple[int, int, int]]:
    """(place, year 0, 1) for every committee with an open service that counts as a secretary's."""
    rows = Affiliation.objects.secretaries().filter(place__level=Place.Level.COMMITTEE)
    for place_id in rows.values_list("place_id", flat=True):
        if place_id is not None:
            yield place_id, 0, 1


def check_metric(metric: str) -> Iterator[str]:
    """Sentences for places whose figure (cells and waiting changes) differs from a recount."""
    truth = {place_id: value for place_id, _year, value in registries.recounts.get(metric)()}
    kept: dict[int, int] = {}
    for place_id, value in SummaryCell.objects.filter(metric=metric).values_list(
        "place_id", "value"
    ):
        kept[place_id] = value
    deltas = SummaryDelta.objects.filter(metric=metric).values("place_id").order_by("place_id")
    for row in deltas.annotate(total=Sum("amount")):
        kept[row["place_id"]] = kept.get(row["place_id"], 0) + row["total"]
    for place_id in sorted(truth.keys() | kept.keys()):
        if truth.get(place_id, 0) != kept.get(place_id, 0):
            yield (
                f"{metric} of place {place_id}: {kept.get(place_id, 0)} kept, "
                f"{truth.get(place_id, 0)} counted"
            )


def check_committees() -> Iterator[str]:
    yield from check_metric("committees")


def check_secretaries() -> Iterator[str]:
    yield from check_metric("secretaries")


def register() -> None:
    """Called once by CommitteesConfig.ready."""
    registries.audit_scopes.add("tree", audit_scope.acts_in_my_tree)
    for order, action in enumerate(ACTIONS, start=10):
        registries.place_actions.add(action.key, action, order=order)
    registries.metrics.add("committees", COMMITTEES, order=10)
    registries.metrics.add("secretaries", SECRETARIES, order=20)
    registries.recounts.add("committees", recount_committees)
    registries.recounts.add("secretaries", recount_secretaries)
    registries.invariant_checks.add("committees figure", check_committees)
    registries.invariant_checks.add("secretaries figure", check_secretaries)
    registries.invariant_checks.add("merged records", check_merged_records)
    registries.demo_steps.add("places", demo.step, order=10)
    registries.api_routers.add("places", "committees.api.router")
    registries.api_routers.add("duplicates", "committees.duplicates_api.router")
    registries.merge_rules.add("committees.affiliation", OneService())
    registries.api_routers.add("appointments", "committees.api_moves.router")
    registries.home_tiles.add("vacant", tiles.VACANT, order=60)
    registries.home_tiles.add("duplicates", tiles.DUPLICATES, order=65)
    for order, entry in enumerate(NAVIGATION, start=60):
        registries.navigation.add(entry.key, entry, order=order)
    policies.register_keys(policy_keys.KEYS)
    imports.register()
    register_words(words.words_of)
