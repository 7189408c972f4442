"""A rule of the tests, registered for one test at a time."""

from __future__ import annotations

import pytest

from core.registries import notice_rules
from tests.factories.notices import SampleRule


@pytest.fixture
def sample_rule(monkeypatch: pytest.MonkeyPatch) -> SampleRule:
    rule = SampleRule()
    monkeypatch.setitem(notice_rules._entries, rule.key, (100, rule))
    return rule
