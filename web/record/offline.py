"""The app on a device: its manifest, its service worker, and the page that opens without signal."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, make_response, render_template, url_for

from web.account.access import public
from web.design.pages import asset, csp_nonce
from web.record.assets import asset_address
from web.record.choices import OUTCOMES
from web.record.reading import MOST_NOTE
from web.state import settings

__all__ = ["add_offline", "kept_addresses"]

_WORKER = Path(__file__).parent / "static" / "service_worker.js"
_THEME = "#07383d"
_SCRIPTS = ("offline_store.js", "offline.js", "offline_week.js", "offline_waiting.js", "offline_page.js")


def add_offline(blueprint: Blueprint) -> None:
    """Their addresses. They hold nothing about anybody, so anybody may have them."""
    blueprint.add_url_rule("/app.webmanifest", "manifest", manifest)
    blueprint.add_url_rule("/service-worker.js", "service_worker", service_worker)
    blueprint.add_url_rule("/my-day/offline", "offline", offline_page)


def kept_addresses() -> list[str]:
    """Everything that the page without signal needs, each under an address that names its content."""
    design = ("app.css", "app.js", "favicon.ico", "favicon.svg", "icons/daybook-180.png", "icons/daybook-192.png")
    return [*(asset(name) for name in design), *(asset_address(name) for name in ("my_day.css", *_SCRIPTS))]


@public
def manifest() -> Response:
    """What a phone needs to install Daybook like an app."""
    said: dict[str, Any] = {
        "id": "/my-day",
        "name": f"Daybook – {settings().authority}" if settings().authority else "Daybook",
        "short_name": "Daybook",
        "description": "Record what you did for children, with or without signal.",
        "lang": "en-GB",
        "start_url": url_for("record.my_day"),
        "scope": "/",
        "display": "standalone",
        "theme_color": _THEME,
        "background_color": "#ffffff",
        "icons": [
            {"src": asset(f"icons/daybook-{size}.png"), "sizes": f"{size}x{size}", "type": "image/png"}
            for size in (192, 512)
        ],
    }
    return Response(json.dumps(said, ensure_ascii=False), mimetype="application/manifest+json")


@public
def service_worker() -> Response:
    """The worker, with the version that names the content of what it keeps; asked for anew each time."""
    page, addresses = url_for("record.offline"), kept_addresses()
    content = "\n".join([*addresses, _offline_html().replace(csp_nonce(), ""), _WORKER.read_text("utf-8")])
    given = {
        "VERSION": hashlib.sha256(content.encode()).hexdigest()[:16],
        "PAGE": page,
        "FILES": addresses,
        "STORE": asset_address("offline_store.js"),
        "SIGN_OUT": url_for("account.sign_out"),
        "OFFER": url_for("record.device_offer"),
        "RECORD": url_for("record.my_day"),
        "WEEK": url_for("record.send_week"),
    }
    head = "".join(f"const {name} = {json.dumps(value)};\n" for name, value in given.items())
    answer = Response(head + _WORKER.read_text("utf-8"), mimetype="text/javascript")
    answer.headers["Cache-Control"] = "no-cache, max-age=0"
    answer.headers["Service-Worker-Allowed"] = "/"
    return answer


@public
def offline_page() -> Response:
    """The page that opens without signal: the same for everybody, filled on the device from what it keeps."""
    return make_response(_offline_html())


def _offline_html() -> str:
    # Neither name nor menu nor message of whoever is signed in: the page is kept on the device as it is sent.
    shell = {
        "authority": settings().authority,
        "demonstration": settings().env == "demonstration",
        "home": url_for("record.my_day"),
    }
    nothing: dict[str, Any] = {"get_flashed_messages": lambda **_: []}
    return render_template("record/offline.html", shell=shell, outcomes=OUTCOMES, most_note=MOST_NOTE, **nothing)
