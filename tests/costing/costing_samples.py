"""Where the sample files lie beside the checkout, and what to do where they do not."""

from pathlib import Path

import polars as pl
import pytest

SHARED = Path(__file__).resolve().parents[2] / ".." / "shared"
LA_DEV = SHARED / "samples" / "la_dev"
FIGURES = SHARED / "figures"

needs_samples = pytest.mark.skipif(not LA_DEV.is_dir(), reason="the samples do not lie beside the checkout")


def table(path: Path) -> pl.DataFrame:
    """Every column of a CSV file as text, blanks as null."""
    return pl.read_csv(path, infer_schema=False)
