"""Two values of one rule never hold on one day: excluded by PostgreSQL, by triggers on SQLite."""

import core.overlap
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations


class NeedsBtreeGist(BtreeGistExtension):
    """Stays when the migration is undone: others may lean on it, and SQLite has no extensions."""

    def database_backwards(self, app_label, schema_editor, from_state, to_state):
        pass


class Migration(migrations.Migration):
    dependencies = [("committees", "0009_policies_without_overlap")]

    operations = [
        NeedsBtreeGist(),
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
