"""Runs on pages: asked for, made, kept as they were, and found again."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.web.pages import Browser
from tests.web.priced import price
from tests.web.village import Village

SignIn = Callable[[str], Browser]
YEAR = 'title = "All of 2025/26"\n[period]\nfirst = 2025-04-01\nlast = 2026-03-31\n'


@pytest.fixture
def fin(village: Village, signed_in: SignIn) -> Browser:
    price(village)
    return signed_in("fin")


def test_a_run_is_made_and_found_in_the_list(fin: Browser) -> None:
    page = fin.submit(fin.get("/runs/new"), {"title": "All of 2025/26"})
    assert page.h1.endswith("All of 2025/26")
    assert "How this run was made" in page.main
    kept = fin.get("/runs")
    assert fin.get(kept.link("All of 2025/26")).h1 == page.h1
