"""All settings, typed and read from the environment; the defaults are those of a production server.

Every variable is described in docs/reference/settings.md; a test holds the two together.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import unquote, urlsplit


def _flag(name: str, default: bool = False) -> bool:
    return os.environ.get(name, "1" if default else "0").strip().lower() in {"1", "true", "yes", "on"}


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


SAMSYN_HOME = Path(os.environ.get("SAMSYN_HOME", "var")).resolve()
# The demo turns on the demo accounts and the demo workspaces; never on a server with real work.
SAMSYN_DEMO = _flag("SAMSYN_DEMO")
DEBUG = _flag("SAMSYN_DEBUG")


def _secret_key() -> str:
    key = os.environ.get("SAMSYN_SECRET_KEY", "")
    if key or not SAMSYN_DEMO:
        return key  # empty outside the demo: the system check samsyn.E001 says what to do
    kept = SAMSYN_HOME / "secret-key"
    if not kept.exists():
        SAMSYN_HOME.mkdir(parents=True, exist_ok=True)
        kept.write_text(secrets.token_urlsafe(50), encoding="utf-8")
        kept.chmod(0o600)
    return kept.read_text(encoding="utf-8")


SECRET_KEY = _secret_key() or "not-set-see-samsyn.E001"
ALLOWED_HOSTS = _list("SAMSYN_HOSTS", "127.0.0.1,localhost,[::1],testserver" if SAMSYN_DEMO or DEBUG else "")


def _database() -> dict[str, object]:
    address = os.environ.get("SAMSYN_DATABASE_URL", "")
    if not address:
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": SAMSYN_HOME / "samsyn.sqlite3",
            "OPTIONS": {
                # Without IMMEDIATE a transaction that starts by reading fails at once when it meets a writer.
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    parts = urlsplit(address)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or "",
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "ninja",
    "samsyn.web.ui",
    "samsyn.web.people",
    "samsyn.web.places",
    "samsyn.web.facts",
    "samsyn.web.cooperation",
    "samsyn.web.work",
    "samsyn.web.insight",
    "samsyn.web.desk",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "samsyn.web.ui.middleware.SecurityHeaders",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "samsyn.web.ui.offline.SignOutThatWaited",
    "samsyn.web.people.middleware.Language",
    "django.contrib.messages.middleware.MessageMiddleware",
    "samsyn.web.people.middleware.ActorOfTheAddress",
]

ROOT_URLCONF = "samsyn.web.urls"
WSGI_APPLICATION = "samsyn.web.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "samsyn.web.ui.context.page",
            ],
            "builtins": ["django.templatetags.i18n", "samsyn.web.ui.templatetags.samsyn"],
        },
    }
]

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["django.contrib.auth.backends.ModelBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "sign-in"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "sign-in"

LANGUAGE_CODE = "sv"
LANGUAGES = [("sv", "Svenska"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Stockholm"
USE_THOUSAND_SEPARATOR = False
FORMAT_MODULE_PATH = ["samsyn.web.ui.formats"]

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = DEBUG
MEDIA_ROOT = SAMSYN_HOME / "media"

# Behind TLS in production; the demo is served on this machine alone, without it.
_SECURE = not (SAMSYN_DEMO or DEBUG)
SESSION_COOKIE_SECURE = _SECURE
CSRF_COOKIE_SECURE = _SECURE
SECURE_SSL_REDIRECT = _SECURE
SECURE_HSTS_SECONDS = 31_536_000 if _SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = _SECURE
SECURE_HSTS_PRELOAD = _SECURE
if _flag("SAMSYN_BEHIND_PROXY"):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 12
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "samsyn.web.ui.views.csrf_failure"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# Where the service is reached: links in e-mails begin with it.
SAMSYN_ADDRESS = os.environ.get("SAMSYN_ADDRESS", "http://127.0.0.1:8010")


def _mail_server() -> dict[str, object]:
    address = os.environ.get("SAMSYN_SMTP_URL", "")
    if not address:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    parts = urlsplit(address)
    implicit = parts.scheme == "smtps"
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname or "localhost",
        "EMAIL_PORT": parts.port or (465 if implicit else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": implicit,
        # A server inside the own network may lack TLS; that has to be said in the address.
        "EMAIL_USE_TLS": not implicit and parts.query != "plain",
        "EMAIL_TIMEOUT": 15,
    }


globals().update(_mail_server())
# Without a mail server nothing is sent and the queue waits; the demo prints its e-mails.
SAMSYN_SENDS_MAIL = bool(os.environ.get("SAMSYN_SMTP_URL")) or SAMSYN_DEMO or DEBUG
DEFAULT_FROM_EMAIL = os.environ.get("SAMSYN_MAIL_FROM", "Samsyn <ingen-svarar@localhost>")

# Person-based counts below this number are not shown outside the working group (3 to 20).
SAMSYN_SUPPRESSION_THRESHOLD = int(os.environ.get("SAMSYN_SUPPRESSION_THRESHOLD", "5"))
# Months that a place which has ceased to be a scene stays under watch.
SAMSYN_WATCH_MONTHS = int(os.environ.get("SAMSYN_WATCH_MONTHS", "24"))

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    # "Not found" and "Bad request" print the address, and somebody may have typed a person's number into it.
    "loggers": {"django.request": {"level": "ERROR"}, "django.security": {"level": "ERROR"}},
    "root": {"handlers": ["console"], "level": os.environ.get("SAMSYN_LOG_LEVEL", "WARNING")},
}
