from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('courses', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='offering',
            name='rules',
            field=models.JSONField(blank=True, default=dict, verbose_name='rules of this class'),
        ),
    ]
