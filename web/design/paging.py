"""Which pages a long list offers to go to."""

from collections.abc import Callable
from typing import Any

_AROUND = 1


def page_links(page: int, pages: int, href: Callable[[int], str]) -> dict[str, Any]:
    """What the `pagination` macro draws: {previous, next, items of {number, href, current} or {gap}}.

    First, last, and the pages next to this one; `href` gives the address of a page, counted from 1.
    """
    shown = sorted({1, pages, *range(page - _AROUND, page + _AROUND + 1)} & set(range(1, pages + 1)))
    items: list[dict[str, Any]] = []
    for before, number in zip([0, *shown], shown, strict=False):
        if number - before == 2:  # a gap of one page is that page
            items.append({"number": number - 1, "href": href(number - 1), "current": False})
        elif number - before > 2:
            items.append({"gap": True})
        items.append({"number": number, "href": href(number), "current": number == page})
    return {
        "previous": href(page - 1) if page > 1 else None,
        "next": href(page + 1) if page < pages else None,
        "items": items,
    }
