"""``python -m bench``: measure everything, print the table and write ``bench/results.md``."""

from __future__ import annotations

import argparse
import sys

from bench.append import measure_append, server_version
from bench.measures import RESULTS, Measure, machine, written
from bench.pages import measure_pages
from bench.tables import measure_memory, measure_tables


def main() -> None:
    """Read what is asked for, measure it, write it down."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure Daybook, as ratios in one run.")
    parser.add_argument("--quick", action="store_true", help="small sizes, nothing written to results.md")
    parser.add_argument("--only", choices=("append", "tables", "memory", "pages"), help="one part of it")
    asked = parser.parse_args()
    sizes = [3_000, 10_000] if asked.quick else [100_000, 1_000_000]
    appended, pairs, followed = (200, 3, 3_000) if asked.quick else (1_500, 5, 30_000)
    parts = {
        "append": lambda: measure_append(appended, pairs),
        "tables": lambda: measure_tables(sizes, followed, _say),
        "memory": lambda: measure_memory(sizes, _say),
        "pages": lambda: measure_pages(_say),
    }
    measures: list[Measure] = []
    try:
        for name, part in parts.items():
            if asked.only in {None, name}:
                for each in part():
                    _say(f"{each.what}, {each.store}: {each.ratio:.2f} {each.verdict}")
                    measures.append(each)
    except KeyboardInterrupt:
        _say("Stopped; what was measured so far:")
    whole = not asked.quick and asked.only is None
    written(measures, machine(server_version()), RESULTS if whole else None)


def _say(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


if __name__ == "__main__":
    main()
