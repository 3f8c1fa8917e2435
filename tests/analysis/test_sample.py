"""Known answers and known populations: the exact reference, the coverage in every cell, and the laws that hold."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.special import gammaln
from scipy.stats import binom, binomtest, hypergeom

from ita_analysis.analysis.sample import sample_of
from ita_analysis.analysis.uncertainty import (
    change_p_value,
    difference_margin,
    leaves_out_zero,
    limits_around,
    mean_margin,
    p_against,
)

MEANS = [50, 60, 70, 80, 85, 90, 93, 95, 97, 99]
SHAPES = ["adjacent steps", "maximum entropy", "half at each end", "two ends", "rare middle", "binomial"]
DRAWS = 8_000


def means_of(answers):
    answers = np.asarray(answers, dtype=float)
    return 100 * answers @ np.arange(answers.shape[-1]) / ((answers.shape[-1] - 1) * answers.sum(axis=-1))


def margin(answers, population=np.nan):
    answers = np.asarray(answers, dtype=float)
    return mean_margin(means_of(answers), sample_of(answers.sum(axis=-1), population, answers))


# --- the reference


@pytest.mark.parametrize("people", [1, 7, 30, 200])
@pytest.mark.parametrize("steps", [2, 4, 6])
def test_answers_at_the_two_ends_have_the_exact_binomial_interval(people, steps):
    for best in sorted({0, 1, people // 2, people - 1, people}):
        answers = [people - best, *[0] * (steps - 2), best]
        low, high = margin(answers)
        exact = binomtest(best, people).proportion_ci(0.95, "exact")
        assert (low / 100, high / 100) == (pytest.approx(exact.low, abs=1e-9), pytest.approx(exact.high, abs=1e-9))


def test_the_middle_step_narrows_as_the_variance_says():
    """By hand: 10 and 30 of 40 at two thirds and at 100; half an answer more at each end."""
    counts, at = np.array([0.5, 0, 10, 30.5]), np.array([0, 1, 2, 3]) / 3
    mean = counts @ at / 41
    part = (counts @ at**2 / 41 - mean**2) / (mean * (1 - mean))
    found = sample_of(40, np.nan, [0, 0, 10, 30])
    assert found.worth == pytest.approx(40 / part) and found.shift == 0.25


def test_a_population_counts_by_the_share_that_did_not_answer():
    found = sample_of([40, 40, 40], [41, 120, np.nan])
    assert found.worth == pytest.approx([40 * 40 / 1, 40 * 119 / 80, 40])


def test_a_shorter_scale_beside_a_longer_one_is_its_own_scale():
    both = sample_of([40, 40], np.nan, [[10, 30, np.nan, np.nan], [10, 0, 0, 30]])
    assert both.worth.tolist() == [40, 40] and both.shift.tolist() == [0, 0]


# --- coverage


def distribution(shape, mean, steps):
    """Return the chances of the steps whose mean is `mean` (0–100)."""
    at, last = np.arange(steps) / (steps - 1), steps - 1
    ends = np.array([1 - mean / 100, *[0.0] * (steps - 2), mean / 100])
    if shape == "adjacent steps":
        below = min(int(mean / 100 * last + 1e-9), last - 1)
        part = mean / 100 * last - below
        return np.array([1 - part if step == below else part if step == below + 1 else 0.0 for step in range(steps)])
    if shape == "rare middle":
        made = np.zeros(steps)
        made[-2] = 0.02
        made[-1] = mean / 100 - 0.02 * at[-2]
        made[0] = 1 - made[-1] - 0.02
        return made if made.min() >= 0 else ends
    if shape == "binomial":
        made = np.ones(1)
        for _ in range(last):
            made = np.convolve(made, [1 - mean / 100, mean / 100])
        return made
    if shape == "two ends":
        return ends
    low, high = -400.0, 400.0
    for _ in range(100):
        tilt = (low + high) / 2
        made = np.exp(tilt * (at - (tilt > 0)))
        made /= made.sum()
        low, high = (tilt, high) if made @ at < mean / 100 else (low, tilt)
    return made if shape == "maximum entropy" else (made + ends) / 2


@cache
def samples_of_four(people):
    """Return every sample of `people` answers on four steps, its coefficient, and its margin."""
    counts = np.array(
        [
            (a, b, c, people - a - b - c)
            for a in range(people + 1)
            for b in range(people + 1 - a)
            for c in range(people + 1 - a - b)
        ]
    )
    return counts, gammaln(people + 1) - gammaln(counts + 1).sum(axis=1), margin(counts)


def coverage(chances, people, mean):
    steps = len(chances)
    if steps == 4 and people <= 55:
        counts, ways, (low, high) = samples_of_four(people)
        logs = counts @ np.log(np.where(chances > 0, chances, 1.0))
        chance = np.where((counts[:, chances == 0] == 0).all(axis=1), np.exp(ways + logs), 0.0)
    elif steps == 2:
        counts = np.column_stack([np.arange(people, -1, -1), np.arange(people + 1)])
        chance = binom.pmf(counts[:, 1], people, mean / 100)
        low, high = margin(counts)
    else:
        draw = np.random.default_rng(people)
        counts, times = np.unique(draw.multinomial(people, chances / chances.sum(), DRAWS), axis=0, return_counts=True)
        chance, (low, high) = times / DRAWS, margin(counts)
    return float(chance[(low <= mean + 1e-9) & (mean - 1e-9 <= high)].sum())


def test_known_answers_cover_in_every_cell_and_are_not_uselessly_wide():
    cells = {
        (steps, shape, people, mean): coverage(distribution(shape, mean, steps), people, mean)
        for steps, shapes, sizes in (
            (2, ["two ends"], [30, 55, 100, 300, 871]),
            (4, SHAPES, [30, 55, 100, 400]),
            (6, SHAPES[1:4], [30, 100]),
        )
        for shape in shapes
        for people in sizes
        for mean in MEANS
    }
    assert min(cells.values()) >= 0.935
    for steps in (2, 4, 6):
        assert np.mean([covered for cell, covered in cells.items() if cell[0] == steps]) >= 0.955
    too_wide = {cell for cell, covered in cells.items() if covered > 0.995}
    assert {cell[1:] for cell in too_wide if cell[0] < 6} == {("two ends", 30, 99)}  # the exact inversion: 99.67 %
    assert {cell[3] for cell in too_wide} == {99}  # six steps: half an answer at 0 weighs much there


@pytest.mark.parametrize("population", [31, 40, 60, 200, 1000])
def test_a_known_population_covers_whatever_part_of_it_answered(population):
    """By exact sums over everybody's answers of 0 or 100."""
    sizes = {30, population // 2, round(0.7 * population), round(0.9 * population), population - 2, population - 1}
    for people in sorted(size for size in sizes if 30 <= size < population):
        for better in {round(population * share) for share in (0.5, 0.7, 0.8, 0.9, 0.95, 0.98)} | {population - 1}:
            found = np.arange(people + 1)
            low, high = margin(np.column_stack([people - found, found]), population)
            truth = 100 * better / population
            chance = hypergeom.pmf(found, population, better, people)
            assert chance[(low <= truth + 1e-9) & (truth - 1e-9 <= high)].sum() >= 0.95, (people, better)


def test_a_difference_of_known_answers_covers():
    draw = np.random.default_rng(5)
    for first, second in [((90, 30), (80, 55)), ((95, 100), (95, 30)), ((97, 300), (90, 871)), ((99, 55), (95, 55))]:
        sides = []
        for (mean, people), shape in ((first, "maximum entropy"), (second, "half at each end")):
            answers = draw.multinomial(people, distribution(shape, mean, 4), 4_000)
            sides += [means_of(answers), margin(answers)]
        low, high = difference_margin(*sides)
        truth = second[0] - first[0]
        assert ((low <= truth) & (truth <= high)).mean() >= 0.94


# --- laws

STEPS = st.integers(2, 7)
ANSWERS = STEPS.flatmap(lambda steps: st.lists(st.integers(0, 300), min_size=steps, max_size=steps)).filter(any)


@given(answers=ANSWERS, more=st.integers(0, 2000))
def test_bounds_hold_the_score_and_what_is_known_never_widens_a_plain_margin(answers, more):
    people = sum(answers)
    score = float(means_of(answers))
    plain, known = mean_margin(score, people), margin(answers)
    low, high = margin(answers, people + more)
    assert 0 <= low <= score <= high <= 100 and 0 <= known[0] <= score <= known[1] <= 100
    assert known[1] - known[0] <= plain[1] - plain[0] + 1e-9
    assert high - low <= 100 * more / (people + more) + 1e-9  # those who did not answer can't move it further


@given(answers=ANSWERS)
def test_where_everybody_answered_there_is_no_margin(answers):
    low, high = margin(answers, sum(answers))
    assert low == pytest.approx(high) == pytest.approx(float(means_of(answers)))


@given(answers=ANSWERS)
def test_a_large_population_is_none(answers):
    assert margin(answers, 10**12) == (
        pytest.approx(margin(answers)[0], abs=1e-6),
        pytest.approx(margin(answers)[1], abs=1e-6),
    )


@given(answers=ANSWERS)
def test_the_scale_turned_round_turns_the_margin_round(answers):
    (low, high), (other_low, other_high) = margin(answers, 9_000), margin(answers[::-1], 9_000)
    assert (low, high) == (pytest.approx(100 - other_high, abs=1e-7), pytest.approx(100 - other_low, abs=1e-7))


@given(before=ANSWERS, after=ANSWERS, more=st.one_of(st.none(), st.integers(0, 900)))
def test_the_p_of_a_change_says_what_its_interval_says(before, after, more):
    def known(answers):
        return sample_of(sum(answers), np.nan if more is None else sum(answers) + more, answers)

    m1, m2 = float(means_of(before)), float(means_of(after))
    interval = difference_margin(m1, mean_margin(m1, known(before)), m2, mean_margin(m2, known(after)))
    p = float(change_p_value(m1, known(before), m2, known(after)))
    if not 0.0499999 < p < 0.0500001:
        assert bool(leaves_out_zero(interval)) == (p <= 0.05)


@example(answers=[5, 5], value=400, more=1)  # the one who did not answer can't move it there
@given(answers=ANSWERS, value=st.integers(0, 1000), more=st.one_of(st.none(), st.integers(1, 900)))
def test_the_p_against_a_value_says_what_the_interval_says(answers, value, more):
    population = np.nan if more is None else sum(answers) + more
    score, fixed = float(means_of(answers)), value / 10
    low, high = margin(answers, population)
    p = float(p_against(score, sample_of(sum(answers), population, answers), fixed))
    if min(abs(low - fixed), abs(high - fixed)) > 1e-6:
        assert (fixed < low or fixed > high) == (p <= 0.05)


def test_the_sides_of_a_funnel_close_in_on_a_known_population():
    wide, narrow = limits_around(90.0, sample_of(50)), limits_around(90.0, sample_of(50, 60))
    assert wide[0] < narrow[0] < 90 < narrow[1] < wide[1]
