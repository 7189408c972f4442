"""An auditor of one organisation or base reads that, not everything."""

from __future__ import annotations

import pytest

from core.models import AuditEvent
from dashboards.permissions import can_see_figures
from tests.factories.accounts import user_with
from tests.factories.committees import (
    MemberOrganisationFactory,
    TrainingBaseFactory,
    make_district,
)

pytestmark = pytest.mark.django_db


def test_an_auditor_of_an_organisation_or_a_base_without_districts_sees_no_other_figures() -> None:
    own, other = make_district("本"), make_district("他")
    base = TrainingBaseFactory(host=own.streets[0])
    base.districts.clear()
    of_organisation = user_with(
        "auditor", member_org=MemberOrganisationFactory(place=own.streets[0])
    )
    of_base = user_with("auditor", base=base)
    everywhere = user_with("auditor")
    assert can_see_figures(everywhere, other.district)
    assert not can_see_figures(of_organisation, other.district)
    assert not can_see_figures(of_base, other.district)


def test_an_auditor_of_an_organisation_does_not_read_the_whole_trail() -> None:
    own = make_district("本")
    organisation = MemberOrganisationFactory(place=own.streets[0])
    from core import audit

    audit.record(actor=None, action="place.create", obj=own.district, unit_id=own.district.pk)
    assert AuditEvent.objects.visible_to(user_with("auditor")).exists()
    bound = user_with("auditor", member_org=organisation)
    assert not AuditEvent.objects.visible_to(bound).exists()
