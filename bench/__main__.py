"""``python -m bench``: measure everything, print the table and write ``bench/results.md``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator

from bench.append import measure_append, server_version
from bench.census import CHILDREN, measure_census
from bench.closings import measure_closings
from bench.export import measure_export
from bench.follow import measure_follow
from bench.forecast import AUTHORITIES, measure_forecast
from bench.ledger_pages import measure_ledger_pages
from bench.measures import RESULTS, Measure, machine, written
from bench.method import measure_method
from bench.pages import measure_pages
from bench.phone import measure_phone
from bench.rebuild import measure_memory, measure_rebuild
from bench.recording import measure_recording
from bench.restating import measure_restating
from bench.stores import Yard, folder

PARTS = (
    "append",
    "follow",
    "rebuild",
    "restating",
    "closings",
    "ledger_pages",
    "memory",
    "export",
    "census",
    "method",
    "forecast",
    "pages",
    "recording",
    "phone",
)
_FROM_THE_DEMONSTRATION = frozenset({"method", "forecast", "pages", "recording", "phone"})


def main() -> None:
    """Read what is asked for, measure it, write it down."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure Daybook, as ratios in one run.")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing written to results.md")
    parser.add_argument("--only", choices=PARTS, help="one part of it; nothing written to results.md")
    asked = parser.parse_args()
    measures: list[Measure] = []
    finished = False
    with folder() as scratch:
        yard = Yard(scratch, _say)
        try:
            for each in _asked_for(yard, asked.only, quick=asked.quick):
                _say(f"{each.what}, {each.store}: {each.ratio:.2f} {each.verdict}")
                measures.append(each)
            finished = True
        except KeyboardInterrupt:
            _say("Stopped; what was measured so far:")
        finally:
            yard.close()
    whole = finished and not asked.quick and asked.only is None
    written(measures, machine(server_version()), RESULTS if whole else None)


def _asked_for(yard: Yard, only: str | None, *, quick: bool) -> Iterator[Measure]:
    sizes = [10_000, 30_000] if quick else [100_000, 1_000_000]
    appended, pairs, sample = (200, 3, 100) if quick else (1_000, 7, 1_000)
    parts: dict[str, Callable[[], Iterator[Measure]]] = {
        "append": lambda: measure_append(yard, appended, pairs),
        "follow": lambda: measure_follow(yard, min(sizes), pairs, sample),
        "rebuild": lambda: measure_rebuild(yard, sizes, 1 if quick else 3, sample),
        "restating": lambda: measure_restating(yard, 30_000 if quick else 300_000),
        "closings": lambda: measure_closings(yard, 10_000 if quick else 100_000),
        "ledger_pages": lambda: measure_ledger_pages(yard, 30_000 if quick else 1_000_000),
        "memory": lambda: measure_memory(yard, sizes),
        "export": lambda: measure_export(yard, sizes),
        "census": lambda: measure_census(yard, (1_000, 4_000) if quick else CHILDREN),
        "method": lambda: measure_method(yard.say, 1 if quick else 3),
        "forecast": lambda: measure_forecast(yard.say, 10 if quick else AUTHORITIES),
        "pages": lambda: measure_pages(yard.say),
        "recording": lambda: measure_recording(yard.say, 20 if quick else 60),
        "phone": lambda: measure_phone(yard.say, 2 if quick else 5),
    }
    for name in PARTS:
        if only is not None and name != only:
            continue
        if quick and name in _FROM_THE_DEMONSTRATION and only is None:
            continue  # loading the demonstration takes longer than all the rest
        yield from parts[name]()


def _say(words: str) -> None:
    """Progress, beside the results."""
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
