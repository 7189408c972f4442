"""Every form that anybody is shown, filled in with what nobody of good will would send."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import override_settings
from django.urls import path

import trainingbase.urls
from committees.models import MemberOrganisation
from tests.access.fuzzing import Finding, Fuzzer, Sender
from tests.access.matrix import prepare, specifications
from tests.access.shown_forms import Field, Form
from tests.access.spec import ROLES, Route
from tests.access.world import World, build_world
from tests.kept import kept

pytestmark = [pytest.mark.django_db, pytest.mark.hard, pytest.mark.sqlite, pytest.mark.timeout(600)]
REFUSED = {403, 404, 405}
ALL = {name: route for module in specifications().values() for name, route in module.ROUTES.items()}


@pytest.fixture(scope="module")
def world(django_db_setup: None, django_db_blocker: Any) -> Iterator[World]:
    with kept(django_db_blocker):
        world = build_world()
        prepare(world)
        yield world


@pytest.fixture(scope="module")
def senders(world: World) -> list[Sender]:
    return [Sender(world, role) for role in ROLES]


Shown = list[tuple[Sender, dict[str, list[Form]], dict[str, set[str]]]]


@pytest.fixture(scope="module")
def shown(world: World, senders: list[Sender]) -> Shown:
    """For each sender the forms that pages show, and the parameters they send; asked once."""
    fuzzer = Fuzzer(world, ALL)
    return [(sender, *fuzzer.shown_to(sender)) for sender in senders]


def reached(route: Route, method: str, role: str) -> bool:
    return route.expected(method, role, False) not in REFUSED


def say(findings: list[Finding]) -> str:
    return "\n" + "\n".join(map(str, findings))


def test_no_form_breaks_and_none_saves_what_it_refuses(world: World, shown: Shown) -> None:
    """Once for every set of fields that a route is shown with."""
    fuzzer, seen = Fuzzer(world, ALL), set()
    findings: list[Finding] = []
    for sender, forms, _ in shown:
        for name, route in ALL.items():
            if route.token or not reached(route, "POST", sender.role):
                continue
            here = forms.get(name, [])
            key = (name, frozenset(field for form in here for field in form.fields))
            if key not in seen:
                seen.add(key)
                findings += fuzzer.post(name, here, sender)
    assert fuzzer.sent > 2000
    assert not findings, say(findings)


def test_no_query_breaks_a_page(world: World, shown: Shown) -> None:
    fuzzer = Fuzzer(world, ALL)
    findings: list[Finding] = []
    seen: set[tuple[str, str]] = set()
    for sender, _, asked in shown:
        for name, route in ALL.items():
            if route.token or not reached(route, "GET", sender.role):
                continue
            new = {key for key in ("page", *asked.get(name, ())) if (name, key) not in seen}
            if new:
                seen |= {(name, key) for key in new}
                findings += fuzzer.ask(name, new, sender)
    assert fuzzer.sent > 1000
    assert not findings, say(findings)


def test_no_call_of_the_api_breaks_it(world: World, senders: list[Sender]) -> None:
    fuzzer, seen = Fuzzer(world, ALL), set()
    findings: list[Finding] = []
    for sender in senders:
        for name, route in ALL.items():
            if route.token and name not in seen and reached(route, "POST", sender.role):
                seen.add(name)
                findings += fuzzer.post_json(name, sender)
    assert fuzzer.sent > 50
    assert not findings, say(findings)


def test_no_form_works_without_its_token(world: World) -> None:
    """A page of another host that sends a visitor's cookies along changes nothing."""
    fuzzer, seen = Fuzzer(world, ALL), set()
    wrong: list[Finding] = []
    for role in ROLES:
        sender = Sender(world, role, csrf=True)
        for name, route in ALL.items():
            if not route.token and name not in seen and reached(route, "POST", role):
                seen.add(name)
                wrong += fuzzer.without_token(name, sender)
    assert len(seen) > 50
    assert not wrong, say(wrong)


# --- The control: the same looks find what is wrong with these views -----------------------------
def breaks(request: HttpRequest) -> HttpResponse:
    return HttpResponse(str(int(request.POST.get("a") or 1)))


def repeats(request: HttpRequest) -> HttpResponse:
    return HttpResponse(request.POST.get("a", ""))


def saves(request: HttpRequest) -> HttpResponse:
    organisation = MemberOrganisation.objects.first()
    assert organisation is not None
    organisation.pk = None
    organisation.name_zh = "样本"
    organisation.save()
    return HttpResponse('<p role="alert">No.</p>', status=422)


def says_nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse("", status=422)


urlpatterns = [
    *trainingbase.urls.urlpatterns,
    path("breaks", breaks, name="breaks"),
    path("repeats", repeats, name="repeats"),
    path("saves", saves, name="saves"),
    path("says-nothing", says_nothing, name="says-nothing"),
]


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("breaks", "500 ValueError"),
        ("repeats", "the page repeats markup"),
        ("saves", "yet it saved: committees_memberorganisation"),
        ("says-nothing", "422 without a sentence"),
    ],
)
@override_settings(ROOT_URLCONF=__name__)
def test_a_broken_view_is_found(name: str, what: str, world: World, senders: list[Sender]) -> None:
    fuzzer = Fuzzer(world, {name: Route(post=200)})
    form = Form("post", name, {"a": Field("a", "text")})
    found = list(fuzzer.post(name, [form], senders[0]))
    assert any(what in str(finding) for finding in found), say(found)
