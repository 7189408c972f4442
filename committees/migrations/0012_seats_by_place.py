"""Whether a committee ever had a secretary is asked by every page of a district."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("committees", "0011_imports")]

    operations = [
        migrations.AddIndex(
            model_name="affiliation",
            index=models.Index(
                condition=models.Q(("post", "secretary"), ("in_charge", True), _connector="OR"),
                fields=["place"],
                name="affiliation_seats",
            ),
        ),
    ]
