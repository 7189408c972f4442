"""What the database knows of how full its tables are.

PostgreSQL plans with figures that its own housekeeping renews a minute after a load, and a
connection keeps the plans of its prepared queries (docs/adr/0064) until then: plans for empty
tables. The first page after 5,890 people came in would be the slowest of the year; in a test a
query of the home page took minutes.
"""

from __future__ import annotations

from django.apps import apps
from django.db import connection

MANY = 200  # rows written at once from which on a plan made before may be a poor one


def renew() -> None:
    """Count what stands in the tables of the portal now (a sample of each, under a second for a
    city); plans made before are made anew. SQLite keeps no plans and asks for nothing."""
    if connection.vendor != "postgresql":
        return
    models = apps.get_models(include_auto_created=True)
    tables = sorted({model._meta.db_table for model in models if model._meta.managed})
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE " + ", ".join(map(connection.ops.quote_name, tables)))
