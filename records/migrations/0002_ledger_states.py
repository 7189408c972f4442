"""Facts of an entry, decisions, year locks and exemptions; the rows of old stay as they are."""

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0001_initial'),
        ('records', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='HourDecision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('verified', 'Verified'), ('rejected', 'Returned')], max_length=8, verbose_name='decision')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('category', models.CharField(choices=[('centralised', 'Centralised training'), ('collective', 'Collective study'), ('online', 'Online study'), ('exercise', 'Immersive exercise'), ('field', 'On-site teaching'), ('tutoring', 'Tutoring'), ('lecture', 'Lecture given'), ('other', 'Other')], max_length=12, verbose_name='category')),
                ('quarters', models.SmallIntegerField(verbose_name='quarters of an hour')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('after_lock', models.BooleanField(default=False, verbose_name='decided after the year was locked')),
                ('decided_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='decided at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
            ],
            options={
                'verbose_name': 'decision on an hour entry',
                'verbose_name_plural': 'decisions on hour entries',
            },
        ),
        migrations.CreateModel(
            name='HourExemption',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(choices=[('age', 'Age'), ('illness', 'Health')], max_length=8, verbose_name='reason')),
                ('from_on', models.DateField(verbose_name='from')),
                ('to_on', models.DateField(blank=True, null=True, verbose_name='until')),
                ('set_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
            ],
            options={
                'verbose_name': 'exemption from class hours',
                'verbose_name_plural': 'exemptions from class hours',
            },
        ),
        migrations.CreateModel(
            name='YearLock',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('locked_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='locked at')),
                ('reason', models.CharField(blank=True, max_length=200, verbose_name='reason')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
            ],
            options={
                'verbose_name': 'year lock',
                'verbose_name_plural': 'year locks',
            },
        ),
        migrations.RemoveConstraint(
            model_name='hourentry',
            name='hour_entry_negative_only_to_reverse',
        ),
        migrations.RemoveIndex(
            model_name='hourentry',
            name='hour_entry_by_year',
        ),
        migrations.AddField(
            model_name='hourentry',
            name='actor_id',
            field=models.BigIntegerField(null=True, verbose_name='account'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='actor_label',
            field=models.CharField(blank=True, max_length=120, verbose_name='who'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='after_lock',
            field=models.BooleanField(default=False, verbose_name='posted after the year was locked'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='amount',
            field=models.PositiveIntegerField(blank=True, null=True, verbose_name='amount measured'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='completes',
            field=models.BooleanField(default=False, verbose_name='training completed'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='evidence',
            field=models.CharField(blank=True, max_length=200, verbose_name='evidence'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='from_paper',
            field=models.BooleanField(default=False, verbose_name='from the paper register'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='measure',
            field=models.CharField(blank=True, choices=[('hour', 'class hours'), ('day', 'days'), ('half_day', 'half days'), ('minute', 'minutes'), ('online_minute', 'minutes online'), ('test', 'tests passed online')], max_length=14, verbose_name='measured in'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='needs_decision',
            field=models.BooleanField(default=False, verbose_name='posted to be verified'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='reason',
            field=models.CharField(blank=True, max_length=200, verbose_name='reason for taking back'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='session_quarters',
            field=models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='quarters of the session'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='session_ref',
            field=models.UUIDField(blank=True, null=True, verbose_name='session'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='source_ref',
            field=models.CharField(blank=True, max_length=120, verbose_name='cause referred to'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='training_kind',
            field=models.CharField(blank=True, max_length=12, verbose_name='kind of training'),
        ),
        migrations.AddField(
            model_name='hourentry',
            name='training_ref',
            field=models.UUIDField(blank=True, null=True, verbose_name='training'),
        ),
        migrations.AlterField(
            model_name='hourentry',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='entries', to='records.houraccount', verbose_name='hour account'),
        ),
        migrations.AlterField(
            model_name='hourentry',
            name='unit',
            field=models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.place', verbose_name='unit on that day'),
        ),
        migrations.AddIndex(
            model_name='hourentry',
            index=models.Index(fields=['account', 'year', 'session_on'], name='hour_entry_by_account'),
        ),
        migrations.AddIndex(
            model_name='hourentry',
            index=models.Index(condition=models.Q(('session_ref__isnull', False)), fields=['account', 'session_ref'], name='hour_entry_by_session'),
        ),
        migrations.AddIndex(
            model_name='hourentry',
            index=models.Index(condition=models.Q(('needs_decision', True)), fields=['year', 'unit'], name='hour_entry_to_verify'),
        ),
        migrations.AddIndex(
            model_name='hourentry',
            index=models.Index(condition=models.Q(('completes', True)), fields=['account', 'session_on'], name='hour_entry_completing'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('quarters__gt', 0), ('reverses__isnull', True)), models.Q(('quarters__lt', 0), ('reverses__isnull', False)), _connector='OR'), name='hour_entry_negative_only_to_reverse'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('session_quarters', None), ('session_ref', None)), models.Q(('session_quarters__gte', models.F('quarters')), ('session_quarters__isnull', False), ('session_ref__isnull', False)), _connector='OR'), name='hour_entry_within_its_session'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('amount', None), ('measure', '')), models.Q(models.Q(('measure', ''), _negated=True), ('amount__isnull', False)), _connector='OR'), name='hour_entry_measured_in_something'),
        ),
        migrations.AddConstraint(
            model_name='hourentry',
            constraint=models.CheckConstraint(condition=models.Q(('reverses', None), ('needs_decision', False), _connector='OR'), name='hour_entry_reversal_is_not_verified'),
        ),
        migrations.AddField(
            model_name='hourdecision',
            name='account',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='decisions', to='records.houraccount', verbose_name='hour account'),
        ),
        migrations.AddField(
            model_name='hourdecision',
            name='entry',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='decision', to='records.hourentry', verbose_name='hour entry'),
        ),
        migrations.AddField(
            model_name='hourexemption',
            name='person',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='hour_exemptions', to='committees.person', verbose_name='person'),
        ),
        migrations.AddField(
            model_name='yearlock',
            name='district',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='year_locks', to='committees.place', verbose_name='district'),
        ),
        migrations.AddIndex(
            model_name='hourdecision',
            index=models.Index(condition=models.Q(('kind', 'verified')), fields=['year', 'account', 'category', 'quarters'], name='hour_decision_verified_sums'),
        ),
        migrations.AddConstraint(
            model_name='hourdecision',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'verified'), models.Q(('kind', 'rejected'), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='hour_decision_returned_with_reason'),
        ),
        migrations.AddConstraint(
            model_name='hourdecision',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'verified'), ('quarters__gt', 0), _connector='OR'), name='hour_decision_reversal_stands'),
        ),
        migrations.AddConstraint(
            model_name='hourexemption',
            constraint=models.CheckConstraint(condition=models.Q(('to_on', None), ('to_on__gte', models.F('from_on')), _connector='OR'), name='hour_exemption_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='hourexemption',
            constraint=models.UniqueConstraint(condition=models.Q(('to_on', None)), fields=('person',), name='hour_exemption_one_open'),
        ),
        migrations.AddConstraint(
            model_name='yearlock',
            constraint=models.UniqueConstraint(fields=('district', 'year'), name='year_lock_once'),
        ),
    ]
