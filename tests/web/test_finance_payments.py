"""Allowances and services on pages: files of payments and rates, taken whole or refused row by row."""

from __future__ import annotations

import io

from tests.web.pages import Browser, Page
from tests.web.test_finance import shown
from tests.web.test_rates import confirm
from tests.web.village import TOM, Village

HEAD = "child,reference,kind,what,starts,ends,per,amount,region,age_band,s251_line,funder,withdrawn"


def send(fin: Browser, village: Village, text: str) -> Page:
    token = fin.get("/finance/payments").fields()["csrf_token"]
    data = {"csrf_token": token, "payments": (io.BytesIO(text.encode()), "sent.csv")}
    path = "/finance/payments/file"
    answer = fin.client.post(path, data=data, content_type="multipart/form-data")
    if answer.status_code == 303:
        village.catch_up()
        return fin.get(answer.headers["Location"].split("?")[0])
    return Page(answer, path)


def check_rates(fin: Browser, rows: str, status: int = 200) -> Page:
    """What these rates of allowances would change, or what is wrong with them."""
    form = fin.get(fin.get("/finance/payments").link("Set rates of allowances, typed or as a file"))
    assert form.fields()["what"] == "allowances"
    # the rows are typed under the headings that the form has
    sent = {"csv": f"{form.fields()['csv'].strip()}\n{rows}", "step": "check"}
    return fin.submit(form, sent, status=status)


def test_a_rate_of_an_allowance_above_the_limit_waits_for_somebody_else(
    fin: Browser, fay: Browser, village: Village
) -> None:
    # given: £70 a week, paid for a child since 2 March
    confirm(fin, village, check_rates(fin, "adoption,London,5-10,70.00,2026-01-01"))
    send(fin, village, f"{HEAD}\nN00002,A1,allowance,adoption,2026-03-02,,,,London,5-10,3.1.3,,\n")
    # when: £50.75 a week more, which is above the limit by 75p
    checked = check_rates(fin, "adoption,London,5-10,120.75,2026-03-30")
    assert "A rate of an allowance changes by more than £50.00 a week" in checked.main
    assert shown(checked, "allowances")[0][4:] == ["£70.00", "£120.75", "+£50.75"]
    assert {row[0]: row[4] for row in shown(checked, "effect")}["March 2026"] == "+£14.50"
    where = confirm(fin, village, checked)
    assert len(shown(fin.get("/finance/payments"), "held-rates")) == 1
    assert "Approve it" not in fin.get(where).main
    # then: it holds once somebody else approves it
    assert fay.send(fay.get(where)).status_code == 303
    village.catch_up()
    rates = shown(fin.get("/finance/payments"), "held-rates")
    assert [row[3:] for row in rates] == [["30 Mar 2026", "£120.75"], ["1 Jan 2026", "£70.00"]]


def test_payments_are_taken_listed_and_counted_as_costs(fin: Browser, village: Village) -> None:
    confirm(fin, village, check_rates(fin, "adoption,London,5-10,70.00,2026-01-01"))
    assert shown(fin.get("/finance/payments"), "held-rates") == [["Adoption", "London", "5-10", "1 Jan 2026", "£70.00"]]
    text = (
        f"{HEAD}\nN00002,A1,allowance,adoption,2026-03-02,,,,London,5-10,3.1.3,,\n"
        "N00002,S1,service,therapy,10/03/2026,,once,45.50,,,,health,\n"
    )
    page = send(fin, village, text)
    assert "Payments: 2 new, 0 changed, 0 withdrawn, 0 as they were." in page.main
    listed = {row[1]: row for row in shown(page, "held")}
    assert listed["Allowance"][3:6] == ["2 Mar 2026 on", "at the rate a week", "Social care"]
    assert listed["Service"][3:6] == ["10 Mar 2026", "£45.50", "Health"]
    overview = fin.get("/finance?from=2026-03-01&to=2026-03-31")
    # 30 days of £10 and £45.50.
    assert "£345.50" in overview.main
    parts = fin.get(f"/children/{TOM}/explain?year=2025&month=202603&process=unassigned")
    assert "The authority’s rate for London, 5-10 from 1 January 2026: £70.00 a week." in parts.main
    assert "30 days, each a seventh of £70.00 a week." in parts.main
    assert "Paid once: £45.50." in parts.main
    assert {"£300.00", "£45.50"} <= {row[4].removeprefix("Amount") for row in shown(parts, "parts")}
    again = send(fin, village, text.replace("45.50", "50.00"))
    assert "0 new, 1 changed, 0 withdrawn, 1 as they were." in again.main
    gone = send(fin, village, f"{HEAD}\nN00002,S1,service,therapy,10/03/2026,,once,50,,,,health,Never held\n")
    assert "1 withdrawn" in gone.main
    assert len(shown(gone, "held")) == 1


def test_rows_that_are_wrong_are_all_named_and_nothing_is_taken(fin: Browser, village: Village) -> None:
    text = (
        f"{HEAD}\nN99999,A1,allowance,adoption,2026-03-02,,,70,,,,,\n"
        "N00002,A2,wages,pocket,2026-03-02,2026-03-01,never,,,,,someone,\n"
        "N00002,A3,service,therapy,31/02/2026,,once,x,,,,,\n"
    )
    page = send(fin, village, text)
    said = " ".join(text for text, _ in page.errors())
    assert "Nobody here has the number “N99999”" in said
    for problem in ("Select an allowance or a service", "The last day is before the first", "pays for nothing"):
        assert problem in said
    assert {text.split(":")[0] for text, _ in page.errors()} == {"Row 2", "Row 3", "Row 4"}
    assert shown(fin.get("/finance/payments"), "held") == [["None yet."]]
    wrong = check_rates(fin, "rent,,5-10,,2026-01-01", status=422)
    assert len(wrong.errors()) == 3
    assert send(fin, village, "a,b\n1,2\n").errors()


def test_a_leader_sees_no_payments(fin: Browser, village: Village, signed_in) -> None:
    assert fin
    assert village
    assert signed_in("cam").raw("/finance/payments").status_code == 403
