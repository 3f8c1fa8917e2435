"""Findings: what is below the line, near it, not met and unknown."""

from hypothesis import given
from hypothesis import strategies as st
from tiny_scores import framework, scores

from ita_analysis.analysis.findings import (
    below_line,
    documents_missing,
    documents_not_met,
    unknown_items,
    watch_list,
)


def codes(frame):
    return list(frame["code"])


def test_a_score_equal_to_the_line_is_not_a_finding():
    assert below_line(scores(I1=90.0)).empty


def test_a_score_just_under_the_line_is_a_finding_though_it_rounds_to_the_line():
    assert codes(below_line(scores(I1=89.996))) == ["I1"]


def test_findings_come_worst_first_with_their_gap():
    found = below_line(scores(I1=88.5, E2=70.25, I3=95.0))
    assert codes(found) == ["E2", "I1"]
    assert list(found["gap_points"]) == [19.75, 1.5]
    assert list(found.index) == [0, 1]


def test_equal_gaps_stand_in_natural_code_order():
    found = below_line(scores(E12=80.0, E9=80.0, I10=80.0, I2=80.0))
    assert codes(found) == ["I2", "I10", "E9", "E12"]


def test_a_document_never_stands_among_the_survey_findings():
    assert codes(below_line(scores(O1=0.0, I1=80.0))) == ["I1"]


def test_only_items_are_findings_not_indicators_or_the_total():
    assert below_line(scores({"1": 50.0, "IIT": 50.0, "total": 50.0})).empty


def test_an_item_without_a_score_is_no_finding():
    assert below_line(scores(I1=float("nan"))).empty


def test_the_rule_file_decides_what_a_survey_item_is():
    rules = framework({"O1": "6", "E1": "9"})
    assert codes(below_line(scores(O1=50.0, E1=50.0), framework=rules)) == ["O1"]


def test_the_columns_of_the_scores_stay_and_the_gap_stands_last():
    given_scores = scores(I1=80.0)
    assert list(below_line(given_scores).columns) == [*given_scores.columns, "gap_points"]


def test_nothing_is_changed_in_place():
    before = scores(I2=80.0, I1=70.0)
    copy = before.copy(deep=True)
    below_line(before), watch_list(before), documents_not_met(before), unknown_items(before)
    assert before.equals(copy)


def test_the_watch_list_holds_the_line_and_two_points_above_it():
    watched = watch_list(scores(I1=90.0, I2=92.0, I3=92.01, I4=89.99, E1=91.0))
    assert codes(watched) == ["I1", "E1", "I2"]
    assert list(watched["above_points"]) == [0.0, 1.0, 2.0]


def test_documents_not_met_stand_apart_in_code_order():
    missed = documents_not_met(scores(O10=0.0, O9=50.0, O1=100.0, I1=0.0))
    assert codes(missed) == ["O9", "O10"]
    assert list(missed["gap_points"]) == [50.0, 100.0]


def test_documents_missing_is_empty_where_every_document_indicator_is_full():
    rules = framework(indicators={"9": "OIT", "10": "OIT"}, listed="partial")
    assert documents_missing(scores({"9": 100.0, "10": 100.0}), rules) == []


def test_documents_missing_is_unknown_and_not_empty_where_one_indicator_is_not_full():
    rules = framework(indicators={"9": "OIT", "10": "OIT"}, listed="partial")
    assert documents_missing(scores({"9": 100.0, "10": 97.5}), rules) is None
    assert documents_missing(scores({"9": 100.0}), rules) is None


def test_documents_missing_is_empty_where_a_complete_list_is_met():
    rules = framework({"O1": "9", "O2": "9"})
    assert documents_missing(scores(O1=100.0, O2=100.0), rules) == []
    assert documents_missing(scores(O1=100.0), rules) is None
    assert documents_missing(scores(O1=100.0, O2=0.0), rules) == ["O2"]


def test_without_a_rule_file_only_a_full_instrument_says_that_all_documents_are_met():
    assert documents_missing(scores(OIT=100.0)) == []
    assert documents_missing(scores(O1=100.0)) is None
    assert documents_missing(scores(I1=100.0)) is None


def test_unknown_items_of_a_complete_list_are_its_codes_without_a_score():
    rules = framework({"I1": "1", "I2": "1", "E1": "6", "O1": "9"})
    unknown = unknown_items(scores(I2=90.0, E1=90.0), rules)
    assert codes(unknown) == ["I1", "O1"]
    assert list(unknown["instrument"]) == ["IIT", "OIT"]
    assert list(unknown["topic_th"]) == ["หัวข้อ I1", "หัวข้อ O1"]
    assert not unknown["is_at_least"].any()


def test_unknown_items_of_a_partial_list_run_to_the_highest_code_seen():
    rules = framework({"I4": "1"}, listed="partial")
    unknown = unknown_items(scores(I2=90.0, E3=90.0), rules)
    assert codes(unknown) == ["I1", "I3", "I4", "E1", "E2"]
    assert unknown["is_at_least"].all()


def test_without_a_rule_file_unknown_items_run_to_the_highest_code_of_the_scores():
    assert codes(unknown_items(scores(I3=90.0, I1=90.0))) == ["I2"]


def test_a_row_without_a_score_is_unknown():
    assert codes(unknown_items(scores(I1=float("nan")))) == ["I1"]


def test_documents_behind_a_full_indicator_are_not_unknown():
    rules = framework({"O1": "9", "O2": "9"})
    assert unknown_items(scores({"9": 100.0}), rules).empty
    assert codes(unknown_items(scores({"9": 50.0}), rules)) == ["O1", "O2"]


def test_no_scores_give_empty_tables_with_their_columns():
    nothing = scores()
    assert list(below_line(nothing).columns)[-1] == "gap_points"
    assert list(unknown_items(nothing).columns) == ["code", "instrument", "topic_th", "is_at_least"]


SURVEY_SCORES = st.dictionaries(
    st.builds("{}{}".format, st.sampled_from("IE"), st.integers(1, 40)), st.floats(0, 100), max_size=12
)


@given(SURVEY_SCORES, st.data())
def test_raising_a_score_never_adds_a_finding(table, data):
    raised = {code: data.draw(st.floats(score, 100)) for code, score in table.items()}
    assert set(below_line(scores(raised))["code"]) <= set(below_line(scores(table))["code"])


@given(SURVEY_SCORES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(table, random):
    given_scores = scores(table)
    order = list(range(len(given_scores)))
    random.shuffle(order)
    shuffled = given_scores.iloc[order]
    for find in (below_line, watch_list, unknown_items):
        assert find(given_scores).equals(find(shuffled))


@given(SURVEY_SCORES)
def test_every_item_is_below_watched_or_above_and_never_two_of_them(table):
    below, watched = (set(find(scores(table))["code"]) for find in (below_line, watch_list))
    assert not below & watched
    assert all(table[code] > 92 for code in set(table) - below - watched)
