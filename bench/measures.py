"""What a measure is, how two things are timed in turn, and how the results are written down."""

from __future__ import annotations

import os
import platform
import sqlite3
import statistics
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

__all__ = ["RESULTS", "Measure", "in_turn", "machine", "timed", "written"]

RESULTS = Path(__file__).with_name("results.md")


@dataclass(frozen=True)
class Measure:
    """One ratio: ours against a baseline of the same run, the aim it is held to, absolute figures beside."""

    what: str
    store: str
    ratio: float
    aim: str
    met: bool | None
    beside: str

    @property
    def verdict(self) -> str:
        """Met, not met, or for information."""
        return {True: "met", False: "**not met**", None: ""}[self.met]


def timed(work: Callable[[], object]) -> float:
    """Seconds of wall clock that a piece of work takes."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def in_turn(ours: Callable[[], float], baseline: Callable[[], float], pairs: int) -> tuple[float, float, float]:
    """The two run in turn; the median of the ratios pair by pair, and each one's own median.

    Each callable answers a rate or a time; the ratio is ours divided by the baseline.
    """
    taken = [(ours(), baseline()) for _ in range(pairs)]
    ratio = statistics.median(a / b for a, b in taken)
    return ratio, statistics.median(a for a, _ in taken), statistics.median(b for _, b in taken)


def machine(postgres: str) -> str:
    """What it ran on, in general terms."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return (
        f"{os.cpu_count()} cores, {memory:.0f} GiB, {platform.system()} {platform.machine()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {postgres}"
    )


def written(measures: Iterable[Measure], on: str, to: Path | None = RESULTS) -> str:
    """The results as a Markdown table; written to a file too, unless ``to`` is None."""
    lines = [
        "# Results",
        "",
        f"Ratios within one run, medians of runs taken in turn. On: {on}. `make bench` measures again.",
        "",
        "| measure | store | ratio | aim | | beside |",
        "| --- | --- | ---: | --- | --- | --- |",
    ]
    for each in measures:
        lines.append(f"| {each.what} | {each.store} | {each.ratio:.2f} | {each.aim} | {each.verdict} | {each.beside} |")
    text = "\n".join(lines) + "\n"
    if to is not None:
        to.write_text(text)
    sys.stdout.write(text)
    return text
