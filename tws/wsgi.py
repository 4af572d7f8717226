"""The web process: console, API and files."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tws.settings")
application = get_wsgi_application()
