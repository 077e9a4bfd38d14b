"""Who has which night: worked histories, and every history against a night-by-night count."""

from datetime import date, timedelta
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from costing.placements import SEGMENT_SCHEMA, nights

EPISODES = {
    "child_no": pl.Int32,
    "episode_no": pl.Int64,
    "decom": pl.Date,
    "dec": pl.Date,
    "rne": pl.String,
    "ls": pl.String,
    "cin": pl.String,
    "place": pl.String,
    "provider": pl.String,
    "rec": pl.String,
    "urn": pl.String,
    "stops_on": pl.Date,
}
MAY = date(2024, 5, 1)
HORIZON = date(2024, 5, 31)


def episode(number: int, start: date, end: date | None, rne: str, stops: date | None, child: int) -> dict[str, Any]:
    return dict.fromkeys(EPISODES) | {
        "child_no": child,
        "episode_no": number,
        "decom": start,
        "dec": end,
        "rne": rne,
        "ls": "C2",
        "place": "U4",
        "provider": "PR1",
        "stops_on": stops,
    }


# episode:rne:start-end(:stops) in days of May   =>   episode/placement:first night-last night, * = open
WORKED = """
1:S:1-11                          => 1/1:1-10
1:S:1-11 2:P:11-                  => 1/1:1-10 2/2:11-31*
1:S:1-11 2:L:11-21 3:P:21-        => 1/1:1-10 2/1:11-20 3/3:21-31*
1:S:1-11 2:L:12-21                => 1/1:1-10 2/2:12-20
1:S:1-11 2:L:9-21                 => 1/1:1-8 2/1:9-20
1:S:1-21 2:P:6-11                 => 1/1:1-5 2/2:6-10 1/1:11-20
1:S:1- 2:P:11-                    => 1/1:1-10 2/2:11-31*
1:S:1- 2:P:11-16                  => 1/1:1-10 2/2:11-15 1/1:16-31*
1:S:11-6                          => none
1:S:1-1                           => none
1:S:1-11 2:L:11-11 3:L:11-16      => 1/1:1-10 3/1:11-15
1:S:1-6 2:S:1-11                  => 2/2:1-10
1:S:1-:20                         => 1/1:1-20
1:S:1-:20 2:S:25-                 => 1/1:1-20 2/2:25-31*
1:S:31-                           => 1/1:31-31*
"""


def day(text: str) -> date:
    return MAY + timedelta(days=int(text) - 1)


@pytest.mark.parametrize("line", WORKED.strip().splitlines())
def test_worked_histories(line: str) -> None:
    facts, _, answer = line.partition("=>")
    rows = []
    for text in facts.split():
        number, rne, span, *stops = text.split(":")
        start, _, end = span.partition("-")
        stop = day(stops[0]) if stops else None
        rows.append(episode(int(number), day(start), day(end) if end else None, rne, stop, 7))
    found = nights(pl.DataFrame(rows, schema=EPISODES), HORIZON)
    shown = " ".join(
        f"{row['episode_no']}/{row['placement_no']}:{row['from'].day}-{(row['to'] - timedelta(days=1)).day}"
        + ("*" if row["open"] else "")
        for row in found.to_dicts()
    )
    assert (shown or "none") == answer.strip()
    assert dict(found.schema) == SEGMENT_SCHEMA


DAYS = st.integers(1, 40).map(lambda number: MAY + timedelta(days=number - 1))
HISTORIES = st.lists(
    st.tuples(DAYS, st.none() | DAYS, st.sampled_from("SLPB"), st.none() | DAYS, st.integers(1, 2)), max_size=7
)


@given(HISTORIES)
def test_every_night_goes_to_the_later_start(history: list[tuple[Any, ...]]) -> None:
    rows = [episode(number, *facts) for number, facts in enumerate(history, start=1)]
    counted: dict[tuple[int, date], int] = {}
    for offset in range((HORIZON - MAY).days + 1):
        night = MAY + timedelta(days=offset)
        for row in sorted(rows, key=lambda row: (row["decom"], row["episode_no"])):
            ends = row["dec"] or date.max
            if row["decom"] <= night < ends and night <= (row["stops_on"] or date.max):
                counted[row["child_no"], night] = row["episode_no"]
    segments = nights(pl.DataFrame(rows, schema=EPISODES), HORIZON)
    laid_out = [
        ((row["child_no"], row["from"] + timedelta(days=offset)), row["episode_no"])
        for row in segments.to_dicts()
        for offset in range((row["to"] - row["from"]).days)
    ]
    assert len(dict(laid_out)) == len(laid_out)
    assert dict(laid_out) == counted
