"""Every route states who may use it (law 8)."""

import pytest
from flask import Flask

from tests.web.pages import Browser
from web.account.access import EVERYONE, allow, roles_of
from web.account.people import ROLES

PUBLIC = {"account.sign_in", "account.sign_out", "design.assets", "record.assets"} | {
    "record.manifest",
    "record.offline",
    "record.service_worker",
}


def test_every_route_states_who_may_use_it(app: Flask) -> None:
    silent = [rule.endpoint for rule in app.url_map.iter_rules() if not roles_of(app.view_functions[rule.endpoint])]
    assert silent == []


def test_only_these_routes_are_open_to_anybody(app: Flask) -> None:
    assert {name for name, view in app.view_functions.items() if roles_of(view) == EVERYONE} == PUBLIC


def test_a_route_that_says_nothing_answers_nobody(app: Flask, ada: Browser) -> None:
    app.view_functions["account.welcome"] = lambda: "open to all"
    assert ada.get("/welcome", 403).h1 == "You cannot see this page"


def test_nobody_gets_past_sign_in_on_any_other_route(app: Flask, visitor: Browser) -> None:
    for rule in app.url_map.iter_rules():
        if rule.endpoint in PUBLIC or "GET" not in (rule.methods or set()) or rule.arguments:
            continue
        answer = visitor.raw(rule.rule)
        assert (answer.status_code, answer.headers["Location"].startswith("/sign-in")) == (303, True), rule.endpoint


def test_a_role_that_does_not_exist_cannot_be_let_in() -> None:
    with pytest.raises(ValueError, match="No such role"):
        allow("social_wroker")
    assert allow(*ROLES)
