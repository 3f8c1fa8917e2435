"""The data that ship: they keep the contract, say where they come from, and never mix what is real with what is made up."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd
import pytest

from ita_analysis import places
from ita_analysis.analysis.rollup import roll_up
from ita_analysis.framework import codes, loader
from ita_analysis.scores import contract, reading
from ita_analysis.scores.agencies import is_synthetic_code, known_agencies

DATA = places.data_folder()
PUBLISHED = sorted(path for path in (DATA / "published").glob("*.csv") if path.name != "sources.csv")

# Figures as their pages print them, copied by hand: name, year, code, score.
AS_PRINTED = """
เมืองพัทยา 2561 total 79.64
เมืองพัทยา 2562 total 61.58
เมืองพัทยา 2563 total 55.19
เมืองพัทยา 2564 total 80.52
เมืองพัทยา 2565 total 76.24
เมืองพัทยา 2566 total 98.94
เมืองพัทยา 2567 total 99.41
กรุงเทพมหานคร 2566 total 88.98
กรุงเทพมหานคร 2566 IIT 82.44
กรุงเทพมหานคร 2566 EIT1 79.40
กรุงเทพมหานคร 2566 EIT2 82.24
กรุงเทพมหานคร 2566 OIT 100
สำนักงานเขตพระนคร 2566 total 84.28
สำนักงานเขตสาทร 2566 E12 81.87
สำนักงานเขตสาทร 2566 I16 83.52
สถานีตำรวจนครบาลยานนาวา 2566 total 99.02
ที่ทำการปกครองอำเภอกะทู้ 2566 total 98.39
เทศบาลนครภูเก็ต 2561 total 84.11
องค์การบริหารส่วนตำบลเชิงทะเล 2561 total 56.57
เทศบาลตำบลเชิงทะเล 2561 total 74.35
องค์การบริหารส่วนตำบลบางตีนเป็ด 2561 total 84.75
จุฬาลงกรณ์มหาวิทยาลัย 2562 total 84.94
กองทัพบก 2562 total 97.96
กรมการปกครอง 2563 total 90.95
กรมการปกครอง 2564 total 99.12
กรมการปกครอง 2565 total 99.55
จังหวัดกาญจนบุรี 2565 total 58.13
สำนักงานการตรวจเงินแผ่นดิน 2568 total 94.64
สำนักงานการตรวจเงินแผ่นดิน 2568 8 81.78
เทศบาลตำบลหงาว 2568 total 99.06
"""


@pytest.fixture(scope="module")
def shipped() -> reading.Reading:
    return reading.read()


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def real(shipped: reading.Reading) -> pd.DataFrame:
    return shipped.frame[~shipped.frame["is_synthetic"]]


# the contract


def test_every_shipped_score_keeps_the_contract(shipped: reading.Reading) -> None:
    assert shipped.problems == () and shipped.notes == ()
    names = {file.path.name for file in shipped.files}
    assert names == {path.name for path in PUBLISHED} | {"demo.csv", "sources.csv"}


@pytest.mark.parametrize("path", sorted(DATA.rglob("*.csv")), ids=lambda path: path.name)
def test_every_table_opens_in_thai_excel(path: Path) -> None:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf") and data.endswith(b"\r\n")
    assert data.count(b"\r\n") == data.count(b"\n")


# real and made up


def test_no_real_agency_is_synthetic_and_no_made_up_one_is_real(shipped: reading.Reading) -> None:
    for agency, is_synthetic, framework in (
        shipped.frame[["agency_code", "is_synthetic", "framework"]].drop_duplicates().itertuples(index=False)
    ):
        assert is_synthetic == is_synthetic_code(agency) == loader.is_synthetic(framework.rpartition("-")[0])


def test_made_up_scores_stand_in_a_folder_of_their_own(shipped: reading.Reading) -> None:
    folders = shipped.frame["source_file"].str.split("/").str[1]
    assert folders[shipped.frame["is_synthetic"]].eq("synthetic").all()
    assert folders[~shipped.frame["is_synthetic"]].eq("published").all()


# agencies


def test_the_register_lists_districts_published_agencies_and_made_up_ones() -> None:
    listed = known_agencies()
    districts = [one for one in listed.values() if one.type == "bangkok-district-office"]
    assert [one.code for one in districts] == [str(code) for code in range(1001, 1051)]
    made_up = [one for one in listed.values() if one.type == "synthetic"]
    assert [one.code for one in made_up] == [str(code) for code in range(9901, 9951)]
    assert {one.scheme for one in made_up} == {"demo"}
    own = [one for one in listed.values() if one.code.startswith("P")]
    assert [one.code for one in own] == [f"P{number:03d}" for number in range(1, len(own) + 1)]
    assert len(listed) == len(districts) + len(made_up) + len(own)
    assert all(("code of our own" in one.source) == one.code.startswith("P") for one in listed.values())


def test_no_name_or_alias_means_two_agencies() -> None:
    spoken = [name for one in known_agencies().values() for name in {one.name_th, *one.aliases}]
    assert len(spoken) == len(set(spoken))


def test_every_agency_with_scores_is_listed_with_the_scheme_of_its_scores(shipped: reading.Reading) -> None:
    listed = known_agencies()
    for agency, framework in shipped.frame[["agency_code", "framework"]].drop_duplicates().itertuples(index=False):
        assert listed[agency].scheme == framework.rpartition("-")[0]


def test_every_listed_agency_of_our_own_codes_has_scores(shipped: reading.Reading) -> None:
    own = {code for code in known_agencies() if code.startswith("P")}
    assert own == {code for code in shipped.frame["agency_code"] if code.startswith("P")}


# published figures


@pytest.mark.parametrize("line", AS_PRINTED.strip().splitlines())
def test_a_figure_is_what_was_published(shipped: reading.Reading, line: str) -> None:
    name, year, code, score = line.split()
    frame = real(shipped)
    found = frame[(frame["agency_name_th"] == name) & (frame["fiscal_year_be"] == int(year)) & (frame["code"] == code)]
    assert found["score"].tolist() == [float(score)]


def test_the_city_total_of_2566_is_what_its_instruments_add_up_to(shipped: reading.Reading) -> None:
    frame = real(shipped)
    city = frame[(frame["agency_name_th"] == "กรุงเทพมหานคร") & (frame["fiscal_year_be"] == 2566)]
    total = roll_up(city, loader.load("national-2566")).set_index("code").loc["total"]
    assert total["is_computed"] and abs(total["difference_points"]) <= 0.01


def test_the_old_framework_of_2561_has_totals_only(shipped: reading.Reading) -> None:
    old = real(shipped)[real(shipped)["fiscal_year_be"] == 2561]
    assert set(old["code"]) == {"total"} and set(old["framework"]) == {"national-2561"}
    assert old["note_th"].str.contains("เทียบกับปีหลังไม่ได้").all()


def test_a_figure_whose_year_is_doubtful_says_so(shipped: reading.Reading) -> None:
    frame = real(shipped)
    doubted = frame[frame["score_doubt_th"].ne("") & frame["source_file"].str.endswith("national.csv")]
    assert doubted["agency_name_th"].tolist() == ["องค์การบริหารส่วนตำบลสองห้อง"]


@pytest.mark.parametrize("path", PUBLISHED, ids=lambda path: path.name)
def test_every_published_file_says_where_its_figures_come_from(path: Path, shipped: reading.Reading) -> None:
    document = shipped.documents[places.shown(path)]
    assert document.document_th and document.says_not_th
    rows = table(path)
    assert all(row.get("source_address") or row.get("source_line") for row in rows)
    assert set(rows[0]) >= set(contract.REQUIRED)


def test_the_table_of_sources_names_published_files_only() -> None:
    assert {row["file"] for row in table(DATA / "published" / "sources.csv")} == {path.name for path in PUBLISHED}


# averages


def test_averages_are_no_agency_and_are_not_read_as_scores(shipped: reading.Reading) -> None:
    rows = table(DATA / "reference" / "averages.csv")
    names = {name for one in known_agencies().values() for name in (one.name_th, *one.aliases)}
    assert not names & {row["name_th"] for row in rows}
    assert not {row["name_th"] for row in rows} & set(shipped.frame["agency_name_th"])
    keys = [(row["name_th"], row["fiscal_year_be"], row["code"]) for row in rows]
    assert len(keys) == len(set(keys))
    for row in rows:
        assert codes.level_of(row["code"]) and 0 <= float(row["score"]) <= 100 and row["source_address"]
        assert row["scheme"] in loader.known_schemes()


@pytest.mark.parametrize(
    ("name", "year", "score"),
    [
        ("หน่วยงานภาครัฐทั่วประเทศ (ค่าเฉลี่ย)", "2565", "87.57"),
        ("หน่วยงานภาครัฐทั่วประเทศ (ค่าเฉลี่ย)", "2568", "93.82"),
        ("สำนักงานเขต 50 เขต (ค่าเฉลี่ย)", "2566", "93.95"),
        ("จังหวัดตราด (ภาพรวม)", "2564", "81.45"),
    ],
)
def test_an_average_is_what_was_published(name: str, year: str, score: str) -> None:
    rows = [row for row in table(DATA / "reference" / "averages.csv") if row["code"] == "total"]
    assert [row["score"] for row in rows if (row["name_th"], row["fiscal_year_be"]) == (name, year)] == [score]


def test_printed_totals_of_whole_provinces_follow_the_weights() -> None:
    rows = [row for row in table(DATA / "reference" / "averages.csv") if "(ภาพรวม)" in row["name_th"]]
    by_table: dict[tuple[str, str], dict[str, float]] = {}
    for row in rows:
        by_table.setdefault((row["name_th"], row["fiscal_year_be"]), {})[row["code"]] = float(row["score"])
    whole = [one for one in by_table.values() if "total" in one]
    assert len(whole) == 3
    for one in whole:
        means = [sum(one[str(at)] for at in part) / len(part) for part in (range(1, 6), range(6, 9), range(9, 11))]
        assert 0.3 * means[0] + 0.3 * means[1] + 0.4 * means[2] == pytest.approx(one["total"], abs=0.011)
