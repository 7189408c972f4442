"""`manage.py demo` on an empty portal: what it makes, and that nothing of it stays."""

from __future__ import annotations

import io

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command

from accounts import demonstration
from committees import demo as steps
from committees.models import Place
from committees.services.appointments import appoint
from committees.services.people import create_person
from committees.services.places import create_place, save_profile
from committees.services.register import import_register
from core import demo, registries, summaries
from core.models import AuditEvent, AuditSeal
from tests.committees.registers import write

# Each loads a demonstration of its own.
pytestmark = [pytest.mark.django_db, pytest.mark.hard, pytest.mark.sqlite]


def run(**options) -> str:
    out = io.StringIO()
    call_command("demo", stdout=out, **options)
    return out.getvalue()


def counts() -> dict[str, int]:
    """Rows of every table but the audit trail."""
    models = apps.get_models(include_auto_created=True)
    return {
        model._meta.label: model._base_manager.count()
        for model in models
        if model not in (AuditEvent, AuditSeal)
    }


@pytest.fixture
def places_only(monkeypatch):
    """Only the step of places and people, not yet run."""
    only: registries.Registry = registries.Registry("demonstration steps")
    only.add("places", steps.step)
    monkeypatch.setattr(demo, "demo_steps", only)
    return only


def test_loading_twice_changes_nothing_and_removing_leaves_no_trace():
    summaries.rebuild()
    before = counts()

    assert "is loaded" in run()
    loaded = counts()
    assert "already there" in run()
    assert counts() == loaded
    assert loaded["committees.Person"] > before["committees.Person"]

    assert "rows removed, 0 kept" in run(remove=True)
    assert counts() == before


def test_what_was_hung_on_the_demonstration_goes_with_it(places_only):
    summaries.rebuild()
    before = counts()
    made = demo.load().made
    secretary = made["people.demo_secretaries"][0]
    own = create_person(actor=None, name_zh="自建人员")
    committee = create_place(
        actor=None, parent=made["place.demo_streets"][0], kind="residential", name_zh="自建居委会"
    )
    save_profile(actor=None, place=committee, station="站")
    appoint(actor=None, person=own, post="secretary", place=committee, from_on=None)
    appoint(actor=None, person=secretary, post="expert", external="某处", from_on=None)

    run(remove=True)

    after = counts()
    assert after.pop("committees.Person") == before.pop("committees.Person") + 1
    assert after == before
    own.refresh_from_db()
    assert own.unit is None


def test_a_register_that_is_loaded_first_is_used(places_only, tmp_path):
    lines = ["310000000000,上海市,province,,", "310100000000,市辖区,city,310000000000,"]
    lines += ["310107000000,普陀区,district,310100000000,"]
    import_register(actor=None, path=write(tmp_path, lines), edition=2020)

    made = demo.load().made

    assert made["place.putuo"].edition == 2020
    assert Place.objects.filter(name_zh="普陀区").count() == 1
    demo.remove()
    assert Place.objects.count() == 3


def test_accounts_are_listed_one_a_line(places_only):
    places_only.add("accounts", demonstration.step)
    with pytest.raises(CommandError):
        run(accounts=True)
    run()

    lines = [line.split("\t") for line in run(accounts=True).splitlines()]

    assert all(len(line) == 3 and line[2] == demo.PASSWORD for line in lines)
    assert {"demo-admin", "demo-base", "demo-secretary"} <= {login for _role, login, _word in lines}
    assert all(role for role, _login, _word in lines)
