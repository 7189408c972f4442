from django.db import migrations, models

STATES = [
    ("uploaded", "Being read"),
    ("read", "Columns to confirm"),
    ("mapped", "Being checked"),
    ("planned", "To be decided"),
    ("applying", "Being written"),
    ("applied", "Written"),
    ("undoing", "Being undone"),
    ("undone", "Undone"),
    ("refused", "Refused"),
    ("dropped", "Dropped"),
]


class Migration(migrations.Migration):
    """Words of the states only: "applied" is said of enrolments."""

    dependencies = [("committees", "0013_merging")]

    operations = [
        migrations.AlterField(
            model_name="importrun",
            name="state",
            field=models.CharField(
                choices=STATES, default="uploaded", max_length=10, verbose_name="state"
            ),
        )
    ]
