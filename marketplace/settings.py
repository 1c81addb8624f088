"""All settings, read once from the environment. README.md lists the variables.

``MARKETPLACE_ENV`` is ``development`` (default: safe on loopback only, everything has a default) or ``production``
(nothing secret has a default, and what is missing stops the start).
"""

from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from marketplace import env, logs, schedule
from marketplace.embedded import addresses

BASE_DIR = Path(__file__).resolve().parent.parent
ENVIRONMENT = env.choice("MARKETPLACE_ENV", "development", ["development", "production"])
PRODUCTION = ENVIRONMENT == "production"
DEBUG = env.flag("DEBUG", default=False)
if DEBUG and PRODUCTION:
    raise ImproperlyConfigured("DEBUG may not be on in production.")

MARKETPLACE_HOME = env.path("MARKETPLACE_HOME", BASE_DIR / ".local")
"""Folder of the embedded servers' data, uploads and development mail."""
MARKETPLACE_DATA = env.path("MARKETPLACE_DATA", BASE_DIR.parent / "shared" / "data")
"""Folder of open data for tests and benchmarks; may be absent."""

SECRET_KEY = env.text("SECRET_KEY", None if PRODUCTION else "development-only-" + "x" * 50)
if PRODUCTION and len(SECRET_KEY) < 50:
    raise ImproperlyConfigured("SECRET_KEY must have at least 50 characters.")
PORT = env.integer("PORT", 8000, least=1, most=65535)
SITE_URL = env.url("SITE_URL", None if PRODUCTION else f"http://localhost:{PORT}", ["http", "https"])
if SITE_URL.path.strip("/") or SITE_URL.query or SITE_URL.fragment:
    raise ImproperlyConfigured("SITE_URL ends with the host: the site lies at the root of its address.")
SITE_ORIGIN = f"{SITE_URL.scheme}://{SITE_URL.netloc}"
"""Address that links in mail start from, without a slash at the end."""
ALLOWED_HOSTS = env.names(
    "ALLOWED_HOSTS", [SITE_URL.hostname or ""] if PRODUCTION else ["localhost", "127.0.0.1", "[::1]", "testserver"]
)
CSRF_TRUSTED_ORIGINS = [SITE_ORIGIN]
TRUSTED_PROXIES = env.integer("TRUSTED_PROXIES", 1 if PRODUCTION else 0, most=10)
"""How many reverse proxies stand one behind the other in front, whose X-Forwarded-… headers are believed."""

INSTALLED_APPS = [
    # Ours hides the HTTP library of the same name: see requests/apps.py. Ahead of all that looks for the library.
    "requests.apps.RequestsConfig",
    "marketplace.apps.MarketplaceConfig",
    "marketplace.demo.apps.DemoConfig",
    "insights",
    "engagements",
    "messaging",
    "services",
    "notifications",
    "attachments",
    "accounts",
    "sitesettings",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "axes",
    "csp",
    "django_cotton",
    "django_htmx",
    "django_prometheus",
    "django_structlog",
    "lucide",
    "rest_framework",
    "drf_spectacular",
]

MIDDLEWARE = [
    "django_structlog.middlewares.RequestMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "marketplace.middleware.PolicyMiddleware",
    "marketplace.middleware.StorableInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.MemberMiddleware",
    "axes.middleware.AxesMiddleware",
    "marketplace.ui.errors.DomainErrors",
]

ROOT_URLCONF = "marketplace.urls"
WSGI_APPLICATION = "marketplace.wsgi.application"
ASGI_APPLICATION = "marketplace.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "marketplace" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "csp.context_processors.nonce",
                "sitesettings.context.site",
                "notifications.context.bell",
                "services.context.provider",
                "messaging.context.inbox",
            ],
            "builtins": ["marketplace.templatetags.ui", "marketplace.templatetags.kept"],
            "libraries": {
                "i18n": "marketplace.templatetags.quick_i18n",
                "static": "marketplace.templatetags.quick_static",
            },
        },
    }
]

# --- Data -------------------------------------------------------------------------------------------------------------

DATABASE_URL = env.text("DATABASE_URL", None if PRODUCTION else addresses.database_url(MARKETPLACE_HOME))
DATABASES = {"default": addresses.django_database(DATABASE_URL)}
DATABASES["default"]["CONN_MAX_AGE"] = env.integer("DB_CONN_MAX_AGE", 60)
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
SEARCH_ENGINE = env.choice("SEARCH_ENGINE", "columns", ["columns", "postgresql"])
"""Who finds pages: PostgreSQL, or each process by itself from files of columns (services/search/engines)."""
SEARCH_DIR = env.path("SEARCH_DIR", MARKETPLACE_HOME / "search")
"""Where these files are: one folder for all processes."""
PUBLISHING_TIMEOUT = "10s"
"""How long a transaction that publishes a request may take, in PostgreSQL's notation."""
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.text("REDIS_URL", None if PRODUCTION else addresses.redis_url(MARKETPLACE_HOME))
"""Server of the broker and the live stream; ``CACHE_URL`` may name another one for the cache."""
env.checked("REDIS_URL", REDIS_URL, addresses.REDIS)
CACHE_URL = env.text("CACHE_URL", addresses.with_redis_database(REDIS_URL, 1))
env.checked("CACHE_URL", CACHE_URL, addresses.REDIS)
REDIS_PREFIX = env.text("REDIS_PREFIX", "marketplace")
"""Prefix of cache keys, queue names and channels, so that several installations and test workers share a server."""
CACHES = {
    "default": {
        "BACKEND": "marketplace.cache.ForgivingRedisCache",
        "LOCATION": CACHE_URL,
        "KEY_PREFIX": REDIS_PREFIX,
        "OPTIONS": {"socket_timeout": 0.5, "socket_connect_timeout": 0.5},
    }
}

SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 30

# --- Background work --------------------------------------------------------------------------------------------------

CELERY_BROKER_URL = addresses.celery_url(REDIS_URL)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": 120,
    "global_keyprefix": f"{REDIS_PREFIX}:",
    # Of workers and beat. What web processes send goes through marketplace.tasks.enqueue, which waits less.
    "socket_timeout": 5,
    "socket_connect_timeout": 5,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_DB_REUSE_MAX = 1000
CELERY_TASK_TIME_LIMIT = 110
CELERY_TASK_DEFAULT_QUEUE = "bulk"
CELERY_TASK_ROUTES = {
    "requests.matching.tasks.*": {"queue": "matching"},
    "notifications.tasks.send_*": {"queue": "mail"},
    "notifications.tasks.*": {"queue": "notification"},
}
QUEUES = ["matching", "notification", "mail", "bulk"]
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"
"""Keeps nothing on disk: every periodic task finds out from the database what there is to do."""
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULE = schedule.SCHEDULE

# --- Mail -------------------------------------------------------------------------------------------------------------

EMAIL_URL = env.text("EMAIL_URL", None if PRODUCTION else "development://")
"""``smtp://user:password@host:port`` (``?tls=1``: STARTTLS), ``smtps://…``, or ``development://`` for /dev/mail/."""
globals().update(addresses.django_email(EMAIL_URL))
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.sender("DEFAULT_FROM_EMAIL", f"marketplace@{SITE_URL.hostname}")
SERVER_EMAIL = DEFAULT_FROM_EMAIL

PUSH_SERVICES = env.names(
    "PUSH_SERVICES",
    [
        *("fcm.googleapis.com", "updates.push.services.mozilla.com", ".push.services.mozilla.com"),
        *(".push.apple.com", ".notify.windows.com"),
        *([] if PRODUCTION else ["localhost", "127.0.0.1"]),
    ],
)
"""Hosts that push messages may be handed to; a name that begins with a dot stands for all hosts below it."""

# --- Members ----------------------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.Member"
# Addresses are unique whatever their case, by a constraint that auth.W004 overlooks; and templates.W003 is about
# the tag libraries that TEMPLATES puts in the place of Django's.
SILENCED_SYSTEM_CHECKS = ["auth.W004", "templates.W003"]
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "accounts.forms.SignupForm"
ACCOUNT_FORMS = {
    "login": "accounts.entrance_forms.LoginForm",
    "signup": "accounts.entrance_forms.SignupForm",
    "add_email": "accounts.entrance_forms.AddEmailForm",
    "change_password": "accounts.entrance_forms.ChangePasswordForm",
    "set_password": "accounts.entrance_forms.SetPasswordForm",
    "reset_password": "accounts.entrance_forms.ResetPasswordForm",
    "reset_password_from_key": "accounts.entrance_forms.ResetPasswordKeyForm",
    "reauthenticate": "accounts.entrance_forms.ReauthenticateForm",
    "change_email": "accounts.entrance_forms.ChangeEmailForm",
    "confirm_email_verification_code": "accounts.entrance_forms.ConfirmCodeForm",
}
# A code typed into the same tab: nobody loses what she had begun by opening a link in another browser.
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_ENABLED = True
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_MAX_ATTEMPTS = 5
ACCOUNT_EMAIL_VERIFICATION_BY_CODE_TIMEOUT = 60 * 60
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_RESEND = True
ACCOUNT_EMAIL_VERIFICATION_SUPPORTS_CHANGE = True
ACCOUNT_LOGIN_TIMEOUT = 60 * 60
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 60 * 15
ACCOUNT_UNIQUE_EMAIL = True
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_ADAPTER = "notifications.account_mail.AccountAdapter"

RATE_LIMITS = env.flag("RATE_LIMITS", default=True)
if PRODUCTION and not RATE_LIMITS:
    raise ImproperlyConfigured("RATE_LIMITS may not be off in production.")
# In the cache, so they fail open; wrong passwords are counted in the database, by axes.
ACCOUNT_RATE_LIMITS = {"login_failed": ""} if RATE_LIMITS else False
AXES_ENABLED = RATE_LIMITS
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 8
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_USERNAME_CALLABLE = "accounts.throttling.attempted_name"
AXES_CLIENT_IP_CALLABLE = "marketplace.network.client_address"
AXES_LOCKOUT_CALLABLE = "accounts.throttling.refuse_attempt"
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the waiting time that the message names is the true one
AXES_DISABLE_ACCESS_LOG = True
AXES_ENABLE_ADMIN = False  # accounts.admin shows the attempts

# --- Search -----------------------------------------------------------------------------------------------------------

EMBEDDER = env.choice("EMBEDDER", "static", ["static", "transformer"])
"""What turns texts into vectors: the shipped table, or the sentence model, for which two packages must be installed."""

# --- Sentences --------------------------------------------------------------------------------------------------------

SENTENCE_MODEL_URL = env.text("SENTENCE_MODEL_URL", "")
"""Base address of a server that speaks OpenAI's API, such as http://localhost:11434/v1; empty: none is asked."""
SENTENCE_MODEL = env.text("SENTENCE_MODEL", "default")
SENTENCE_MODEL_KEY = env.text("SENTENCE_MODEL_KEY", "")
if SENTENCE_MODEL_URL:
    env.checked("SENTENCE_MODEL_URL", SENTENCE_MODEL_URL, ["http", "https"])

# --- API --------------------------------------------------------------------------------------------------------------

API_CALLS_A_MINUTE = env.integer("API_CALLS_A_MINUTE", 600, least=1)
API_ANONYMOUS_CALLS_A_MINUTE = env.integer("API_ANONYMOUS_CALLS_A_MINUTE", 120, least=1)
REQUESTS_AN_HOUR = env.integer("REQUESTS_AN_HOUR", 120, least=1)  # on pages, too
REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "accounts.authentication.TokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["marketplace.api.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["marketplace.api.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "marketplace.api.CursorPages",
    "DEFAULT_THROTTLE_CLASSES": ["marketplace.api.MemberThrottle"] if RATE_LIMITS else [],
    "DEFAULT_CONTENT_NEGOTIATION_CLASS": "marketplace.api.LenientNegotiation",
    "DEFAULT_SCHEMA_CLASS": "marketplace.api.schema.ApiSchema",
    "DATETIME_FORMAT": None,  # the renderer writes times
    "URL_FORMAT_OVERRIDE": None,
    "EXCEPTION_HANDLER": "marketplace.api.answer_error",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Marketplace API",
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "SCHEMA_PATH_PREFIX": r"/api/v1",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "DESCRIPTION": "What the website does, programs can do. Make a token in your settings, or by POST /api/v1/tokens/.",
    # The same values under several field names are one enumeration.
    "ENUM_NAME_OVERRIDES": {
        "SideEnum": "requests.models.proposal.Side",
        "TimeFrameEnum": "requests.models.request.TimeFrame",
        "RequestStatusEnum": "requests.models.request.RequestStatus",
        "ProposalStatusEnum": "requests.models.proposal.ProposalStatus",
        "PastClientStatusEnum": "engagements.models.past_client.PastClientStatus",
        "EngagementStatusEnum": "engagements.models.engagement.EngagementStatus",
        "CancelReasonEnum": "engagements.models.engagement.CancelReason",
    },
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "marketplace.api.schema.add_errors",
    ],
}

# --- Languages --------------------------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "marketplace" / "locale"]
FORMAT_MODULE_PATH = ["marketplace.formats"]
TIME_ZONE = "UTC"
USE_TZ = True
USE_I18N = True

# --- Files ------------------------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "marketplace" / "static"]
STATIC_ROOT = env.path("STATIC_ROOT", BASE_DIR / "static-collected") if PRODUCTION else None
MEDIA_URL = "/media/"
MEDIA_ROOT = env.path("MEDIA_ROOT", MARKETPLACE_HOME / "media")
PRIVATE_ROOT = env.path("PRIVATE_ROOT", MARKETPLACE_HOME / "private")
"""Folder of what members attach; only views that know who may read it open its files."""
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": PRIVATE_ROOT, "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION
# One megabyte of text in any language, percent-encoded by a form, still reaches the form that refuses it.
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# --- Security ---------------------------------------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "frame-src": [SELF],  # mail at /dev/mail/
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
HTTPS = SITE_URL.scheme == "https"
ALLOW_HTTP = env.flag("ALLOW_HTTP", default=False)
SSL_REDIRECT = env.flag("SSL_REDIRECT", default=True)
if PRODUCTION and not HTTPS and not ALLOW_HTTP:
    raise ImproperlyConfigured("SITE_URL must start with https:// in production (ALLOW_HTTP=1: a trial without TLS).")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SECURE_SSL_REDIRECT = HTTPS and SSL_REDIRECT
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 60 * 60 * 24 * 365 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "strict-origin-when-cross-origin"
X_FRAME_OPTIONS = "DENY"
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Observation ------------------------------------------------------------------------------------------------------

METRICS_KEY = env.text("METRICS_KEY", "" if PRODUCTION else "development")
"""Key that /metrics asks for as a bearer token; without one the address answers 404."""
LOG_LEVEL = env.choice("LOG_LEVEL", "INFO" if PRODUCTION else "WARNING", ["DEBUG", "INFO", "WARNING", "ERROR"])
LOGGING = logs.configure(level=LOG_LEVEL, as_json=PRODUCTION)
DJANGO_STRUCTLOG_CELERY_ENABLED = True
DJANGO_STRUCTLOG_USER_ID_FIELD = ""  # looking it up would load the session for every page
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
SENTRY_DSN = env.text("SENTRY_DSN", "")
