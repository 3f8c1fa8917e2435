"""The contract of tidy scores: each broken cell is one problem with its address, and nothing else changes."""

import pytest
from score_files import made_up, row, write_scores

from ita_analysis.scores import reading


def read(path, *rows):
    return reading.read([write_scores(path / "scores.csv", rows)])


def codes_of(found):
    return [problem.code for problem in found.problems]


ONE_FAULT = [
    ({"agency_code": ""}, "agency-code-form", "agency_code"),
    ({"agency_code": "10 28"}, "agency-code-form", "agency_code"),
    ({"agency_code": "1028.0"}, "agency-code-form", "agency_code"),
    ({"agency_code": "../1028"}, "agency-code-form", "agency_code"),
    ({"agency_name_th": "สำนักงานเขตดุสิต"}, "name-differs", "agency_name_th"),
    ({"agency_name_th": "สำนักงานเขต\u200bสาทร"}, "text-invisible", "agency_name_th"),
    ({"fiscal_year_be": ""}, "year-form", "fiscal_year_be"),
    ({"fiscal_year_be": "66"}, "year-form", "fiscal_year_be"),
    ({"fiscal_year_be": "พ.ศ. 2023"}, "year-form", "fiscal_year_be"),
    ({"fiscal_year_be": "2566.0"}, "year-form", "fiscal_year_be"),
    ({"fiscal_year_be": "2300"}, "year-range", "fiscal_year_be"),
    ({"fiscal_year_be": "2999"}, "year-range", "fiscal_year_be"),
    ({"framework": ""}, "framework-form", "framework"),
    ({"framework": "bangkok-district"}, "framework-form", "framework"),
    ({"framework": "bangkok-distric-2566"}, "framework-unknown", "framework"),
    ({"framework": "bangkok-district-2565"}, "framework-year", "framework"),
    ({"framework": "demo-2566"}, "synthetic-scheme", "framework"),
    ({"level": "items"}, "level-unknown", "level"),
    ({"level": ""}, "level-unknown", "level"),
    ({"level": "total"}, "code-level", "code"),
    ({"code": ""}, "code-form", "code"),
    ({"code": "Е12"}, "code-form", "code"),
    ({"code": "O1-O22"}, "code-form", "code"),
    ({"code": "I01"}, "code-form", "code"),
    ({"code": "I1–I3"}, "code-form", "code"),
    ({"code": "MOIT 1"}, "code-form", "code"),
    ({"score": ""}, "score-form", "score"),
    ({"score": "-"}, "score-form", "score"),
    ({"score": "1,234"}, "score-form", "score"),
    ({"score": "83,52,1"}, "score-form", "score"),
    ({"score": "(83.52)"}, "score-form", "score"),
    ({"score": "(83.52 คะแนน"}, "score-form", "score"),
    ({"score": "8 3.52"}, "score-form", "score"),
    ({"score": "83.52/100"}, "score-form", "score"),
    ({"score": "101 %"}, "score-form", "score"),
    ({"score": "nan"}, "score-form", "score"),
    ({"score": "1e1"}, "score-form", "score"),
    ({"score": "-0.01"}, "score-form", "score"),
    ({"score": "100.01"}, "score-form", "score"),
    ({"score": "8869"}, "score-form", "score"),
    ({"score": "=90+1"}, "score-form", "score"),
    ({"score": "88.69\u200b"}, "score-form", "score"),
    ({"respondents": "0"}, "respondents-form", "respondents"),
    ({"respondents": "12.0"}, "respondents-form", "respondents"),
    ({"respondents": "หลายคน"}, "respondents-form", "respondents"),
    ({"is_synthetic": "maybe"}, "synthetic-form", "is_synthetic"),
    ({"is_synthetic": "true"}, "synthetic-real", "agency_code"),
    ({"note_th": "ก\u202eข"}, "text-invisible", "note_th"),
]


@pytest.mark.parametrize(("changes", "code", "column"), ONE_FAULT)
def test_one_broken_cell_is_one_problem_with_its_address(tmp_path, changes, code, column):
    found = read(tmp_path, row("E1"), row(**changes), row("E2"))
    assert codes_of(found) == [code]
    problem = found.problems[0]
    assert (problem.file, problem.row, problem.column) == ("scores.csv", 3, column)
    assert problem.found and problem.expected and problem.fix
    assert "\u200b" not in problem.line_th() and "\u202e" not in problem.line_th()


def test_every_planted_fault_is_reported_and_no_other(tmp_path):
    kept = [(changes, code) for changes, code, _ in ONE_FAULT if code != "name-differs"]  # a row, not a cell
    rows = [row(**{"code": f"I{number}", **changes}) for number, (changes, _) in enumerate(kept, start=1)]
    found = read(tmp_path, *rows)
    assert [(problem.row, problem.code) for problem in found.problems] == [
        (number, code) for number, (_, code) in enumerate(kept, start=2)
    ]
    assert found.frame.empty


def test_all_faults_of_one_row_are_reported_together(tmp_path):
    found = read(tmp_path, row(score="x", respondents="x", is_synthetic="x", level="x", agency_name_th="สำนักงานเขตดุสิต"))
    assert sorted(codes_of(found)) == [
        "level-unknown",
        "name-differs",
        "respondents-form",
        "score-form",
        "synthetic-form",
    ]


@pytest.mark.parametrize("text", ["0", "100", "87.46", "89.996", "0.1", "99.999999", "87.460"])
def test_a_score_is_kept_as_given(tmp_path, text):
    assert read(tmp_path, row(score=text)).frame["score"].tolist() == [float(text)]


RECOGNISED = [
    ({"agency_code": "๑๐๒๘"}, "agency_code", "1028"),
    ({"fiscal_year_be": "๒๕๖๖"}, "fiscal_year_be", 2566),
    ({"fiscal_year_be": "ปีงบประมาณ พ.ศ. ๒๕๖๖"}, "fiscal_year_be", 2566),
    ({"fiscal_year_be": "ค.ศ. 2023"}, "fiscal_year_be", 2566),
    ({"framework": "bangkok-district-25๖๖"}, "framework", "bangkok-district-2566"),
    ({"level": "ข้อคำถาม"}, "level", "item"),
    ({"code": "i3"}, "code", "I3"),
    ({"code": "e๑๒"}, "code", "E12"),
    ({"score": "88,69"}, "score", 88.69),
    ({"score": "88.69%"}, "score", 88.69),
    ({"score": "๘๘.๖๙"}, "score", 88.69),
    ({"score": "(๘๓.๕๒ คะแนน)"}, "score", 83.52),
    ({"score": "ร้อยละ 58.13"}, "score", 58.13),
    ({"respondents": "๑,๒๓๔ คน"}, "respondents", 1234),
]


@pytest.mark.parametrize(("changes", "column", "value"), RECOGNISED)
def test_what_officers_write_is_recognised_and_said_with_its_row(tmp_path, changes, column, value):
    found = read(tmp_path, row("E1"), row("E2", **changes) if "code" not in changes else row(**changes))
    assert not found.problems
    assert value in found.frame[column].dropna().tolist()
    said = [note for note in found.notes if "แถว 3" in note and column in note]
    assert len(said) == 1 and str(changes[column])[:20] in said[0]


@pytest.mark.parametrize(
    ("code", "right"),
    [
        ("Е12", "E12"),
        ("О1", "O1"),
        ("Ι9", "I9"),
        ("l3", "I3"),
        ("01", "O1"),
        ("E1O", "E10"),
        ("I01", "I1"),
        ("Ｉ１", "I1"),
    ],
)
def test_letters_that_only_look_right_are_refused_with_the_right_code(tmp_path, code, right):
    problem = read(tmp_path, row(code=code, level="item")).problems[0]
    assert problem.code == "code-form" and f" {right} " in problem.fix


def test_a_missing_item_is_absent_and_never_zero(tmp_path):
    frame = read(tmp_path, row("I3"), row("I6")).frame
    assert frame["code"].tolist() == ["I3", "I6"]
    assert (frame["score"] > 0).all()


def test_rows_stand_in_natural_code_order(tmp_path):
    given = ["E12", "I10", "O1", "E9", "I2", "total", "10", "9", "OIT", "IIT"]
    frame = read(tmp_path, *(row(code) for code in given)).frame
    assert frame["code"].tolist() == ["total", "IIT", "OIT", "9", "10", "I2", "I10", "E9", "E12", "O1"]


def test_blank_respondents_are_unknown_and_given_ones_are_whole_numbers(tmp_path):
    frame = read(tmp_path, row("I1"), row("I2", respondents="29")).frame
    assert frame["respondents"].isna().tolist() == [True, False]
    assert frame["respondents"].dropna().tolist() == [29]


def test_a_gregorian_year_is_read_as_buddhist_and_said_once(tmp_path):
    found = read(tmp_path, row("I1", fiscal_year_be="2023"), row("I2", fiscal_year_be="2023"))
    assert not found.problems
    assert found.frame["fiscal_year_be"].tolist() == [2566, 2566]
    assert found.notes == ("scores.csv: ปี 2023 เป็นปี ค.ศ. อ่านเป็น พ.ศ. 2566",)


def test_an_unknown_scheme_is_answered_with_the_nearest(tmp_path):
    assert "bangkok-district" in read(tmp_path, row(framework="bangkok-distrit-2566")).problems[0].fix


def test_a_known_scheme_in_a_year_without_rules_is_accepted(tmp_path):
    found = read(tmp_path, row(fiscal_year_be="2570", framework="bangkok-district-2570"))
    assert not found.problems
    assert found.frame["framework"].tolist() == ["bangkok-district-2570"]


def test_a_code_that_a_complete_list_lacks_is_refused(tmp_path):
    national = {
        "agency_code": "5555",
        "agency_name_th": "เทศบาลหนึ่ง",
        "framework": "national-2564",
        "fiscal_year_be": "2564",
    }
    assert codes_of(read(tmp_path, row("I99", **national))) == ["code-unlisted"]
    assert not read(
        tmp_path, row("E99", **national)
    ).problems  # that year lists no E items: the form is all that is known


def test_rows_that_agree_count_once_and_are_noted(tmp_path):
    found = read(tmp_path, row("I1", "90"), row("I1", "90.00"))
    assert not found.problems
    assert len(found.frame) == 1
    assert "แถว 2" in found.notes[0] and "แถว 3" in found.notes[0]


def test_rows_that_conflict_are_all_refused_with_each_others_value(tmp_path):
    found = read(tmp_path, row("I1", "90.123456"), row("I2"), row("I1", "91"))
    assert codes_of(found) == ["duplicate-conflict"] * 2
    assert [problem.row for problem in found.problems] == [2, 4]
    assert "91.0" in found.problems[0].expected and "90.123456" in found.problems[1].expected
    assert found.frame["code"].tolist() == ["I2"]


def test_rows_that_conflict_over_two_files_are_refused(tmp_path):
    write_scores(tmp_path / "a.csv", [row("I1", "90")])
    write_scores(tmp_path / "b.csv", [row("I1", "91")])
    assert [problem.file for problem in reading.read([tmp_path]).problems] == ["a.csv", "b.csv"]


def test_an_alias_is_the_agencys_name_too(tmp_path):
    assert not read(tmp_path, row("I1", agency_name_th="เขตสาทร"), row("I2")).problems


def test_one_unlisted_code_under_two_names_is_refused(tmp_path):
    found = read(
        tmp_path, row("I1", agency_code="5555", agency_name_th="ก"), row("I2", agency_code="5555", agency_name_th="ข")
    )
    assert codes_of(found) == ["name-differs"]
    assert found.problems[0].row == 3
    assert found.frame.empty


def test_a_blank_name_takes_the_name_of_the_agencys_other_rows(tmp_path):
    found = read(
        tmp_path, row("I1", agency_code="5555", agency_name_th=""), row("I2", agency_code="5555", agency_name_th="ข")
    )
    assert not found.problems
    assert found.frame["agency_name_th"].tolist() == ["ข", "ข"]


def test_a_blank_name_is_filled_from_the_list_else_it_is_the_code(tmp_path):
    found = read(tmp_path, row("I1", agency_name_th=""), row("I1", agency_code="5555", agency_name_th=""))
    assert found.names() == {"1028": "สำนักงานเขตสาทร", "5555": "5555"}


@pytest.mark.parametrize("mark", ["", "true"])
def test_a_listed_name_beside_another_code_is_refused(tmp_path, mark):
    code = "990001" if mark else "1082"
    found = read(tmp_path, row(agency_code=code, is_synthetic=mark))
    assert codes_of(found) == ["name-of-another"]
    assert "1028" in found.problems[0].expected


def test_a_made_up_row_keeps_its_mark(tmp_path):
    found = read(tmp_path, made_up())
    assert not found.problems
    assert found.frame["is_synthetic"].tolist() == [True]


def test_a_made_up_code_without_the_mark_is_refused(tmp_path):
    assert codes_of(read(tmp_path, made_up(is_synthetic=""))) == ["synthetic-unmarked"]


def test_a_file_without_optional_columns_is_read(tmp_path):
    needed = ("agency_code", "fiscal_year_be", "framework", "level", "code", "score")
    found = reading.read([write_scores(tmp_path / "scores.csv", [row()], needed)])
    assert not found.problems
    assert found.frame[["agency_name_th", "is_synthetic", "note_th"]].values.tolist() == [["สำนักงานเขตสาทร", False, ""]]
