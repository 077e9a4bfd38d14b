import pytest
from costing_samples import LA_DEV, needs_samples, table
from hypothesis import given
from hypothesis import strategies as st

from costing.duration import parse_minutes

READINGS = """
75              75
75m             75
75 mins         75
1h15            75
1h 15m          75
1 hr 15 mins    75
1 hour 15       75
1 hour and 15 minutes  75
1:15            75
01:15:00        75
1.25 hrs        75
1.25h           75
1.25 hours      75
.5 h            30
0.58 hrs        35
0.008 hrs       0
0.583333333333 hrs  35
0.125 hrs       8
35m             35
35 min          35
2.5m            3
0               0
24h             1440
half an hour    30
1.5             refused
24h01           refused
1441            refused
1:60            refused
1h75            refused
-5              refused
soon            refused
1h15h           refused
30 to 40        refused
"""


@pytest.mark.parametrize("line", READINGS.strip().splitlines())
def test_each_spelling(line: str) -> None:
    written, _, minutes = (part.strip() for part in line.rpartition("  "))
    if minutes == "refused":
        with pytest.raises(ValueError, match=r"^“"):
            parse_minutes(written)
    else:
        assert parse_minutes(written) == int(minutes)


@pytest.mark.parametrize("blank", [None, "", "  ", "\t"])
def test_blank_is_not_known_never_zero(blank: str | None) -> None:
    assert parse_minutes(blank) is None


@given(st.integers(0, 24 * 60))
def test_minutes_survive_every_spelling(minutes: int) -> None:
    hours, rest = divmod(minutes, 60)
    for written in (f"{minutes}", f"{minutes}m", f"{hours}:{rest:02d}", f"{hours}h{rest}", f"{minutes / 60:.2f} hrs"):
        assert parse_minutes(written) == minutes


@needs_samples
def test_every_time_of_the_export_is_read_as_it_was_meant() -> None:
    rows = table(LA_DEV / "activity" / "activity_export.csv").join(
        table(LA_DEV / "truth" / "activity.csv"), on="ref", how="left", validate="1:1"
    )
    assert rows.height == 11_535
    wrong = [
        (ref, time, minutes)
        for ref, time, minutes in rows.select("ref", "time", "minutes").iter_rows()
        if parse_minutes(time) != (None if minutes is None else int(minutes))
    ]
    assert wrong == []
