"""The optional counts beside a score: read from every kind of file, held against the row, absent where nobody gives them."""

from __future__ import annotations

import io

import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from score_files import COLUMNS, row, scores_bytes, write_scores
from scores.test_template import fill, written

from ita_analysis.scores import agreement, answer_counts, reading, synthetic

STEPS = tuple(f"answers_{step}" for step in range(4))
WIDTH = (*COLUMNS, "population", *STEPS)
COUNTS = ["population", *STEPS]


def counted(code="I1", answers="0 0 10 30", score="91.67", **changes):
    cells = dict(zip(STEPS, [*answers.split(), *[""] * 4], strict=False))
    return row(code, score, **{"respondents": "40", "population": "55", **cells, **changes})


def read(path, *rows, columns=WIDTH):
    return reading.read([write_scores(path / "scores.csv", rows, columns)])


def said(found):
    return [(problem.code, problem.row, problem.column) for problem in found.problems]


def test_counts_are_whole_numbers_behind_the_columns_of_the_contract(tmp_path):
    found = read(tmp_path, counted("I1"), row("I2"), counted("E1", "10 30", "75.00", population=""), columns=WIDTH)
    assert not found.problems and not found.notes
    assert list(found.frame.columns)[-6:] == ["source_row", *COUNTS]
    assert {str(found.frame[name].dtype) for name in COUNTS} == {"Int64"}
    shown = found.frame.set_index("code")[COUNTS].astype(object).where(lambda it: it.notna(), None)
    assert shown.loc["I1"].tolist() == [55, 0, 0, 10, 30]
    assert shown.loc["E1"].tolist() == [None, 10, 30, None, None]
    assert shown.loc["I2"].tolist() == [None] * 5


def test_a_file_without_counts_has_no_such_columns(tmp_path):
    plain, blank = read(tmp_path, row(), columns=COLUMNS), read(tmp_path / "b", row())
    assert list(plain.frame.columns) == list(blank.frame.columns)
    assert not set(answer_counts.COUNTED) & set(plain.frame.columns)
    assert plain.scores.counted == ()


def test_answers_give_the_respondents_where_none_stand(tmp_path):
    found = read(tmp_path, counted(respondents=""))
    assert not found.problems and found.frame["respondents"].tolist() == [40]


@pytest.mark.parametrize("kind", ["xlsx", "parquet"])
def test_excel_and_parquet_say_the_same(tmp_path, kind):
    rows = [counted("I1"), counted("I2", "10 30", "75", population="", respondents="")]
    texts = pd.read_csv(io.BytesIO(scores_bytes(rows, WIDTH)), dtype=str, keep_default_na=False)
    path = tmp_path / f"scores.{kind}"
    if kind == "xlsx":
        book = openpyxl.Workbook()
        for cells in [list(WIDTH), *texts.to_numpy().tolist()]:
            book.active.append(
                [int(one) if one.isdecimal() and at > 9 else one or None for at, one in enumerate(cells)]
            )
        book.save(path)
    else:
        texts.assign(**{name: pd.to_numeric(texts[name]).astype("Int64") for name in COUNTS}).to_parquet(path)
    found, plain = reading.read([path]), read(tmp_path / "csv", *rows)
    assert not found.problems and not found.notes
    kept = [name for name in plain.frame.columns if not name.startswith("source_")]
    pd.testing.assert_frame_equal(found.frame[kept], plain.frame[kept])


@pytest.mark.parametrize(
    "heads",
    [
        ["จำนวนบุคลากร", "คำตอบขั้น 0", "คำตอบขั้นที่ 1", "คำตอบ 2", "คำตอบระดับ 3 (คน)"],
        ["Population", "Answers 0", "answers1", "ANSWERS_2", "answers 3"],
        ["ผู้มีสิทธิตอบ (คน)", "คำตอบขั้น ๐", "คำตอบขั้น ๑", "คำตอบขั้น ๒", "คำตอบขั้น ๓"],
    ],
)
def test_headers_as_officers_write_them(tmp_path, heads):
    data = scores_bytes([counted(answers="๐ 0 ๑๐ 30")], WIDTH).replace(
        ",".join(COUNTS).encode(), ",".join(heads).encode()
    )
    (tmp_path / "scores.csv").write_bytes(data)
    found = reading.read([tmp_path / "scores.csv"])
    assert not found.problems
    assert found.frame[COUNTS].iloc[0].tolist() == [55, 0, 0, 10, 30]
    assert any("เลขไทย" in note for note in found.notes)


@pytest.mark.parametrize(
    "heads",
    [
        ["answers_1", "answers_2"],
        ["answers_0"],
        ["answers_0", "answers_2"],
        ["answers_0", "answers_1", "answers_x"],
        [f"answers_{step}" for step in range(12)],
    ],
)
def test_steps_that_are_not_one_after_the_other_are_refused_at_the_header(tmp_path, heads):
    found = read(tmp_path, row(), columns=(*COLUMNS, *heads))
    assert [problem.code for problem in found.problems] == ["answers-steps"]
    assert all(name in found.problems[0].found for name in heads)


FAULTS = [
    (counted(population="x"), "count-form", "population"),
    (counted(population="0"), "count-form", "population"),
    (counted(population="39"), "answers-population", "population"),
    (counted(respondents="", population="39"), "answers-population", "population"),
    (row(respondents="40", population="39"), "answers-population", "population"),
    (counted(answers_2="-10"), "count-form", "answers_2"),
    (counted(answers_2="10.5"), "count-form", "answers_2"),
    (counted(respondents="41"), "answers-sum", "respondents"),
    (counted(score="91.60"), "answers-score", "score"),
    (counted(answers="30 10 0 0"), "answers-score", "score"),
    (counted(answers_1=""), "answers-gap", "answers_0"),
    (counted(answers="40", score="0"), "answers-gap", "answers_0"),
    (counted(answers="0 0 0 0", respondents="", score="0"), "answers-nobody", "answers_0"),
    (counted("IIT"), "answers-level", "answers_0"),
    (counted("1"), "answers-level", "answers_0"),
]


@pytest.mark.parametrize(("broken", "code", "column"), FAULTS)
def test_each_contradiction_is_one_problem_with_its_cell(tmp_path, broken, code, column):
    found = read(tmp_path, counted("E1"), broken, counted("E2"))
    assert said(found) == [(code, 3, column)]
    assert set(found.frame["code"]) == {"E1", "E2"}


def test_the_problem_says_both_the_score_and_what_the_answers_give(tmp_path):
    problem = read(tmp_path, counted(score="90")).problems[0]
    assert "90" in problem.found and "91.67" in problem.found and "0 0 10 30" in problem.found


def test_all_contradictions_of_a_row_are_told_at_once(tmp_path):
    found = read(
        tmp_path, counted(score="80", respondents="41", population="20"), counted("I2", population="x", answers_1="")
    )
    assert said(found) == [
        ("answers-sum", 2, "respondents"),
        ("answers-score", 2, "score"),
        ("answers-population", 2, "population"),
        ("count-form", 3, "population"),
        ("answers-gap", 3, "answers_0"),
    ]


def test_what_hangs_on_a_faulty_cell_is_not_told_again(tmp_path):
    found = read(tmp_path, counted(score="x"), counted("I2", respondents="x"), counted("I3", answers_0="x"))
    assert [(problem.code, problem.row) for problem in found.problems] == [
        ("score-form", 2),
        ("respondents-form", 3),
        ("count-form", 4),
    ]


@pytest.mark.parametrize("score", ["91.66", "91.67", "91.666666666667", "91.75"])
def test_a_score_may_be_rounded_or_cut_and_its_steps_in_whole_points(tmp_path, score):
    assert not read(tmp_path, counted(score=score)).problems  # 91.75: the steps as 0 33 67 100


def test_rows_that_differ_in_their_counts_alone_conflict(tmp_path):
    same = read(tmp_path, counted(), counted())
    assert len(same.frame) == 1 and not same.problems
    found = read(tmp_path / "b", counted(), counted(population="56"))
    assert [problem.code for problem in found.problems] == ["duplicate-conflict"] * 2
    assert "population 56" in found.problems[0].expected
    assert agreement.settle_duplicates([]) == ([], [], [])


def test_a_wide_table_says_that_it_does_not_read_counts(tmp_path):
    path = tmp_path / "wide.csv"
    path.write_text("agency_code,fiscal_year_be,I1,I2,population\n1028,2566,90,91,55\n", encoding="utf-8")
    found = reading.read([path])
    assert not found.problems and len(found.frame) == 2
    assert any("population" in note for note in found.notes) and found.scores.counted == ()


def test_the_score_form_takes_counts_and_stays_silent_without_them(tmp_path):
    path = written(tmp_path, "9901", 2567)
    fill(path, {"I1": 89.0, "E1": 90.0})
    silent = reading.read([path])
    assert not silent.problems and not silent.notes and silent.scores.counted == ()
    book = openpyxl.load_workbook(path)
    sheet = book.active
    head = {cell.value: cell.column for cells in sheet.iter_rows(max_row=20) for cell in cells if cell.value}
    line = next(cells[0].row for cells in sheet.iter_rows() if cells[0].value == "I1")
    for name, count in {"ผู้มีสิทธิตอบ (คน)": 25, "คำตอบขั้น 0 (คน)": 0, "คำตอบขั้น 5 (คน)": 12}.items():
        sheet.cell(line, head[name]).value = count
    for step, count in enumerate([0, 1, 1, 6], start=1):
        sheet.cell(line, head[f"คำตอบขั้น {step} (คน)"]).value = count
    book.save(path)
    found = reading.read([path])
    assert not found.problems and not found.notes
    own = found.frame[found.frame["code"] == "I1"].iloc[0]
    assert own["respondents"] == 20 and own["population"] == 25 and own["answers_4"] == 6


def test_made_up_scores_may_carry_the_answers_that_they_are_the_mean_of(tmp_path):
    codes = ["99000001", "99000002"]
    plain, full = tmp_path / "plain.csv", tmp_path / "full.csv"
    synthetic.write(plain, codes, [2566, 2567], 7)
    synthetic.write(full, codes, [2566, 2567], 7, has_answers=True)
    found, without = reading.read([full]), reading.read([plain])
    assert not found.problems and found.frame["is_synthetic"].all()
    kept = [name for name in without.frame.columns if name != "source_file"]
    pd.testing.assert_frame_equal(found.frame[kept], without.frame[kept])
    items = found.frame[(found.frame["level"] == "item") & ~found.frame["code"].str.startswith("O")]
    steps = {
        year: int(own.filter(like="answers_").notna().sum(axis=1).max())
        for year, own in items.groupby("fiscal_year_be")
    }
    assert items["answers_0"].notna().all() and steps == {2566: 4, 2567: 6}
    assert items.groupby(items["code"].str[0])["population"].count().to_dict() == {
        "E": 0,
        "I": (items["code"].str[0] == "I").sum(),
    }


@given(answers=st.lists(st.integers(0, 500), min_size=2, max_size=11).filter(any))
def test_a_score_that_is_the_mean_of_its_answers_is_never_doubted(answers):
    counts = dict(zip(answer_counts.ANSWERS, answers, strict=False))
    for mean in answer_counts.implied_scores(answers):
        assert not list(answer_counts.faults(counts, respondents=sum(answers), score=round(mean, 2), level="item"))
