"""A process of the server: every template is compiled before the first request."""

from __future__ import annotations

import gc
from types import SimpleNamespace

from flask import Flask

from web.serving import post_worker_init


def test_every_template_of_ours_is_compiled_before_the_first_request(app: Flask) -> None:
    usual = gc.get_threshold()
    try:
        post_worker_init(SimpleNamespace(wsgi=app))
    finally:
        gc.unfreeze()
        gc.set_threshold(*usual)
    names = app.jinja_env.list_templates(extensions=["html"])
    ours = {name for name in names if not name.startswith("govuk_frontend_jinja/")}
    assert {"record/my_day.html", "finance/overview.html", "design/layout.html"} <= ours
    cache = app.jinja_env.cache
    assert cache is not None
    assert ours <= {name for _, name in cache.keys()}  # noqa: SIM118 - the cache is no mapping
