"""What may be asked of an export, in words."""

from __future__ import annotations

__all__ = ["BY_WORDS", "DIMENSION_WORDS", "FORM_WORDS", "WHAT_WORDS"]

WHAT_WORDS = {
    "postings": ("Postings", "Every posting with its accounts, codes, rate and amount"),
    "summary": ("Summary", "Sums by the columns you select under “What a summary goes by”"),
    "s251": ("S251 outturn", "The lines of the outturn statement by provider sector"),
}
BY_WORDS = {"service": "Months of service", "booked": "Accounting periods they are booked in"}
FORM_WORDS = {
    "csv": ("CSV", "For any program; holds any number of rows"),
    "xlsx": ("Workbook (XLSX)", "For a spreadsheet; up to a million rows"),
    "parquet": ("Parquet", "For analysis; small, typed, any number of rows"),
}
DIMENSION_WORDS = {
    "accounting_month": "Accounting period",
    "service_month": "Month of service",
    "cost_kind": "Kind of cost",
    "process": "Process",
    "place_type": "Placement type",
    "sector": "Provider sector",
    "provider": "Provider code",
    "worker_type": "Worker type",
    "s251_line": "S251 line",
    "cost_centre": "Cost centre",
    "subjective": "Subjective code",
    "funder": "Payer",
    "basis": "Basis",
    "entry_kind": "Kind of entry",
    "team": "Team of the child that night",
    "child_no": "Child, by number",
}
