"""The rows of a return, typed: dates as dates, codes in capitals without blanks, codes unknown kept as given.

The fields after `row` stand in the order of the columns in `data/columns.csv`. A blank is '' for codes and
text, None for dates and numbers. `row` is the number that a spreadsheet shows.
"""

from __future__ import annotations

from datetime import date

import msgspec

__all__ = [
    "ROW_TYPES",
    "Ad1Row",
    "ChildReturn",
    "DoloRow",
    "EpisodeFacts",
    "EpisodeRow",
    "HeaderRow",
    "MissingRow",
    "Oc2Row",
    "Oc3Row",
    "PlacedForAdoptionRow",
    "PreviousPermanenceRow",
    "ReturnRow",
    "ReviewRow",
    "SocialWorkerRow",
    "UascRow",
]


class ReturnRow(msgspec.Struct, frozen=True, array_like=True):
    """What every row has: its number in its file, and the child's identifier."""

    row: int
    child: str


class HeaderRow(ReturnRow, frozen=True, array_like=True):
    """Who the child is. Birth dates and the UPN are personal."""

    sex: str
    dob: date | None
    ethnic: str
    upn: str
    mother: str
    mc_dob: date | None


class EpisodeFacts(msgspec.Struct, frozen=True):
    """What an episode says, without its row number and postcodes. `dec` None: open.

    `pl_location` (IN or OUT of the area) and `pl_la` stand beside the guide: blank says nothing of them.
    """

    decom: date
    dec: date | None = None
    rne: str = ""
    ls: str = ""
    cin: str = ""
    place: str = ""
    provider: str = ""
    rec: str = ""
    reason_place_change: str = ""
    urn: str = ""
    pl_location: str = ""
    pl_la: str = ""


class EpisodeRow(ReturnRow, frozen=True, array_like=True):
    """A care episode: the day it starts is its first night, the day it ends is not a night of it."""

    decom: date
    rne: str
    ls: str
    cin: str
    place: str
    provider: str
    dec: date | None
    rec: str
    reason_place_change: str
    home_post: str
    pl_post: str
    urn: str
    pl_location: str = ""
    pl_la: str = ""

    @property
    def facts(self) -> EpisodeFacts:
        """The episode without row number and postcodes."""
        return EpisodeFacts(
            decom=self.decom,
            dec=self.dec,
            rne=self.rne,
            ls=self.ls,
            cin=self.cin,
            place=self.place,
            provider=self.provider,
            rec=self.rec,
            reason_place_change=self.reason_place_change,
            urn=self.urn,
            pl_location=self.pl_location,
            pl_la=self.pl_la,
        )


class ReviewRow(ReturnRow, frozen=True, array_like=True):
    """A review held."""

    dob: date | None
    review: date
    review_code: str


class UascRow(ReturnRow, frozen=True, array_like=True):
    """An unaccompanied asylum-seeking child; `duc` is the day the status ceased or will."""

    sex: str
    dob: date | None
    duc: date | None


class Oc2Row(ReturnRow, frozen=True, array_like=True):
    """Outcomes of the year: score of difficulties, health, convictions, substance misuse."""

    dob: date | None
    sdq_score: int | None
    sdq_reason: str
    convicted: str
    health_check: str
    immunisations: str
    teeth_check: str
    health_assessment: str
    substance_misuse: str
    intervention_received: str
    intervention_offered: str


class Oc3Row(ReturnRow, frozen=True, array_like=True):
    """A care leaver: in touch, main activity, accommodation."""

    dob: date | None
    in_touch: str
    activ: str
    accom: str


class Ad1Row(ReturnRow, frozen=True, array_like=True):
    """An adoption: decision, match, adopters."""

    dob: date | None
    date_int: date | None
    date_match: date | None
    foster_care: str
    nb_adoptr: str
    sex_adoptr: str
    ls_adoptr: str


class PlacedForAdoptionRow(ReturnRow, frozen=True, array_like=True):
    """The decision that the child should be placed for adoption, and its reversal."""

    dob: date | None
    date_placed: date
    date_placed_ceased: date | None
    reason_placed_ceased: str


class PreviousPermanenceRow(ReturnRow, frozen=True, array_like=True):
    """An earlier permanence option; `date_perm` is text, since unknown parts are written zz."""

    dob: date | None
    prev_perm: str
    la_perm: str
    date_perm: str


class MissingRow(ReturnRow, frozen=True, array_like=True):
    """A time missing from care, or away without authorisation."""

    dob: date | None
    missing: str
    mis_start: date
    mis_end: date | None


class SocialWorkerRow(ReturnRow, frozen=True, array_like=True):
    """The child's social worker, from a day until another (exclusive; None while it lasts)."""

    dob: date | None
    sw_id: str
    sw_decom: date
    sw_dec: date | None
    sw_reason: str


class DoloRow(ReturnRow, frozen=True, array_like=True):
    """A deprivation of liberty order."""

    dob: date | None
    dolo_start: date
    dolo_end: date | None


# By table name, in the order of the guide.
ROW_TYPES: dict[str, type[ReturnRow]] = {
    "header": HeaderRow,
    "episodes": EpisodeRow,
    "reviews": ReviewRow,
    "uasc": UascRow,
    "oc2": Oc2Row,
    "oc3": Oc3Row,
    "ad1": Ad1Row,
    "placed_for_adoption": PlacedForAdoptionRow,
    "previous_permanence": PreviousPermanenceRow,
    "missing": MissingRow,
    "social_workers": SocialWorkerRow,
    "dolo": DoloRow,
}


class ChildReturn(msgspec.Struct, frozen=True):
    """Everything one return says of one child. `header` is the last of its header rows.

    `episodes` hold every row kept, by start and then by row; `episodes_once` is what to state as facts.
    `rows_kept_out` counts this child's episode rows that could not be read, so that an episode missing
    here is not taken for one left out of the return.
    """

    child: str
    header: HeaderRow | None = None
    episodes: tuple[EpisodeRow, ...] = ()
    reviews: tuple[ReviewRow, ...] = ()
    uasc: tuple[UascRow, ...] = ()
    oc2: tuple[Oc2Row, ...] = ()
    oc3: tuple[Oc3Row, ...] = ()
    previous_permanence: tuple[PreviousPermanenceRow, ...] = ()
    missing: tuple[MissingRow, ...] = ()
    placed_for_adoption: tuple[PlacedForAdoptionRow, ...] = ()
    ad1: tuple[Ad1Row, ...] = ()
    social_workers: tuple[SocialWorkerRow, ...] = ()
    dolo: tuple[DoloRow, ...] = ()
    other_headers: tuple[HeaderRow, ...] = ()
    rows_kept_out: int = 0

    @property
    def episodes_once(self) -> tuple[EpisodeRow, ...]:
        """One row for each start, ordered by it: the later row where two have the same start."""
        return tuple({row.decom: row for row in self.episodes}.values())

    def rows_of(self, table: str) -> tuple[ReturnRow, ...]:
        """The rows of a table by its name, the headers all together."""
        if table == "header":
            return (*self.other_headers, self.header) if self.header else ()
        rows: tuple[ReturnRow, ...] = getattr(self, table)
        return rows
