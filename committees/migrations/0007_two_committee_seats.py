from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("committees", "0006_people_found_by_name")]

    operations = [
        migrations.AddField(
            model_name="placeprofile",
            name="two_committee_seats",
            field=models.PositiveSmallIntegerField(
                blank=True, null=True, verbose_name="seats of the two committees"
            ),
        ),
    ]
