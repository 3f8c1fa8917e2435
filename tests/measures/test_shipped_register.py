"""The register that ships: Sathon 2567, round 1, in our own short words."""

from __future__ import annotations

import pytest

from ita_analysis.measures import register
from ita_analysis.measures.claims import judged
from ita_analysis.measures.rows import as_rows
from ita_analysis.measures.supporting import doubts
from ita_analysis.measures.tables import encoded


@pytest.fixture(scope="module")
def sathon():
    return register.load("1028", 2567)


def test_it_is_sound_and_in_its_one_form(sathon):
    folder = register.folder_of("1028", 2567)
    assert {name: (folder / name).read_bytes() for name in encoded(as_rows(sathon))} == encoded(as_rows(sathon))


def test_it_holds_what_the_report_counts(sathon):
    found = judged(sathon, 1)
    assert (len(sathon.items), len(sathon.measures), len(sathon.results)) == (29, 44, 47)
    assert (len(found.copied), len(found.measures_without_result), len(found.results_without_measure)) == (12, 2, 5)
    marks = [one.mark for one in found.entries]
    assert {mark: marks.count(mark) for mark in "●◐○✕"} == {"●": 0, "◐": 41, "○": 6, "✕": 2}


def test_every_weak_item_has_a_measure_and_waits_for_proof(sathon):
    weak = {one.item.item_code: one.state_th for one in judged(sathon, 1).items if one.item.reason == "below"}
    assert weak == dict.fromkeys(("E12", "I16", "E14", "E15", "I17", "E9"), "รอหลักฐาน")


def test_its_four_faults_are_found(sathon):
    assert {"sum_labelled_mean", "unweighted_mean", "wrong_total", "weekday"} <= {one.kind for one in doubts(sathon)}
