"""The made-up authority that ``daybook demo`` loads: five years of returns, fees, a year of activities.

Every child, worker, name and amount is made up. ``la_dev/`` holds the files as an authority would send
them, planted faults and all; its roster, schemas and names are drawn by ``python -m
recorder.demonstration.roster``.
"""

from __future__ import annotations

from pathlib import Path

__all__ = ["LA_DEV"]

LA_DEV = Path(__file__).resolve().parent / "la_dev"
