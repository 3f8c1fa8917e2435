"""Made-up scores: the same seed gives the same bytes, and the figures behave as published ones do."""

from __future__ import annotations

import io
from itertools import islice
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_analysis import places
from ita_analysis.analysis.comparison import compare_years
from ita_analysis.analysis.findings import below_line, documents_missing
from ita_analysis.analysis.rollup import disagreements, roll_up
from ita_analysis.errors import UsageError
from ita_analysis.framework import loader
from ita_analysis.framework.crosswalk import counterpart
from ita_analysis.framework.levels import level_of_total
from ita_analysis.scores import reading, synthetic
from ita_analysis.scores.synthetic_draws import Purpose, Streams, answer_chances, answers_from
from ita_analysis.scores.synthetic_years import plans, settings

SHIPPED = places.data_folder() / "synthetic" / "demo.csv"
YEARS = [2564, 2565, 2566, 2567]
ROWS_PER_AGENCY = 88 + 88 + 91 + 91 + 3  # items, sub-indicators, indicators, instruments and total of four years
RULES = {year: loader.load(f"demo-{year}") for year in YEARS}


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    return reading.read([SHIPPED]).frame


@pytest.fixture(scope="module")
def showcase(shipped: pd.DataFrame) -> pd.DataFrame:
    return shipped[shipped["agency_code"] == "9901"]


def made(agencies: list[str], years: list[int] = YEARS, seed: int = 1) -> str:
    return "".join(synthetic.lines(agencies, years, seed))


def frame_of(text: str) -> pd.DataFrame:
    return pd.read_csv(io.StringIO(text), dtype={"agency_code": str, "code": str})


def links(year: int) -> dict[str, tuple[str | None, str, str]]:
    rules = RULES[year]
    assert rules is not None
    groups = (rules.instruments, rules.indicators, rules.sub_indicators, rules.items)
    return {code: counterpart(rules, code) for code in ["total", *(one.code for group in groups for one in group)]}


def compared(frame: pd.DataFrame, year: int = 2567) -> pd.DataFrame:
    rules = {one.name: one for one in RULES.values() if one is not None}
    earlier = {one: links(one) for one in YEARS}
    return compare_years(frame, year, links(year), earlier_links=earlier, rules=rules)


# the file and its seed


def test_the_shipped_file_is_what_the_generator_writes(tmp_path: Path) -> None:
    said = settings()
    again = tmp_path / "demo.csv"
    codes = synthetic.agency_codes(said["agencies"])
    synthetic.write(again, codes, synthetic.years_before(said["years"]), said["seed"])
    assert again.read_bytes() == SHIPPED.read_bytes()


def test_the_file_is_one_that_thai_excel_reads_and_git_keeps_small() -> None:
    data = SHIPPED.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.count(b"\r\n") == data.count(b"\n")
    assert len(data) < 3_000_000


def test_the_same_seed_gives_the_same_lines_and_another_seed_others() -> None:
    assert made(["9902"]) == made(["9902"])
    assert made(["9902"], seed=2) != made(["9902"])


def test_more_agencies_or_years_change_no_line_of_the_others() -> None:
    few = set(made(["9903", "9904"], [2566, 2567]).splitlines())
    assert few < set(made(["9902", "9903", "9904", "9905"]).splitlines())


def test_lines_come_as_they_are_asked_for() -> None:
    many = synthetic.agency_codes(900_000)
    assert len(list(islice(synthetic.lines(many, [2567], 1), 500))) == 500


def test_a_thousand_agencies_over_four_years_are_a_thousand_times_one() -> None:
    one = len(list(synthetic.lines(["99000001"], YEARS, 1))) - 1
    count = 0
    for line in synthetic.lines(synthetic.agency_codes(1000), YEARS, 1):
        count += line.endswith(",true,\r\n")
    assert count == 1000 * one == 361_000


def test_years_without_a_rule_file_are_made_from_the_next_list_for_load(tmp_path: Path) -> None:
    synthetic.write(tmp_path / "six.csv", ["99000001"], synthetic.years_before(6), 1)
    read = reading.read([tmp_path / "six.csv"])
    assert read.problems == ()
    assert sorted(read.frame["fiscal_year_be"].unique()) == [2562, 2563, *YEARS]
    assert [plan.items for plan in plans([2562])] == [plan.items for plan in plans([2564])]


def test_a_failed_writing_leaves_the_file_before_it(tmp_path: Path) -> None:
    kept = tmp_path / "kept.csv"
    kept.write_text("before", encoding="utf-8")
    with pytest.raises(ValueError):
        synthetic.write(kept, ["not a number"], YEARS, 1)
    assert [path.name for path in tmp_path.iterdir()] == ["kept.csv"]
    assert kept.read_text(encoding="utf-8") == "before"


# codes and names


def test_the_shipped_codes_are_9901_to_9950_and_generated_ones_have_six_digits() -> None:
    assert synthetic.agency_codes(50)[::49] == ["9901", "9950"]
    assert synthetic.agency_codes(8300)[::8299] == ["99000001", "99008300"]
    assert synthetic.agency_codes(2, "99000500") == ["99000500", "99000501"]


@pytest.mark.parametrize(
    ("count", "first"), [(50, "1001"), (200, "9901"), (1, "9"), (1, "99๐1"), (0, "9901"), (1, "99x1")]
)
def test_codes_that_are_not_of_made_up_agencies_are_refused(count: int, first: str) -> None:
    with pytest.raises(UsageError):
        synthetic.agency_codes(count, first)


@pytest.mark.parametrize("count", [0, -1, 40])
def test_years_that_the_settings_do_not_know_are_refused(count: int) -> None:
    with pytest.raises(UsageError):
        synthetic.years_before(count)


def test_nobody_takes_a_name_for_a_real_one(shipped: pd.DataFrame) -> None:
    names = shipped.drop_duplicates("agency_code").set_index("agency_code")["agency_name_th"]
    assert names.pop("9901") == "สำนักงานเขตตัวอย่าง"
    assert names.str.startswith("หน่วยงานสมมติ ").all() and names.is_unique
    assert synthetic.name_of("99000007") == "หน่วยงานสมมติ 000007"


# what every row holds


def test_every_agency_has_every_figure_of_every_year(shipped: pd.DataFrame) -> None:
    assert shipped.groupby("agency_code").size().eq(ROWS_PER_AGENCY).all() and shipped["agency_code"].nunique() == 50
    for year, rules in RULES.items():
        assert rules is not None
        own = shipped[(shipped["fiscal_year_be"] == year) & (shipped["agency_code"] == "9950")]
        assert set(own.loc[own["level"] == "item", "code"]) == set(rules.item)
        assert own["framework"].eq(rules.name).all()
    assert shipped["is_synthetic"].all() and shipped["note_th"].eq("").all()


def test_all_items_of_a_survey_have_the_same_number_of_respondents_and_documents_none(shipped: pd.DataFrame) -> None:
    items = shipped[shipped["level"] == "item"]
    surveys = items[~items["code"].str.startswith("O")]
    assert surveys["respondents"].notna().all()
    assert (
        surveys.groupby(["agency_code", "fiscal_year_be", surveys["code"].str[0]])["respondents"].nunique().eq(1).all()
    )
    assert shipped.loc[~shipped.index.isin(surveys.index), "respondents"].isna().all()


def test_most_surveys_are_large_some_small_and_two_agencies_have_few_answers(shipped: pd.DataFrame) -> None:
    fewest = shipped[shipped["fiscal_year_be"] == 2567].groupby("agency_code")["respondents"].min()
    assert (fewest < 30).sum() == 2
    assert 3 <= fewest.between(31, 80).sum() <= 8
    assert fewest.between(150, 900).sum() >= 40


def test_documents_are_met_or_not_and_most_are_met(shipped: pd.DataFrame) -> None:
    documents = shipped[(shipped["level"] == "item") & shipped["code"].str.startswith("O")]
    assert set(documents["score"]) == {0.0, 100.0}
    met = documents.groupby("fiscal_year_be")["score"].mean()
    assert met.is_monotonic_increasing and met.iloc[0] > 70 and met.iloc[-1] > 92


def test_figures_above_the_items_follow_the_nesting_to_two_decimals(shipped: pd.DataFrame) -> None:
    for year, rules in RULES.items():
        rolled = roll_up(shipped[shipped["fiscal_year_be"] == year], rules)
        assert rolled["is_computed"].all()
        assert disagreements(rolled, tolerance=0.01).empty


# how the figures behave


def test_means_rise_from_year_to_year(shipped: pd.DataFrame) -> None:
    for code in ("total", "IIT", "EIT", "OIT"):
        assert shipped[shipped["code"] == code].groupby("fiscal_year_be")["score"].mean().is_monotonic_increasing


def test_agencies_tie_at_100(shipped: pd.DataFrame) -> None:
    documents = shipped[(shipped["code"] == "OIT") & (shipped["fiscal_year_be"] == 2567)]
    assert (documents["score"] == 100).sum() >= 5
    surveys = shipped[shipped["respondents"].notna()]
    assert (surveys["score"] == 100).any()


def test_renumbered_items_carry_their_series_on(shipped: pd.DataFrame) -> None:
    wide = shipped[shipped["level"] == "item"].pivot_table(
        index="agency_code", columns=["fiscal_year_be", "code"], values="score"
    )
    own, other = [], []
    for code, (previous, relation, _) in links(2566).items():
        if relation == "renumbered" and code.startswith("I"):
            own.append(wide[2566, code].corr(wide[2565, previous]))
            other.append(wide[2566, code].corr(wide[2565, code]))
    assert len(own) >= 10
    assert np.mean(own) > np.mean(other) + 0.1


def test_some_items_stay_weak_for_years(shipped: pd.DataFrame) -> None:
    table = compared(shipped[shipped["agency_code"] != "9901"])
    again = table[(table["level"] == "item") & (table["years_below_line"] >= 3) & (table["score"] < 85)]
    assert again["agency_code"].nunique() >= 15


@given(mean=st.floats(0, 1), steps=st.sampled_from([2, 4, 6]), polar=st.floats(0, 1))
def test_answers_average_the_mean_they_are_drawn_from(mean: float, steps: int, polar: float) -> None:
    chance = answer_chances(np.array([mean]), steps, polar)
    assert chance.sum() / (steps - 1) == pytest.approx(mean, abs=1e-9)
    assert (np.diff(chance[:, 0]) <= 1e-9).all()


@pytest.mark.parametrize("steps", [4, 6])
@pytest.mark.parametrize("mean", [0.6, 0.9, 0.98])
def test_repeated_draws_scatter_as_many_answers_should(mean: float, steps: int) -> None:
    people, repeats, k = 200, 3000, steps - 1
    chance = np.repeat(answer_chances(np.array([mean]), steps, 0.25), repeats, axis=1)
    draws = Streams(7).uniform(repeats * people, Purpose.ANSWERS, "9901", 2567).reshape(repeats, people)
    scores = answers_from(draws, chance).sum(axis=0) / (people * k)
    at_least = chance[:, 0]
    square = sum((2 * step - 1) * at_least[step - 1] for step in range(1, k + 1)) / k**2  # E(answer²)
    expected = np.sqrt((square - mean**2) / people)
    assert scores.mean() == pytest.approx(mean, abs=4 * expected / np.sqrt(repeats) + 1e-5)
    assert scores.std() == pytest.approx(expected, rel=0.05)


def test_even_numbers_are_even_and_normal_ones_have_spread_one() -> None:
    drawn = Streams(3).uniform(100_000, Purpose.SHARED) / 65536
    assert np.histogram(drawn, bins=10, range=(0, 1))[0] == pytest.approx(10_000, rel=0.05)
    normal = Streams(3).normal(50_000, Purpose.SHARED)
    assert (normal.mean(), normal.std()) == (pytest.approx(0, abs=0.02), pytest.approx(1, abs=0.02))


def test_each_purpose_has_numbers_of_its_own() -> None:
    streams = Streams(1)
    seen = {tuple(streams.uniform(8, purpose, "9901", year)) for purpose in Purpose for year in (0, 2566, 2567)}
    assert len(seen) == 3 * len(Purpose)


def test_few_answers_scatter_more_than_many() -> None:
    table = frame_of(made(synthetic.agency_codes(400), [2566, 2567]))
    table = table[table["respondents"].notna()].assign(survey=lambda rows: rows["code"].str[0])
    now, before = (table[table["fiscal_year_be"] == year].set_index(["agency_code", "code"]) for year in (2567, 2566))
    change = (now["score"] - before["score"]).dropna()
    people = now.loc[change.index, "respondents"]
    assert change[people < 30].std() > 1.3 * change[people > 400].std()


# the showcase


def test_the_showcase_has_eight_findings_half_of_them_repeated(showcase: pd.DataFrame) -> None:
    found = below_line(showcase[showcase["fiscal_year_be"] == 2567], framework=RULES[2567])
    assert len(found) == 8
    table = compared(showcase).set_index("code").loc[found["code"]]
    assert table["status"].value_counts().to_dict() == {"repeated": 4, "new_below": 3, "below": 1}
    assert (table["years_below_line"] >= 3).sum() == 4 and (table["years_below_line"] == 3).any()


def test_the_showcase_has_one_clear_fall_one_clear_rise_and_one_new_item(showcase: pd.DataFrame) -> None:
    table = compared(showcase)
    items = table[(table["level"] == "item") & ~table["code"].str.startswith("O")].set_index("code")
    assert items.index[items["direction"] == "lower"].tolist() == ["E9"]
    assert items.index[items["direction"] == "higher"].tolist() == ["E11"]
    assert (items["change_points"]["E9"] < -10, items["change_points"]["E11"] > 10) == (True, True)
    assert items["score"]["E11"] > 90
    new = items[items["relation"] == "new"]
    assert new.index.tolist() == ["I25"] and new["score"].iloc[0] < 90 and not new["is_comparable"].iloc[0]


def test_the_showcase_follows_a_weak_item_through_its_renumbering(showcase: pd.DataFrame) -> None:
    table = compared(showcase, 2566).set_index("code")
    assert (table["previous_code"]["I14"], table["relation"]["I14"]) == ("I13", "renumbered")
    assert compared(showcase).set_index("code")["years_below_line"]["I14"] == 4


def test_the_showcase_misses_one_document_and_one_survey_keeps_its_level_down(showcase: pd.DataFrame) -> None:
    now = showcase[showcase["fiscal_year_be"] == 2567]
    assert documents_missing(now, RULES[2567]) == ["O22"]
    score = now.set_index("code")["score"]
    assert 91.5 < score["total"] < 92.5
    level = level_of_total(RULES[2567], score["total"], {code: score[code] for code in ("IIT", "EIT", "OIT")})
    assert (level.name_th, list(level.below_next)) == ("ผ่าน", ["EIT"])
