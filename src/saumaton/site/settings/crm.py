"""The embedded CRM: its own process, database, users and look. No Django models."""

from .shared import *  # noqa: F403
from .shared import CONFIG

DATABASES: dict[str, object] = {}
CRM_DATABASE = CONFIG.crm_database
CRM_URL = CONFIG.crm_url

INSTALLED_APPS = [
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.messages",
    "django_htmx",
    "saumaton.pages",
    "saumaton.crm",
]
ROOT_URLCONF = "saumaton.site.urls_crm"
WSGI_APPLICATION = "saumaton.site.wsgi_crm.application"
SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"
MESSAGE_STORAGE = "django.contrib.messages.storage.cookie.CookieStorage"
SESSION_COOKIE_NAME = "crm_session"
CSRF_COOKIE_NAME = "crm_csrf"
LANGUAGE_COOKIE_NAME = "language"
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
DATA_UPLOAD_MAX_MEMORY_SIZE = 128 * 1024 * 1024

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "saumaton.pages.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "saumaton.crm.pages.session.Caller",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.messages.context_processors.messages",
                "saumaton.pages.context.frame",
            ],
        },
    }
]
