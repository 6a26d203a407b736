"""The WSGI entrance of the CRM."""

import os

from django.core.wsgi import get_wsgi_application

os.environ["DJANGO_SETTINGS_MODULE"] = "saumaton.site.settings.crm"
application = get_wsgi_application()
