"""Many agencies at a glance, from tables small enough to count by hand."""

import numpy as np
import pandas as pd
import pytest
from analysis.tiny_scores import framework, scores

from ita_analysis.analysis import overview
from ita_analysis.analysis.overview import (
    agency_counts,
    changes_of,
    moved_totals,
    repeated_below,
    weak_codes,
    wide,
    with_missing_figures,
)
from ita_analysis.errors import InputError

SAME = ("comparable", "")
LINKS = {"I1": ("I1", *SAME), "I2": ("I9", "renumbered", ""), "I3": ("I3", "reworded", ""), "I4": (None, "new", "")}


def both(*frames: pd.DataFrame) -> pd.DataFrame:
    return pd.concat(frames, ignore_index=True)


def test_below_again_needs_the_same_topic_below_in_both_years():
    now = scores(I1=80.0, I2=80.0, I3=80.0, I4=80.0)
    before = both(
        scores(I1=90.0, I2=70.0, I9=70.0, I3=70.0, I4=70.0, year=2566), scores(I1=70.0, agency="9902", year=2566)
    )
    assert list(repeated_below(now, before, LINKS)) == [False, True, False, False]
    assert list(repeated_below(now, before, LINKS, line=90.01)) == [True, True, False, False]
    assert not repeated_below(now, before, {}).any()
    assert not repeated_below(now, before.iloc[:0], LINKS).any()


def test_weak_codes_count_agencies_most_first_and_the_line_is_not_below():
    now = both(scores(I1=90.0, I2=80.0), scores(I1=89.99, I2=85.0, agency="9902"), scores(I2=95.0, agency="9903"))
    before = scores(I9=10.0, year=2566)
    table = weak_codes(now, before, LINKS)
    assert table[["code", "n_agencies", "n_below", "n_repeated"]].to_numpy().tolist() == [
        ["I2", 3, 2, 1],
        ["I1", 2, 1, 0],
    ]
    assert table["median"].tolist() == [85.0, 89.995] and table["min"].tolist() == [80.0, 89.99]
    assert weak_codes(now.iloc[:0], before, LINKS).empty


def test_equal_counts_stand_in_natural_order():
    now = scores(E12=80.0, E9=80.0, I2=80.0)
    assert weak_codes(now, now.iloc[:0], {})["code"].tolist() == ["I2", "E9", "E12"]


def test_every_agency_has_a_row_and_documents_are_no_survey_items():
    now = both(
        scores({"total": 91.0, "1": 85.0}, I1=80.0, E1=90.0, O1=0.0, O2=100.0), scores(agency="9902", total=70.0)
    )
    table = agency_counts(now, now.iloc[:0], {})
    assert table.loc["9901"].tolist() == [2, 1, 0, 1, 2, 1, 91.0]
    assert table.loc["9902"].tolist() == [0, 0, 0, 0, 0, 0, 70.0]


def test_missing_figures_are_computed_only_where_more_than_a_total_is_known():
    rules = framework({"I1": "1", "I2": "1"}, indicators={"1": "IIT"}, weights={"IIT": 1.0})
    now = both(scores(I1=80.0, I2=90.0), scores(agency="9902", total=70.0))
    made = with_missing_figures(now, rules)
    computed = made[made["agency_code"] == "9901"].set_index("code")["score"]
    assert computed["1"] == computed["IIT"] == computed["total"] == 85.0
    assert len(made[made["agency_code"] == "9902"]) == 1
    assert with_missing_figures(now, None)["code"].tolist() == now["code"].tolist()


def moved(*totals: tuple[float, float], people: int | None = 400) -> pd.DataFrame:
    rules = {
        f"demo-{year}": framework({"I1": "1"}, indicators={"1": "IIT"}, weights={"IIT": 1.0}, year=year)
        for year in (2566, 2567)
    }
    frames = []
    for number, (before, after) in enumerate(totals, start=1):
        for year, score in ((2566, before), (2567, after)):
            own = {"total": score, "IIT": score, "I1": score}
            frames.append(scores(own, agency=f"99{number:02d}", year=year, respondents=people))
    links = {code: (code, "comparable", "") for code in ("total", "IIT", "I1")}
    return moved_totals([both(*frames)], 2567, links, rules).set_index("agency_code")


def test_agencies_taken_a_few_at_a_time_move_as_all_at_once(monkeypatch):
    totals = [(60.0, 75.0), (75.0, 70.0), (90.0, 90.5), (82.5, 95.0), (77.0, 76.0)]
    at_once = moved(*totals)
    monkeypatch.setattr(overview, "AGENCIES_AT_ONCE", 2)
    pd.testing.assert_frame_equal(moved(*totals), at_once)


def test_a_total_moves_only_beyond_chance_and_beside_the_median_of_all():
    table = moved((80.0, 90.0), (80.0, 81.0), (80.0, 70.0), (80.0, 82.0))
    assert table["direction"].tolist() == ["higher", "similar", "lower", "similar"]
    assert table["median_change_points"].unique().tolist() == [1.5]
    assert table["beyond_points"].tolist() == [8.5, -0.5, -11.5, 0.5]
    assert table["is_beyond_peers"].tolist() == [True, False, True, False]


def test_everybody_rising_alike_is_no_step_beyond_the_others():
    table = moved((80.0, 90.0), (81.0, 91.0), (82.0, 92.0))
    assert set(table["direction"]) == {"higher"} and not table["is_beyond_peers"].any()


def test_without_respondents_nobody_rises():
    table = moved((50.0, 95.0), (50.0, 60.0), people=None)
    assert set(table["direction"]) == {"unknown"} and not table["is_beyond_peers"].any()


def test_one_agency_alone_is_beyond_nobody():
    assert not moved((50.0, 95.0))["is_beyond_peers"].any()


def test_made_up_and_real_scores_together_are_refused():
    with pytest.raises(InputError):
        moved_totals([scores(total=80.0), scores(total=80.0, agency="1001", is_synthetic=False)], 2567, {}, {})


def test_changes_follow_the_links_and_never_subtract_what_does_not_compare():
    now = wide(both(scores({"1": 80.0, "2": 90.0}), scores({"1": 70.0}, agency="9902")), ["1", "2", "3"])
    before = wide(scores({"1": 75.0, "2": 50.0}, year=2566), ["1", "2"])
    links = {"1": ("1", "comparable", ""), "2": ("2", "reworded", "")}
    made = changes_of(now, before, links)
    assert made.loc["9901", "1"] == 5.0
    assert np.isnan(made.loc["9901", "2"]) and np.isnan(made.loc["9902", "1"]) and made["3"].isna().all()
