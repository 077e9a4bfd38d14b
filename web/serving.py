"""How each process that answers requests is set up; read by gunicorn."""

from __future__ import annotations

import gc
from typing import Any

from flask import Flask

__all__ = ["get_ready", "post_worker_init"]

_VALUES_BETWEEN = 50_000
_OTHERS = "govuk_frontend_jinja/"


def get_ready(app: Flask) -> None:
    """Compile every page's template now (a second or so): the first to open a page should not wait for it."""
    for name in app.jinja_env.list_templates(extensions=["html"]):
        if not name.startswith(_OTHERS):
            app.jinja_env.get_template(name)


def post_worker_init(worker: Any) -> None:
    """Templates are compiled before the first request, and what is loaded by now stays for good.

    Looking through all that for garbage every so often would hold up requests.
    """
    get_ready(worker.wsgi)
    gc.collect()
    gc.freeze()
    gc.set_threshold(_VALUES_BETWEEN, *gc.get_threshold()[1:])
