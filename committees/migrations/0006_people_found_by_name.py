"""Indexes for the directory: the order of pinyin, and each way of finding somebody by name."""

from typing import Any

from django.db import migrations, models

import committees.lookups

# What the lookups of committees.lookups compare. SQLite rebuilds tables and would lose indexes
# that no model names, and reads a small office's people fast enough without.
SOUNDS = "REPLACE(pinyin, ' ', '')"
GIVEN = "REPLACE(SUBSTR(pinyin, STRPOS(pinyin, ' ') + 1), ' ', '')"
INDEXES = {
    "person_by_sound": f"({SOUNDS} text_pattern_ops)",
    "person_by_given_sound": f"({GIVEN} text_pattern_ops)",
    "person_by_characters": "USING gin (string_to_array(name_zh, NULL))",
}


def add(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for name, what in INDEXES.items():
        schema_editor.execute(f"CREATE INDEX {name} ON committees_person {what}")


def remove(apps: Any, schema_editor: Any) -> None:
    if schema_editor.connection.vendor != "postgresql":
        return
    for name in INDEXES:
        schema_editor.execute(f"DROP INDEX {name}")


class Migration(migrations.Migration):
    dependencies = [("committees", "0005_succession")]

    operations = [
        migrations.AlterField(
            model_name="person",
            name="name_zh",
            field=committees.lookups.NameField(blank=True, max_length=50, verbose_name="name"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(fields=["pinyin", "id"], name="person_by_pinyin"),
        ),
        migrations.AddIndex(
            model_name="person",
            index=models.Index(
                fields=["initials"], name="person_by_initials", opclasses=["varchar_pattern_ops"]
            ),
        ),
        migrations.RunPython(add, remove),
    ]
