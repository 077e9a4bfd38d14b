"""The SSDA903 return of children looked after: read from its files, staged child by child, and checked.

Nothing here knows the event store. The way through: `folder_from_argument`, `stage`, for each of
`StagedReturn.children` `check_child` against what is known from earlier returns, `check_omitted` for children
known and not there, `check_across`; `difference` says what a later statement of an episode is.
"""

from .changes import Difference, difference
from .check_earlier import PreviousChild, left_out_episodes
from .checks import check_across, check_child, check_omitted
from .findings import Finding, Rule, rules
from .folders import IntakeError, ReturnFolder, folder_from_argument, return_year_from
from .history import check_history, next_previous
from .rows import (
    Ad1Row,
    ChildReturn,
    DoloRow,
    EpisodeFacts,
    EpisodeRow,
    HeaderRow,
    MissingRow,
    Oc2Row,
    Oc3Row,
    PlacedForAdoptionRow,
    PreviousPermanenceRow,
    ReturnRow,
    ReviewRow,
    SocialWorkerRow,
    UascRow,
)
from .staging import Progress, StagedReturn, stage

__all__ = [
    "Ad1Row",
    "ChildReturn",
    "Difference",
    "DoloRow",
    "EpisodeFacts",
    "EpisodeRow",
    "Finding",
    "HeaderRow",
    "IntakeError",
    "MissingRow",
    "Oc2Row",
    "Oc3Row",
    "PlacedForAdoptionRow",
    "PreviousChild",
    "PreviousPermanenceRow",
    "Progress",
    "ReturnFolder",
    "ReturnRow",
    "ReviewRow",
    "Rule",
    "SocialWorkerRow",
    "StagedReturn",
    "UascRow",
    "check_across",
    "check_child",
    "check_history",
    "check_omitted",
    "difference",
    "folder_from_argument",
    "left_out_episodes",
    "next_previous",
    "return_year_from",
    "rules",
    "stage",
]
