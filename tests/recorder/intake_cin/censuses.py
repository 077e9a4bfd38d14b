"""Censuses made up for a test, as XML, and where the samples lie beside the checkout."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from recorder.intake.reading import Finding

SAMPLES = Path(__file__).resolve().parents[3] / ".." / "shared" / "samples"
FAKE = SAMPLES / "cin_validator_fake"
CENSUSES = SAMPLES / "la_dev" / "cin"

needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples do not lie beside the checkout")


def header(year: int | str = 2024, reference: str = "", lea: str = "999", collection: str = "CIN") -> str:
    """The header of a census; ``year`` '' leaves the year out."""
    told = f"<Year>{year}</Year>" if year else ""
    on = reference or f"{year}-03-31"
    return (
        f"<Header><CollectionDetails><Collection>{collection}</Collection>{told}"
        f"<ReferenceDate>{on}</ReferenceDate></CollectionDetails>"
        f"<Source><SourceLevel>L</SourceLevel><LEA>{lea}</LEA><SerialNo>001</SerialNo></Source></Header>"
    )


def child(
    number: str = "A1",
    *referrals: str,
    born: str = "2012-05-01",
    sex: str = "1",
    ethnicity: str = "WBRI",
    upn: str = "",
    more: str = "",
    disabilities: str = "",
    element: str = "GenderCurrent",
) -> str:
    """A child of the census."""
    said = f"<LAchildID>{number}</LAchildID>"
    said += f"<UPN>{upn}</UPN>" if upn else ""
    said += f"<PersonBirthDate>{born}</PersonBirthDate>" if born else ""
    said += f"<{element}>{sex}</{element}>" if sex else ""
    held = "".join(f"<Disability>{code}</Disability>" for code in disabilities.split())
    held = f"<Disabilities>{held}</Disabilities>" if held else ""
    return (
        f"<Child><ChildIdentifiers>{said}{more}</ChildIdentifiers>"
        f"<ChildCharacteristics><Ethnicity>{ethnicity}</Ethnicity>{held}</ChildCharacteristics>"
        f"{''.join(referrals)}</Child>"
    )


def referral(on: str, *under: str, closed: str = "", reason: str = "RC7", nfa: str = "0", need: str = "N1") -> str:
    """A referral with what is under it."""
    ends = f"<CINclosureDate>{closed}</CINclosureDate><ReasonForClosure>{reason}</ReasonForClosure>" if closed else ""
    return (
        f"<CINdetails><CINreferralDate>{on}</CINreferralDate><ReferralSource>6</ReferralSource>"
        f"<PrimaryNeedCode>{need}</PrimaryNeedCode>{ends}{''.join(under)}<ReferralNFA>{nfa}</ReferralNFA></CINdetails>"
    )


def assessment(starts: str, authorised: str = "", factors: str = "3B") -> str:
    """An assessment."""
    codes = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in factors.split())
    done = f"<AssessmentAuthorisationDate>{authorised}</AssessmentAuthorisationDate>" if authorised else ""
    found = f"<FactorsIdentifiedAtAssessment>{codes}</FactorsIdentifiedAtAssessment>" if authorised else ""
    start = f"<AssessmentActualStartDate>{starts}</AssessmentActualStartDate>"
    return f"<Assessments>{start}{done}{found}</Assessments>"


def cin_plan(starts: str, ends: str = "") -> str:
    """A child in need plan."""
    end = f"<CINPlanEndDate>{ends}</CINPlanEndDate>" if ends else ""
    return f"<CINPlanDates><CINPlanStartDate>{starts}</CINPlanStartDate>{end}</CINPlanDates>"


def enquiry(starts: str, conference: str = "", not_required: str = "0") -> str:
    """A section 47 enquiry."""
    held = f"<DateOfInitialCPC>{conference}</DateOfInitialCPC>" if conference else ""
    return (
        f"<Section47><S47ActualStartDate>{starts}</S47ActualStartDate>{held}"
        f"<ICPCnotRequired>{not_required}</ICPCnotRequired></Section47>"
    )


def cp_plan(starts: str, *reviews: str, ends: str = "", category: str = "NEG") -> str:
    """A child protection plan."""
    end = f"<CPPendDate>{ends}</CPPendDate>" if ends else ""
    days = "".join(f"<CPPreviewDate>{day}</CPPreviewDate>" for day in reviews)
    held = f"<Reviews>{days}</Reviews>" if days else ""
    return (
        f"<ChildProtectionPlans><CPPstartDate>{starts}</CPPstartDate>{end}"
        f"<InitialCategoryOfAbuse>{category}</InitialCategoryOfAbuse>"
        f"<LatestCategoryOfAbuse>{category}</LatestCategoryOfAbuse>"
        f"<NumberOfPreviousCPP>0</NumberOfPreviousCPP>{held}</ChildProtectionPlans>"
    )


def write(path: Path, *children: str, year: int | str = 2024, head: str | None = None) -> Path:
    """A census file of these children."""
    top = header(year) if head is None else head
    path.write_text(
        f"<?xml version='1.0' encoding='utf-8'?>\n<Message>{top}<Children>\n"
        + "\n".join(children)
        + "</Children></Message>",
        encoding="utf-8",
    )
    return path


def of_rule(findings: Iterable[Finding], rule: str) -> list[Finding]:
    """The findings of one rule."""
    return [f for f in findings if f.rule == rule]
