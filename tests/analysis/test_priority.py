"""Priority: what an item weighs in the total decides; where that is not known the gap does, and it is said."""

from fractions import Fraction

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_scores import framework, scores

from ita_analysis.analysis.findings import below_line, documents_not_met
from ita_analysis.analysis.priority import PRIORITY_COLUMNS, by_priority

POINTS = {"I1": Fraction(1, 100), "I2": Fraction(1, 100), "E1": Fraction(1, 50), "O1": Fraction(1, 20)}


def test_a_heavy_item_near_the_line_comes_before_a_light_one_far_below_it():
    ranked = by_priority(below_line(scores(I1=84.0, E1=86.0)), POINTS)
    assert list(ranked["code"]) == ["E1", "I1"]
    assert list(ranked["points_to_target"]) == [0.08, 0.06]
    assert list(ranked["points_to_full"]) == [0.28, 0.16]
    assert list(ranked["priority"]) == [1, 2]


def test_a_document_counts_to_one_hundred_and_a_survey_item_to_the_line():
    table = scores(O1=0.0, I1=85.0)
    both = pd.concat([below_line(table), documents_not_met(table)])
    ranked = by_priority(both, POINTS)
    assert list(ranked["code"]) == ["O1", "I1"]
    assert list(ranked["points_to_target"]) == [5.0, 0.05]
    assert list(ranked["class"]) == ["large", "small"]


def test_the_rule_file_decides_what_a_document_is():
    ranked = by_priority(below_line(scores(I1=85.0)), POINTS, framework=framework({"I1": "9"}))
    assert list(ranked["points_to_target"]) == [0.15]


@pytest.mark.parametrize(
    ("score", "name"), [(0.0, "large"), (80.0, "large"), (81.0, "medium"), (98.0, "medium"), (98.1, "small")]
)
def test_the_class_says_in_words_what_the_points_mean(score, name):
    ranked = by_priority(documents_not_met(scores(O1=score)), POINTS)
    assert list(ranked["class"]) == [name]


def test_equal_gains_stand_in_natural_code_order():
    ranked = by_priority(below_line(scores(I2=80.0, I1=80.0)), POINTS)
    assert list(ranked["code"]) == ["I1", "I2"]


def test_without_weights_the_gap_decides_and_the_basis_says_so():
    ranked = by_priority(below_line(scores(I1=84.0, E1=86.0)), None)
    assert list(ranked["code"]) == ["I1", "E1"]
    assert ranked["points_to_target"].isna().all()
    assert set(ranked["class"]) == {"unknown"}
    assert set(ranked["basis_th"]) == {"เรียงตามคะแนนที่ขาด เพราะยังไม่ทราบน้ำหนักของปีนี้"}


def test_one_unknown_weight_orders_all_by_gap_and_is_named_while_known_points_stay():
    ranked = by_priority(below_line(scores(I1=84.0, E1=86.0, E9=50.0)), POINTS)
    assert list(ranked["code"]) == ["E9", "I1", "E1"]
    assert ranked["points_to_target"].notna().sum() == 2
    assert "E9" in ranked["basis_th"][0]


def test_the_columns_of_the_findings_stay_and_no_findings_give_no_rows():
    found = below_line(scores(I1=80.0))
    assert list(by_priority(found, POINTS).columns) == [*found.columns, *PRIORITY_COLUMNS]
    nothing = by_priority(below_line(scores(I1=95.0)), POINTS)
    assert nothing.empty and list(nothing.columns) == [*found.columns, *PRIORITY_COLUMNS]


@settings(max_examples=40, deadline=None)
@given(
    st.dictionaries(st.sampled_from(["I1", "I2", "E1"]), st.floats(0, 89), min_size=1),
    st.randoms(use_true_random=False),
)
def test_gains_fall_from_first_to_last_and_row_order_changes_nothing(table, random):
    found = below_line(scores(table))
    ranked = by_priority(found, POINTS)
    assert ranked["points_to_target"].is_monotonic_decreasing
    assert (ranked["points_to_full"] >= ranked["points_to_target"]).all()
    order = list(range(len(found)))
    random.shuffle(order)
    assert ranked.equals(by_priority(found.iloc[order], POINTS))
