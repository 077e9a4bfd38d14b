"""What if: a run copied with something otherwise, made like any other, and set beside the one it came from."""

from __future__ import annotations

from tests.web.pages import Browser, Page
from tests.web.test_runs import made, runs_of
from tests.web.village import Village

FEE = {"by": "percent", "percent": "10", "placement_type": "la_foster", "sector": ""}


def what_if(fin: Browser, run: Page, kind: str = "fee", changes: str = "") -> Page:
    address = run.response.request.path + "/what-if"
    return fin.get(f"{address}?kind={kind}" + (f"&changes={changes}" if changes else ""))


def test_a_fee_that_is_supposed_makes_a_run_compared_with_its_parent(fin: Browser, village: Village) -> None:
    parent = made(fin)
    added = fin.submit(what_if(fin, parent), FEE)
    assert "10%" in added.main or "10 per cent" in added.main
    form = next(f for f in added.all("form") if (f.get("action") or "").endswith("/what-if/run"))
    answer = fin.client.post(form.get("action"), data=added.fields(form))
    assert answer.status_code == 303
    compared = fin.get(answer.headers["Location"])
    for _ in range(20):
        if "compare" in compared.response.request.path:
            break
        compared = fin.get(answer.headers["Location"])
    assert "/compare" in compared.response.request.path
    (_, before), (_, after) = runs_of(village)
    assert "[[change]]" in after.settings
    assert after.total_units > before.total_units
    assert after.position == before.position


def test_problems_of_a_change_are_told_at_once_and_nothing_typed_is_lost(fin: Browser) -> None:
    parent = made(fin)
    wrong = fin.submit(what_if(fin, parent), {"by": "percent", "percent": "lots", "placement_type": ""}, 422)
    assert "#percent" in {href for _, href in wrong.errors()}
    assert wrong.fields()["percent"] == "lots"


def test_a_provider_is_named_by_its_reference_and_one_not_known_is_told(fin: Browser) -> None:
    parent = made(fin)
    odd = {**FEE, "percent": "", "placement_type": "", "urn": "SC-1"}
    wrong = fin.submit(what_if(fin, parent), odd, 422)
    assert {"#by", "#urn"} <= {href for _, href in wrong.errors()}
    assert wrong.fields()["urn"] == "SC-1"
    added = fin.submit(what_if(fin, parent), {**FEE, "placement_type": "", "urn": "sc999999"})
    assert "Any placement (provider SC999999) costs 10% more" in added.main
    form = next(f for f in added.all("form") if (f.get("action") or "").endswith("/what-if/run"))
    told = fin.client.post(form.get("action"), data=added.fields(form)).get_data(as_text=True)
    assert "The run has no night with provider SC999999" in told
    assert "Any placement (provider SC999999)" in told


def test_two_runs_side_by_side_and_as_a_file(fin: Browser, village: Village) -> None:
    made(fin)
    made(fin, title="Recorded alone", basis="recorded")
    (first, _), (second, _) = runs_of(village)
    page = fin.get(f"/runs/{first}/compare?with={second}")
    for word in ("Population", "Mix", "Price", "Practice"):
        assert word.casefold() in page.main.casefold()
    file = fin.raw(f"/runs/{first}/compare.csv?with={second}")
    assert file.status_code == 200
    assert file.mimetype == "text/csv"


def test_the_form_of_a_new_run_tells_the_way_to_a_what_if(fin: Browser) -> None:
    form = fin.get("/runs/new")
    assert "copy a run and suppose something else" in form.main
    way = [link.get("href") for link in form.all("a") if "".join(link.itertext()) == "the runs made so far"]
    assert way == ["/runs"]
