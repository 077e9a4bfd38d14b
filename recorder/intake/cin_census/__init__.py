"""The census of children in need: read from its XML, checked, and stated as facts child by child.

The way through: `census_file_from_argument`, `stage_census` (reads and checks; knows no event store), and
`loading.load_census`, which finds or registers each child and states what its rows say; `matches` settles
which known child is meant where the census alone cannot tell.
"""

from .census_file import CensusFile, CensusProblem, census_file_from_argument
from .checks import check_child
from .findings import Rule, rules
from .rows import CensusChild, ReferralRow
from .staging import StagedCensus, stage_census

__all__ = [
    "CensusChild",
    "CensusFile",
    "CensusProblem",
    "ReferralRow",
    "Rule",
    "StagedCensus",
    "census_file_from_argument",
    "check_child",
    "rules",
    "stage_census",
]
