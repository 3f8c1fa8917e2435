"""Peers: the middle half, shared places, how far chance leaves a place open, and movement beyond the others."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tiny_scores import framework, scores

from ita_analysis.analysis.peers import GROUP_COLUMNS, PEER_COLUMNS, group_of, group_summary, peer_summary
from ita_analysis.errors import InputError, UnknownNameError

LINKS = {code: (code, "comparable", "") for code in ("I1", "I2", "total", "O1")}


def together(*tables):
    return pd.concat(tables, ignore_index=True)


def group(values, code="I1", **more):
    return together(*(scores({code: value}, agency=str(9901 + place), **more) for place, value in enumerate(values)))


def one(table, agency="9901", **more):
    (found,) = peer_summary(table, agency, 2567, **more).to_dict("records")
    return found


def test_the_middle_half_is_that_of_all_agencies_by_linear_interpolation():
    found = one(group([90.0, 80.0, 70.0, 60.0]))
    assert (found["min"], found["q1"], found["median"], found["q3"], found["max"]) == (60, 67.5, 75, 82.5, 90)
    assert (found["n_agencies"], found["n_peers"]) == (4, 3)


def test_the_highest_is_first_and_equal_agencies_share_a_place():
    table = group([80.0, 90.0, 80.0, 70.0])
    assert (one(table, "9902")["place"], one(table, "9902")["is_shared"]) == (1, False)
    assert (one(table, "9901")["place"], one(table, "9901")["is_shared"]) == (2, True)
    assert (one(table, "9903")["place"], one(table, "9903")["is_shared"]) == (2, True)
    assert one(table, "9904")["place"] == 4


def test_a_place_is_open_among_those_that_chance_can_not_tell_apart():
    found = one(group([85.0, 99.0, 86.0, 84.0, 40.0], respondents=200))
    assert (found["place"], found["place_low"], found["place_high"]) == (3, 2, 4)


def test_without_respondents_the_place_is_told_and_its_range_is_not():
    found = one(group([85.0, 99.0]))
    assert found["place"] == 2 and pd.isna(found["place_low"]) and pd.isna(found["place_high"])


def test_a_document_is_checked_so_only_ties_leave_its_place_open():
    found = one(group([100.0, 100.0, 100.0, 0.0], code="O1"))
    assert (found["place"], found["is_shared"], found["place_low"], found["place_high"]) == (1, True, 1, 3)


def test_the_total_has_a_range_of_places_through_its_parts():
    table = together(
        *(
            scores(
                {"total": 0.6 * value + 40, "IIT": value, "EIT": value, "OIT": 100.0},
                agency=agency,
                respondents=100,
            )
            for agency, value in [("9901", 80.0), ("9902", 99.0), ("9903", 80.5)]
        )
    )
    rules = framework(indicators={"1": "IIT", "6": "EIT", "9": "OIT"})
    summary = peer_summary(table, "9901", 2567, rules={rules.name: rules})
    total = summary[summary["code"] == "total"].to_dict("records")[0]
    assert (total["place"], total["place_low"], total["place_high"]) == (3, 2, 3)


def test_other_schemes_years_and_kinds_of_scores_are_no_peers():
    table = together(
        group([80.0, 90.0]),
        scores(I1=1.0, agency="1", scheme="national"),
        scores(I1=2.0, agency="2", is_synthetic=False),
        scores(I1=3.0, agency="3", year=2566),
    )
    assert (one(table)["min"], one(table)["n_agencies"]) == (80.0, 2)


def test_an_agency_without_scores_is_named_and_one_that_mixes_schemes_is_refused():
    with pytest.raises(UnknownNameError, match="9999"):
        peer_summary(group([80.0]), "9999", 2567)
    with pytest.raises(InputError):
        peer_summary(together(scores(I1=80.0), scores(I2=80.0, scheme="national")), "9901", 2567)


def test_an_agency_alone_has_no_peers_and_moves_beyond_nobody():
    found = one(together(scores(I1=10.0, year=2566, respondents=500), scores(I1=90.0, respondents=500)), links=LINKS)
    assert (found["n_peers"], found["place"], found["is_beyond_peers"]) == (0, 1, False)
    assert found["change_points"] == 80.0


def test_a_rise_that_all_peers_share_is_not_beyond_them():
    table = together(group([80.0] * 5, year=2566, respondents=500), group([95.0] * 5, respondents=500))
    found = one(table, links=LINKS)
    assert (found["change_points"], found["median_change_points"], found["n_changes"]) == (15.0, 15.0, 5)
    assert (found["beyond_points"], found["is_beyond_peers"]) == (0.0, False)


def test_standing_still_while_the_peers_rise_is_beyond_them():
    table = together(
        group([80.0] * 5, year=2566, respondents=500), group([80.0, 95.0, 95.0, 95.0, 95.0], respondents=500)
    )
    found = one(table, links=LINKS)
    assert (found["beyond_points"], found["is_beyond_peers"]) == (-15.0, True)


def test_changes_that_may_not_be_compared_are_not_counted():
    table = together(group([80.0, 80.0], year=2566), group([95.0, 95.0]))
    found = one(table, links={"I1": ("I1", "reworded", "")})
    assert found["n_changes"] == 0 and pd.isna(found["median_change_points"])
    assert not found["is_beyond_peers"]


def test_a_summary_at_hand_gives_the_same_and_the_columns_stand_in_order():
    table = together(group([80.0, 70.0], year=2566), group([85.0, 95.0]))
    summary = group_summary(group_of(table, "9901", 2567), 2567, LINKS)
    assert list(summary.columns) == GROUP_COLUMNS
    found = peer_summary(table, "9901", 2567, links=LINKS)
    assert list(found.columns) == PEER_COLUMNS
    assert found.equals(peer_summary(table, "9901", 2567, links=LINKS, summary=summary))


VALUES = st.lists(st.floats(0, 100), min_size=2, max_size=6)


@settings(max_examples=25, deadline=None)
@given(VALUES, st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing_and_a_place_lies_in_its_range(values, random):
    table = group(values, respondents=60)
    order = list(range(len(table)))
    random.shuffle(order)
    found = peer_summary(table, "9901", 2567)
    assert found.equals(peer_summary(table.iloc[order], "9901", 2567))
    assert (found["place_low"] <= found["place"]).all() and (found["place"] <= found["place_high"]).all()
    assert found["q1"].between(found["min"], found["median"]).all()
