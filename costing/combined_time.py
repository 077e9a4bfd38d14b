"""Two sources of time for a process, side by side, and the figure that combines them.

`combined = (n x mean + k x estimate) / (n + k)`: n recorded times with their mean, against a focus group's
estimate that counts as k of them. k is fitted by leaving out one team at a time. Figures are exact
fractions of seconds; only the interval, which is an estimate itself, is rounded, to the second.

The 90% interval is for the true mean time and rests on the records alone. How far a focus group is out is
not known from its own figure, so an interval that leaned on it would be too narrow just where it is wrong.
Times are skewed (many short, a few very long), for which the plain t interval covers too seldom and misses
mostly below; here the studentised mean is corrected for skewness by the cubic transformation of P. Hall
(J. R. Statist. Soc. B 54, 1992), with t in place of normal quantiles. Records are taken as independent.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache
from statistics import NormalDist

from costing.money import round_half_up

LEVEL = 0.90
TRIM = Fraction(1, 10)
# Where there are no two teams to fit k from, the focus group counts as so many records. A setting.
DEFAULT_K = Fraction(10)
_KS = "0 1/2 1 3/2 2 3 4 5 6 8 10 12 15 20 25 30 40 50 60 80 100 150 200 300 500 1000"
CANDIDATES = tuple(Fraction(k) for k in _KS.split())
_NEARLY_NORMAL = 200
_NO_SKEW = 1e-9
_HALVINGS = 100


@dataclass(frozen=True, slots=True)
class RecordedTime:
    """What records say of the seconds that one occurrence, or one month in process, takes.

    `n` known times; `unknown` are those recorded without a time, in no figure. The trimmed mean leaves out
    a tenth, cut down to whole records, at each end; quartiles lie between neighbours in proportion. All are
    None where nothing is known; `interval` also with one record, or where all times are the same.
    """

    n: int
    unknown: int
    mean: Fraction | None
    median: Fraction | None
    trimmed_mean: Fraction | None
    lower_quartile: Fraction | None
    upper_quartile: Fraction | None
    interval: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class CombinedTime:
    """The recorded mean drawn toward the focus group's estimate, with both beside it, in seconds.

    `weight` is that of the records, n / (n + k). `interval` is the records' own, for the true mean.
    `estimate_fits`: the estimate lies within it; None where one of the two is missing.
    """

    recorded: RecordedTime
    estimate: Fraction | None
    k: Fraction
    weight: Fraction | None
    mean: Fraction | None
    interval: tuple[int, int] | None
    estimate_fits: bool | None


@dataclass(frozen=True, slots=True)
class Cell:
    """A process, variation and worker type with an estimate: the known times of each team, in seconds."""

    estimate: Fraction
    teams: tuple[Sequence[int], ...]


@dataclass(frozen=True, slots=True)
class FittedK:
    """k with the error of every candidate, as a share of the estimate; `teams` is how many were left out.

    `fitted` is false, and k the default, where no cell has two teams with records.
    """

    k: Fraction
    fitted: bool
    teams: int
    errors: tuple[tuple[Fraction, float], ...]


def recorded_time(seconds: Sequence[int | None], level: float = LEVEL) -> RecordedTime:
    """Describe recorded times; None stands for a time that is not known."""
    known = sorted(each for each in seconds if each is not None)
    unknown = len(seconds) - len(known)
    if not known:
        return RecordedTime(0, unknown, None, None, None, None, None, None)
    cut = int(len(known) * TRIM)
    middle = known[cut : len(known) - cut]
    return RecordedTime(
        n=len(known),
        unknown=unknown,
        mean=Fraction(sum(known), len(known)),
        median=_quantile(known, Fraction(1, 2)),
        trimmed_mean=Fraction(sum(middle), len(middle)),
        lower_quartile=_quantile(known, Fraction(1, 4)),
        upper_quartile=_quantile(known, Fraction(3, 4)),
        interval=mean_interval(known, level),
    )


def combined_time(recorded: RecordedTime, estimate: Fraction | None, k: Fraction = DEFAULT_K) -> CombinedTime:
    """Combine the records with an estimate in seconds that counts as `k` records.

    With one source alone the figure is that source's. Raises ValueError where k is below zero.
    """
    if k < 0:
        raise ValueError("k, how many records the focus group counts as, must be zero or more.")
    n, mean = recorded.n, recorded.mean
    if mean is None or estimate is None:
        alone = mean if estimate is None else estimate
        weight = None if alone is None else Fraction(estimate is None)
        return CombinedTime(recorded, estimate, k, weight, alone, recorded.interval, None)
    drawn = (n * mean + k * estimate) / (n + k)
    interval = recorded.interval
    fits = None if interval is None else interval[0] <= estimate <= interval[1]
    return CombinedTime(recorded, estimate, k, Fraction(n) / (n + k), drawn, interval, fits)


def fit_k(cells: Sequence[Cell], default: Fraction = DEFAULT_K) -> FittedK:
    """The k under which the other teams and the estimate foretell a team that is left out best.

    For each cell and team the combined figure of the other teams is set against the team's own mean; the
    error is squared as a share of the estimate and weighed by the team's records. Of equal candidates the
    smaller is taken, which trusts the records more.
    """
    left_out = [one for cell in cells if cell.estimate > 0 for one in _left_out(cell)]
    if not left_out:
        return FittedK(default, fitted=False, teams=0, errors=())
    weights = sum(weight for weight, *_ in left_out)
    errors = tuple((k, _error(left_out, float(k)) / weights) for k in CANDIDATES)
    best = min(errors, key=lambda each: each[1])[0]
    return FittedK(best, fitted=True, teams=len(left_out), errors=errors)


def _left_out(cell: Cell) -> list[tuple[int, float, int, float]]:
    """Each team: its records and mean, and the records and mean of the others; means as shares of the estimate."""
    held = [(len(team), sum(team)) for team in cell.teams if team]
    n, total = sum(count for count, _ in held), sum(amount for _, amount in held)
    if len(held) < 2:
        return []
    return [
        (
            count,
            float(Fraction(amount, count) / cell.estimate),
            n - count,
            float(Fraction(total - amount, n - count) / cell.estimate),
        )
        for count, amount in held
    ]


def _error(left_out: Sequence[tuple[int, float, int, float]], k: float) -> float:
    return math.fsum(weight * ((n * others + k) / (n + k) - own) ** 2 for weight, own, n, others in left_out)


def mean_interval(seconds: Sequence[int], level: float = LEVEL) -> tuple[int, int] | None:
    """An interval for the true mean, whole seconds, from records alone; None with one record or no spread.

    With g the skewness and a = g / sqrt(n), ((1 + a T / 3)^3 - 1) / a + a / 6 is nearly t distributed for
    the studentised mean T; its bounds are turned back into bounds of the mean, never below zero.
    """
    n = len(seconds)
    if n < 2 or min(seconds) == max(seconds):
        return None
    mean = math.fsum(seconds) / n
    away = [each - mean for each in seconds]
    squares = math.fsum(each * each for each in away)
    error = math.sqrt(squares / (n - 1) / n)
    skew = 0.0
    if n > 2:
        third = math.fsum(each * each * each for each in away) / n
        skew = third / (squares / n) ** 1.5 * math.sqrt(n * (n - 1)) / (n - 2)
    a, t = skew / math.sqrt(n), t_quantile((1 + level) / 2, n - 1)
    low, high = mean - error * _studentised(t, a), mean - error * _studentised(-t, a)
    return round_half_up(Fraction(max(low, 0.0))), round_half_up(Fraction(high))


def _studentised(quantile: float, a: float) -> float:
    """The studentised mean at a quantile of its transformed value."""
    if abs(a) < _NO_SKEW:
        return quantile
    return (math.cbrt(1 + a * (quantile - a / 6)) - 1) * 3 / a


@lru_cache(maxsize=1024)
def t_quantile(probability: float, freedom: int) -> float:
    """The quantile (above one half) of Student's t with a whole number of degrees of freedom.

    Found by halving on the finite series of its distribution; from 200 degrees on by the first terms of the
    expansion about the normal quantile, which is then right to seven decimals.
    """
    if freedom >= _NEARLY_NORMAL:
        z = NormalDist().inv_cdf(probability)
        first = (z**3 + z) / (4 * freedom)
        second = (5 * z**5 + 16 * z**3 + 3 * z) / (96 * freedom**2)
        return z + first + second
    inside = 2 * probability - 1
    low, high = 0.0, math.pi / 2
    for _ in range(_HALVINGS):
        angle = (low + high) / 2
        low, high = (angle, high) if _within(angle, freedom) < inside else (low, angle)
    return math.sqrt(freedom) * math.tan((low + high) / 2)


def _within(angle: float, freedom: int) -> float:
    """The probability that |T| is at most sqrt(freedom) x tan(angle)."""
    odd = freedom % 2 == 1
    cosine = math.cos(angle)
    term = cosine if odd else 1.0
    total = term if freedom > 1 else 0.0
    for power in range(2 + odd, freedom - 1, 2):
        term *= cosine * cosine * (power - 1) / power
        total += term
    return (angle + math.sin(angle) * total) * 2 / math.pi if odd else math.sin(angle) * total


def _quantile(ordered: Sequence[int], share: Fraction) -> Fraction:
    place = (len(ordered) - 1) * share
    below = int(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])
