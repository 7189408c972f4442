import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0007_two_committee_seats'),
    ]

    operations = [
        migrations.CreateModel(
            name='PolicyCheck',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=60, verbose_name='rule')),
                ('checked_by', models.CharField(max_length=80, verbose_name='checked by')),
                ('checked_on', models.DateField(verbose_name='checked on')),
                ('edition', models.CharField(max_length=200, verbose_name='document and edition')),
                ('note', models.CharField(blank=True, max_length=300, verbose_name='note')),
                ('source_ends_on', models.DateField(blank=True, null=True, verbose_name='source valid until')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at')),
            ],
            options={
                'verbose_name': 'check of a source',
                'verbose_name_plural': 'checks of sources',
            },
        ),
        migrations.AddField(
            model_name='policyvalue',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at'),
        ),
        migrations.AddField(
            model_name='policyvalue',
            name='grade',
            field=models.CharField(choices=[('A', 'official text'), ('B', 'official site or press report'), ('C', 'weak source'), ('D', 'own assumption')], default='D', max_length=1, verbose_name='grade of the source'),
        ),
        migrations.AddField(
            model_name='policyvalue',
            name='preview_digest',
            field=models.CharField(blank=True, max_length=64, verbose_name='digest of the preview'),
        ),
        migrations.AddField(
            model_name='policyvalue',
            name='reason',
            field=models.CharField(blank=True, max_length=300, verbose_name='reason of the change'),
        ),
        migrations.AddField(
            model_name='policyvalue',
            name='source_ends_on',
            field=models.DateField(blank=True, null=True, verbose_name='source valid until'),
        ),
        migrations.AddIndex(
            model_name='policyvalue',
            index=models.Index(fields=['key', 'from_on'], name='policy_by_key'),
        ),
        migrations.AddConstraint(
            model_name='policyvalue',
            constraint=models.CheckConstraint(condition=models.Q(('grade__in', ['A', 'B', 'C', 'D'])), name='policy_grade_known'),
        ),
        migrations.AddField(
            model_name='policycheck',
            name='district',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='policy_checks', to='committees.place', verbose_name='district'),
        ),
        migrations.AddField(
            model_name='policycheck',
            name='value',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='checks', to='committees.policyvalue', verbose_name='value'),
        ),
        migrations.AddIndex(
            model_name='policycheck',
            index=models.Index(fields=['key', 'district'], name='policy_check_by_key'),
        ),
        migrations.AddConstraint(
            model_name='policycheck',
            constraint=models.CheckConstraint(condition=models.Q(('source_ends_on', None), ('source_ends_on__gte', models.F('checked_on')), _connector='OR'), name='policy_check_source_ends_later'),
        ),
        migrations.AddConstraint(
            model_name='policycheck',
            constraint=models.CheckConstraint(condition=models.Q(('edition', ''), _negated=True), name='policy_check_edition'),
        ),
    ]
