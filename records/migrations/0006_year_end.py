import django.db.models.deletion
import django.db.models.expressions
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0010_policy_one_value_a_day'),
        ('records', '0005_claims'),
    ]

    operations = [
        migrations.CreateModel(
            name='YearEndStep',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('step', models.CharField(choices=[('rules', 'Targets and rules of the new year looked through'), ('gaps', 'Gaps taken over for the next plan')], max_length=8, verbose_name='step')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='done at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
                ('district', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='year_end_steps', to='committees.place', verbose_name='district')),
            ],
            options={
                'verbose_name': "step of a year's end",
                'verbose_name_plural': "steps of a year's end",
            },
        ),
        migrations.CreateModel(
            name='YearGap',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('target', models.PositiveSmallIntegerField(verbose_name='target in quarters')),
                ('counted', models.PositiveIntegerField(verbose_name='quarters counted')),
                ('missing', models.PositiveSmallIntegerField(verbose_name='quarters missing')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='year_gaps', to='committees.person', verbose_name='person')),
                ('taken', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='gaps', to='records.yearendstep', verbose_name='taken over with')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.place', verbose_name='unit on that day')),
            ],
            options={
                'verbose_name': 'gap taken over',
                'verbose_name_plural': 'gaps taken over',
            },
        ),
        migrations.AddIndex(
            model_name='yearendstep',
            index=models.Index(fields=['district', 'year', 'step', '-at'], name='year_end_step_latest'),
        ),
        migrations.AddConstraint(
            model_name='yeargap',
            constraint=models.UniqueConstraint(fields=('taken', 'person'), name='year_gap_once'),
        ),
        migrations.AddConstraint(
            model_name='yeargap',
            constraint=models.CheckConstraint(condition=models.Q(('missing__gt', 0), ('target', django.db.models.expressions.CombinedExpression(models.F('counted'), '+', models.F('missing')))), name='year_gap_adds_up'),
        ),
    ]
