"""What was posted before decisions were rows of their own came from closed classes: verified."""

from itertools import islice

from django.db import migrations


def decide(apps, schema_editor):
    HourEntry = apps.get_model("records", "HourEntry")
    HourDecision = apps.get_model("records", "HourDecision")
    rows = HourEntry.objects.filter(decision=None).order_by("pk").iterator(chunk_size=2_000)
    while batch := list(islice(rows, 2_000)):
        HourDecision.objects.bulk_create(
            HourDecision(
                entry=entry,
                kind="verified",
                account_id=entry.account_id,
                year=entry.year,
                category=entry.category,
                quarters=entry.quarters,
                decided_at=entry.posted_at,
            )
            for entry in batch
        )


class Migration(migrations.Migration):
    dependencies = [("records", "0002_ledger_states")]

    operations = [migrations.RunPython(decide, migrations.RunPython.noop)]
