"""Margins of rows: whose answers stand behind a figure, and why some figures have none."""

import pandas as pd
import pytest
from tiny_scores import framework, scores

from ita_analysis.analysis.margins import with_margins
from ita_analysis.analysis.uncertainty import mean_margin, total_margin

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
