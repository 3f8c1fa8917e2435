"""What the answers behind a mean are worth: from how many people, of how many, and at which steps they stand."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.floating[Any]]

END = 0.5  # answers added at 0 and at 100, so that a sample of one voice is not taken for certain
STEP_SHIFT = 0.25  # of the beta's shapes where answers stand between: half-way from Clopper-Pearson to Jeffreys


class Sample(NamedTuple):
    """Arrays of one shape, an entry a mean.

    `people` answered (missing or not positive: not known) of `population` (infinite: not known). All is as sure as
    `worth` independent answers of 0 or 100 would make it, and `shift` is 0 where no answer is known to stand between.
    """

    people: Floats
    worth: Floats
    shift: Floats
    population: Floats

    def where(self, is_kept: NDArray[np.bool_], other: Sample) -> Sample:
        """Return this sample where `is_kept`, else the other."""
        return Sample(*(np.where(is_kept, own, given) for own, given in zip(self, other, strict=True)))


def sample_of(respondents: ArrayLike, population: ArrayLike = np.nan, answers: ArrayLike | None = None) -> Sample:
    """Return what answers are worth.

    Args:
        respondents: people behind each mean, n; missing or not positive: not known.
        population: people who could have answered, N >= n; missing: not known, or too many to matter.
        answers: shape (…, steps), counts of answers by step, worst first, evenly from 0 to 100; missing beyond the last
            step of a row's scale, and everywhere where they are not known.

    Returns:
        `worth` = n / ρ · (N − 1)/(N − n). ρ is the variance of the answers as a share of what answers of 0 and 100 alone
        with the same mean would have, half an answer added at each end: 1 where no answer stands between.

    Source:
        Korn and Graubard 1998 (the binomial form with the effective number); (N − n)/(N − 1): Cochran 1977, ch. 2.
    """
    people, everyone = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (respondents, population)))
    everyone = np.where(np.isnan(everyone), np.inf, everyone)
    worth, shift = people, np.zeros(people.shape)
    if answers is not None:
        part, is_between = _spread(np.asarray(answers, dtype=float))
        worth = people / part
        shift = np.where(is_between, STEP_SHIFT, 0.0)
    is_finite = np.isfinite(everyone) & (everyone > people)
    if is_finite.any():
        kept = np.where(is_finite, everyone, people + 1)
        worth = np.where(is_finite, worth * (kept - 1) / (kept - people), worth)
    return Sample(people, worth, shift, everyone)


def as_sample(respondents: ArrayLike | Sample) -> Sample:
    """Return numbers of people as a sample of which nothing else is known."""
    return respondents if isinstance(respondents, Sample) else sample_of(respondents)


def _spread(answers: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """Return the variance of answers as a share of the largest that their mean allows, and whether any stands between."""
    is_step = ~np.isnan(answers)
    steps = is_step.sum(axis=-1)
    at = np.arange(answers.shape[-1])
    share = at / np.maximum(steps - 1, 1)[..., None]  # 0 … 1 of the steps
    counts = np.where(is_step, answers, 0.0)
    is_end = (at == 0) | (at == (steps - 1)[..., None])
    is_between = (counts * ~is_end).sum(axis=-1) > 0
    counts = counts + END * is_end
    total = counts.sum(axis=-1)
    mean, square = ((counts * share**power).sum(axis=-1) / np.maximum(total, 1) for power in (1, 2))
    part = np.divide(square - mean**2, mean * (1 - mean), out=np.ones(mean.shape), where=is_between & (steps > 1))
    return part, is_between


def lower_bound(score: Floats, successes: Floats, sample: Sample, tail: Floats) -> Floats:
    """Return the lower bound of means (0–100) with the chance `tail` below it; `successes` is their share of `worth`.

    Of a known population the bound lies one person lower (the share behind it is a whole number of people), but never
    below what the answers given leave possible.

    Source:
        Clopper and Pearson 1934 with real numbers: the beta quantile B(tail; x + shift, worth − x + 1 − shift).
    """
    low = 100 * _share(successes, sample, tail)
    if np.isfinite(sample.population).any():
        low = np.maximum(low - 100 / sample.population, score * sample.people / sample.population)
    return np.asarray(np.minimum(low, score))


def upper_bound(score: Floats, failures: Floats, sample: Sample, tail: Floats) -> Floats:
    """Return the upper bound, as `lower_bound` from the other end."""
    high = 100 * (1 - _share(failures, sample, tail))
    if np.isfinite(sample.population).any():
        most = 100 - (100 - score) * sample.people / sample.population
        high = np.minimum(high + 100 / sample.population, most)
    return np.asarray(np.maximum(high, score))


def _share(x: Floats, sample: Sample, tail: Floats) -> Floats:
    """Return the lower bound of the share (0–1) behind `x` successes (real), with the chance `tail` below it."""
    from scipy.special import betaincinv  # type: ignore[import-untyped, unused-ignore]

    first, second = np.where(x > 0, x, 1.0) + sample.shift, sample.worth - x + 1 - sample.shift
    share: Floats = np.where(x > 0, betaincinv(first, second, tail), 0.0)
    return share


def tail_beyond(share: Floats, sample: Sample, aim: Floats) -> Floats:
    """Return the chance that `lower_bound` leaves below it when it stands at `aim` (both 0–1, aim < share)."""
    from scipy.special import betainc  # type: ignore[import-untyped, unused-ignore]

    x = share * sample.worth
    shifted = np.minimum(aim + 1 / sample.population, 1.0)
    tail = betainc(x + sample.shift, sample.worth - x + 1 - sample.shift, shifted)
    impossible = aim < share * sample.people / sample.population
    return np.asarray(np.where(impossible, 0.0, tail))
