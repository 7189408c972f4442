"""The floor: a bare Django project in one file, with what no signed-in page can do without.

One view, a session, a user, a table of 50 rows from the database, one plain template. The portal's
pages are measured as multiples of what this costs under the same gunicorn and PostgreSQL.

`prepare` makes its tables and rows and a signed-in session.
"""

from __future__ import annotations

import os
from datetime import date, timedelta
from typing import ClassVar

import django
import environ
from django.conf import settings
from django.urls import path

ROWS, LENGTH = 1_000, 50
PAGE = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Floor</title></head>
<body><h1>Floor</h1><p>{{ user.username }}</p>
<table><thead><tr><th>Title</th><th>Place</th><th>Begins</th><th>Ends</th><th>Seats</th></tr></thead>
<tbody>{% for row in rows %}<tr><td>{{ row.title }}</td><td>{{ row.place }}</td>
<td>{{ row.begins_on|date:"Y-m-d" }}</td><td>{{ row.ends_on|date:"Y-m-d" }}</td>
<td>{{ row.seats }}</td></tr>{% endfor %}</tbody></table></body></html>"""

settings.configure(
    DEBUG=False,
    SECRET_KEY="floor-" * 8,
    ALLOWED_HOSTS=["127.0.0.1"],
    ROOT_URLCONF="benchmarks.floor",
    INSTALLED_APPS=[
        "django.contrib.auth",
        "django.contrib.contenttypes",
        "django.contrib.sessions",
    ],
    MIDDLEWARE=[
        "django.contrib.sessions.middleware.SessionMiddleware",
        "django.middleware.common.CommonMiddleware",
        "django.contrib.auth.middleware.AuthenticationMiddleware",
    ],
    DATABASES={
        "default": environ.Env.db_url_config(os.environ["FLOOR_DATABASE_URL"])
        | {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    },
    DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "OPTIONS": {
                "context_processors": ["django.contrib.auth.context_processors.auth"],
                "loaders": [("django.template.loaders.locmem.Loader", {"page.html": PAGE})],
            },
        }
    ],
    USE_TZ=True,
    LANGUAGES=[("en", "English")],
)
django.setup()

from django.contrib.auth.decorators import login_required  # noqa: E402
from django.core.wsgi import get_wsgi_application  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.http import HttpRequest, HttpResponse  # noqa: E402
from django.shortcuts import render  # noqa: E402


class Row(models.Model):
    title = models.CharField(max_length=160)
    place = models.CharField(max_length=80)
    begins_on = models.DateField()
    ends_on = models.DateField()
    seats = models.IntegerField()

    objects: ClassVar[models.Manager[Row]] = models.Manager()

    class Meta:
        app_label = "floor"

    def __str__(self) -> str:
        return self.title


@login_required
def page(request: HttpRequest) -> HttpResponse:
    return render(request, "page.html", {"rows": Row.objects.order_by("pk")[:LENGTH]})


urlpatterns = [path("", page)]
application = get_wsgi_application()


def prepare() -> str:
    """Make tables, rows, a user and a session; returns the session's key."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.auth.models import User
    from django.contrib.sessions.backends.db import SessionStore
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    with connection.schema_editor() as editor:
        editor.create_model(Row)
    first = date(2026, 1, 5)
    Row.objects.bulk_create(
        Row(
            title=f"居民区党组织书记专题培训班 {number}",
            place=f"党群服务中心 {number % 12} 号教室",
            begins_on=first + timedelta(days=number),
            ends_on=first + timedelta(days=number + 1),
            seats=40 + number % 20,
        )
        for number in range(ROWS)
    )
    user = User.objects.create(username="floor")
    session = SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    return str(session.session_key)
