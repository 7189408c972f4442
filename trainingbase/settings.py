"""Settings: read from the environment only; every name is listed in docs/settings.md."""

from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from kombu.entity import Queue

from core.logs import logging_config

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = Path(env("VAR_DIR", default=str(BASE_DIR / "var")))

# --- What kind of place this is ---------------------------------------------------------------
DEBUG = env.bool("DEBUG", default=False)
# The demonstration: real program, invented life, loopback only (dev.py sees to that).
DEMO = env.bool("DEMO", default=False)
LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "testserver"}
DEVELOPMENT_KEY = "development-only-never-in-production"

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=sorted(LOOPBACK) if DEBUG else [])
SECRET_KEY = env("SECRET_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
# Keys for personal fields: the first encrypts, all decrypt, the last (oldest) keys the index.
FIELD_KEYS = env.list("FIELD_KEYS", default=[DEVELOPMENT_KEY] if DEBUG else [])
AUDIT_KEY = env("AUDIT_KEY", default=DEVELOPMENT_KEY if DEBUG else "")
# How far the audit chain has come, noted outside the database (core.anchor).
AUDIT_ANCHOR = env("AUDIT_ANCHOR", default=str(VAR_DIR / "audit-anchor.json"))

if DEBUG and not set(ALLOWED_HOSTS) <= LOOPBACK:
    raise ImproperlyConfigured(
        "DEBUG=1 shows secrets to visitors, so it only runs on this machine. "
        "Remove DEBUG, or leave only loopback names in ALLOWED_HOSTS."
    )
if DEMO and not set(ALLOWED_HOSTS) <= LOOPBACK:
    raise ImproperlyConfigured(
        "DEMO=1 prints passwords and sends cookies without TLS, so it only runs on this machine. "
        "Remove DEMO, or leave only loopback names in ALLOWED_HOSTS."
    )
if not DEBUG:
    for name, value in (
        ("SECRET_KEY", [SECRET_KEY]),
        ("FIELD_KEYS", FIELD_KEYS or [""]),
        ("AUDIT_KEY", [AUDIT_KEY]),
    ):
        if any(len(key) < 32 or key == DEVELOPMENT_KEY for key in value):
            raise ImproperlyConfigured(
                f"{name} is missing, shorter than 32 characters, or the development key. "
                "Set it to a long random text of your own."
            )
    if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured(
            "ALLOWED_HOSTS is empty or '*'. Name the hosts this portal answers for."
        )

# --- Applications -----------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "committees",
    "accounts",
    "notices",
    "records",
    "tutors",
    "courses",
    "dashboards",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "ninja",
    "template_partials",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.health_before_hosts",
    "core.middleware.one_line_per_request",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Deny by default: a public view says so with @login_not_required.
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.signed_out_when_left_alone",
    "accounts.middleware.person_at_the_desk",
    "accounts.middleware.second_factor_first",
    "django_htmx.middleware.HtmxMiddleware",
]

ROOT_URLCONF = "trainingbase.urls"
WSGI_APPLICATION = "trainingbase.wsgi.application"
ASGI_APPLICATION = "trainingbase.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "core.context_processors.shell",
            ],
            "builtins": [
                "core.templatetags.house",
                "core.templatetags.rows",
                "template_partials.templatetags.partials",
            ],
        },
    }
]

# --- Data -------------------------------------------------------------------------------------
DATABASES = {
    "default": env.db_url(
        "DATABASE_URL", default=f"sqlite:///{(VAR_DIR / 'db.sqlite3').as_posix()}"
    )
}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    # Writers queue instead of failing, readers never wait (187 of 200 writes failed without).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; "
        "PRAGMA cache_size=-16000;",
    }
    # Threads in tests need a file: an in-memory database locks whole tables.
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
else:
    DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
    # PostgreSQL takes the disk for one with arms, on which 26 reads of an index cost more than
    # reading everybody (a sub-district's list: 4.4 ms instead of 0.4). Options of the URL stand.
    DATABASES["default"].setdefault("OPTIONS", {}).setdefault("options", "-c random_page_cost=1.1")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default="")
if REDIS_URL:
    CACHES = {
        "default": {
            "BACKEND": "core.cache.FaultTolerantRedisCache",
            "LOCATION": REDIS_URL.replace("redis+socket://", "unix://"),
            "KEY_PREFIX": "tb",
            "OPTIONS": {"socket_connect_timeout": 0.5, "socket_timeout": 0.5},
        }
    }
else:
    CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}

STATIC_URL = "static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
MEDIA_ROOT = Path(env("MEDIA_ROOT", default=str(VAR_DIR / "media")))

# --- Sign-in ----------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
# User names are unique without regard to case: by an index on their lower case, not by the field.
# W040: SQLite leaves out an index with further columns, and has another that serves it.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "models.W040"]
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "accounts.validators.LocalWordsValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
SOCIALACCOUNT_ADAPTER = "accounts.adapter.SocialAccountAdapter"
ACCOUNT_LOGIN_METHODS = {"username", "email", "phone"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_REAUTHENTICATION_TIMEOUT = 600
USERSESSIONS_TRACK_ACTIVITY = False
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = DEBUG or DEMO
# A class signs in behind one address; a passkey has no secret that could be guessed.
MFA_RATE_LIMITS = {"webauthn_login": "300/m/ip"}
MFA_FORMS = {
    "authenticate": "accounts.forms.AuthenticateForm",
    "reauthenticate": "accounts.forms.ReauthenticateForm",
}
ACCOUNT_FORMS = {"login": "accounts.forms.LoginForm"}
# Guesses are counted in the database (accounts.throttle); allauth's own counters live in the cache
# and stay only as a second net for codes.
ACCOUNT_RATE_LIMITS = {"login": None, "login_failed": "10/300s/key"}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if env.bool("TRUSTED_PROXY", default=False) else 0
# System administrators, districts and auditors add a second factor before they go on.
REQUIRE_SECOND_FACTOR = env.bool("REQUIRE_SECOND_FACTOR", default=not (DEBUG or DEMO))
SOCIALACCOUNT_PROVIDERS: dict[str, object] = {}
OIDC_HOST: list[str] = []
if env("OIDC_SERVER_URL", default=""):
    OIDC_HOST = ["{0.scheme}://{0.netloc}".format(urlsplit(env("OIDC_SERVER_URL")))]
    SOCIALACCOUNT_PROVIDERS["openid_connect"] = {
        "APPS": [
            {
                "provider_id": "oidc",
                "name": env("OIDC_NAME", default="OIDC"),
                "client_id": env("OIDC_CLIENT_ID"),
                "secret": env("OIDC_CLIENT_SECRET"),
                "settings": {"server_url": env("OIDC_SERVER_URL")},
            }
        ]
    }

# --- Safety -----------------------------------------------------------------------------------
COOKIES_SECURE = not (DEBUG or DEMO)
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_NAME = "__Host-session" if COOKIES_SECURE else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if COOKIES_SECURE else "csrf"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = COOKIES_SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
# Left alone for so long, a desk is signed out; each act begins the time anew (docs/adr/0107).
IDLE_MINUTES = env.int("IDLE_MINUTES", default=60)
LONGEST_SESSION = 12 * 3600
if not 10 <= IDLE_MINUTES <= LONGEST_SESSION // 60:
    raise ImproperlyConfigured(
        f"IDLE_MINUTES is {IDLE_MINUTES}; allowed are 10 to {LONGEST_SESSION // 60} minutes."
    )
SESSION_COOKIE_AGE = IDLE_MINUTES * 60
LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
CSRF_FAILURE_VIEW = "core.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if env.bool("TRUSTED_PROXY", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
if COOKIES_SECURE:
    SECURE_SSL_REDIRECT = env.bool("SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = env.int("HSTS_SECONDS", default=31536000)
    SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        # Signing in with an outside service is a form that leads on to its host.
        "form-action": [SELF, *OIDC_HOST],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2000

# --- Language and time ------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "locale"]
FORMAT_MODULE_PATH = ["core.formats"]

# --- Messages out -----------------------------------------------------------------------------
EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default="portal@localhost")
QUIET_HOURS = (21, 8)  # no e-mail or SMS from 21:00 to 08:00 (domain rule, assumed)
PORTAL_URL = env("PORTAL_URL", default="http://127.0.0.1:8000")

# --- Background work (figures measured; see docs/adr) -----------------------------------------
CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_IGNORE_RESULT = True
# A ring is not acknowledged: what is due stands in rows and beat rings again. An acknowledgement
# that fails while Redis is frozen was seen to stop a worker for good (its one slot stays taken).
CELERY_TASK_QUEUES = [
    Queue(name, no_ack=True)  # type: ignore[no-untyped-call]
    for name in ("quick", "heavy")
]
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SOFT_TIME_LIMIT = 240
CELERY_TASK_TIME_LIMIT = 300
CELERY_WORKER_SOFT_SHUTDOWN_TIMEOUT = 30
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = "UTC"
CELERY_TASK_DEFAULT_QUEUE = "quick"
CELERY_TASK_ROUTES = {"core.tasks.run_jobs": {"queue": "heavy"}}
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_PUBLISH_RETRY = True
PUBLISH_RETRY = {"max_retries": 1, "interval_start": 0, "interval_step": 0.1, "interval_max": 0.1}
CELERY_TASK_PUBLISH_RETRY_POLICY = PUBLISH_RETRY
CELERY_BROKER_TRANSPORT_OPTIONS = PUBLISH_RETRY | {
    "visibility_timeout": 900,
    "unacked_restore_interval": 10,
    "unacked_restore_throttle": 1,
    "global_keyprefix": "tb:",
    "socket_connect_timeout": 1,
    "socket_timeout": 1,
    "retry_on_timeout": False,
}
LOGGING_CONFIG = "logging.config.dictConfig"
LOGGING = logging_config(debug=DEBUG)

# --- The house --------------------------------------------------------------------------------
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
# Footer of every page; a part that is empty is not shown.
HOST_UNIT = env("HOST_UNIT", default="")
HOST_CONTACT = env("HOST_CONTACT", default="")
ICP_NUMBER = env("ICP_NUMBER", default="")
POLICE_FILING_NUMBER = env("POLICE_FILING_NUMBER", default="")
