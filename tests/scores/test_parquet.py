"""Parquet files: the contract's columns with their types; a figure of 32 bits is its shortest decimals."""

from __future__ import annotations

import datetime

import pandas as pd
import pytest
from score_files import row

from ita_analysis.scores import reading


def frame(**changes):
    rows = pd.DataFrame([row("I1"), row("E9"), row("9")]).astype({"score": "float64", "fiscal_year_be": "int64"})
    rows["respondents"] = pd.array([45, None, None], dtype="Int64")
    rows["is_synthetic"] = False
    rows["score"] = [87.46, 88.69, 100.0]
    return rows.assign(**changes)


def read(folder, given):
    given.to_parquet(folder / "scores.parquet")
    return reading.read([folder])


TYPES = {
    "as they come": {},
    "32 bits": {"score": pd.Series([87.46, 88.69, 100.0], dtype="float32")},
    "texts": {"score": ["87.46", "88.69", "100"], "fiscal_year_be": ["2566"] * 3},
    "dictionaries": {"code": pd.Categorical(["I1", "E9", "9"]), "level": pd.Categorical(["item", "item", "indicator"])},
    "decimal counts": {"respondents": [45.0, None, None]},
}


@pytest.mark.parametrize("name", TYPES)
def test_the_columns_are_read_whatever_their_types(tmp_path, name):
    found = read(tmp_path, frame(**TYPES[name]))
    assert not found.problems and not found.notes
    by_code = found.frame.set_index("code")
    assert by_code["score"].to_dict() == {"I1": 87.46, "E9": 88.69, "9": 100.0}
    assert by_code["respondents"].dropna().to_dict() == {"I1": 45}
    assert by_code["source_row"].to_dict() == {"I1": 2, "E9": 3, "9": 4}


FAULTS = {
    "not a number": ({"score": [87.46, float("nan"), 100]}, "score-form"),
    "infinite": ({"score": [87.46, float("inf"), 100]}, "score-form"),
    "out of the scale": ({"score": [87.46, 100.5, 100]}, "score-form"),
    "a date": ({"note_th": [None, datetime.date(2023, 1, 1), None]}, "cell-date"),
    "a list": ({"note_th": [["a"], ["b"], ["c"]]}, "cell-error"),
    "a year with decimals": ({"fiscal_year_be": [2566.0, 2566.5, 2566.0]}, "year-form"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_an_odd_cell_is_a_problem_with_its_row(tmp_path, name):
    changes, code = FAULTS[name]
    found = read(tmp_path, frame(**changes))
    assert {problem.code for problem in found.problems} == {code}
    assert 3 in [problem.row for problem in found.problems]
    assert all(problem.column for problem in found.problems)


@pytest.mark.parametrize("cut", [4, 20, -10])
def test_a_damaged_file_is_one_problem(tmp_path, cut):
    frame().to_parquet(tmp_path / "whole")
    (tmp_path / "scores.parquet").write_bytes((tmp_path / "whole").read_bytes()[:cut])
    assert [problem.code for problem in reading.read([tmp_path / "scores.parquet"]).problems] == ["file-damaged"]


def test_a_file_of_more_cells_than_any_scores_is_refused_before_it_is_read(tmp_path):
    many = pd.DataFrame({"score": [90.0] * 4_000_000})
    many.to_parquet(tmp_path / "scores.parquet")
    assert (tmp_path / "scores.parquet").stat().st_size < 100_000
    assert [problem.code for problem in reading.read([tmp_path]).problems] == ["file-cells"]


def test_a_file_with_the_wrong_ending_is_told(tmp_path):
    frame().to_parquet(tmp_path / "whole")
    (tmp_path / "scores.csv").write_bytes((tmp_path / "whole").read_bytes())
    problem = reading.read([tmp_path / "scores.csv"]).problems[0]
    assert problem.code == "file-ending" and ".parquet" in problem.fix
