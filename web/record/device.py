"""What a device may know without signal: labels for the children of the caseload, kinds of work, never a name."""

from __future__ import annotations

import hashlib
import hmac
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, current_app, jsonify, render_template
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf
from markupsafe import Markup

from projections.queries import my_day as queries
from projections.queries.my_day import Colleague
from projections.queries.names import ERASED, ChildName
from web.account.access import allow
from web.account.people import ROLES, Person, current_person, signed_in
from web.record.choices import Offer, offer_to, seen_kinds
from web.record.frame import tabs
from web.record.noted import note_reading
from web.record.opening import RECORDERS
from web.state import settings, state

__all__ = ["add_device", "colleague_labels", "labelled", "labels_of", "offer_for_device", "owner_of"]

OFF = "off"
NUMBERS = "numbers"
_SALT = b"daybook-device-owner:"


def add_device(blueprint: Blueprint) -> None:
    """The page about this device, and what its script asks for."""
    blueprint.add_url_rule("/my-day/device", "device", device_page)
    blueprint.add_url_rule("/my-day/offer", "device_offer", device_offer)
    blueprint.app_context_processor(lambda: {"device_attributes": _attributes, "device_owner": _owner})


def owner_of(person: Person) -> str:
    """An account as a device knows it: says nothing of who it is, and is the same at the next sign-in."""
    key = str(current_app.config["SECRET_KEY"]).encode()
    return hmac.new(key, _SALT + person.username.encode(), hashlib.sha256).hexdigest()[:32]


def labels_of(children: Iterable[ChildName], how: str) -> dict[UUID, str]:
    """A label for each child, by id: ``initials`` told apart by a number, or ``numbers``; none where ``off``.

    A child of whom only an identifier is known goes by its number, as an identifier is never a label.
    """
    known = sorted((child for child in children if child.name != ERASED), key=lambda each: each.child_no)
    named = {child.child_id: (f"Child {child.child_no}", _known_name(child)) for child in known}
    return _labels(named, how)


def colleague_labels(colleagues: Iterable[Colleague], how: str) -> dict[UUID, str]:
    """A label for each colleague, by id, made as those of children are."""
    known = sorted(colleagues, key=lambda each: each.worker_no)
    return _labels({each.worker_id: (f"Worker {each.worker_no}", each.name) for each in known}, how)


def _labels(named: Mapping[UUID, tuple[str, str]], how: str) -> dict[UUID, str]:
    """Labels for (number, name), in the order given.

    The first known of several people with the same initials has them plain, so that a newcomer changes nobody's label.
    """
    if how == OFF:
        return {}
    used: Counter[str] = Counter()
    found: dict[UUID, str] = {}
    for who, (number, name) in named.items():
        label = "" if how == NUMBERS else _initials(name)
        if label:
            used[label] += 1
            label = label if used[label] == 1 else f"{label} {used[label]}"
        found[who] = label or number
    return found


def _known_name(child: ChildName) -> str:
    return "" if child.name in {child.identifier, f"Child {child.child_no}"} else child.name


def _initials(name: str) -> str:
    """First letters of the first and the last part of a name; blank where there is none."""
    parts = [part for part in name.split() if part[0].isalpha()]
    if not parts:
        return ""
    ends = parts[:1] if len(parts) == 1 else [parts[0], parts[-1]]
    return "".join(f"{part[0].upper()}." for part in ends)


def offer_for_device(person: Person, also_children: Iterable[UUID] = ()) -> Offer | None:
    """What this person is offered, by their names; None where their account is no known worker's."""
    here = state()
    with here.projections.reader().connect() as connection:
        number = queries.worker_number(connection, person.worker) if person.worker else None
        if number is None:
            return None
        today = here.recorder.clock.today()
        return offer_to(connection, here.recorder.keys, number, today, also_children=also_children)


def labelled(offer: Offer, how: str) -> Offer:
    """The offer with labels for names, so that nothing said of it names a child or a colleague."""
    labels, others = labels_of(offer.children, how), colleague_labels(offer.colleagues, how)
    children = (child._replace(name=labels.get(child.child_id, "a child")) for child in offer.children)
    colleagues = (each._replace(name=others.get(each.worker_id, "a colleague")) for each in offer.colleagues)
    return replace(offer, children=tuple(children), colleagues=tuple(colleagues))


@allow(*ROLES)
def device_offer() -> ResponseReturnValue:
    """Whose session this is and, for those who record, what their device may keep; as JSON."""
    person, here, given = signed_in(), state(), settings()
    said: dict[str, Any] = {"owner": owner_of(person), "token": generate_csrf(), "hours": given.offline_hours}
    said["offer"] = None
    offer = offer_for_device(person) if person.role in RECORDERS and given.offline_labels != OFF else None
    if offer is not None:
        labels = labels_of(offer.children, given.offline_labels)
        note_reading(here, person.username, "labels for a device", labels)
        said["offer"] = _content(offer, labels, colleague_labels(offer.colleagues, given.offline_labels))
    return jsonify(said)


def _content(offer: Offer, labels: dict[UUID, str], colleagues: dict[UUID, str]) -> dict[str, Any]:
    at_hand = [each.child_id for each in offer.children_at_hand]
    order = {child: place for place, child in enumerate([*at_hand, *(c.child_id for c in offer.other_children)])}
    kinds = [
        {"code": k.code, "label": k.label, "child": k.needs_child, "case": k.case_work, "seen": k.asks_seen}
        for k in offer.kinds_at_hand
    ]
    others = [{**each, "seen": each["value"] in seen_kinds()} for each in offer.other_kinds]
    return {
        "children": [{"id": str(child), "label": labels[child]} for child in sorted(labels, key=order.__getitem__)],
        "colleagues": [
            {"id": str(who), "label": colleagues[who]} for who in sorted(colleagues, key=colleagues.__getitem__)
        ],
        "kinds": kinds,
        "other_kinds": others,
        "minutes": list(offer.usual_minutes),
    }


@allow(*RECORDERS)
def device_page() -> ResponseReturnValue:
    """Which label stands for which child, and what this device keeps. Needs a connection, and is never kept."""
    person, here, given = signed_in(), state(), settings()
    offer = offer_for_device(person)
    if offer is None:
        return render_template("record/no_worker.html")
    labels = labels_of(offer.children, given.offline_labels)
    note_reading(here, person.username, "labels for a device", labels)
    children = [(child, labels[child.child_id]) for child in offer.children if child.child_id in labels]
    others = colleague_labels(offer.colleagues, given.offline_labels)
    return render_template(
        "record/device.html",
        children=children,
        colleagues=[(each, others[each.worker_id]) for each in offer.colleagues if each.worker_id in others],
        how=given.offline_labels,
        hours=given.offline_hours,
        tabs=tabs("device"),
    )


def _owner() -> str:
    person = current_person()
    return owner_of(person) if person else ""


def _attributes() -> Markup:
    """What every page tells the device's script: whose session it is, and whether they may record without signal."""
    person = current_person()
    records = person is not None and person.role in RECORDERS and settings().offline_labels != OFF
    return Markup('data-owner="{}" data-records="{}"').format(_owner(), "yes" if records else "no")
