"""The audit trail: what is recorded, how it is chained, what verification finds."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, transaction
from django.utils import timezone

from core import anchor, appendonly, audit, seals, verification
from core.models import AuditEvent, AuditSeal, Heartbeat
from core.tasks import seal_audit

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def anchor_file(settings: Any, tmp_path: Path) -> Path:
    settings.AUDIT_ANCHOR = str(tmp_path / "anchor.json")
    return tmp_path / "anchor.json"


def recorded(count: int = 1, **changes: Any) -> list[AuditEvent]:
    """Events about a heartbeat row, written as services write them."""
    part = Heartbeat.objects.get_or_create(name="part", defaults={"at": timezone.now()})[0]
    for number in range(count):
        values: dict[str, Any] = {"after": {"n": number}} | changes
        audit.record(actor=None, action="tests.act", obj=part, **values)
    return list(AuditEvent.objects.order_by("-pk")[:count])[::-1]


def behind_its_back(sql: str, *params: Any) -> None:
    """What somebody does who may drop triggers."""
    with appendonly.lifted(), connection.cursor() as cursor:
        cursor.execute(sql, params)


def problems(**known: Any) -> list[tuple[int, int | None, str]]:
    found = seals.verify(**known).findings
    return [(finding.number, finding.event_id, finding.problem) for finding in found]


# --- Recording ----------------------------------------------------------------------------------
def test_an_act_says_who_what_before_after_and_from_where() -> None:
    with audit.origin(door="web", address="192.0.2.7") as request_id:
        (event,) = recorded(before={"on": datetime.date(2026, 4, 1)}, reason="r" * 400)

    assert (event.actor_id, event.actor_label) == (None, "system")
    assert (event.object_type, event.object_id) == ("core.heartbeat", "part")
    assert (event.before, event.after) == ({"on": "2026-04-01"}, {"n": 0})
    assert (event.door, event.address, event.request_id) == ("web", "192.0.2.7", request_id)
    assert len(event.reason) == 300


def test_an_act_that_is_rolled_back_leaves_no_trace() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        recorded()
        _ = 1 / 0

    assert not AuditEvent.objects.exists()


def test_off_the_record_writes_nothing_and_ends_with_its_block() -> None:
    with audit.off_the_record():
        assert recorded() == []
    assert len(recorded()) == 1


# --- Chaining -----------------------------------------------------------------------------------
def test_sealing_numbers_rows_without_gaps_and_once() -> None:
    events = recorded(3)

    assert [seals.seal(limit=2), seals.seal(), seals.seal()] == [2, 1, 0]

    assert list(AuditSeal.objects.order_by("number").values_list("number", "event_id")) == [
        (number, event.pk) for number, event in enumerate(events, 1)
    ]
    assert problems() == []


def test_a_row_that_commits_late_is_sealed_after_those_that_overtook_it() -> None:
    late, first = recorded(2)
    behind_its_back("DELETE FROM core_auditevent WHERE id = %s", late.pk)
    seals.seal()
    late.save(force_insert=True)

    seals.seal()

    assert list(AuditSeal.objects.order_by("number").values_list("event_id", flat=True)) == [
        first.pk,
        late.pk,
    ]
    assert problems() == []


def test_the_digest_does_not_depend_on_the_database(settings: Any) -> None:
    settings.AUDIT_KEY = "a key that this test fixes, long enough"
    facts = {
        "id": 5,
        "at": datetime.datetime(2026, 4, 30, 12, 0, 0, 120, tzinfo=datetime.UTC),
        "actor_label": "王",
        "before": {"b": 1, "a": {"d": [1.5, None], "c": True}},
        "address": "192.0.2.7",
    }
    local = facts | {
        "at": facts["at"].astimezone(datetime.timezone(datetime.timedelta(hours=8))),  # type: ignore[attr-defined]
        "before": {"a": {"c": True, "d": [1.5, None]}, "b": 1},
    }

    assert seals._digest(local, 1, "") == seals._digest(facts, 1, "")
    # Fixed: a trail sealed by one version must verify under the next.
    assert seals._digest(facts, 1, "").startswith("bde1cf0cc77e941f")


def test_values_survive_the_way_through_the_database_unchanged() -> None:
    with audit.origin(door="web", address="2001:db8::1"):
        recorded(after={"z": 1, "a": 0.1, "big": 10**18, "text": "“曹杨” \\ \n", "none": None})
        AuditEvent.objects.create(
            at=timezone.now().replace(microsecond=0),
            actor_label="x",
            action="a",
            object_type="o",
            object_id="1",
            door="web",
            address="::ffff:192.0.2.1",
        )
    seals.seal()
    connection.close() if not connection.in_atomic_block else None

    assert problems() == []


# --- Finding ------------------------------------------------------------------------------------
@pytest.fixture
def trail() -> list[AuditEvent]:
    events = recorded(5)
    seals.seal()
    return events


def test_an_untouched_trail_is_intact(trail: list[AuditEvent]) -> None:
    walked = seals.verify()

    assert (walked.rows, walked.newest.number, walked.findings) == (5, 5, ())


@pytest.mark.parametrize(
    ("column", "value"),
    [("actor_label", "somebody else"), ("after", '{"n": 9}'), ("at", "2020-01-01 00:00:00+00:00")],
)
def test_an_edited_row_is_found_and_only_that_one(
    trail: list[AuditEvent], column: str, value: str
) -> None:
    edited = trail[2]
    behind_its_back(f'UPDATE core_auditevent SET "{column}" = %s WHERE id = %s', value, edited.pk)

    assert problems() == [(3, edited.pk, "changed")]


def test_a_deleted_row_is_found(trail: list[AuditEvent]) -> None:
    behind_its_back("DELETE FROM core_auditevent WHERE id = %s", trail[1].pk)

    assert problems() == [(2, trail[1].pk, "missing_event")]


def test_two_rows_that_changed_places_are_found(trail: list[AuditEvent]) -> None:
    for number, event in ((91, trail[0]), (92, trail[1])):
        behind_its_back(
            "UPDATE core_auditseal SET event_id=%s WHERE event_id=%s", -number, event.pk
        )
    for number, event in ((91, trail[1]), (92, trail[0])):
        behind_its_back(
            "UPDATE core_auditseal SET event_id=%s WHERE event_id=%s", event.pk, -number
        )

    assert problems() == [(1, trail[1].pk, "changed"), (2, trail[0].pk, "changed")]


def test_a_row_cut_out_with_its_seal_leaves_a_gap(trail: list[AuditEvent]) -> None:
    behind_its_back("DELETE FROM core_auditseal WHERE number = 3")
    behind_its_back("DELETE FROM core_auditevent WHERE id = %s", trail[2].pk)

    assert problems() == [(3, None, "missing_seal")]


def test_an_end_cut_off_with_its_seals_is_found_by_the_noted_link(
    trail: list[AuditEvent], anchor_file: Path
) -> None:
    anchor.note()
    behind_its_back("DELETE FROM core_auditseal WHERE number > 3")
    behind_its_back("DELETE FROM core_auditevent WHERE id > %s", trail[2].pk)

    assert problems() == []
    assert [finding.problem for finding in verification.run().findings] == ["missing_end"]

    recorded(4)
    seals.seal()
    anchor.note()  # the file does not follow a chain that was cut
    assert [finding.problem for finding in verification.run().findings] == ["rewritten"]


def test_the_anchor_of_another_database_says_nothing(anchor_file: Path) -> None:
    anchor_file.write_text(json.dumps({"database": "other", "number": 9, "digest": "f" * 64}))
    recorded()
    seals.seal()

    assert verification.run().findings == ()


def test_a_damaged_or_unwritable_anchor_costs_a_warning(
    trail: list[AuditEvent], anchor_file: Path, settings: Any
) -> None:
    anchor_file.write_text("not json")
    assert verification.run().findings == ()

    settings.AUDIT_ANCHOR = "/proc/no/such/file"
    assert anchor.note() == seals.verify().newest


def test_another_key_fits_nothing(trail: list[AuditEvent], settings: Any) -> None:
    settings.AUDIT_KEY = "somebody else's key of good length"

    assert len(problems()) == 5


def test_verifying_costs_two_queries_for_two_thousand_rows(
    trail: list[AuditEvent], django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(3):
        seals.verify()


# --- Commands -----------------------------------------------------------------------------------
def told(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def test_verify_audit_says_how_many_rows_and_that_the_chain_is_intact(
    trail: list[AuditEvent],
) -> None:
    recorded(2)

    lines = told("verify_audit").splitlines()

    assert lines[0] == "5 rows, chain intact"
    assert lines[1] == f"newest link 5:{seals.verify().newest.digest}"
    assert lines[2].startswith("2 rows not sealed yet, the oldest for ")
    known = verification.last()
    assert known is not None
    assert known.intact


def test_verify_audit_prints_each_finding_and_fails(
    trail: list[AuditEvent], capsys: pytest.CaptureFixture[str]
) -> None:
    behind_its_back("UPDATE core_auditevent SET reason = 'x' WHERE id = %s", trail[3].pk)

    with pytest.raises(SystemExit) as stopped:
        call_command("verify_audit")

    lines = capsys.readouterr().out.splitlines()
    assert stopped.value.code == 1
    assert len(lines) == 3
    assert str(trail[3].pk) in lines[0]
    assert lines[1] == "5 rows, chain broken"
    known = verification.last()
    assert known is not None
    assert not known.intact


def test_verify_audit_takes_a_link_that_was_printed_earlier(trail: list[AuditEvent]) -> None:
    newest = seals.verify().newest
    assert "chain intact" in told("verify_audit", f"--link={newest.number}:{newest.digest}")

    with pytest.raises(SystemExit):
        told("verify_audit", f"--link={newest.number}:{'0' * 64}")


def test_seal_audit_seals_everything(anchor_file: Path) -> None:
    recorded(3)

    assert told("seal_audit").startswith("3 rows sealed, newest link 3:")
    assert json.loads(anchor_file.read_text())["number"] == 3


def test_the_sealing_task_notes_the_newest_link(anchor_file: Path) -> None:
    recorded(2)

    assert [seal_audit(), seal_audit(True)] == [2, 0]
    assert anchor.noted() == seals.verify().newest


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    from django.utils import translation

    with translation.override("en"):
        yield
