"""How sure a score is: what the answering people could have said by chance, for a mean, a change and the total."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ita_analysis.analysis.sample import Floats, Sample, as_sample, lower_bound, tail_beyond, upper_bound

Margin = tuple[Floats, Floats]

LEVEL = 0.95
SMALLEST_P = 1e-12  # a change surer than this is given this p
_STEPS = 40  # halvings of log alpha: relative error of p under 1e-10


def mean_margin(score: ArrayLike, respondents: ArrayLike | Sample, *, level: ArrayLike = LEVEL) -> Margin:
    """Return the lower and upper bound of mean scores, Clopper–Pearson with a real number of successes.

    One form serves item, indicator and instrument: each is the mean over respondents of a figure in [0, 100]. Never
    join the margins of items into one of an indicator: the same people answer them.

    Args:
        score: means, 0–100.
        respondents: people behind each mean (the smallest number below it); missing or not positive: no margin. A
            `sample.Sample` where more is known: how many could have answered, what they answered.
        level: confidence, 0–1; an array gives each mean its own.

    Returns:
        Two arrays of the broadcast shape, 0 <= low <= score <= high <= 100; NaN where the number of people or the
        score is unknown. No person answered 0: low is 0 at score 0, high is 100 at score 100.

    Source:
        Clopper and Pearson 1934, with real x; covers >= 95.1 % on means 50–99 and 30–871 people. With known answers
        or population: `sample.lower_bound`.
    """
    m, wanted, *arrays = np.broadcast_arrays(
        np.asarray(score, dtype=float), np.asarray(level, dtype=float), *as_sample(respondents)
    )
    known = (arrays[0] > 0) & (m >= 0) & (m <= 100)
    if not known.any():  # nothing to bound: spare the import of scipy
        return np.full(m.shape, np.nan), np.full(m.shape, np.nan)
    sample = _settled(Sample(*arrays), known)
    mean = np.where(known, m, 50.0)
    x = mean / 100 * sample.worth
    tail = (1 - wanted) / 2
    return (
        np.where(known, lower_bound(mean, x, sample, tail), np.nan),
        np.where(known, upper_bound(mean, sample.worth - x, sample, tail), np.nan),
    )


def _settled(sample: Sample, known: NDArray[np.bool_]) -> Sample:
    """Return the sample with harmless figures where nothing is known."""
    return sample.where(known, Sample(*(np.asarray(figure) for figure in (1.0, 1.0, 0.0, np.inf))))


def checked_margin(score: ArrayLike) -> Margin:
    """Return the bounds of figures that were checked, not sampled (documents): width 0."""
    exactly = np.asarray(score, dtype=float)
    return exactly, exactly


def difference_margin(before: ArrayLike, margin_before: Margin, after: ArrayLike, margin_after: Margin) -> Margin:
    """Return the bounds of `after` − `before`, the two taken as independent.

    Args:
        before, after: means, 0–100.
        margin_before, margin_after: their bounds (`mean_margin`, `checked_margin`, `total_margin`).

    Returns:
        Two arrays in points (−100 … 100); NaN where a bound is.

    Source:
        Zou and Donner 2008 (MOVER): [d − √((m₂−L₂)² + (U₁−m₁)²), d + √((U₂−m₂)² + (m₁−L₁)²)].
    """
    m1, m2 = np.asarray(before, dtype=float), np.asarray(after, dtype=float)
    (low1, high1), (low2, high2) = margin_before, margin_after
    return (m2 - m1) - np.hypot(m2 - low2, high1 - m1), (m2 - m1) + np.hypot(high2 - m2, m1 - low1)


def total_margin(total: ArrayLike, weights: ArrayLike, scores: ArrayLike, margin: Margin) -> Margin:
    """Return the bounds of totals over separately sampled parts.

    Args:
        total: shape (…,), 0–100: the total itself, as published or Σ w m.
        weights: shape (…, parts): points of the total per point of the part.
        scores, margin: shape (…, parts): the parts' means and bounds; a checked part has width 0.

    Returns:
        Two arrays of shape (…,), within 0–100; NaN where a part with a weight has no bounds.

    Source:
        Graybill and Wang 1980 (MOVER for a sum): T ∓ √Σ w_k² (distance of the bound)².
    """
    t, w, m = (np.asarray(value, dtype=float) for value in (total, weights, scores))
    down = np.sqrt(np.sum((w * (m - margin[0])) ** 2, axis=-1))
    up = np.sqrt(np.sum((w * (margin[1] - m)) ** 2, axis=-1))
    return np.maximum(t - down, 0.0), np.minimum(t + up, 100.0)


def leaves_out_zero(margin: Margin) -> NDArray[np.bool_]:
    """Return where an interval of a difference lies wholly on one side of 0 (an unknown one never does)."""
    return (margin[0] > 0) | (margin[1] < 0)


def change_p_value(
    before: ArrayLike,
    respondents_before: ArrayLike | Sample,
    after: ArrayLike,
    respondents_after: ArrayLike | Sample,
) -> Floats:
    """Return the p of each change: the smallest alpha whose interval of the difference leaves out 0.

    Args:
        before, after: means of sampled figures, 0–100.
        respondents_before, respondents_after: people behind them, or samples (`mean_margin`).

    Returns:
        An array in [1e-12, 1]; 1 where no interval leaves out 0, NaN where a mean or a number of people is unknown.
        At alpha = p the interval does leave out 0, so p <= 0.05 says the same as the 95 % interval.
    """
    old, new = as_sample(respondents_before), as_sample(respondents_after)
    m1, m2, *arrays = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (before, after, *old, *new)))
    old, new = Sample(*arrays[:4]), Sample(*arrays[4:])
    known = (old.people > 0) & (new.people > 0) & (m1 >= 0) & (m1 <= 100) & (m2 >= 0) & (m2 <= 100)
    if not known.any():
        return np.full(m1.shape, np.nan)
    # Only the two bounds that face each other decide: the lower one of the larger mean, the upper of the smaller.
    first, second = (np.where(known, m, 50.0) for m in (m1, m2))
    old, new = _settled(old, known), _settled(new, known)
    is_up = second >= first
    larger, smaller = np.maximum(first, second), np.minimum(first, second)
    of_larger, of_smaller = new.where(is_up, old), old.where(is_up, new)
    successes, failures = larger / 100 * of_larger.worth, (100 - smaller) / 100 * of_smaller.worth

    def sure(alpha: Floats) -> NDArray[np.bool_]:
        low = lower_bound(larger, successes, of_larger, alpha / 2)
        high = upper_bound(smaller, failures, of_smaller, alpha / 2)
        return np.asarray(larger - smaller > np.hypot(larger - low, high - smaller))

    inside = np.full(m1.shape, np.log(SMALLEST_P))
    outside = np.zeros(m1.shape)
    never = ~sure(np.exp(outside))
    at_once = sure(np.exp(inside))
    for _ in range(_STEPS):
        middle = (inside + outside) / 2
        is_sure = sure(np.exp(middle))
        inside, outside = np.where(is_sure, inside, middle), np.where(is_sure, middle, outside)
    p = np.where(at_once, SMALLEST_P, np.where(never, 1.0, np.exp(outside)))
    return np.where(known, p, np.nan)


def p_against(score: ArrayLike, respondents: ArrayLike | Sample, fixed: ArrayLike) -> Floats:
    """Return the p of each mean against a fixed value: the smallest alpha whose own interval leaves that value out.

    Args:
        score: means of sampled figures, 0–100.
        respondents: people behind them, or a sample (`mean_margin`).
        fixed: the value, 0–100, taken as known exactly (a line, a group's median).

    Returns:
        An array in [0, 1]; 1 where the mean is the value, NaN where a mean or a number of people is unknown.

    Source:
        `mean_margin` turned round: twice the tail of the beta distribution beyond the value.
    """
    m, value, *arrays = np.broadcast_arrays(
        *(np.asarray(one, dtype=float) for one in (score, fixed, *as_sample(respondents)))
    )
    known = (arrays[0] > 0) & (m >= 0) & (m <= 100) & (value >= 0) & (value <= 100)
    sample = _settled(Sample(*arrays), known)
    share, aim = np.where(known, m, 50.0) / 100, np.where(known, value, 50.0) / 100
    is_above = share > aim  # counted away from the value
    tail = tail_beyond(np.where(is_above, share, 1 - share), sample, np.where(is_above, aim, 1 - aim))
    p = np.where(share == aim, 1.0, np.minimum(2 * tail, 1.0))
    return np.where(known, p, np.nan)


def limits_around(fixed: float, respondents: ArrayLike | Sample, *, level: float = LEVEL) -> Margin:
    """Return the lowest and highest mean whose own interval still holds the value `fixed`.

    Args:
        fixed: the value, 0–100.
        respondents: people behind a mean, or a sample (`mean_margin`); missing or not positive: no limits.
        level: confidence, 0–1.

    Returns:
        Two arrays of the shape of `respondents`, low <= fixed <= high, within 0–100: the sides of a funnel.
    """
    sample = as_sample(respondents)
    n = sample.people
    found = []
    for end in (0.0, 100.0):
        held, left = np.full(n.shape, float(fixed)), np.full(n.shape, end)
        is_wide = p_against(left, sample, fixed) > 1 - level
        for _ in range(_STEPS):
            middle = (held + left) / 2
            is_held = p_against(middle, sample, fixed) > 1 - level
            held, left = np.where(is_held, middle, held), np.where(is_held, left, middle)
        found.append(np.where(n > 0, np.where(is_wide, end, held), np.nan))
    return found[0], found[1]


def benjamini_hochberg(p: ArrayLike, level: float = 0.05) -> NDArray[np.bool_]:
    """Return which hypotheses are rejected when the share of false ones among them shall be at most `level`.

    Args:
        p: p-values of one family, shape (k,); NaN is no hypothesis: never rejected, not counted.
        level: bound of the false discovery rate.

    Source:
        Benjamini and Hochberg 1995: the largest i with p_(i) <= i/k · level, and all smaller ones.
    """
    values = np.asarray(p, dtype=float)
    known = np.sort(values[~np.isnan(values)])
    passing = known <= level * np.arange(1, known.size + 1) / max(known.size, 1)
    if not passing.any():
        return np.zeros(values.shape, dtype=bool)
    return np.asarray(values <= known[passing][-1])
