"""Roll-up: item, sub-indicator, indicator, instrument, total; and why a figure is missing."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiny_scores import framework, scores

from ita_analysis.analysis.rollup import PRINTED_TOLERANCE, disagreements, roll_up, with_rolled_up
from ita_analysis.errors import InputError

TEN = {str(number): "IIT" for number in range(1, 6)}
TEN |= {str(number): "EIT" for number in range(6, 9)} | {"9": "OIT", "10": "OIT"}


def row(frame, code):
    (found,) = frame[frame["code"] == code].to_dict("records")
    return found


# Indicators 1-10 and the total as printed in NACC's report of the national assessment 2564, pages of province-wide
# averages (fliphtml5.com/nqbfm/fekk, p. 168): Trat 2563 and Nakhon Nayok 2564.
@pytest.mark.parametrize(
    ("printed", "total"),
    [
        ([92.57, 86.13, 90.08, 85.98, 88.04, 83.67, 82.11, 79.29, 69.94, 52.78], 75.62),
        ([94.65, 89.11, 91.95, 89.29, 89.86, 92.12, 89.90, 89.49, 65.89, 51.15], 77.85),
    ],
)
def test_the_printed_totals_of_two_provinces_come_out_again(printed, total):
    given_scores = scores({**{str(n): score for n, score in enumerate(printed, start=1)}, "total": total})
    rolled = row(roll_up(given_scores, framework(indicators=TEN, listed="none")), "total")
    assert rolled["published_score"] == rolled["score"] == total
    assert abs(rolled["difference_points"]) <= PRINTED_TOLERANCE
    assert rolled["is_computed"] and rolled["reason_th"] == ""


# thestandard.co/bkk-passed-ita: the city as one agency, national assessment 2566, EIT in two parts.
def test_the_printed_total_of_the_city_comes_out_of_its_instruments_and_the_two_parts_of_one():
    printed = scores(IIT=82.44, EIT1=79.40, EIT2=82.24, OIT=100.0, total=88.98)
    rules = framework(indicators=TEN, listed="none", parts={"EIT": {"EIT1": 0.5, "EIT2": 0.5}})
    rolled = roll_up(printed, rules)
    assert row(rolled, "EIT")["rolled_up_score"] == pytest.approx(80.82)
    assert row(rolled, "total")["rolled_up_score"] == pytest.approx(88.978)
    assert disagreements(rolled).empty


def test_an_instrument_is_the_mean_of_its_indicators_and_not_of_its_items():
    rules = framework(
        {"I1": "1", "I2": "2", "I3": "2", "I4": "2"}, indicators={"1": "IIT", "2": "IIT"}, weights={"IIT": 1}
    )
    rolled = roll_up(scores(I1=100.0, I2=80.0, I3=80.0, I4=80.0), rules)
    assert row(rolled, "IIT")["score"] == 90.0
    assert row(rolled, "total")["score"] == 90.0


# One missed item of nine, eight, ... costs an indicator of five sub-indicators as printed for agencies of 2564.
@pytest.mark.parametrize(("size", "printed"), [(9, 97.78), (8, 97.50), (7, 97.14), (5, 96.00)])
def test_an_indicator_is_the_mean_of_its_sub_indicators_and_not_of_its_items(size, printed):
    subs = {f"9.{number}": "9" for number in range(1, 6)}
    items = {f"O{number}": "9.1" for number in range(1, size + 1)}
    items |= {f"O{number + 20}": f"9.{number}" for number in range(2, 6)}
    rules = framework(items, indicators={"9": "OIT"}, sub_indicators=subs)
    met = scores(dict.fromkeys(items, 100.0) | {"O1": 0.0})
    assert row(roll_up(met, rules), "9")["score"] == pytest.approx(printed, abs=0.005)


def test_with_only_part_of_the_items_known_nothing_is_computed_and_the_reason_names_them():
    rules = framework({"I2": "1", "I10": "1", "I1": "1"}, indicators={"1": "IIT"})
    found = row(roll_up(scores(I1=90.0), rules), "1")
    assert not found["is_computed"] and math.isnan(found["score"])
    assert found["reason_th"] == "ยังไม่ทราบคะแนนของ I2, I10"


def test_a_partial_list_of_items_is_never_averaged():
    rules = framework({"I1": "1"}, indicators={"1": "IIT"}, listed="partial")
    found = row(roll_up(scores(I1=90.0), rules), "1")
    assert not found["is_computed"] and "IIT" in found["reason_th"]


def test_an_indicator_of_which_it_is_not_known_what_it_is_the_mean_of_is_not_computed():
    sure = framework({"O1": "9"}, indicators={"9": "OIT"})
    unsure = sure.model_copy(
        update={"indicators": tuple(one.model_copy(update={"mean_of": "unknown"}) for one in sure.indicators)}
    )
    found = row(roll_up(scores(O1=100.0), unsure), "9")
    assert not found["is_computed"] and found["reason_th"] == "ยังไม่ทราบว่า 9 ประกอบด้วยอะไร"


def test_an_indicator_comes_out_of_published_sub_indicators_where_their_items_are_not_listed():
    rules = framework({"O1": "9.1"}, indicators={"9": "OIT"}, sub_indicators={"9.1": "9", "9.2": "9"}, listed="partial")
    rolled = roll_up(scores({"9.1": 90.0, "9.2": 80.0}), rules)
    assert row(rolled, "9")["rolled_up_score"] == 85.0


def test_an_instrument_in_parts_is_the_sum_of_its_parts_and_never_borrowed_from_its_indicators():
    rules = framework(indicators={"6": "EIT"}, parts={"EIT": {"EIT1": 0.5, "EIT2": 0.5}})
    found = row(roll_up(scores({"6": 90.0, "EIT1": 80.0}), rules), "EIT")
    assert not found["is_computed"] and found["reason_th"] == "ยังไม่ทราบคะแนนของ EIT2"


def test_an_item_that_may_belong_to_two_indicators_leaves_both_uncomputed():
    rules = framework(
        {"I1": "1", "I2": ("1", "2"), "I3": "2", "I4": "3"}, indicators={"1": "IIT", "2": "IIT", "3": "IIT"}
    )
    rolled = roll_up(scores(I1=90.0, I2=90.0, I3=90.0, I4=88.0), rules)
    assert row(rolled, "1")["reason_th"] == row(rolled, "2")["reason_th"] == "ยังไม่ทราบว่า I2 อยู่ตัวชี้วัดใด"
    assert row(rolled, "3")["score"] == 88.0
    assert row(rolled, "IIT")["reason_th"] == "ยังไม่ทราบคะแนนของ 1, 2"


def test_a_published_figure_is_kept_beside_a_computed_one_that_differs():
    rules = framework({"I1": "1"}, indicators={"1": "IIT"})
    found = row(roll_up(scores({"1": 91.0}, I1=90.0), rules), "1")
    assert (found["score"], found["published_score"], found["rolled_up_score"]) == (91.0, 91.0, 90.0)
    assert found["difference_points"] == -1.0
    assert len(disagreements(roll_up(scores({"1": 91.0}, I1=90.0), rules))) == 1


def test_a_difference_of_one_hundredth_is_rounding_and_more_is_not():
    rules = framework({"I1": "1"}, indicators={"1": "IIT"}, weights={"IIT": None})
    assert disagreements(roll_up(scores({"1": 90.01}, I1=90.0), rules)).empty
    assert len(disagreements(roll_up(scores({"1": 90.02}, I1=90.0), rules))) == 1


def test_a_figure_computed_from_below_is_built_on_even_where_another_was_published():
    rules = framework({"I1": "1"}, indicators={"1": "IIT"}, weights={"IIT": 1})
    assert row(roll_up(scores({"1": 91.0}, I1=90.0), rules), "total")["score"] == 90.0


def test_a_zero_is_a_score_and_its_difference_is_told():
    rules = framework({"O1": "9"}, indicators={"9": "OIT"})
    found = row(roll_up(scores({"9": 0.0}, O1=0.0), rules), "9")
    assert (found["score"], found["difference_points"]) == (0.0, 0.0)


def test_unknown_weights_leave_the_total_uncomputed():
    rules = framework(indicators={"1": "IIT"}, weights={"IIT": None})
    assert row(roll_up(scores({"1": 91.0}), rules), "total")["reason_th"] == "ยังไม่ทราบน้ำหนักของ IIT"


def test_without_rules_published_figures_stand_with_the_reason():
    rolled = roll_up(scores(IIT=91.0, total=92.0, I1=90.0), None)
    assert list(rolled["code"]) == ["total", "IIT"]
    assert list(rolled["score"]) == [92.0, 91.0]
    assert set(rolled["reason_th"]) == {"ยังไม่ทราบกติกาของปีนี้"}


def test_scores_of_another_year_are_refused():
    with pytest.raises(InputError):
        roll_up(scores(I1=90.0, year=2566), framework(year=2567))


def test_computed_figures_join_the_scores_as_rows_that_say_so_and_published_ones_stay():
    rules = framework({"I1": "1"}, indicators={"1": "IIT"}, weights={"IIT": 1})
    given_scores = scores({"1": 91.0}, I1=90.0, respondents=40)
    joined = with_rolled_up(given_scores, roll_up(given_scores, rules))
    assert list(joined.columns) == list(given_scores.columns)
    assert dict(zip(joined["code"], joined["score"], strict=True)) == {
        "1": 91.0,
        "I1": 90.0,
        "total": 90.0,
        "IIT": 90.0,
    }
    assert joined["note_th"].str.startswith("คำนวณ").tolist() == [False, False, True, True]
    assert set(joined["framework"]) == {"demo-2567"} and joined["is_synthetic"].all()
    assert list(joined["respondents"].isna()) == [False, False, True, True]


def test_with_nothing_computed_the_scores_come_back_as_they_are():
    given_scores = scores(I1=90.0)
    assert with_rolled_up(given_scores, roll_up(given_scores, None)).equals(given_scores)


def test_agencies_are_rolled_up_apart():
    both = pd.concat([scores(I1=90.0, agency="9901"), scores(I1=80.0, agency="9902")])
    rolled = roll_up(both, framework({"I1": "1"}, indicators={"1": "IIT"}))
    assert list(rolled.loc[rolled["code"] == "1", "score"]) == [90.0, 80.0]


def test_a_total_on_the_edge_of_a_level_is_not_lost_to_binary_fractions():
    rolled = roll_up(scores({str(n): 85.1 for n in range(1, 11)}), framework(indicators=TEN, listed="none"))
    assert row(rolled, "total")["score"] == 85.1


FULL = framework(
    {"I1": "1", "I2": "1", "I3": "2", "E1": "6", "O1": "9.1", "O2": "9.2", "O3": "9.2"},
    indicators={"1": "IIT", "2": "IIT", "6": "EIT", "9": "OIT"},
    sub_indicators={"9.1": "9", "9.2": "9"},
)


@given(st.floats(0, 100))
def test_all_equal_items_roll_up_to_their_value(value):
    rolled = roll_up(scores(dict.fromkeys(FULL.item, value)), FULL)
    assert rolled["is_computed"].all()
    assert (rolled["score"] == value).all()


@given(st.lists(st.floats(0, 100), min_size=7, max_size=7), st.integers(0, 6), st.randoms(use_true_random=False))
def test_raising_an_item_never_lowers_a_figure_and_row_order_changes_nothing(values, place, random):
    table = dict(zip(FULL.item, values, strict=True))
    before = roll_up(scores(table), FULL)
    order = list(range(7))
    random.shuffle(order)
    assert before.equals(roll_up(scores(table).iloc[order], FULL))
    raised = roll_up(scores({**table, list(FULL.item)[place]: 100.0}), FULL)
    assert (raised["score"] >= before["score"]).all()
    assert before["score"].between(min(values), max(values)).all()
