"""How gunicorn serves the portal; used by dev.py and docker-compose.yml alike.

The application is loaded once and the workers are forked from it, so that they share its pages
of memory; what a first request would still load is loaded before the fork as well.
"""

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gunicorn.arbiter import Arbiter

bind = f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY", "2"))
threads = 2
worker_class = "gthread"
preload_app = True
# Slow leaks end here; the jitter keeps the workers from pausing together.
max_requests = 5000
max_requests_jitter = 500
timeout = 60
graceful_timeout = 10
keepalive = 5
accesslog = None  # addresses of people are personal data; the proxy may keep them
errorlog = "-"
control_socket_disable = True
# The heartbeat file of a worker must not wait for a slow disk.
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108
forwarded_allow_ips = os.environ.get("FORWARDED_ALLOW_IPS", "127.0.0.1,::1")


def when_ready(server: "Arbiter") -> None:
    """Load routes, template tags and catalogues before the fork, and keep the collector from
    copying pages."""
    from django.conf import settings
    from django.template import Engine
    from django.urls import get_resolver
    from django.utils import translation

    assert get_resolver().url_patterns
    assert Engine.get_default().template_context_processors
    for code, _ in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("")
    gc.collect()
    gc.freeze()
    # A page makes some thousand objects and hardly a cycle: looking for them every 700 costs 5 %.
    gc.set_threshold(10_000, 20, 20)
