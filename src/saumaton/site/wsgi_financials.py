"""The WSGI entrance of Financials."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "saumaton.site.settings.financials"
application = get_wsgi_application()
