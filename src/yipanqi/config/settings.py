"""All settings. Secrets come from the environment or from the data directory, never from the repository."""

from __future__ import annotations

import os
import secrets
import sys
from pathlib import Path
from urllib.parse import unquote, urlparse

from django.core.exceptions import ImproperlyConfigured

PACKAGE = Path(__file__).resolve().parent.parent
DATA = Path(os.environ.get("YIPANQI_DATA") or "var").resolve()
DEBUG = os.environ.get("YIPANQI_DEBUG") == "1"
TESTING = "pytest" in sys.modules


def _secret(name: str, env: str) -> str:
    """A secret from the environment, else one generated once and kept in the data directory (mode 600)."""
    if os.environ.get(env):
        return os.environ[env]
    if TESTING:
        return "test-" + name
    path = DATA / name
    if not path.exists():
        DATA.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    return path.read_text().strip()


SECRET_KEY = _secret("secret.key", "YIPANQI_SECRET_KEY")
FIELD_KEYS = _secret("field.key", "YIPANQI_FIELD_KEYS").split(",")
ALLOWED_HOSTS = os.environ.get("YIPANQI_HOSTS", "*").split(",")
#: Addresses and networks of the proxies in front; only they may say in X-Forwarded-For who asks.
PROXIES = [p.strip() for p in os.environ.get("YIPANQI_PROXIES", "").split(",") if p.strip()]
#: Where the city is found, as https://…; addresses sent out begin with it.
SITE = os.environ.get("YIPANQI_SITE", "").rstrip("/")
#: Whether the host named by a request may stand in addresses although nobody checks it.
ANY_HOST_IS_OURS = DEBUG or TESTING or os.environ.get("YIPANQI_DEMO") == "1"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("YIPANQI_ORIGINS", "").split(",") if o]
SECURE = os.environ.get("YIPANQI_HTTPS") == "1"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 12 * 3600
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE else None
SECURE_HSTS_SECONDS = 31_536_000 if SECURE else 0
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

LOCAL_APPS = ["kernel", "people", "calendar", "standards", "places", "files", "messaging", "cases", "escalation", "rechecks", "inspections", "suggestions", "duplicates", "scoring", "batches", "burden", "teams", "volunteers", "activities", "rosters", "services", "points", "records", "interop", "mobile", "portal", "desk", "demo"]
INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    *(f"yipanqi.{name}" for name in LOCAL_APPS if (PACKAGE / name / "apps.py").exists()),
    "yipanqi.config",
]
MIDDLEWARE = [
    "yipanqi.config.health.signs_of_life",
    "yipanqi.config.proxies.client_address",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "yipanqi.config.middleware.security_headers",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "yipanqi.config.accounts.own_password",
    "yipanqi.config.middleware.not_kept",
    "yipanqi.config.middleware.no_nul",
    "yipanqi.config.middleware.one_reading",
    "yipanqi.config.middleware.refusals",
    "yipanqi.config.middleware.api_problems",
    "yipanqi.config.middleware.idempotent_writes",
]
ROOT_URLCONF = "yipanqi.config.urls"
WSGI_APPLICATION = "yipanqi.config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "django.template.context_processors.i18n",
                "yipanqi.config.context.page",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"


def database() -> dict[str, object]:
    """SQLite in the data directory, or PostgreSQL as DATABASE_URL says."""
    url = urlparse(os.environ.get("DATABASE_URL", ""))
    if url.scheme in ("postgresql", "postgres"):
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": url.path.lstrip("/"),
            "USER": unquote(url.username or ""),
            "PASSWORD": unquote(url.password or ""),
            "HOST": url.hostname or "",
            "PORT": str(url.port or ""),
            "CONN_MAX_AGE": 300,
            "CONN_HEALTH_CHECKS": True,
            # The database plans a statement once per connection instead of each time: half of its work in a case's life.
            # One that is out of reach, or falls silent, is given up within seconds instead of minutes.
            "OPTIONS": {
                "server_side_binding": True, "prepare_threshold": 5,
                "connect_timeout": 5, "keepalives_idle": 20, "keepalives_interval": 5, "keepalives_count": 3, "tcp_user_timeout": 20_000,
            },
        }
    if url.scheme:
        raise ImproperlyConfigured(f"DATABASE_URL begins with {url.scheme}://, which is not supported: use postgresql://…, or unset it for SQLite.")
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": DATA / "city.sqlite3",
        "CONN_MAX_AGE": None,
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;",
        },
        "TEST": {"NAME": str(Path(os.environ.get("YIPANQI_TEST_DB", "/dev/shm")) / f"yipanqi-test-{os.getpid()}.sqlite3") if TESTING and Path("/dev/shm").is_dir() else None},
    }


DATABASES = {"default": database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = (
    ["django.contrib.auth.hashers.MD5PasswordHasher"]
    if TESTING
    else ["django.contrib.auth.hashers.Argon2PasswordHasher", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
)
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator", "OPTIONS": {"user_attributes": ("username", "name")}},
    {"NAME": "yipanqi.config.passwords.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/inbox/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
#: The mail server, as smtp://name:password@host:587?tls (or ?ssl); without it no e-mail leaves the house.
MAIL = urlparse(os.environ.get("YIPANQI_EMAIL_URL", ""))
EMAIL_HOST, EMAIL_PORT = MAIL.hostname or "", MAIL.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(MAIL.username or ""), unquote(MAIL.password or "")
EMAIL_USE_TLS, EMAIL_USE_SSL, EMAIL_TIMEOUT = "tls" in MAIL.query, "ssl" in MAIL.query, 20
DEFAULT_FROM_EMAIL = os.environ.get("YIPANQI_EMAIL_FROM") or EMAIL_HOST_USER or "yipanqi@localhost"
#: Whether a chat group's own gateway may be reached without TLS: where it stands in the same network.
PLAIN_GATEWAY = os.environ.get("YIPANQI_PLAIN_GATEWAY") == "1"
#: Own gateways that chat groups may be told through, by host: nobody makes the server call another address of their choice.
CHAT_HOSTS = [h.strip().lower() for h in os.environ.get("YIPANQI_CHAT_HOSTS", "").split(",") if h.strip()]
#: Push services of browsers beside the usual ones that notes may be handed to, by host.
PUSH_HOSTS = [h.strip().lower() for h in os.environ.get("YIPANQI_PUSH_HOSTS", "").split(",") if h.strip()]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "yipanqi.config.accounts.AccountAdapter"
ACCOUNT_RATE_LIMITS = {"login_failed": "60/5m/ip,5/5m/key"}  # a whole office may share one address
ACCOUNT_FORMS = {
    "login": "yipanqi.config.account_forms.SignIn",
    "change_password": "yipanqi.config.account_forms.ChangePassword",
    "reauthenticate": "yipanqi.config.account_forms.PasswordAgain",
}
ACCOUNT_USER_MODEL_EMAIL_FIELD = "email"
ACCOUNT_LOGOUT_REDIRECT_URL = "/"
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "Yipanqi"
MFA_ADAPTER = "yipanqi.config.accounts.SecondFactorAdapter"
MFA_FORMS = {
    "authenticate": "yipanqi.config.account_forms.Code",
    "reauthenticate": "yipanqi.config.account_forms.CodeAgain",
    "activate_totp": "yipanqi.config.account_forms.FirstCode",
}
USERSESSIONS_TRACK_ACTIVITY = False

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}
    if TESTING
    else {"BACKEND": "django.core.cache.backends.filebased.FileBasedCache", "LOCATION": str(DATA / "cache"), "OPTIONS": {"MAX_ENTRIES": 10_000}}
}
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
LOCALE_PATHS = [PACKAGE / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
STATIC_URL = "/static/"
STATICFILES_DIRS = [PACKAGE / "static"] if (PACKAGE / "static").exists() else []
STATIC_ROOT = DATA / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600
MEDIA_ROOT = DATA / "files"
JOURNAL_HEAD = None if TESTING else DATA / "journal.head"  # the newest seals, outside the database
COUNTERS_ROOT = DATA / "counters"  # how often senders did things this hour
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None if TESTING else DATA / "uploads"  # the server makes it; what it leaves there when it is struck down is cleaned up daily
SILENCED_SYSTEM_CHECKS = ["files.E001"]  # FILE_UPLOAD_TEMP_DIR is not there before the server has made it
CITY_NAME = os.environ.get("YIPANQI_CITY", "")
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
