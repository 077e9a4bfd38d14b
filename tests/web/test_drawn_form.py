"""The blank entry form is drawn once for what it offers, holds no name, and shows what a form drawn anew would."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from projections.queries.my_day import Colleague
from projections.queries.names import ChildName
from recorder.domain.ids import derived_id
from tests.web.pages import Browser
from tests.web.village import ADA, RUBY, Village
from web.kinds_of_work import vocabulary_in_use
from web.record import drawn_form
from web.record.choices import Offer
from web.record.drawn_form import entry_form
from web.record.typed import Typed

_names = st.lists(st.text(min_size=1, max_size=12), min_size=0, max_size=14)


@pytest.fixture
def asked(app: Flask) -> Iterator[Flask]:
    """Inside a request, as pages are drawn."""
    with app.test_request_context("/my-day"):
        yield app


def offered(names: list[str], together: bool = False) -> Offer:
    children = [ChildName(n, derived_id(ADA, "child", str(n)), name, f"N{n}") for n, name in enumerate(names, 1)]
    ordered = tuple(sorted(children, key=lambda child: child.sort_key))
    return Offer(
        worker_no=1, today=date(2026, 4, 2), children=ordered, colleagues=(Colleague(2, ADA, "Ben <Hale>"),),
        kinds_at_hand=vocabulary_in_use()[:4], recent=tuple(child.child_no for child in ordered[1:3]),
        together=(ordered[:2],) if together and len(ordered) > 1 else (),
    )  # fmt: skip


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=30)
@given(names=_names, together=st.booleans())
def test_a_form_that_is_held_shows_what_a_form_drawn_anew_would(asked: Flask, names: list[str], together: bool):
    offer = offered(names, together)
    anew = drawn_form._drawn(Typed(), offer, (), "/children")
    assert entry_form(Typed(), offer, (), "/children") == anew
    assert entry_form(Typed(), offer, (), "/children") == anew


def test_what_is_held_names_nobody_and_another_name_shows_at_once(asked: Flask) -> None:
    one, other = offered(["Ruby <b>", "Tom"]), offered(["Rosa", "Tom"])
    assert "Ruby &lt;b&gt;" in entry_form(Typed(), one, (), "")
    assert "Rosa" in entry_form(Typed(), other, (), "")
    assert "Ruby" not in entry_form(Typed(), other, (), "")
    held = asked.extensions[drawn_form._EXTENSION]
    assert len(held) == 1
    assert not any(name in text for text in (*held.values(), repr(list(held))) for name in ("Ruby", "Rosa", "Tom"))


@pytest.mark.parametrize(
    "changed",
    [
        {"usual_minutes": (5, 10)},
        {"recent": ()},
        {"kinds_at_hand": ()},
        {"colleagues": ()},
        {"together": ()},
        {"today": date(2027, 4, 2)},
    ],
)
def test_another_offer_is_drawn_anew(asked: Flask, changed: dict[str, object]) -> None:
    offer = offered(["Ruby", "Tom", "Kit"], together=True)
    other = replace(offer, **changed)  # type: ignore[arg-type]
    assert entry_form(Typed(), offer, (), "") == drawn_form._drawn(Typed(), offer, (), "")
    assert entry_form(Typed(), other, (), "") == drawn_form._drawn(Typed(), other, (), "")


def test_a_form_with_answers_or_problems_is_not_held(asked: Flask) -> None:
    offer = offered(["Ruby", "Tom"])
    assert 'value="45"' in entry_form(Typed(minutes="45"), offer, (), "")
    assert "Enter how long" in entry_form(Typed(), offer, (("minutes", "Enter how long it took"),), "")
    assert not asked.extensions.get(drawn_form._EXTENSION)


def test_no_more_are_held_than_there_is_room_for(asked: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drawn_form, "MOST", 2)
    for count in range(1, 5):
        entry_form(Typed(), offered(["Ruby"] * count), (), "")
    assert len(asked.extensions[drawn_form._EXTENSION]) == 2


def test_an_erased_child_is_named_no_more(ada: Browser, village: Village) -> None:
    assert "Ruby" in ada.get("/my-day").main
    assert "Ruby" in ada.get("/my-day").main
    village.house.recorder.keys.destroy(UUID(bytes=RUBY.bytes), village.house.clock.now())
    page = ada.get("/my-day").main
    assert "Ruby" not in page
    assert "Erased" in page
