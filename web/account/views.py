"""Signing in, signing out, and the way to one's first page."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_wtf import FlaskForm
from werkzeug.wrappers import Response
from wtforms import PasswordField, StringField
from wtforms.validators import InputRequired

from web.account.access import allow, public
from web.account.limits import count_failure, too_many
from web.account.navigation import first_page
from web.account.people import ROLES, begin_session, current_person, end_session, find_person, signed_in

__all__ = ["blueprint", "local_path"]

blueprint = Blueprint("account", __name__, template_folder="templates")
WRONG = "Your username or password is wrong"


class SignInForm(FlaskForm):  # type: ignore[misc]
    """Username and password."""

    username = StringField("Username", validators=[InputRequired("Enter your username")])
    password = PasswordField("Password", validators=[InputRequired("Enter your password")])


@blueprint.get("/")
@allow(*ROLES)
def home() -> Response:
    """To the first page of whoever is signed in."""
    return redirect(first_page(signed_in()), 303)


@blueprint.get("/welcome")
@allow(*ROLES)
def welcome() -> str:
    """For people whose role has no page of its own here."""
    return render_template("account/welcome.html")


@blueprint.route("/sign-in", methods=["GET", "POST"])
@public
def sign_in() -> Response | str:
    """The sign-in page; a wrong name and a wrong password are told the same words."""
    if request.method == "GET" and current_person() is not None:
        return redirect(local_path(request.args.get("next")) or url_for("account.home"), 303)
    form = SignInForm()
    if request.method == "GET":
        return render_template("account/sign_in.html", form=form, errors=[])
    if too_many(form.username.data or ""):
        return _again(form, [], 429)
    if not form.validate():
        return _again(form, [{"text": e[0], "href": f"#{name}"} for name, e in form.errors.items()], 422)
    found = find_person(form.username.data or "", form.password.data or "")
    if found is None:
        count_failure(form.username.data or "")
        return _again(form, [{"text": WRONG, "href": "#username"}], 422)
    begin_session(found)
    return redirect(local_path(request.args.get("next")) or url_for("account.home"), 303)


@blueprint.post("/sign-out")
@public
def sign_out() -> Response:
    """End the session; signing out twice is no error."""
    end_session()
    flash("You have signed out.")
    return redirect(url_for("account.sign_in"), 303)


def local_path(wanted: str | None) -> str | None:
    """The path to go on to, if it is one of this site; None for any other address."""
    if not wanted or not wanted.startswith("/") or wanted.startswith(("//", "/\\")):
        return None
    if any(ord(character) < 33 or character == "\\" for character in wanted):
        return None  # browsers drop control characters and turn backslashes round
    parts = urlsplit(wanted)
    return wanted if not parts.scheme and not parts.netloc else None


def _again(form: SignInForm, errors: list[dict[str, Any]], status: int) -> Response:
    page = render_template("account/sign_in.html", form=form, errors=errors, too_many=status == 429)
    return make_response(page, status)
