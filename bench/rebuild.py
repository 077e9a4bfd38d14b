"""A rebuild of all tables: against one transaction an event, against the floor, and how much memory it takes."""

from __future__ import annotations

import statistics
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from bench.floor import Floor
from bench.follow import ADVANTAGED, USUAL, both_ways
from bench.measures import Measure, timed
from bench.stores import STORES, Yard
from projections.database import ProjectionDatabase
from projections.rebuild import rebuild
from recorder.store import SqlEventLog, open_databases

__all__ = ["measure_memory", "measure_rebuild", "peak_of_rebuild"]

AIM, FLOOR_AIM, FLAT = 80, 2, 1.25


def measure_rebuild(yard: Yard, sizes: list[int], rounds: int, sample: int) -> Iterator[Measure]:
    """Each store and size: in turn a sample one by one, both ways, then the floor, then a rebuild."""
    for store in STORES:
        usual, advantaged = both_ways(yard, store, yard.loaded(store, min(sizes)))
        for size in sizes:
            yield from _measured(yard, store, size, rounds, lambda: (usual.rate(sample), advantaged.rate(sample)))  # noqa: B023
        usual.close()
        advantaged.close()


def _measured(
    yard: Yard, store: str, size: int, rounds: int, one_by_one: Callable[[], tuple[float, float]]
) -> Iterator[Measure]:
    loaded = yard.loaded(store, size)
    ours, lowest = yard.tables(store), yard.tables(store)
    floor = Floor.of(loaded.log)
    events = loaded.log.position()
    taken = []
    for number in range(rounds):
        yard.say(f"rebuilding {size:,} on {store}: {number + 1} of {rounds}")
        rates = one_by_one()
        bottom = timed(lambda: floor.load(loaded.log, lowest))
        taken.append((*rates, bottom, timed(lambda: rebuild(loaded.log, ours))))
    ours.close()
    lowest.close()
    alone, kept, bottom, seconds = (statistics.median(column) for column in zip(*taken, strict=True))
    beside = f"{seconds:.1f} s, {events / seconds:,.0f} events a second"
    ratio = statistics.median(events / s / a for a, _, _, s in taken)
    yield Measure(f"rebuild {size:,} / {USUAL}", store, ratio, f"≥ {AIM}", ratio >= AIM, f"{beside}; {alone:,.0f}")
    ratio = statistics.median(events / s / k for _, k, _, s in taken)
    yield Measure(f"rebuild {size:,} / {ADVANTAGED}", store, ratio, "", None, f"{beside}; {kept:,.0f}")
    ratio = statistics.median(s / b for _, _, b, s in taken)
    what, met = f"time to rebuild {size:,} / the floor", ratio <= FLOOR_AIM
    yield Measure(what, store, ratio, f"≤ {FLOOR_AIM}", met, f"{seconds:.1f} s; floor {bottom:.1f} s")


def measure_memory(yard: Yard, sizes: list[int]) -> Iterator[Measure]:
    """Peak memory of a process that does nothing but rebuild, at the least and at the greatest size."""
    few, many = min(sizes), max(sizes)
    for store in STORES:
        peaks = []
        for size in (few, many):
            yard.say(f"memory of a rebuild at {size:,} on {store}")
            url = yard.loaded(store, size).where.url
            ProjectionDatabase(open_databases(url)).create()
            code = f"from bench.rebuild import peak_of_rebuild; print(peak_of_rebuild({url!r}))"
            done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
            peaks.append(int(done.stdout) / 1_024)
        ratio = peaks[1] / peaks[0]
        what, beside = f"peak memory of a rebuild, {many:,} / {few:,}", f"{peaks[1]:,.0f} MiB; {peaks[0]:,.0f} MiB"
        yield Measure(what, store, ratio, f"flat (≤ {FLAT})", ratio <= FLAT, beside)


def peak_of_rebuild(url: str) -> int:
    """Kibibytes resident at most in this process, once it has rebuilt the tables of these databases."""
    where = open_databases(url)
    rebuild(SqlEventLog(where.engine("events")), ProjectionDatabase(where))
    # Not ru_maxrss: on Linux a new process begins with the peak of the one that started it.
    status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
    return int(status["VmHWM"].split()[0])
