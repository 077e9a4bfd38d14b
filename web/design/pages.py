"""What every page gets: styles and scripts of our own, number formats, and headers that keep it safe."""

import secrets
from pathlib import Path

from flask import Blueprint, Flask, Response, g, request, url_for
from jinja2 import BaseLoader, ChoiceLoader, PackageLoader, PrefixLoader

from web.design.answers import answers_of, option_list
from web.design.field_parts import described_of, help_of, label_of, select, text_input
from web.design.formats import FILTERS
from web.design.whole_files import content_hash, whole_file

_STATIC = Path(__file__).parent / "static"
_ASSETS = "design.assets"
_A_YEAR = 365 * 24 * 60 * 60
_GOVUK = "govuk_frontend_jinja"
# Features of a device that no page of Daybook asks for.
_PERMISSIONS = "camera=(), microphone=(), geolocation=(), payment=(), usb=(), browsing-topics=()"


def register(app: Flask) -> None:
    """Give the app our templates, assets at /assets, filters, globals and security headers.

    Templates then have `asset(name)`, `csp_nonce()` (also as the variable `cspNonce`) and the filters of
    `web.design.formats`. Every response that is not an asset is `no-store` unless its view said otherwise.
    """
    pages = Blueprint("design", __name__, template_folder="templates")
    pages.add_url_rule("/assets/<path:filename>", endpoint="assets", view_func=_send_asset)
    app.register_blueprint(pages)
    loaders: list[BaseLoader] = [PrefixLoader({_GOVUK: PackageLoader(_GOVUK)})]
    if app.jinja_loader is not None:
        loaders.insert(0, app.jinja_loader)
    app.jinja_loader = ChoiceLoader(loaders)
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(asset=asset, csp_nonce=csp_nonce, answers_of=answers_of, option_list=option_list)
    app.jinja_env.globals.update(described_of=described_of, help_of=help_of, label_of=label_of)
    app.jinja_env.globals.update(input_field=text_input, select_field=select)
    app.context_processor(lambda: {"cspNonce": csp_nonce()})
    app.after_request(_secure)


def asset(filename: str) -> str:
    """The address of a file in `static/`, with a hash of its content so that it may be cached for good.

    Raises FileNotFoundError for a file that is not there.
    """
    return url_for(_ASSETS, filename=filename, v=content_hash(_STATIC / filename))


def csp_nonce() -> str:
    """The nonce of this request, for `<script nonce="…">`; the same one its policy names."""
    if "csp_nonce" not in g:
        g.csp_nonce = secrets.token_urlsafe(18)
    return str(g.csp_nonce)


def content_security_policy(nonce: str) -> str:
    """The policy of a page: everything from ourselves, no inline style, scripts of ours or with this nonce."""
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; img-src 'self'; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
        "manifest-src 'self'; worker-src 'self'"
    )


def _send_asset(filename: str) -> Response:
    response = whole_file(_STATIC, filename)
    # Only an address that names this very content may be kept; a bare one is asked for again each time.
    named = request.args.get("v")
    if named and named == content_hash(_STATIC / filename):
        response.headers["Cache-Control"] = f"public, max-age={_A_YEAR}, immutable"
    else:
        response.headers["Cache-Control"] = "no-cache"
    return response


def _secure(response: Response) -> Response:
    headers = response.headers
    headers.setdefault("Content-Security-Policy", content_security_policy(csp_nonce()))
    headers.setdefault("X-Content-Type-Options", "nosniff")
    headers.setdefault("Referrer-Policy", "same-origin")
    headers.setdefault("Permissions-Policy", _PERMISSIONS)
    headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    # Flask puts "no-cache" on every file it sends; a download about children must not stay in a cache either.
    if request.endpoint != _ASSETS and headers.get("Cache-Control", "no-cache") == "no-cache":
        headers["Cache-Control"] = "no-store"
    return response
