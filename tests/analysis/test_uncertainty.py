"""Margins: they hold what they promise, by exact sums; and say nothing where nothing is known."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.stats import beta, binom

from ita_analysis.analysis.uncertainty import (
    SMALLEST_P,
    benjamini_hochberg,
    change_p_value,
    checked_margin,
    difference_margin,
    leaves_out_zero,
    mean_margin,
    total_margin,
)

MEANS = st.floats(0, 100)
PEOPLE = st.integers(1, 2000)


@pytest.mark.parametrize(("mean", "people"), [(50.0, 30), (87.46, 664), (99.0, 55), (93.333, 871)])
def test_the_bounds_are_quantiles_of_the_beta_distribution(mean, people):
    x = mean / 100 * people
    low, high = mean_margin(mean, people)
    assert low == pytest.approx(100 * beta.ppf(0.025, x, people - x + 1))
    assert high == pytest.approx(100 * beta.ppf(0.975, x + 1, people - x))


def test_a_textbook_case_of_clopper_and_pearson_comes_out():
    # 1934 and every table since: 10 of 10 successes leave [0.6915, 1]; none of 10 leaves [0, 0.3085]
    assert mean_margin(100.0, 10) == (pytest.approx(69.15, abs=0.005), 100.0)
    assert mean_margin(0.0, 10) == (0.0, pytest.approx(30.85, abs=0.005))


def test_without_respondents_there_is_no_margin():
    low, high = mean_margin([90.0, 90.0, np.nan], [np.nan, 0, 30])
    assert np.isnan(low).all() and np.isnan(high).all()


def test_documents_are_checked_and_have_width_zero():
    assert checked_margin(97.5) == (97.5, 97.5)


def answers(shape, mean, steps):
    """Return the chances of the answers 0 … steps (even points from 0 to 100) with this mean."""
    points = np.arange(steps + 1)
    target = mean / 100 * steps
    if shape == "half at each end":
        return np.where(points == 0, 1 - mean / 100, np.where(points == steps, mean / 100, 0.0))
    if shape == "adjacent steps":
        return np.clip(1 - np.abs(points - target), 0, None)
    tilt = np.linspace(-8, 8, 4001)[:, None] * points
    chances = np.exp(tilt - tilt.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    return chances[np.abs(chances @ points - target).argmin()]


def sums(chances, people):
    """Return the chance of every sum of `people` answers."""
    spectrum = np.fft.rfft(chances, n := people * (len(chances) - 1) + 1) ** people
    return np.clip(np.fft.irfft(spectrum, n), 0, None)


@pytest.mark.parametrize("shape", ["half at each end", "adjacent steps", "maximum entropy"])
@pytest.mark.parametrize("people", [30, 55, 100, 664])
def test_the_margin_of_a_mean_covers_95_percent_by_exact_sums(shape, people):
    for mean in (50.0, 75.0, 90.0, 95.0, 99.0):
        chances = answers(shape, mean, 3)
        true = 100 * chances @ np.arange(4) / 3
        low, high = mean_margin(np.linspace(0, 100, 3 * people + 1), people)
        covered = sums(chances, people)[(low <= true) & (true <= high)].sum()
        assert covered >= 0.951, (mean, covered)


@pytest.mark.parametrize("people", [(30, 30), (30, 100), (100, 55)])
def test_the_margin_of_a_difference_covers_95_percent_by_exact_sums(people):
    first, second = people
    m1, m2 = np.linspace(0, 100, first + 1)[:, None], np.linspace(0, 100, second + 1)
    low, high = difference_margin(m1, mean_margin(m1, first), m2, mean_margin(m2, second))
    for before, after in [(90, 90), (80, 95), (99, 99), (95, 60), (50, 50)]:
        chance = binom.pmf(np.arange(first + 1), first, before / 100)[:, None] * binom.pmf(
            np.arange(second + 1), second, after / 100
        )
        covered = chance[(low <= after - before) & (after - before <= high)].sum()
        assert covered >= 0.956, (before, after, covered)


def test_the_total_is_sure_to_about_one_point_with_many_people_and_to_five_with_thirty():
    for people, half in [((871, 664), 0.9), ((100, 100), 2.4), ((30, 30), 5.4)]:
        scores = np.array([90.0, 90.0])
        low, high = total_margin(94.0, [0.3, 0.3], scores, mean_margin(scores, people))
        assert (high - low) / 2 == pytest.approx(half, rel=0.15)


def test_the_total_has_no_margin_where_a_part_has_none():
    scores = np.array([90.0, 90.0])
    low, high = total_margin(94.0, [0.3, 0.3], scores, mean_margin(scores, [871, np.nan]))
    assert np.isnan(low) and np.isnan(high)


def test_a_checked_part_adds_no_width_to_the_total():
    scores = np.array([90.0, 100.0])
    one = mean_margin(90.0, 100)
    low, high = total_margin(94.0, [0.3, 0.4], scores, (np.array([one[0], 100.0]), np.array([one[1], 100.0])))
    assert (94.0 - low, high - 94.0) == (
        pytest.approx(0.3 * (90 - one[0])),
        pytest.approx(0.3 * (one[1] - 90)),
    )


def test_an_unknown_interval_never_leaves_out_zero():
    assert not leaves_out_zero((np.array([np.nan]), np.array([np.nan]))).any()


def test_no_change_has_p_one_and_a_sure_one_the_smallest_p():
    assert change_p_value(90.0, 500, 90.0, 500) == 1.0
    assert change_p_value(10.0, 5000, 90.0, 5000) == SMALLEST_P
    assert np.isnan(change_p_value(90.0, np.nan, 90.0, 500))


def test_benjamini_hochberg_of_its_own_paper():
    # Benjamini and Hochberg 1995, section 3.2: of these fifteen, the first four are rejected at 0.05
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    assert list(benjamini_hochberg(p)) == [True] * 4 + [False] * 11


def test_an_unknown_p_is_no_hypothesis():
    assert list(benjamini_hochberg([0.04, np.nan])) == [True, False]
    assert list(benjamini_hochberg([0.04, 0.9])) == [False, False]
    assert benjamini_hochberg([]).size == 0


@given(MEANS, PEOPLE)
def test_a_margin_holds_its_mean_and_stays_on_the_scale(mean, people):
    low, high = mean_margin(mean, people)
    assert 0 <= low <= mean <= high <= 100


@given(MEANS, PEOPLE, PEOPLE)
def test_more_people_never_widen_a_margin(mean, people, more):
    (low, high), (low2, high2) = mean_margin(mean, people), mean_margin(mean, people + more)
    assert low <= low2 + 1e-9 and high2 <= high + 1e-9


@given(MEANS, PEOPLE, MEANS, PEOPLE)
def test_p_says_what_the_interval_says(before, people_before, after, people_after):
    p = change_p_value(before, people_before, after, people_after)
    assume(abs(p - 0.05) > 1e-6)
    margin = difference_margin(before, mean_margin(before, people_before), after, mean_margin(after, people_after))
    assert (p <= 0.05) == bool(leaves_out_zero(margin))
    assert p == pytest.approx(change_p_value(after, people_after, before, people_before), rel=1e-6)


@given(st.lists(st.floats(0, 1), max_size=20))
def test_fewer_are_rejected_with_the_correction_than_without(p):
    rejected = benjamini_hochberg(p)
    assert (np.asarray(p)[rejected] <= 0.05).all()
    if p:
        assert rejected[np.argmin(p)] or not rejected.any()
