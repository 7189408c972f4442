import datetime
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('committees', '0014_import_written'),
        ('records', '0007_certificates'),
    ]

    operations = [
        migrations.CreateModel(
            name='PaperClass',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('year', models.PositiveSmallIntegerField(verbose_name='year')),
                ('begins_on', models.DateField(verbose_name='first day')),
                ('ends_on', models.DateField(verbose_name='last day')),
                ('title', models.CharField(max_length=160, verbose_name='class')),
                ('host', models.CharField(blank=True, max_length=120, verbose_name='held by')),
                ('venue', models.CharField(blank=True, max_length=120, verbose_name='venue')),
                ('lecturers', models.CharField(blank=True, max_length=200, verbose_name='lecturers')),
                ('category', models.CharField(choices=[('centralised', 'Centralised training'), ('collective', 'Collective study'), ('online', 'Online study'), ('exercise', 'Immersive exercise'), ('field', 'On-site teaching'), ('tutoring', 'Tutoring'), ('lecture', 'Lecture given'), ('other', 'Other')], max_length=12, verbose_name='category')),
                ('quarters', models.PositiveSmallIntegerField(verbose_name='quarters of an hour')),
                ('people', models.PositiveIntegerField(blank=True, null=True, verbose_name='participants')),
                ('evidence', models.CharField(blank=True, max_length=200, verbose_name='evidence')),
                ('source_ref', models.CharField(blank=True, max_length=120, verbose_name='ledger')),
                ('key', models.CharField(max_length=120, unique=True, verbose_name='key')),
                ('posted_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
                ('unit', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.place', verbose_name='unit')),
            ],
            options={
                'verbose_name': 'class from paper',
                'verbose_name_plural': 'classes from paper',
            },
        ),
        migrations.CreateModel(
            name='PaperClassWithdrawal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=200, verbose_name='reason for taking back')),
                ('at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='taken back at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
                ('paper_class', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='records.paperclass', verbose_name='class from paper')),
            ],
            options={
                'verbose_name': 'class from paper taken back',
                'verbose_name_plural': 'classes from paper taken back',
            },
        ),
        migrations.CreateModel(
            name='CompleteSince',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('since', models.DateField(verbose_name='data complete since')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('said_at', models.DateTimeField(default=django.utils.timezone.now, verbose_name='entered at')),
                ('actor_id', models.BigIntegerField(null=True, verbose_name='account')),
                ('actor_label', models.CharField(blank=True, max_length=120, verbose_name='who')),
                ('place', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='committees.place', verbose_name='place')),
            ],
            options={
                'verbose_name': 'since when data are complete',
                'verbose_name_plural': 'since when data are complete',
                'indexes': [models.Index(fields=['place', '-said_at'], name='complete_since_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('since__gte', datetime.date(1990, 1, 1))), name='complete_since_is_a_day')],
            },
        ),
        migrations.AddIndex(
            model_name='paperclass',
            index=models.Index(fields=['unit', 'year', 'begins_on'], name='paper_class_by_unit'),
        ),
        migrations.AddConstraint(
            model_name='paperclass',
            constraint=models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('begins_on'))), name='paper_class_ends_after_start'),
        ),
        migrations.AddConstraint(
            model_name='paperclass',
            constraint=models.CheckConstraint(condition=models.Q(('begins_on__year', models.F('year'))), name='paper_class_year_of_first_day'),
        ),
        migrations.AddConstraint(
            model_name='paperclass',
            constraint=models.CheckConstraint(condition=models.Q(('quarters__gt', 0)), name='paper_class_has_hours'),
        ),
    ]
