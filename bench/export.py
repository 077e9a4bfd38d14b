"""Files of the ledger: rows a second and the most memory of a process that does nothing but write one."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.measures import Measure
from bench.stores import STORES, Yard
from projections.database import ProjectionDatabase
from projections.exports import ExportRequest
from projections.rebuild import rebuild
from recorder.store import SqlEventLog, open_databases
from web.finance.export_files import FORMS, Form
from web.finance.export_making import make_export, settled

__all__ = ["export_once", "measure_export"]

FLAT = 1.25
# A sheet holds no more than a million rows, so of a workbook the greater size is a part of the rows.
_MONTHS = {"csv": (190001, 209912), "parquet": (190001, 209912), "xlsx": (202404, 202412)}


def measure_export(yard: Yard, sizes: list[int]) -> Iterator[Measure]:
    """Each store and form, at the least and at the greatest size; the ratio is of the peaks of memory."""
    few, many = min(sizes), max(sizes)
    for store in STORES:
        for size in (few, many):
            loaded = yard.loaded(store, size)
            tables = ProjectionDatabase(loaded.where)
            tables.create()
            rebuild(loaded.log, tables)
            tables.close()
        for form in FORMS:
            taken = []
            for size in (few, many):
                yard.say(f"an export of {size:,} activities as {form} on {store}")
                url = yard.loaded(store, size).where.url
                code = f"from bench.export import export_once; print(export_once({url!r}, {form!r}))"
                done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
                taken.append(json.loads(done.stdout))
            least, most = taken
            ratio = most["mib"] / least["mib"]
            beside = (
                f"{most['mib']:,.0f} MiB; {least['mib']:,.0f} MiB; {most['rows'] / most['seconds']:,.0f} rows a second"
            )
            what = f"peak memory of a {form} of {most['rows']:,} postings / of {least['rows']:,}"
            yield Measure(what, store, ratio, f"flat (≤ {FLAT})", ratio <= FLAT, beside)


def export_once(url: str, form: Form) -> str:
    """Write a file of these databases' postings in this process: rows, seconds, and MiB resident at most, as JSON."""
    where = open_databases(url)
    log, tables = SqlEventLog(where.engine("events")), ProjectionDatabase(where)
    first, last = _MONTHS[form]
    asked = settled(log, tables, ExportRequest(what="postings", first=first, last=last))
    with tempfile.TemporaryDirectory() as folder:
        started = time.perf_counter()
        made = make_export(log, tables, asked, form, Path(folder), lambda *_: None)
        seconds = time.perf_counter() - started
    peak = next(
        int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return json.dumps({"rows": made.manifest["rows"], "seconds": seconds, "mib": peak / 1_024})
