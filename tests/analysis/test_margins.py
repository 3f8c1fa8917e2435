"""Margins of rows: whose answers stand behind a figure, and why some figures have none."""

import numpy as np
import pandas as pd
import pytest
from tiny_scores import framework, scores

from ita_analysis.analysis.comparison import compare_years
from ita_analysis.analysis.margins import sample_in, with_margins
from ita_analysis.analysis.rollup import complete
from ita_analysis.analysis.sample import sample_of
from ita_analysis.analysis.uncertainty import difference_margin, mean_margin, total_margin
from ita_analysis.scores.answer_counts import ANSWERS

RULES = framework(
    {"I1": "1", "I2": "1", "I3": "2", "E1": "6", "O1": "9"},
    indicators={"1": "IIT", "2": "IIT", "6": "EIT", "9": "OIT"},
)
BY_NAME = {RULES.name: RULES}


def row(frame, code):
    (found,) = frame[frame["code"] == code].to_dict("records")
    return found


def test_an_item_has_the_margin_of_its_respondents():
    found = row(with_margins(scores(I1=90.0, respondents=100)), "I1")
    assert (found["score_low"], found["score_high"]) == mean_margin(90.0, 100)
    assert found["margin_reason_th"] == ""


def test_an_indicator_and_an_instrument_stand_on_the_smallest_number_below_them():
    table = pd.concat(
        [
            scores({"1": 90.0, "2": 90.0, "IIT": 90.0}),
            scores(I1=90.0, respondents=100),
            scores(I2=90.0, respondents=60),
            scores(I3=90.0, respondents=30),
        ],
        ignore_index=True,
    )
    framed = with_margins(table, BY_NAME)
    assert [row(framed, code)["respondents_counted"] for code in ("1", "2", "IIT")] == [60, 30, 30]
    assert row(framed, "1")["score_low"] == mean_margin(90.0, 60)[0]


def test_without_rules_an_instrument_counts_by_letter_and_an_indicator_has_no_margin():
    table = pd.concat([scores({"1": 90.0, "IIT": 90.0}), scores(I1=90.0, respondents=60)], ignore_index=True)
    framed = with_margins(table)
    assert row(framed, "IIT")["respondents_counted"] == 60
    assert pd.isna(row(framed, "1")["score_low"])
    assert row(framed, "1")["margin_reason_th"] == "ยังไม่ทราบว่า 1 มาจากผู้ตอบหรือจากเอกสาร"


def test_documents_have_width_zero_at_every_level():
    framed = with_margins(scores({"9": 97.5, "OIT": 97.5, "O1": 100.0}), BY_NAME)
    assert (framed["score_low"] == framed["score"]).all() and (framed["score_high"] == framed["score"]).all()


def test_no_respondents_no_margin_and_the_reason_says_so():
    found = row(with_margins(scores(I1=90.0)), "I1")
    assert pd.isna(found["score_low"]) and "ผู้ตอบ" in found["margin_reason_th"]


def test_the_total_joins_its_separately_sampled_parts():
    table = scores(total=94.0, IIT=90.0, EIT=92.0, OIT=98.5, respondents=200)
    found = row(with_margins(table, BY_NAME), "total")
    m = [90.0, 92.0]
    assert (found["score_low"], found["score_high"]) == pytest.approx(
        total_margin(94.0, [0.3, 0.3], m, mean_margin(m, 200))
    )


def test_the_parts_of_an_instrument_are_sampled_apart():
    rules = framework(indicators={"1": "IIT", "6": "EIT", "9": "OIT"}, parts={"EIT": {"EIT1": 0.5, "EIT2": 0.5}})
    table = scores(total=88.98, IIT=82.44, EIT1=79.40, EIT2=82.24, OIT=100.0, respondents=400)
    found = row(with_margins(table, {rules.name: rules}), "total")
    m = [82.44, 79.40, 82.24]
    assert found["score_low"] == pytest.approx(total_margin(88.98, [0.3, 0.15, 0.15], m, mean_margin(m, 400))[0])


def test_a_total_with_an_unknown_part_has_no_margin():
    found = row(with_margins(scores(total=94.0, IIT=90.0, OIT=100.0, respondents=200), BY_NAME), "total")
    assert pd.isna(found["score_low"]) and found["margin_reason_th"] != ""


def test_a_total_without_any_part_beside_it_has_no_margin():
    found = row(with_margins(scores(total=94.0, I1=90.0, respondents=200), BY_NAME), "total")
    assert pd.isna(found["score_low"]) and found["margin_reason_th"] != ""


def test_rows_keep_their_order_index_and_columns_and_agencies_stay_apart():
    table = pd.concat(
        [scores(agency="9902", IIT=80.0), scores(agency="9901", I1=90.0, IIT=90.0, respondents=50)],
        ignore_index=True,
    )
    framed = with_margins(table, BY_NAME)
    assert list(framed.columns)[: len(table.columns)] == list(table.columns)
    assert list(framed["code"]) == list(table["code"])
    assert pd.isna(framed["score_low"][0]) and framed["respondents_counted"][2] == 50


def test_no_rows_give_no_rows_with_their_columns():
    assert "score_low" in with_margins(scores(), BY_NAME).columns


def counted(population=None, answers=None, **by_code):
    """Return scores with the optional counts beside every row."""
    table = scores(**by_code)
    given = {"population": population} | dict(zip(ANSWERS, answers or [], strict=False))
    return table.assign(**{name: pd.array([count] * len(table), dtype="Int64") for name, count in given.items()})


def test_an_item_stands_on_its_own_answers_and_its_population():
    found = row(with_margins(counted(60, [0, 0, 10, 30], I1=91.67, respondents=40)), "I1")
    sample = sample_of(40, 60, [0, 0, 10, 30])
    assert (found["score_low"], found["score_high"]) == mean_margin(91.67, sample)
    assert (found["population_counted"], found["answers_worth"], found["is_between"]) == (60, float(sample.worth), True)
    kept = sample_in(pd.DataFrame([found]))
    assert [float(one[0]) for one in kept] == [float(one) for one in sample]


def test_figures_above_the_items_count_people_not_their_answers():
    table = pd.concat(
        [scores({"1": 91.67, "IIT": 91.67}), counted(None, [0, 0, 10, 30], I1=91.67, I2=91.67, respondents=40)],
        ignore_index=True,
    )
    framed = with_margins(table, BY_NAME)
    for code in ("1", "IIT"):  # the same people answer every item
        assert row(framed, code)["score_low"] == mean_margin(91.67, 40)[0]
    assert row(framed, "I1")["score_low"] > row(framed, "1")["score_low"]


def test_a_figure_above_stands_on_the_item_that_is_least_sure_of_its_population():
    table = pd.concat(
        [
            scores({"1": 90.0}),
            counted(41, None, I1=90.0, respondents=40),
            counted(500, None, I2=90.0, respondents=60),
        ],
        ignore_index=True,
    )
    found = row(with_margins(table, BY_NAME), "1")  # 40 of 41 are surer than 60 of 500
    assert (found["respondents_counted"], found["population_counted"]) == (60, 500)
    assert found["score_low"] == mean_margin(90.0, sample_of(60, 500))[0]


def test_where_everybody_answered_nothing_is_left_to_chance():
    table = pd.concat(
        [scores({"1": 90.0, "IIT": 90.0}), counted(40, None, I1=90.0, I2=88.0, I3=92.0, respondents=40)],
        ignore_index=True,
    )
    framed = with_margins(table, BY_NAME)
    assert framed["score_low"].tolist() == pytest.approx(framed["score"].tolist())
    assert framed["score_high"].tolist() == pytest.approx(framed["score"].tolist())


def test_blank_counts_change_no_margin():
    plain = scores(I1=90.0, I2=85.0, respondents=50)
    blank = plain.assign(**{name: pd.array([None] * 2, dtype="Int64") for name in ("population", *ANSWERS[:4])})
    names = ["score_low", "score_high", "answers_worth", "respondents_counted"]
    pd.testing.assert_frame_equal(with_margins(plain)[names], with_margins(blank)[names])


def test_a_change_is_as_sure_as_the_answers_of_both_years():
    links = {"I1": ("I1", "comparable", "")}

    def change(now, before):
        return compare_years(pd.concat([now, before], ignore_index=True), 2567, links).iloc[0]

    def year(number, score, answers):
        return counted(None, answers, I1=score, respondents=40, year=number)

    plain = change(year(2567, 93.33, None), year(2566, 80.0, None))
    known = change(year(2567, 93.33, [0, 0, 8, 32]), year(2566, 80.0, [0, 0, 24, 16]))
    assert (plain["direction"], known["direction"]) == ("similar", "higher")
    sides = [
        (score, mean_margin(score, sample_of(40, np.nan, a)))
        for score, a in ((80.0, [0, 0, 24, 16]), (93.33, [0, 0, 8, 32]))
    ]
    low, _ = difference_margin(*sides[0], *sides[1])
    assert known["change_low"] == pytest.approx(float(low)) and known["p_value"] < 0.05 < plain["p_value"]


def test_a_total_that_is_computed_keeps_whole_counts_beside_it():
    table = counted(60, [0, 0, 10, 30], I1=91.67, I2=91.67, I3=91.67, respondents=40)
    whole = complete(pd.concat([table, scores(E1=90.0, O1=100.0, respondents=50)], ignore_index=True), RULES)
    assert str(whole["population"].dtype) == "Int64" and whole["answers_3"].isna().sum() == len(whole) - 3
    assert row(with_margins(whole, BY_NAME), "IIT")["population_counted"] == 60
