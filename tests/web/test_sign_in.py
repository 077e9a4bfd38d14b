"""Signing in and out."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from flask import Flask

from recorder.accounts import add_account, change_account, set_password
from tests.web.pages import PASSWORD, Browser, words
from tests.web.village import RUBY, Village, settings_for
from web import create_app
from web.account.people import password_hasher
from web.account.views import WRONG, local_path
from web.settings import Settings, SettingsError


def test_a_social_worker_arrives_at_their_day(visitor: Browser) -> None:
    page = visitor.sign_in("ada")
    assert page.h1 == "My day"
    assert "Ada Osei" in page.text


def test_a_username_may_be_typed_in_capitals(visitor: Browser) -> None:
    assert visitor.sign_in(" ADA ").h1 == "My day"


@pytest.mark.parametrize(("name", "password"), [("ada", "not the one"), ("nobody", PASSWORD)])
def test_wrong_name_and_wrong_password_read_the_same(visitor: Browser, name: str, password: str) -> None:
    page = visitor.submit(visitor.get("/sign-in"), {"username": name, "password": password}, 422)
    assert page.errors() == [(WRONG, "#username")]
    assert page.fields()["username"] == name
    assert password not in page.text


def test_blank_answers_are_all_said_at_once(visitor: Browser) -> None:
    page = visitor.submit(visitor.get("/sign-in"), {}, 422)
    assert page.errors() == [("Enter your username", "#username"), ("Enter your password", "#password")]


def test_after_too_many_tries_even_the_right_password_waits(village: Village) -> None:
    app = create_app(settings_for(village.house.where.folder, sign_in_limit="3 per hour"))
    visitor = Browser(app)
    for _ in range(3):
        visitor.submit(visitor.get("/sign-in"), {"username": "ada", "password": "wrong"}, 422)
    page = visitor.submit(visitor.get("/sign-in"), {"username": "Ada", "password": PASSWORD}, 429)
    assert "too many tries" in page.main
    assert Browser(app).sign_in("ben").h1 == "My day"


def test_the_page_asked_for_comes_after_signing_in(visitor: Browser) -> None:
    page = visitor.get("/my-day")
    assert page.h1 == "Sign in"
    again = visitor.submit(page, {"username": "ada", "password": PASSWORD})
    assert again.response.request.path == "/my-day"


@pytest.mark.parametrize(
    "address",
    ["//evil.example", "/\\evil.example", "https://evil.example", "evil", "/\t/evil.example", "javascript:x", "", None],
)
def test_only_paths_of_this_site_are_gone_on_to(address: str | None) -> None:
    assert local_path(address) is None


def test_a_local_path_keeps_its_question() -> None:
    assert local_path("/my-day?at=3") == "/my-day?at=3"


def test_signing_in_starts_a_new_session(visitor: Browser) -> None:
    with visitor.client.session_transaction() as before:
        before["planted"] = "by somebody else"
    visitor.sign_in("ada")
    with visitor.client.session_transaction() as after:
        assert "planted" not in after
        assert after.permanent


def test_signing_out_is_by_post_and_ends_the_session(ada: Browser) -> None:
    assert ada.raw("/sign-out").status_code == 405
    page = ada.get("/my-day")
    form = next(f for f in page.all("form") if f.get("action") == "/sign-out")
    assert ada.raw("/sign-out", method="POST", data=page.fields(form)).status_code == 303
    assert ada.get("/my-day").h1 == "Sign in"


def test_a_new_password_ends_sessions_and_so_does_a_closed_account(ada: Browser, village: Village) -> None:
    desk = village.house.where.engine("desk")
    set_password(desk, "ada", "another long password", password_hasher(village.settings))
    assert ada.get("/my-day").h1 == "Sign in"
    page = ada.submit(ada.get("/sign-in"), {"username": "ada", "password": "another long password"})
    assert page.h1 == "My day"
    change_account(desk, "ada", active=False)
    assert ada.get("/my-day").h1 == "Sign in"


def test_a_form_without_its_token_is_refused_in_words(ada: Browser) -> None:
    answer = ada.raw("/my-day", method="POST", data={"kind": "D1H"})
    assert answer.status_code == 400
    assert "nothing has been recorded" in answer.text


def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(visitor: Browser) -> None:
    page = visitor.get("/sign-in")
    cookie = visitor.send(page, {"username": "ada", "password": PASSWORD}).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Expires" in cookie


SAFE = {"env": "production", "secret_key": "s" * 40, "argon2_time": 2, "argon2_kib": 19_456}


@pytest.mark.parametrize(
    ("change", "names"),
    [
        ({"secret_key": ""}, "DAYBOOK_SECRET_KEY"),
        ({"secret_key": "short"}, "DAYBOOK_SECRET_KEY"),
        ({"secure_cookies": False}, "DAYBOOK_SECURE_COOKIES"),
        ({"argon2_time": 1}, "DAYBOOK_ARGON2_KIB"),
        ({"env": "live"}, "DAYBOOK_ENV"),
        ({"database_url": "mysql://x"}, "DAYBOOK_DATABASE_URL"),
    ],
)
def test_an_unsafe_start_is_refused(village: Village, change: dict[str, object], names: str) -> None:
    with pytest.raises(SettingsError) as refused:
        create_app(settings_for(village.house.where.folder, **{**SAFE, **change}))
    assert names in str(refused.value)


def test_production_starts_with_safe_settings_and_marks_its_cookie_secure(village: Village) -> None:
    app = create_app(settings_for(village.house.where.folder, **SAFE))
    answer = app.test_client().get("/sign-in", base_url="https://daybook.example")
    assert answer.headers["Set-Cookie"].startswith("__Host-daybook=")
    assert "Secure" in answer.headers["Set-Cookie"]


def test_production_does_not_start_with_accounts_of_the_demonstration(village: Village) -> None:
    desk = village.house.where.engine("desk")
    hasher = password_hasher(village.settings)
    add_account(desk, "demo-worker", PASSWORD, "social_worker", datetime.now(UTC), hasher=hasher)
    with pytest.raises(SettingsError, match="demo-worker"):
        create_app(settings_for(village.house.where.folder, **SAFE))


def test_settings_come_from_the_environment_and_all_that_is_wrong_is_said() -> None:
    given = Settings.from_environment({"DAYBOOK_ENV": "development", "DAYBOOK_SECURE_COOKIES": "yes"})
    assert (given.env, given.cookies_secure, given.data) == ("development", True, "./var")
    with pytest.raises(SettingsError) as wrong:
        Settings.from_environment({"DAYBOOK_SESSION_MINUTES": "long", "DAYBOOK_SECURE_COOKIES": "maybe"})
    assert len(wrong.value.problems) == 2


def test_other_roles_are_told_they_may_not(signed_in: Callable[[str], Browser]) -> None:
    page = signed_in("fin").get("/my-day", 403)
    assert page.h1 == "You cannot see this page"


def test_what_is_not_there_and_what_breaks_is_said_in_plain_words(app: Flask, ada: Browser) -> None:
    assert ada.get("/nowhere", 404).h1 == "Page not found"
    app.testing = False
    view = app.view_functions["account.welcome"]

    def broken() -> str:
        raise RuntimeError

    broken.daybook_roles = view.daybook_roles  # type: ignore[attr-defined]
    app.view_functions["account.welcome"] = broken
    page = ada.get("/welcome", 500)
    assert page.h1 == "Sorry, something went wrong"


def test_what_a_form_was_answered_with_is_told_though_an_answer_set_out_before_it_comes_after(ada: Browser) -> None:
    sent = ada.send(ada.get("/my-day"), {"children": [str(RUBY)], "kind": "D3", "minutes": "50m", "when": "today"})
    entry = parse_qs(urlsplit(sent.headers["Location"]).query)["done"][0]
    before = ada.client.get_cookie("daybook")
    assert before is not None
    answer = ada.send(ada.get(f"/entries/{entry}/withdraw"), {"reason": "twice"})
    assert answer.status_code == 303
    # The device asked for something before the form was sent; its answer brings the session as it was then.
    ada.client.set_cookie("daybook", before.value)
    assert "The entry is withdrawn." in words(ada.get(answer.headers["Location"]).all("main")[0])
    assert "The entry is withdrawn." not in ada.get(answer.headers["Location"]).main


def test_what_is_told_is_signed_and_lets_nobody_in(visitor: Browser, ada: Browser) -> None:
    session = ada.client.get_cookie("daybook")
    assert session is not None
    visitor.client.set_cookie("daybook-told", session.value)
    assert "Sign in" in visitor.get("/my-day").title
    visitor.client.set_cookie("daybook-told", "not what we signed")
    assert visitor.get("/sign-in").all("div", role="alert") == []
