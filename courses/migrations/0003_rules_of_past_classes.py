"""Classes that opened before snapshots were kept: the values valid on their first day."""

from django.db import migrations

KEPT = (
    "hours.minutes_per_hour",
    "hours.half_day",
    "hours.full_day",
    "attendance.unit",
    "attendance.late_grace",
    "attendance.lates_equal_absence",
    "leave.max_fraction",
    "leave.rule_min_days",
    "leave.approval_ladder",
    "absence.withdraw_days",
    "completion.min_attendance",
    "completion.min_attendance_short",
    "assessment.scale",
    "assessment.weights",
    "enrol.substitute_until",
    "evaluation.window_h",
    "evaluation.target_return",
)
# Until now one share held for every class, whatever its length.
BEFORE = {"completion.min_attendance": "3/4"}


def fill(apps, schema_editor):
    from core.registries import policy_keys

    values = list(
        apps.get_model("committees", "PolicyValue").objects.filter(key__in=KEPT).order_by("from_on")
    )
    rows = apps.get_model("courses", "Offering").objects.exclude(state__in=("draft", "cancelled"))
    for row in rows.select_related("base__host").iterator(chunk_size=500):
        here = {int(part) for part in row.base.host.path.strip("/").split("/")}
        row.rules = {
            key: value_on(values, key, here, row.begins_on, policy_keys.get(key).default)
            for key in KEPT
            if key in policy_keys
        }
        row.save(update_fields=["rules"])


def value_on(values, key, here, day, default):
    """The latest value of the district, else of everywhere, else the default of then."""
    found = None
    for row in values:
        holds = row.key == key and row.from_on <= day and (row.to_on is None or row.to_on >= day)
        if holds and (row.district_id in here or (row.district_id is None and not own(found))):
            found = row
    if found is None:
        return {"value": BEFORE.get(key, default), "from": None, "own": False}
    return {"value": found.value, "from": found.from_on.isoformat(), "own": own(found)}


def own(row):
    return row is not None and row.district_id is not None


class Migration(migrations.Migration):
    dependencies = [("courses", "0002_offering_rules"), ("committees", "0008_policy_checks")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
