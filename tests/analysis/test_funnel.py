"""The funnel: limits that widen where few answered, and a word only for who stands apart beyond chance."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom
from tiny_scores import framework, scores

from ita_analysis.analysis.funnel import FUNNEL_COLUMNS, funnel
from ita_analysis.analysis.margins import with_margins
from ita_analysis.analysis.uncertainty import leaves_out_zero, limits_around, mean_margin, p_against
from ita_analysis.errors import InputError

RULES = framework({"I1": "1", "E1": "6", "O1": "9"})


def group(pairs, code="E1"):
    """Return the rows of one code of agencies (score, respondents) with their margins."""
    tables = [
        scores({code: score}, agency=str(9901 + at), respondents=people) for at, (score, people) in enumerate(pairs)
    ]
    return with_margins(pd.concat(tables, ignore_index=True), {RULES.name: RULES})


def test_the_limits_widen_where_few_answered_and_the_middle_is_the_median():
    table = funnel(group([(90.0, 1000), (90.0, 100), (90.0, 30)]))
    assert list(table.columns) == FUNNEL_COLUMNS
    assert (table["centre"] == 90).all()
    assert table["low"].is_monotonic_decreasing and table["high"].is_monotonic_increasing
    assert (table["direction"] == "similar").all()


def test_the_same_score_is_a_word_with_many_respondents_and_none_with_few():
    table = funnel(group([(84.0, 30), (84.0, 900), *[(90.0, 400)] * 10]))
    assert list(table["direction"][:2]) == ["similar", "lower"]
    assert list(table["is_outside"][:2]) == [False, True]


def test_without_respondents_nobody_stands_apart():
    table = funnel(group([(10.0, None), (90.0, 400), (90.0, 400)]))
    assert table["direction"][0] == "unknown" and not table["is_outside"][0]
    assert np.isnan(table["low"][0]) and table["respondents"].isna()[0]


def test_many_at_once_the_words_are_fewer_than_the_dots_outside():
    draw = np.random.default_rng(5)
    words, outside = 0, 0
    rows = group([(90.0, 200)] * 50)
    for _ in range(40):
        table = funnel(rows.assign(score=100 * draw.binomial(200, 0.9, 50) / 200))
        words += bool((table["direction"] != "similar").any())
        outside += bool(table["is_outside"].any())
    assert words <= 4 and outside >= 30  # all fifty are alike: what is outside is chance


def test_several_codes_or_frameworks_are_refused():
    both = pd.concat([group([(90.0, 100)]), group([(90.0, 100)], code="I1")])
    with pytest.raises(InputError, match="E1, I1"):
        funnel(both)
    with pytest.raises(InputError, match="demo-2566"):
        funnel(pd.concat([group([(90.0, 100)]), with_margins(scores(E1=90.0, year=2566, respondents=9))]))


def test_an_empty_group_gives_an_empty_table():
    assert list(funnel(group([(90.0, 100)]).head(0)).columns) == FUNNEL_COLUMNS


@settings(deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 2000), st.integers(0, 10_000))
def test_the_p_says_what_the_interval_of_the_mean_says(cents, people, fixed):
    score, value = cents / 100, fixed / 100
    p = p_against(score, people, value)
    low, high = mean_margin(score, people)
    # at the very edge of an interval the last bit of a float decides
    if abs(p - 0.05) > 1e-9 and min(abs(low - value), abs(high - value)) > 1e-9:
        assert (p <= 0.05) == bool(leaves_out_zero((low - value, high - value)))
    below, above = limits_around(value, people)
    assert 0 <= below <= value <= above <= 100
    if min(abs(score - below), abs(score - above)) > 1e-6:
        assert (below <= score <= above) == (p > 0.05)


@pytest.mark.parametrize("people", [30, 100, 664])
@pytest.mark.parametrize("true", [50.0, 90.0, 99.0])
def test_who_is_like_the_group_falls_outside_at_most_one_time_in_twenty_by_exact_sums(people, true):
    score = np.linspace(0, 100, people + 1)
    chance = binom.pmf(np.arange(people + 1), people, true / 100)
    assert chance[p_against(score, people, true) <= 0.05].sum() <= 0.05
