"""The real report read by rules, against the tables that people made of it: what is right, and which errors are silent."""

from __future__ import annotations

import csv
from collections import defaultdict
from pathlib import Path

import pytest

from ita_analysis.measures import published, register
from ita_analysis.measures.published import Asked, ReportError
from ita_analysis.run.importing import import_report
from ita_analysis.run.register_desk import Request
from ita_analysis.run.registers import take_imported
from ita_analysis.scores.bounded import read_input
from ita_analysis.thai.digits import to_arabic_digits

PROJECT = Path(__file__).resolve().parents[2]
SHARED = PROJECT.parent / "shared"
TRUTH = SHARED / "domain" / "sathon"
REPORT = SHARED / "reports" / "sathon-2567-first-half.txt"

pytestmark = pytest.mark.shared

# Print faults that are words themselves ("ของบริจาคว่า", "จ้องคิว"): people mended them, no rule here can see them.
SILENT = {("items", "E13", "item_text_th"), ("measures", "I20-1", "measure_th"), ("measures", "I20-1", "result_th")}


def truth(name):
    with (TRUTH / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def flat(text):
    return "".join(to_arabic_digits(text).split())


@pytest.fixture(scope="module")
def done():
    return published.read(read_input(REPORT))


@pytest.fixture(scope="module")
def doubted(done):
    fields = defaultdict(set)
    for doubt in done.doubts:
        fields[doubt.table, doubt.key].add(doubt.field)
    return fields


def wrong(mine, people, key, names):
    """Return table-less (key, field) of every value that people read otherwise, white space and digit script aside."""
    rows = {row[key[0]]: row for row in mine}
    return {
        (row[key[1]], name)
        for row in people
        for name in names
        if flat(rows[row[key[1]]].get(name, "")) != flat(row[name])
    }


def test_all_codes_scores_and_lines_are_right(done):
    mine = [{**row, "page_or_line": row["line"], "score_line": row["source_line"]} for row in done.tables["items"]]
    names = ("score", "score_as_printed", "code_as_printed", "instrument", "page_or_line", "score_line")
    assert [row["code"] for row in mine] == [row["item_code"] for row in truth("items.csv")]
    assert not wrong(mine, truth("items.csv"), ("code", "item_code"), names)


def test_codes_without_their_letter_are_doubted_as_people_doubted_them(done, doubted):
    likely = {
        row["item_code"]
        for row in truth("items.csv")
        if row["code_as_printed"][0] not in "E0" and row["confidence"] == "likely"
    }
    assert {key for (table, key), fields in doubted.items() if table == "items" and "code" in fields} == likely
    assert {row["code"] for row in done.tables["items"] if row.get("score_doubt_th")} == {"E12", "I16"}


def test_nine_of_ten_texts_are_as_people_read_them_and_the_others_are_doubted(done, doubted):
    found = wrong(done.tables["items"], truth("items.csv"), ("code", "item_code"), ("item_text_th", "issue_th"))
    assert len(found) == 6
    silent = {("items", *one) for one in found if one[1] not in doubted["items", one[0]]}
    people = list({row["measure_id"]: row for row in truth("measures.csv")}.values())
    found = wrong(done.tables["measures"], people, ("measure_id", "measure_id"), ("measure_th", "result_th"))
    assert len(found) == 6
    silent |= {("measures", *one) for one in found if one[1] not in doubted["measures", one[0]]}
    assert silent == SILENT


def test_all_measures_results_pairs_and_sharing_are_right(done):
    people = truth("measures.csv")
    key = lambda row: (row["item_code"], row["measure_id"])  # noqa: E731
    assert list(map(key, done.tables["measures"])) == list(map(key, people)) and len(people) == 82
    names = ("measure_no", "result_no", "shared_with", "line", "result_line", "evidence_basis")
    once = list({row["measure_id"]: row for row in people}.values())
    assert not wrong(done.tables["measures"], once, ("measure_id", "measure_id"), names)
    for mine, row in zip(done.tables["measures"], people, strict=True):
        assert (bool(mine["measure_th"]), bool(mine["result_th"])) == (bool(row["measure_th"]), bool(row["result_th"]))


def test_no_wrong_indicator_or_evidence_is_silent(done, doubted):
    found = wrong(done.tables["items"], truth("items.csv"), ("code", "item_code"), ("indicator_no",))
    assert {key for key, _ in found} == {"I6", "I8", "I9", "I11"}
    assert all("indicator_no" in doubted["items", key] for key, _ in found)
    once = list({row["measure_id"]: row for row in truth("measures.csv")}.values())
    found = wrong(done.tables["measures"], once, ("measure_id", "measure_id"), ("evidence_kind", "evidence_line"))
    assert len(found) <= 19 and all("evidence_kind" in doubted["measures", key] for key, _ in found)


def test_with_agency_and_year_the_rule_file_tells_the_indicators():
    told = published.read(read_input(REPORT), Asked("1028", 2566))
    assert {
        key for key, _ in wrong(told.tables["items"], truth("items.csv"), ("code", "item_code"), ("indicator_no",))
    } == {"I6"}
    assert {row["framework"] for row in told.tables["items"]} == {"bangkok-district-2566"}


def test_forty_of_forty_five_records_are_found_with_their_figures_and_dates(done, doubted):
    names = {"bma_oss_action": "action"}
    people = defaultdict(list)
    for row in truth("records.csv"):
        people[names.get(row["record_type"], row["record_type"])].append(row)
    mine = defaultdict(list)
    for row in done.tables["records"]:
        mine[row["record_type"]].append(row)
    missing = {kind: len(rows) - len(mine[kind]) for kind, rows in people.items() if len(rows) != len(mine[kind])}
    assert missing == {"web_page_picture": 4, "poster": 1} and set(mine) <= set(people)
    for kind in ("training_session", "kpi", "kpi_derived", "action", "memo", "publicity_channels"):
        for one, row in zip(mine[kind], people[kind], strict=True):
            assert (one.get("date_iso", ""), one["value"]) == (row["date_iso"], row["value"])
    doubtful = {row["line"] for row in people["training_session"] if row["confidence"] == "doubtful"}
    assert {row["line"] for row in mine["training_session"] if row["confidence"] == "doubtful"} == doubtful
    assert [row["confidence"] for row in mine["meeting"] if row["line"] == "264"] == ["doubtful"]
    assert {row["confidence"] for row in mine["work_standard_published"]} == {"likely"}


def test_the_monthly_table_is_read_in_all_three_printings(done):
    for mine, row in zip(done.tables["satisfaction"], truth("satisfaction.csv"), strict=True):
        for name in row:
            if name != "note":
                assert mine.get(name, "") == row[name], (row["row_kind"], row["month"], name)


def test_the_other_documents_are_refused():
    for path in sorted(REPORT.parent.glob("layout-*.txt")):
        with pytest.raises(ReportError) as refused:
            published.read(read_input(path))
        assert [one.code for one in refused.value.problems] == ["report-unknown"]


def test_what_is_imported_becomes_the_register(tmp_path):
    folder = import_report(REPORT, tmp_path / "out", Asked("1028", 2566)).folder
    outcome = take_imported(Request("1028", 2567, registers=tmp_path / "registers"), folder, 1)
    assert outcome.is_written and not outcome.needs_accept
    loaded = register.load("1028", 2567, tmp_path / "registers")
    assert (len(loaded.items), len(loaded.measures), len(loaded.results), len(loaded.records)) == (29, 44, 47, 40)
    assert len(loaded.table_rows) == 21
    assert {one.item_code for one in loaded.items if one.reason == "below"} == {"E12", "I16", "E14", "E15", "I17", "E9"}
