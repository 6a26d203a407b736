"""Financials with the integration inside it."""

from saumaton.site.config import django_database

from .shared import *  # noqa: F403
from .shared import CONFIG

DATABASES = {"default": django_database(CONFIG.database)}
JOBS_DATABASE = CONFIG.jobs_database

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "saumaton.pages",
    "saumaton.users",
    "saumaton.jobs",
    "saumaton.financials",
    "saumaton.integration",
]
AUTH_USER_MODEL = "users.User"
ROOT_URLCONF = "saumaton.site.urls_financials"
WSGI_APPLICATION = "saumaton.site.wsgi_financials.application"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = CONFIG.financials_url.startswith("https://")
SESSION_COOKIE_NAME = "financials_session"
CSRF_COOKIE_NAME = "financials_csrf"
LANGUAGE_COOKIE_NAME = "language"
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "saumaton.pages.security.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
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
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "saumaton.pages.context.frame",
            ],
        },
    }
]
