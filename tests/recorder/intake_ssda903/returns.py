"""Small returns made up for a test, and where the sample returns lie beside the checkout."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import pytest

from recorder.intake.ssda903 import ChildReturn, EpisodeFacts, EpisodeRow, Finding, HeaderRow, ReturnFolder

SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples"
LA_DEV = SAMPLES / "la_dev"
YEAR = "2023/24"
EPISODES = "CHILD,DECOM,RNE,LS,CIN,PLACE,PLACE_PROVIDER,DEC,REC,REASON_PLACE_CHANGE,HOME_POST,PL_POST,URN"
HEADER = "CHILD,SEX,DOB,ETHNIC,UPN,MOTHER,MC_DOB"
ONE_EPISODE = "A1,05/04/2023,S,C2,N1,U6,PR1,,,,ZZ1 1AA,ZZ1 1AB,SC000001"
ONE_HEADER = "A1,1,01/02/2010,WBRI,A123456789012,,"

needs_samples = pytest.mark.skipif(not LA_DEV.is_dir(), reason="the samples do not lie beside the checkout")


def write(folder: Path, name: str, *lines: str, encoding: str = "utf-8") -> Path:
    """A file of these lines in the folder."""
    path = folder / name
    path.write_bytes(("\n".join(lines) + "\n").encode(encoding))
    return path


def folder_of(path: Path, year: str = YEAR) -> ReturnFolder:
    """The folder as the return of a year."""
    return ReturnFolder(path, year, None)


def of_rule(findings: Iterable[Finding], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in findings if f.rule == rule]


def rules_in(findings: Iterable[Finding]) -> list[str]:
    """The rules found, each as often as found, in order of name."""
    return sorted(f.rule for f in findings)


def day(text: str) -> date:
    """A date written dd/mm/yyyy."""
    return date(*(int(part) for part in reversed(text.split("/"))))


def facts(decom: str, dec: str = "", **codes: str) -> EpisodeFacts:
    """An episode's facts, an ordinary foster placement unless said otherwise."""
    usual = {"rne": "S", "ls": "C2", "cin": "N1", "place": "U6", "provider": "PR1", "rec": "X1" if dec else ""}
    return EpisodeFacts(decom=day(decom), dec=day(dec) if dec else None, **(usual | codes))


def episode(row: int, decom: str, dec: str = "", **codes: str) -> EpisodeRow:
    """The same as a row of a file."""
    held = facts(decom, dec, **codes)
    return EpisodeRow(
        row=row,
        child="A1",
        decom=held.decom,
        rne=held.rne,
        ls=held.ls,
        cin=held.cin,
        place=held.place,
        provider=held.provider,
        dec=held.dec,
        rec=held.rec,
        reason_place_change=held.reason_place_change,
        home_post="",
        pl_post="",
        urn=held.urn,
        pl_location=held.pl_location,
        pl_la=held.pl_la,
    )


def header(upn: str = "A123456789012", sex: str = "1", dob: date | None = date(2010, 2, 1)) -> HeaderRow:
    """A header row."""
    return HeaderRow(row=2, child="A1", sex=sex, dob=dob, ethnic="WBRI", upn=upn, mother="", mc_dob=None)


def child_of(*episodes: EpisodeRow, head: HeaderRow | None = None) -> ChildReturn:
    """A child with these episodes and a header."""
    return ChildReturn(child="A1", header=head or header(), episodes=episodes)
