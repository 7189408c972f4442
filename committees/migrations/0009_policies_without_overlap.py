"""A later value ended an open earlier one only by being later; now each row has its last day."""

import datetime

from django.db import migrations


def close_earlier(apps, schema_editor):
    rows = apps.get_model("committees", "PolicyValue").objects.order_by(
        "key", "district_id", "from_on", "pk"
    )
    earlier = None
    for row in rows:
        same = earlier and (earlier.key, earlier.district_id) == (row.key, row.district_id)
        if same and (earlier.to_on is None or earlier.to_on >= row.from_on):
            earlier.to_on = row.from_on - datetime.timedelta(days=1)
            earlier.save(update_fields=["to_on"])
        earlier = row


class Migration(migrations.Migration):
    dependencies = [("committees", "0008_policy_checks")]

    operations = [migrations.RunPython(close_earlier, migrations.RunPython.noop)]
