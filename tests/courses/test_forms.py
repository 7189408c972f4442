"""What a reader chooses from is called in her language."""

from __future__ import annotations

import pytest
from django.utils import translation

from committees.models import TrainingBase
from courses.forms import OfferingForm, SessionForm
from tests.factories.courses import SessionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("language", "title"), [("en", "Hearings that end well"), ("zh-hans", "听证会")]
)
def test_courses_are_offered_by_their_title_in_the_readers_language(language, title):
    offering = SessionFactory().offering
    offering.courses.update(title_zh="听证会", title_en="Hearings that end well")

    with translation.override(language):
        plan = str(OfferingForm(bases=TrainingBase.objects.all())["courses"])
        session = str(SessionForm(offering=offering)["course"])

    assert title in plan
    assert title in session
