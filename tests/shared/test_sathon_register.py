"""The register of the real report, whole: every item, measure, result and record of it once, in the right place."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ita_analysis.measures import register
from ita_analysis.measures.claims import judged
from ita_analysis.measures.supporting import doubts, share
from ita_analysis.run.register_desk import Request
from ita_analysis.run.registers import take_imported

PROJECT = Path(__file__).resolve().parents[2]
SATHON = PROJECT.parent / "shared" / "domain" / "sathon"

pytestmark = pytest.mark.shared


def rows(name):
    with (SATHON / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


@pytest.fixture(scope="module")
def loaded(tmp_path_factory):
    home = tmp_path_factory.mktemp("registers")
    outcome = take_imported(Request("1028", 2567, registers=home), SATHON, 1)
    assert outcome.is_written and not outcome.needs_accept
    assert take_imported(Request("1028", 2567, registers=home), SATHON, 1).is_nothing
    return register.load("1028", 2567, home)


def test_every_item_stands_in_it_once_with_its_texts(loaded):
    printed = {row["item_code"]: row for row in rows("items.csv")}
    assert {item.item_code for item in loaded.items} == set(printed) and len(loaded.items) == 29
    for item in loaded.items:
        row = printed[item.item_code]
        assert (item.item_text_th, item.issue_th) == (row["item_text_th"], row["issue_th"])
        assert f"{item.score:.2f}" == row["score"] and (item.reason == "below") == (row["below_90"] == "yes")


def test_every_measure_and_result_stands_in_it_once_with_its_items(loaded):
    lines = rows("measures.csv")
    planned = {row["measure_id"]: row for row in lines if row["measure_th"]}
    reported = {row["measure_id"]: row for row in lines if row["result_th"]}
    items = {key: [row["item_code"] for row in lines if row["measure_id"] == key] for key in {**planned, **reported}}
    assert {one.measure_id for one in loaded.measures} == set(planned) and len(planned) == 44
    for one in loaded.measures:
        assert one.measure_th == planned[one.measure_id]["measure_th"]
        assert list(one.item_codes) == items[one.measure_id]
    assert len(loaded.results) == len(reported) == 47
    for one in loaded.results:
        key = one.measure_id or one.result_id
        assert one.result_th == reported[key]["result_th"] and list(loaded.items_of(one)) == items[key]
        assert (one.state == "ทำครบ") == (reported[key]["status"] == "done") and one.round == 1


def test_evidence_belongs_to_blocks_and_is_only_printed(loaded):
    bare = {row["measure_id"] for row in rows("measures.csv") if row["evidence_kind"] == "none shown"}
    covered = {key for one in loaded.evidence for key in one.result_ids}
    assert {one.measure_id or one.result_id for one in loaded.results if one.result_id not in covered} == bare
    assert {(one.basis, one.scope) for one in loaded.evidence} == {("printed", "block")}


def test_every_record_and_every_printing_of_the_table_stands_in_it(loaded):
    printed = {row["record_id"]: row for row in rows("records.csv")}
    assert {one.record_id for one in loaded.records} == set(printed) and len(printed) == 45
    assert all(one.subject_th == printed[one.record_id]["subject_th"] for one in loaded.records)
    assert len(loaded.table_rows) == 3 * 7
    online = next(one for one in loaded.records if one.record_id == "kpi-1")
    assert (online.value, online.of_value) == (75, 1042) and f"{share(online):.2f}" == "7.20"


def test_claims_are_counted_as_people_counted_them(loaded):
    found = judged(loaded, 1)
    lines = {row["measure_id"]: row for row in rows("measures.csv")}
    assert len(found.copied) == 12 and not [one for one in found.entries if one.mark == "●"]
    assert {one.measure.measure_id for one in found.measures_without_result} == {"E11-3", "E14-2"}
    assert len(found.results_without_measure) == 5
    for one in found.entries:
        key = one.measure.measure_id if one.measure else one.result.result_id
        status, relation = lines[key]["status"], lines[key]["result_relation"]
        assert (one.relation_th == "ไม่มีผล") == (status == "not reported")
        assert (one.relation_th == "นอกแผน") == (relation == "no measure")
        assert ("บางส่วน" in one.relation_th) == (status == "partly")
        assert not one.is_copied or relation == "same"


def test_the_four_faults_of_its_supporting_records_are_found(loaded):
    found = {(one.kind, one.about) for one in doubts(loaded)}
    assert {
        ("sum_labelled_mean", "T1"),
        ("unweighted_mean", "T1"),
        ("wrong_total", "T3"),
        ("weekday", "oit-5"),
    } <= found
    assert not {about for _, about in found} - {"T1", "T2", "T3", "oit-5"}


def test_the_shipped_register_says_the_same_in_our_own_words(loaded):
    shipped = register.load("1028", 2567)

    def shape(made):
        return [
            (one.measure_id, one.item_codes, one.position) for one in made.measures
        ], [
            (one.result_id, one.measure_id, one.item_codes, one.state) for one in made.results
        ], [(one.evidence_id, one.kind, one.result_ids) for one in made.evidence]  # fmt: skip

    assert shape(shipped) == shape(loaded) and shipped.table_rows == loaded.table_rows
    marks = [[(one.mark, one.relation_th) for one in judged(made, 1).entries] for made in (shipped, loaded)]
    assert marks[0] == marks[1]
    theirs = {text for one in loaded.measures for text in (one.measure_th,)} | {one.result_th for one in loaded.results}
    theirs |= {one.issue_th for one in loaded.items} | {one.subject_th for one in loaded.records}
    ours = {one.measure_th for one in shipped.measures} | {one.result_th for one in shipped.results}
    ours |= {one.issue_th for one in shipped.items} | {one.subject_th for one in shipped.records}
    assert not ours & theirs
