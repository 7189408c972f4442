"""Settings of the tests: the portal's own, with cheap passwords and a database per test process.

TEST_DATABASE_URL names a PostgreSQL server (databases are made beside the named one and removed),
TEST_REDIS_URL a Redis that may be emptied. Without them: SQLite files and memory.
"""

import os
from pathlib import Path

WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
os.environ.setdefault("DEBUG", "1")
os.environ.setdefault("VAR_DIR", str(Path(__file__).resolve().parent.parent / "var" / "tests"))
if os.environ.get("TEST_DATABASE_URL"):
    os.environ["DATABASE_URL"] = os.environ["TEST_DATABASE_URL"]
# Never the Redis that a developer's shell names: tests empty theirs.
os.environ["REDIS_URL"] = ""
if os.environ.get("TEST_REDIS_URL"):
    number = int(WORKER.removeprefix("gw")) + 1 if WORKER.startswith("gw") else 0
    os.environ["REDIS_URL"] = os.environ["TEST_REDIS_URL"].rpartition("/")[0] + f"/{number}"

from trainingbase.settings import *
from trainingbase.settings import VAR_DIR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
MEDIA_ROOT = VAR_DIR / "test-media" / WORKER
CELERY_TASK_ALWAYS_EAGER = True
CELERY_TASK_EAGER_PROPAGATES = True
# WhiteNoise warns of a missing folder, and warnings are errors here.
(VAR_DIR / "static").mkdir(parents=True, exist_ok=True)
