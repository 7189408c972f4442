"""Two values of one rule never hold on one day: excluded by PostgreSQL, by triggers on SQLite."""

import core.overlap
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("committees", "0009_policies_without_overlap")]

    operations = [
        BtreeGistExtension(),
        migrations.RemoveConstraint(
            model_name='policyvalue',
            name='policy_once_a_day_in_a_district',
        ),
        migrations.RemoveConstraint(
            model_name='policyvalue',
            name='policy_once_a_day_everywhere',
        ),
        migrations.AddConstraint(
            model_name='policyvalue',
            constraint=core.overlap.NoOverlap(end='to_on', keys=('key',), name='policy_one_value_a_day', nullable=('district',), start='from_on'),
        ),
    ]
