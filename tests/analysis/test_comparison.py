"""Changes: compared only where they may be, called a change only where chance can't explain it."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_scores import framework, scores

from ita_analysis.analysis.comparison import COMPARED_COLUMNS, compare_years
from ita_analysis.errors import InputError

ALIKE = {f"{letter}{number}": (f"{letter}{number}", "comparable", "") for letter in "IEO" for number in range(1, 60)}


def years(*tables):
    return pd.concat(tables, ignore_index=True)


def row(frame, code):
    (found,) = frame[frame["code"] == code].to_dict("records")
    return found


def two_years(before, after, links=ALIKE, respondents=500, **more):
    table = years(scores(before, year=2566, respondents=respondents), scores(after, year=2567, respondents=respondents))
    return compare_years(table, 2567, links, **more)


def test_a_comparable_item_has_its_change():
    found = row(two_years({"I1": 80.0}, {"I1": 95.0}), "I1")
    assert (found["previous_score"], found["change_points"], found["is_comparable"]) == (80.0, 15.0, True)
    assert found["change_low"] < 15.0 < found["change_high"]
    assert found["direction"] == "higher" and found["reason_th"] == ""


@pytest.mark.parametrize("relation", ["reworded", "renumbered", "unknown"])
def test_an_item_that_is_not_the_same_shows_its_old_score_and_is_never_subtracted(relation):
    found = row(two_years({"I1": 80.0}, {"I1": 95.0}, {"I1": ("I1", relation, "")}), "I1")
    assert found["previous_score"] == 80.0
    assert not found["is_comparable"] and np.isnan(found["change_points"]) and np.isnan(found["p_value"])
    assert found["direction"] == "unknown" and found["reason_th"] != ""


def test_the_reason_of_the_rule_file_is_given_word_for_word():
    found = row(two_years({"I1": 80.0}, {"I1": 95.0}, {"I1": ("I1", "reworded", "เพิ่มคำว่า ผู้บริหาร")}), "I1")
    assert found["reason_th"] == "เพิ่มคำว่า ผู้บริหาร"


def test_a_code_without_a_link_is_of_unknown_relation():
    found = row(two_years({"I1": 80.0}, {"I1": 95.0}, {}), "I1")
    assert found["relation"] == "unknown" and not found["is_comparable"]


def test_of_an_unknown_relation_the_score_of_the_same_code_is_shown_unless_that_code_moved():
    links = {"I1": (None, "unknown", "ปีนี้เปลี่ยนแบบสอบถาม"), "I2": (None, "unknown", ""), "I3": ("I2", "renumbered", "")}
    compared = two_years({"I1": 80.0, "I2": 70.0}, {"I1": 95.0, "I2": 95.0, "I3": 95.0}, links)
    assert row(compared, "I1")["previous_score"] == 80.0 and not row(compared, "I1")["is_comparable"]
    assert row(compared, "I1")["reason_th"] == "ปีนี้เปลี่ยนแบบสอบถาม"
    assert np.isnan(row(compared, "I2")["previous_score"])
    assert row(compared, "I3")["previous_score"] == 70.0


def test_a_new_item_has_no_previous_score_though_its_code_had_one():
    found = row(two_years({"I1": 80.0}, {"I1": 85.0}, {"I1": (None, "new", "")}), "I1")
    assert np.isnan(found["previous_score"]) and found["previous_code"] == ""
    assert (found["reason_th"], found["status"]) == ("ข้อใหม่ของปีนี้ ปีก่อนไม่มี", "below")


def test_the_previous_score_is_that_of_the_other_code_where_the_topic_moved():
    found = row(two_years({"I1": 70.0, "I2": 80.0}, {"I1": 85.0}, {"I1": ("I2", "comparable", "")}), "I1")
    assert (found["previous_code"], found["previous_score"], found["change_points"]) == ("I2", 80.0, 5.0)


def test_a_score_of_two_years_ago_is_shown_with_its_year_and_is_not_the_change():
    table = years(scores(I1=80.0, year=2565), scores(I1=95.0, year=2567))
    found = row(compare_years(table, 2567, ALIKE), "I1")
    assert np.isnan(found["previous_score"]) and np.isnan(found["change_points"])
    assert (found["last_earlier_score"], found["last_earlier_year"]) == (80.0, 2565)
    assert found["reason_th"] == "ไม่มีคะแนนปี 2566"


def test_without_respondents_the_change_is_a_number_without_a_word():
    found = row(two_years({"I1": 50.0}, {"I1": 95.0}, respondents=None), "I1")
    assert (found["change_points"], found["direction"]) == (45.0, "unknown")
    assert np.isnan(found["change_low"]) and np.isnan(found["p_value"])


def test_a_change_within_chance_is_similar():
    found = row(two_years({"I1": 90.0}, {"I1": 90.5}), "I1")
    assert found["direction"] == "similar" and found["p_value"] > 0.05


def test_one_change_that_passes_alone_earns_no_word_among_many_that_do_not_move():
    still = {f"E{number}": 90.0 for number in range(1, 43)}
    alone = row(two_years({"I1": 90.0}, {"I1": 93.8}), "I1")
    among = row(two_years({"I1": 90.0, **still}, {"I1": 93.8, **still}), "I1")
    assert alone["p_value"] == among["p_value"] <= 0.05
    assert (alone["direction"], among["direction"]) == ("higher", "similar")
    assert among["change_low"] > 0


def test_documents_move_where_they_changed_at_all_and_are_no_part_of_the_correction():
    compared = two_years({"O1": 0.0, "O2": 100.0, "O3": 100.0}, {"O1": 100.0, "O2": 0.0, "O3": 100.0})
    assert [row(compared, code)["direction"] for code in ("O1", "O2", "O3")] == ["higher", "lower", "similar"]
    assert compared["p_value"].isna().all()


def test_indicators_instruments_and_the_total_move_where_their_interval_leaves_out_zero():
    def rules(year):
        return framework(indicators={"1": "IIT", "6": "EIT", "9": "OIT"}, year=year)

    links = {code: (code, "comparable", "") for code in ("1", "IIT", "EIT", "9", "OIT", "total")}
    before = {"total": 80.0, "IIT": 70.0, "EIT": 80.0, "OIT": 90.0, "1": 70.0, "9": 90.0}
    after = {"total": 86.0, "IIT": 90.0, "EIT": 80.0, "OIT": 90.0, "1": 90.0, "9": 90.0}
    by_name = {f"demo-{year}": rules(year) for year in (2566, 2567)}
    compared = two_years(before, after, links, rules=by_name)
    words = {code: row(compared, code)["direction"] for code in links}
    assert words == {
        "total": "higher",
        "IIT": "higher",
        "1": "higher",
        "EIT": "similar",
        "9": "similar",
        "OIT": "similar",
    }
    without_rules = two_years(before, after, links)
    assert row(without_rules, "total")["direction"] == row(without_rules, "1")["direction"] == "unknown"


def test_years_below_the_line_are_counted_in_a_row():
    table = years(*(scores(I1=score, year=year) for year, score in [(2564, 80), (2565, 95), (2566, 80), (2567, 80)]))
    earlier = {2566: ALIKE, 2565: ALIKE}
    found = row(compare_years(table, 2567, ALIKE, earlier_links=earlier), "I1")
    assert (found["years_below_line"], found["status"]) == (2, "repeated")


def test_years_below_the_line_follow_a_topic_to_its_old_number_and_stop_at_a_new_wording():
    table = years(*(scores(I1=80.0, I2=80.0, year=year) for year in (2564, 2565, 2566, 2567)))
    moved = {"I1": ("I2", "renumbered", ""), "I2": ("I1", "renumbered", "")}
    worded = {"I1": ("I1", "comparable", ""), "I2": ("I2", "reworded", "")}
    compared = compare_years(table, 2567, moved, earlier_links={2566: worded, 2565: ALIKE})
    assert row(compared, "I1")["years_below_line"] == 2
    assert row(compared, "I2")["years_below_line"] == 4


def test_without_links_of_earlier_years_no_more_than_two_years_in_a_row_are_claimed():
    table = years(*(scores(I1=80.0, year=year) for year in (2565, 2566, 2567)))
    assert row(compare_years(table, 2567, ALIKE), "I1")["years_below_line"] == 2


def test_the_status_says_what_the_two_years_make_of_an_item():
    before = {"I1": 95.0, "I2": 80.0, "I3": 80.0, "I4": 95.0}
    after = {"I1": 80.0, "I2": 80.0, "I3": 90.0, "I4": 90.0, "I5": 80.0, "I6": 95.0}
    compared = two_years(before, after)
    assert list(compared["status"]) == ["new_below", "repeated", "recovered", "never", "below", "not_below"]
    assert list(compared["years_below_line"]) == [1, 2, 0, 0, 1, 0]


def test_agencies_are_compared_and_corrected_apart():
    still = {f"E{number}": 90.0 for number in range(1, 43)}
    table = years(
        *(scores({"I1": score}, year=year, respondents=500) for year, score in [(2566, 90.0), (2567, 93.8)]),
        *(scores(still, agency="9902", year=year, respondents=500) for year in (2566, 2567)),
    )
    compared = compare_years(table, 2567, ALIKE)
    assert row(compared, "I1")["direction"] == "higher"


def test_another_scheme_and_made_up_scores_never_stand_in_for_the_year_before():
    table = years(
        scores(I1=80.0, year=2566, scheme="national"),
        scores(I1=81.0, year=2566, is_synthetic=False),
        scores(I1=95.0, year=2567),
    )
    assert np.isnan(row(compare_years(table, 2567, ALIKE), "I1")["previous_score"])


def test_a_year_that_mixes_schemes_or_real_and_made_up_scores_is_refused():
    for other in (
        scores(I1=80.0, agency="1", scheme="national"),
        scores(I1=80.0, agency="1", is_synthetic=False),
    ):
        with pytest.raises(InputError):
            compare_years(years(scores(I1=90.0), other), 2567, ALIKE)


def test_the_columns_stand_in_their_order_and_a_year_without_scores_gives_no_rows():
    assert list(two_years({"I1": 80.0}, {"I1": 80.0}).columns) == COMPARED_COLUMNS
    assert list(compare_years(scores(I1=80.0, year=2566), 2567, ALIKE).columns) == COMPARED_COLUMNS
    assert compare_years(scores(I1=80.0, year=2566), 2567, ALIKE).empty


def test_nothing_is_changed_in_place():
    table = years(scores(I1=80.0, year=2566), scores(I1=95.0, year=2567))
    copy = table.copy(deep=True)
    compare_years(table, 2567, ALIKE)
    assert table.equals(copy)


TABLE = st.dictionaries(st.sampled_from(sorted(ALIKE)), st.floats(0, 100), min_size=1, max_size=6)


@settings(max_examples=30, deadline=None)
@given(TABLE, TABLE, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(before, after, random):
    table = years(scores(before, year=2566, respondents=99), scores(after, year=2567, respondents=99))
    order = list(range(len(table)))
    random.shuffle(order)
    pd.testing.assert_frame_equal(
        compare_years(table, 2567, ALIKE), compare_years(table.iloc[order], 2567, ALIKE), check_exact=True
    )


@settings(max_examples=30, deadline=None)
@given(TABLE, TABLE)
def test_a_change_lies_in_its_interval_and_a_word_in_its_direction(before, after):
    compared = two_years(before, after)
    known = compared[compared["change_low"].notna()]
    assert (known["change_low"] <= known["change_points"]).all()
    assert (known["change_points"] <= known["change_high"]).all()
    assert (compared.loc[compared["direction"] == "higher", "change_points"] > 0).all()
    assert (compared.loc[compared["direction"] == "lower", "change_points"] < 0).all()
    assert (compared.loc[~compared["is_comparable"], "direction"] == "unknown").all()
