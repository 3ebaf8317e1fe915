"""The WSGI application that the server runs."""

import gc
import os
from importlib import import_module

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yipanqi.config.settings")
application = get_wsgi_application()
if settings.FILE_UPLOAD_TEMP_DIR:
    settings.FILE_UPLOAD_TEMP_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
import_module("yipanqi.config.urls")  # with every page's modules, which the first request would have to wait for
gc.collect()
gc.freeze()  # what is loaded stays: looking through it for garbage again and again took a fifth of each page's time
