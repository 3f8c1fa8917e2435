"""Odd sheets: where the header stands, what a cell is, what hides; each fault is one problem with its Excel address."""

from __future__ import annotations

import pytest
from hostile.workbooks import DATE, PERCENT, Cell, boolean, error, formula, packed, parts, sheet_xml, styled, workbook

from ita_analysis.scores import reading

HEADER = ["agency_code", "fiscal_year_be", "framework", "level", "code", "score", "respondents"]


def row(code="I1", score=90.5, **changes):
    cells = {"agency_code": 1028, "fiscal_year_be": 2566, "framework": "bangkok-district-2566", "level": "item"}
    cells |= {"code": code, "score": score, "respondents": None, **changes}
    return list(cells.values())


def read(folder, data):
    (folder / "scores.xlsx").write_bytes(data)
    return reading.read([folder / "scores.xlsx"])


def test_a_workbook_says_the_same_as_a_csv_and_remembers_sheet_and_row(tmp_path):
    found = read(tmp_path, workbook([HEADER, row("I1", 83.52), row("E9", 88.69, respondents=45)]))
    assert not found.problems and not found.notes
    columns = ["code", "score", "source_file", "source_sheet", "source_row"]
    assert found.frame[columns].values.tolist() == [
        ["I1", 83.52, "scores.xlsx", "Scores", 2],
        ["E9", 88.69, "scores.xlsx", "Scores", 3],
    ]
    assert found.frame["respondents"].dropna().tolist() == [45]


FAULTS = {
    "a formula": (row(score=formula("1+1", "90")), "cell-formula", "F score"),
    "a formula that was never calculated": (row(score=formula("1+1")), "cell-formula", "F score"),
    "a formula linked to another file": (row(score=formula("[1]Sheet1!A1", "90")), "cell-formula", "F score"),
    "a formula in a key": (row(agency_code=formula('"1028"', "1028")), "cell-formula", "A agency_code"),
    "an error": (row(score=error("#N/A")), "cell-error", "F score"),
    "an error in the code": (row(code=error("#REF!")), "cell-error", "E code"),
    "a date": (row(score=styled(45000, DATE)), "cell-date", "F score"),
    "a date as text of its own kind": (row(score=Cell('<c t="d"><v>2023-01-01</v></c>')), "cell-date", "F score"),
    "a code that became a date": (row(code=styled(45301, DATE)), "cell-date", "E code"),
    "a truth value": (row(score=boolean()), "cell-boolean", "F score"),
    "no number at all": (row(score=Cell("<c><v>nan</v></c>")), "cell-error", "F score"),
    "a number out of all bounds": (row(score=Cell("<c><v>1e999</v></c>")), "score-form", "F score"),
    "below the scale": (row(score=-0.01), "score-form", "F score"),
    "above the scale": (row(score=100.01), "score-form", "F score"),
    "another scale by the percent format": (row(score=styled(88.69, PERCENT)), "score-form", "F score"),
    "blank": (row(score=None), "score-form", "F score"),
    "a blank that looks full": (row(score="\u200b"), "score-form", "F score"),
    "a text with a blank inside": (row(score="8 8.69"), "score-form", "F score"),
    "a year with decimals": (row(fiscal_year_be=2566.5), "year-form", "B fiscal_year_be"),
    "an agency with decimals": (row(agency_code=1028.5), "agency-code-form", "A agency_code"),
    "half a person": (row(respondents=12.5), "respondents-form", "G respondents"),
    "a Cyrillic letter": (row(code="\u0415\u0031"), "code-form", "E code"),
    "a code with a hidden letter": (row(code="I\u200b1"), "code-form", "E code"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_one_odd_cell_is_one_problem_with_its_excel_address(tmp_path, name):
    cells, code, column = FAULTS[name]
    found = read(tmp_path, workbook([HEADER, row("O1"), cells, row("O2")]))
    assert [(one.code, one.sheet, one.row, one.column) for one in found.problems] == [(code, "Scores", 3, column)]
    assert found.frame["code"].tolist() == ["O1", "O2"]


def test_every_planted_fault_is_reported_and_no_other(tmp_path):
    planted = [(cells, code) for cells, code, _ in FAULTS.values()]
    found = read(tmp_path, workbook([HEADER, *(cells for cells, _ in planted)]))
    assert [(one.row, one.code) for one in found.problems] == [
        (at, code) for at, (_, code) in enumerate(planted, start=2)
    ]
    assert found.frame.empty
    print(f"planted {len(planted)} faults, reported {len(found.problems)}")


VALUES = {
    "a number with the noise of its last digit": (Cell("<c><v>88.690000000000012</v></c>"), 88.69000000000001),
    "a number in scientific form": (Cell("<c><v>8.3520000000000003E1</v></c>"), 83.52),
    "many decimals": (83.33333333333333, 83.33333333333333),
    "a whole number": (100, 100),
    "a text": ("88.69", 88.69),
    "a percent format": (styled(0.8352, PERCENT), 83.52),
    "Thai digits with a unit": ("(๘๓.๕๒ คะแนน)", 83.52),
    "a text by formula-free string type": (Cell('<c t="str"><v>71.5</v></c>'), 71.5),
}


@pytest.mark.parametrize("name", VALUES)
def test_a_figure_equals_its_cell(tmp_path, name):
    cell, value = VALUES[name]
    found = read(tmp_path, workbook([HEADER, row(score=cell)]))
    assert not found.problems
    assert found.frame["score"].tolist() == [value]


def test_shared_and_rich_strings_are_read_as_one_text(tmp_path):
    shared = Cell('<c t="s"><v>0</v></c>')
    strings = ["<r><t>E</t></r><r><rPr><b/></rPr><t>1</t></r><rPh sb='0' eb='1'><t>ฟุริ</t></rPh>"]
    found = read(tmp_path, packed(parts([HEADER, row(code=shared)], strings=strings)))
    assert found.frame["code"].tolist() == ["E1"]


def test_all_cells_of_an_array_formula_are_formulas(tmp_path):
    first = Cell('<c><f t="array" ref="F2:F3">A1:A2</f><v>90</v></c>')
    found = read(tmp_path, workbook([HEADER, row("I1", first), row("I2", 91), row("I3", 92)]))
    assert [(one.code, one.row) for one in found.problems] == [("cell-formula", 2), ("cell-formula", 3)]


def test_the_header_may_stand_below_titles_and_blank_rows(tmp_path):
    found = read(tmp_path, workbook([["ผลการประเมิน"], [], HEADER, [], row("I1"), [None, " "], row("I2")]))
    assert not found.problems
    assert found.frame["source_row"].tolist() == [5, 7]


def test_every_visible_sheet_with_a_header_is_read_the_others_are_named(tmp_path):
    sheets = {
        "IIT": sheet_xml([HEADER, row("I1")]),
        "EIT": sheet_xml([HEADER, row("E1", "x")]),
        "ปก": sheet_xml([["สวัสดี"]]),
        "ซ่อน": sheet_xml([HEADER, row("I2")]),
        "ซ่อนลึก": sheet_xml([HEADER, row("I3")]),
    }
    data = packed(parts(sheets, states={"ซ่อน": "hidden", "ซ่อนลึก": "veryHidden"}))
    found = read(tmp_path, data)
    assert found.frame["code"].tolist() == ["I1"]
    assert [(one.sheet, one.row, one.code) for one in found.problems] == [("EIT", 2, "score-form")]
    assert any("ซ่อน · ซ่อนลึก" in note for note in found.notes)
    assert any("ปก" in note for note in found.notes)


def test_rows_of_two_sheets_that_conflict_name_each_other(tmp_path):
    data = packed(parts({"ก": sheet_xml([HEADER, row("I1", 90)]), "ข": sheet_xml([HEADER, row("I1", 91)])}))
    found = read(tmp_path, data)
    assert [(one.code, one.sheet) for one in found.problems] == [
        ("duplicate-conflict", "ก"),
        ("duplicate-conflict", "ข"),
    ]
    assert "แผ่น ข แถว 2" in found.problems[0].expected


def test_hidden_rows_and_columns_are_read_and_said(tmp_path):
    xml = sheet_xml([HEADER, row("I1"), row("I2")], before='<cols><col min="6" max="6" hidden="1"/></cols>', hidden=[3])
    found = read(tmp_path, packed(parts({"Scores": xml})))
    assert found.frame["code"].tolist() == ["I1", "I2"]
    assert sum("ซ่อน" in note for note in found.notes) == 2


def test_a_merged_key_holds_for_all_its_rows_and_is_said(tmp_path):
    rows = [HEADER, row("I1"), row("I2", agency_code=None), row("I3", agency_code=None)]
    merged = sheet_xml(rows, after='<mergeCells><mergeCell ref="A2:A3"/></mergeCells>')
    found = read(tmp_path, packed(parts({"Scores": merged})))
    assert found.frame["code"].tolist() == ["I1", "I2"]
    assert [(one.row, one.code) for one in found.problems] == [(4, "agency-code-form")]
    assert any("เซลล์ผสาน" in note for note in found.notes)


def test_a_merged_score_is_refused(tmp_path):
    rows = [HEADER, row("I1"), row("I2", None)]
    merged = sheet_xml(rows, after='<mergeCells><mergeCell ref="F2:F3"/></mergeCells>')
    found = read(tmp_path, packed(parts({"Scores": merged})))
    assert [(one.row, one.code) for one in found.problems] == [(2, "cell-merged"), (3, "score-form")]


def test_an_absurd_used_range_does_no_harm(tmp_path):
    xml = sheet_xml([HEADER, row("I1")]).replace(
        "</sheetData>", '<row r="1048576"><c r="XFD1048576" s="1"/></row></sheetData>'
    )
    found = read(
        tmp_path, packed(parts({"Scores": xml.replace("<sheetData>", '<dimension ref="A1:XFD1048576"/><sheetData>')}))
    )
    assert not found.problems and len(found.frame) == 1


@pytest.mark.parametrize("last", [65_536, 1_048_576])
def test_a_sheet_filled_to_its_last_row_was_probably_cut(tmp_path, last):
    cells = "".join(
        f'<c r="{letter}{last}" t="inlineStr"><is><t>{value}</t></is></c>'
        for letter, value in zip("ABCDEF", row("I2")[:6], strict=True)
    )
    xml = sheet_xml([HEADER, row("I1")]).replace("</sheetData>", f'<row r="{last}">{cells}</row></sheetData>')
    found = read(tmp_path, packed(parts({"Scores": xml})))
    assert [(one.code, one.row) for one in found.problems] == [("sheet-full", last)]


def test_a_header_said_again_and_remarks_below_are_no_scores(tmp_path):
    found = read(tmp_path, workbook([HEADER, row("I1"), HEADER, row("I2"), ["หมายเหตุ: ข้อมูลจากรายงาน"]]))
    assert not found.problems
    assert found.frame["code"].tolist() == ["I1", "I2"]
    assert sum("ไม่ใช่คะแนน" in note for note in found.notes) == 2


def test_a_sheet_without_rows_is_a_problem(tmp_path):
    assert [one.code for one in read(tmp_path, workbook([HEADER])).problems] == ["no-rows"]
    assert [one.code for one in read(tmp_path, workbook([["x"]])).problems] == ["header"]


def test_columns_under_their_thai_names_are_shown_by_letter_and_header(tmp_path):
    head = ["รหัสหน่วยงาน", "ปีงบประมาณ พ.ศ.", "ข้อ", "คะแนน (100 คะแนน)"]
    found = read(tmp_path, workbook([head, [1028, 2566, "I1", 90], [1028, 2566, "I2", "x"]]))
    assert found.frame["code"].tolist() == ["I1"]
    assert found.problems[0].column == "D คะแนน (100 คะแนน)"


CODES = [
    "=cmd|'/c calc'!A1",
    "<script>alert(1)</script>",
    "{{7*7}}",
    "$x_1$",
    "\x1b[31m",
    "a\u202eb",
    "`x`|y",
    "@SUM(A1)",
]


@pytest.mark.parametrize("text", CODES)
def test_text_of_a_file_comes_out_literally_in_problems(tmp_path, text):
    shown = text.replace("\x1b", "_x001B_")  # XML can't hold it, Excel writes it so
    for at in range(7):
        cells = row()
        cells[at] = shown
        for problem in read(tmp_path, workbook([HEADER, cells])).problems:
            assert "\x1b" not in problem.line_th() and "\u202e" not in problem.line_th()
    problem = read(tmp_path, workbook([HEADER, row(code=shown)])).problems[0]
    assert text.replace("\x1b", "[U+001B]").replace("\u202e", "[U+202E]") in problem.found
