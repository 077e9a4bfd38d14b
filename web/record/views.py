"""My day."""

from flask import Blueprint, render_template

from web.account.access import allow

blueprint = Blueprint("record", __name__, template_folder="templates")


@blueprint.get("/my-day")
@allow("social_worker", "team_leader")
def my_day() -> str:
    """My day."""
    return render_template("record/my_day.html")
