from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('tutors', '0002_pairing_unsettled_since'),
    ]

    operations = [
        migrations.AddField(
            model_name='pairing',
            name='rules',
            field=models.JSONField(blank=True, default=dict, verbose_name='rules of this pairing'),
        ),
    ]
