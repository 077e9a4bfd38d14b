"""The census of children in need: `daybook import cin` of a made-up file, in a process of its own."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import redirect_stdout
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from random import Random

from bench.measures import Measure
from bench.stores import STORES, Yard, folder
from recorder.intake.cin_census import CensusFile
from recorder.intake.cin_census.loading import load_census
from recorder.intake.cin_census.staging import stage_census

__all__ = ["CHILDREN", "import_once", "measure_census", "write_census"]

CHILDREN = (8_000, 32_000)
READ, TAKEN, POSTED = "census read and checked", "census taken in", "census taken in, and tables brought up to it"
SECONDS, LINEAR, BOUNDED = 5.0, 1.2, 1.2
_YEAR = 2025
_FIRST, _LAST = date(_YEAR - 1, 4, 1), date(_YEAR, 3, 31)
_ETHNICITIES = ("WBRI", "WOTH", "MOTH", "AIND", "BAFR", "OOTH", "NOBT")
_FACTORS = ("1A", "2B", "3A", "3B", "4B", "6B", "8B", "16A", "17A", "18C")
_CATEGORIES = ("NEG", "EMO", "PHY", "SAB")


def measure_census(yard: Yard, sizes: tuple[int, int] = CHILDREN) -> Iterator[Measure]:
    """Each store: seconds for the smaller file, time a child and peak memory of the greater against it."""
    with folder() as scratch:
        files = {size: write_census(scratch / f"cin_{size}.xml", size) for size in sizes}
        for store in STORES:
            taken = []
            for size in sizes:
                yard.say(f"a census of {size:,} children on {store}")
                taken.append(_apart(files[size], yard.empty(store).url))
            for stage in (READ, TAKEN, POSTED):
                yield from _measures(stage, store, [each[stage] for each in taken], sizes)


def _measures(what: str, store: str, taken: list[dict[str, float]], sizes: tuple[int, int]) -> Iterator[Measure]:
    """What two processes told, as measures."""
    (least, most), (few, many) = taken, sizes
    beside = (
        f"{least['seconds']:.1f} s; {least['rows']:,.0f} rows; {least['rows'] / least['seconds']:,.0f} rows a second"
    )
    ratio = least["seconds"] / SECONDS
    yield Measure(f"{what}, {few:,} children / {SECONDS:.0f} s", store, ratio, "≤ 1", ratio <= 1, beside)
    ratio = most["seconds"] / many / (least["seconds"] / few)
    beside = f"{most['seconds']:.1f} s; {least['seconds']:.1f} s"
    what_time = f"{what}, time a child of {many:,} / of {few:,}"
    yield Measure(what_time, store, ratio, f"linear (≤ {LINEAR})", ratio <= LINEAR, beside)
    ratio = most["mib"] / least["mib"]
    beside = f"{most['mib']:,.0f} MiB; {least['mib']:,.0f} MiB"
    what_peak = f"{what}, peak memory for {many:,} / for {few:,}"
    yield Measure(what_peak, store, ratio, f"bounded (≤ {BOUNDED})", ratio <= BOUNDED, beside)


def _apart(path: Path, url: str) -> dict[str, dict[str, float]]:
    """What ``import_once`` tells from a process of its own, so that its memory is its own too."""
    code = f"from bench.census import import_once; print(import_once({str(path)!r}, {url!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    answer: dict[str, dict[str, float]] = json.loads(done.stdout)
    return answer


def import_once(path: str, url: str) -> str:
    """Take a census in as `daybook import cin` does; after each stage rows, seconds, and MiB so far, as JSON."""
    where = "DAYBOOK_DATABASE_URL" if url.startswith("postgresql") else "DAYBOOK_DATA"
    os.environ |= {"DAYBOOK_ENV": "development", where: url}
    from web.cli import main  # noqa: PLC0415 - read once the environment is settled
    from web.cli.terminal import catch_up, opened  # noqa: PLC0415

    told: dict[str, dict[str, float]] = {}
    with redirect_stdout(StringIO()):
        main(["init"], standalone_mode=False)
    file = CensusFile(Path(path))
    started = time.perf_counter()
    with stage_census(file) as staged:
        rows = sum(child.rows for child in staged.children())
    told[READ] = _told(rows, time.perf_counter() - started)
    with opened() as house:
        started = time.perf_counter()
        load_census(house.recorder, house.desk, [file])
        told[TAKEN] = _told(rows, time.perf_counter() - started)
        catch_up(house)
        told[POSTED] = _told(rows, time.perf_counter() - started)
    return json.dumps(told)


def _told(rows: int, seconds: float) -> dict[str, float]:
    peak = next(
        int(line.split()[1]) for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM")
    )
    return {"rows": rows, "seconds": seconds, "mib": peak / 1_024}


def write_census(path: Path, children: int, seed: int = 2025) -> Path:
    """A made-up census of so many children: referrals, assessments, enquiries, plans with reviews and visits."""
    drawn = Random(seed)
    with path.open("w", encoding="utf-8") as stream:
        stream.write(
            "<?xml version='1.0' encoding='utf-8'?>\n<Message><Header><CollectionDetails><Collection>CIN</Collection>"
            f"<Year>{_YEAR}</Year><ReferenceDate>{_LAST}</ReferenceDate></CollectionDetails><Source>"
            "<SourceLevel>L</SourceLevel><LEA>999</LEA><SerialNo>001</SerialNo></Source></Header><Children>\n"
        )
        for number in range(children):
            stream.write(_child(number, drawn))
        stream.write("</Children></Message>\n")
    return path


def _child(number: int, drawn: Random) -> str:
    born = date(2007, 9, 1) + timedelta(days=drawn.randrange(6_000))
    disabled = drawn.random() < 0.12
    held = "<Disabilities><Disability>LD</Disability></Disabilities>" if disabled else ""
    cases = [_referral(_FIRST + timedelta(days=drawn.randrange(0, 170)), drawn)]
    if drawn.random() < 0.15:
        cases.append(_referral(_FIRST + timedelta(days=drawn.randrange(190, 330)), drawn))
    return (
        f"<Child><ChildIdentifiers>{_one('LAchildID', f'MU{number:07}')}"
        f"{_one('UPN', f'X{100_000_000_000 + number:012}')}"
        f"{_one('PersonBirthDate', born)}{_one('Sex', drawn.choice('MF'))}</ChildIdentifiers>"
        f"<ChildCharacteristics>{_one('Ethnicity', drawn.choice(_ETHNICITIES))}{held}</ChildCharacteristics>"
        f"{''.join(cases)}</Child>\n"
    )


def _referral(on: date, drawn: Random) -> str:
    ends = on + timedelta(days=drawn.randrange(60, 180))
    closed = ends <= _LAST and drawn.random() < 0.6
    nothing_done = drawn.random() < 0.1
    inside = [_one("CINreferralDate", on), _one("ReferralSource", "6"), _one("PrimaryNeedCode", "N1")]
    if closed and not nothing_done:
        inside += [_one("CINclosureDate", ends), _one("ReasonForClosure", "RC8")]
    if not nothing_done:
        inside.append(_assessment(on + timedelta(days=1), drawn))
        last = ends if closed else None
        if drawn.random() < 0.5:
            inside.append(_cin_plan(on + timedelta(days=45), last))
        if drawn.random() < 0.3:
            inside.append(_protection(on + timedelta(days=5), last, drawn))
    return f"<CINdetails>{''.join(inside)}{_one('ReferralNFA', int(nothing_done))}</CINdetails>"


def _assessment(starts: date, drawn: Random) -> str:
    factors = "".join(_one("AssessmentFactors", code) for code in sorted(drawn.sample(_FACTORS, 3)))
    return (
        f"<Assessments>{_one('AssessmentActualStartDate', starts)}"
        f"{_one('AssessmentInternalReviewDate', starts + timedelta(days=14))}"
        f"{_one('AssessmentAuthorisationDate', starts + timedelta(days=40))}"
        f"<FactorsIdentifiedAtAssessment>{factors}</FactorsIdentifiedAtAssessment></Assessments>"
    )


def _cin_plan(starts: date, ends: date | None) -> str:
    end = _one("CINPlanEndDate", ends) if ends else ""
    return f"<CINPlanDates>{_one('CINPlanStartDate', starts)}{end}</CINPlanDates>"


def _protection(starts: date, ends: date | None, drawn: Random) -> str:
    """An enquiry, and the plan with its review that may follow."""
    held = starts + timedelta(days=14)
    enquiry = _one("S47ActualStartDate", starts) + _one("InitialCPCtarget", held)
    if drawn.random() < 0.5:
        return f"<Section47>{enquiry}{_one('ICPCnotRequired', 1)}</Section47>"
    category = drawn.choice(_CATEGORIES)
    end = _one("CPPendDate", ends) if ends else ""
    reviews = f"<Reviews>{_one('CPPreviewDate', held + timedelta(days=30))}</Reviews>"
    return (
        f"<Section47>{enquiry}{_one('DateOfInitialCPC', held)}{_one('ICPCnotRequired', 0)}</Section47>"
        f"<ChildProtectionPlans>{_one('CPPstartDate', held)}{end}{_one('InitialCategoryOfAbuse', category)}"
        f"{_one('LatestCategoryOfAbuse', category)}{_one('NumberOfPreviousCPP', 0)}{reviews}</ChildProtectionPlans>"
    )


def _one(name: str, value: object) -> str:
    return f"<{name}>{value}</{name}>"
