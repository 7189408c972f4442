import django.db.models.expressions
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0014_import_written'),
        ('records', '0008_from_paper'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='yeargap',
            name='year_gap_adds_up',
        ),
        migrations.AddField(
            model_name='yeargap',
            name='trainings',
            field=models.PositiveSmallIntegerField(default=0, verbose_name='centralised trainings missing'),
        ),
        migrations.AddConstraint(
            model_name='yeargap',
            constraint=models.CheckConstraint(condition=models.Q(('target', django.db.models.expressions.CombinedExpression(models.F('counted'), '+', models.F('missing'))), models.Q(('counted__gte', models.F('target')), ('missing', 0)), _connector='OR'), name='year_gap_adds_up'),
        ),
        migrations.AddConstraint(
            model_name='yeargap',
            constraint=models.CheckConstraint(condition=models.Q(('missing__gt', 0), ('trainings__gt', 0), _connector='OR'), name='year_gap_is_one'),
        ),
    ]
