"""Pairings signed before snapshots were kept: the values valid on their first day."""

from django.db import migrations

KEPT = (
    "tutor.max_active_pupils",
    "tutor.advised_active_pupils",
    "pupil.max_active_tutors",
    "pairing.term_months",
    "pairing.extension_months",
    "pairing.meeting_every",
    "pairing.reviews",
)
UNSIGNED = ("draft", "proposed", "accepted", "terminated")


def fill(apps, schema_editor):
    from core.registries import policy_keys

    values = list(
        apps.get_model("committees", "PolicyValue").objects.filter(key__in=KEPT).order_by("from_on")
    )
    rows = apps.get_model("tutors", "Pairing").objects.exclude(state__in=UNSIGNED)
    for row in rows.select_related("batch__district").iterator(chunk_size=500):
        here = {int(part) for part in row.batch.district.path.strip("/").split("/")}
        row.rules = {
            key: value_on(values, key, here, row.from_on, policy_keys.get(key).default)
            for key in KEPT
            if key in policy_keys
        }
        row.save(update_fields=["rules"])


def value_on(values, key, here, day, default):
    """The latest value of the district, else of everywhere, else the default."""
    found = None
    for row in values:
        holds = row.key == key and row.from_on <= day and (row.to_on is None or row.to_on >= day)
        if holds and (row.district_id in here or (row.district_id is None and not own(found))):
            found = row
    if found is None:
        return {"value": default, "from": None, "own": False}
    return {"value": found.value, "from": found.from_on.isoformat(), "own": own(found)}


def own(row):
    return row is not None and row.district_id is not None


class Migration(migrations.Migration):
    dependencies = [("tutors", "0003_pairing_rules"), ("committees", "0008_policy_checks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
