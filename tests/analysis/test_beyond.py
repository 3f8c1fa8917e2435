"""Counting who is surely above another gives what looking at every pair gives."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ita_analysis.analysis import beyond
from ita_analysis.analysis.uncertainty import difference_margin, mean_margin

SCORES = st.one_of(
    st.sampled_from([0.0, 50.0, 99.99, 100.0, np.nan]), st.integers(0, 10_000).map(lambda cents: cents / 100)
)
PEOPLE = st.sampled_from([np.nan, 1.0, 30.0, 31.0, 400.0, 0.0])


@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(SCORES, PEOPLE), min_size=1, max_size=40),
    st.sampled_from([1, 3, 500]),
    st.sampled_from([1, 7, 10**6]),
)
def test_counts_are_those_of_all_pairs(members, in_block, at_once):
    score, people = (np.array(values) for values in zip(*members, strict=True))
    low, high = mean_margin(score, people)
    low, high = np.where(people == 0, score, low), np.where(people == 0, score, high)  # checked, not sampled
    every = difference_margin(score[:, None], (low[:, None], high[:, None]), score, (low, high))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(beyond, "IN_BLOCK", in_block)
        patch.setattr(beyond, "PAIRS_AT_ONCE", at_once)
        above = beyond.count_beyond(score, score - low, score, high - score)
        below = beyond.count_beyond(-score, high - score, -score, score - low)
    assert above.tolist() == (every[0] > 0).sum(axis=1).tolist()
    assert below.tolist() == (every[1] < 0).sum(axis=1).tolist()


def test_exactly_on_the_line_is_not_beyond():
    above = beyond.count_beyond(np.array([55.0, 55.1]), np.array([3.0, 3.0]), np.array([50.0]), np.array([4.0]))
    assert above.tolist() == [1]
