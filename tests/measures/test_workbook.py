"""The workbook: what is typed comes back, nothing typed is lost, and every fault names sheet and cell."""

from __future__ import annotations

import dataclasses
import io
import zipfile
from datetime import datetime
from decimal import Decimal

import openpyxl
import pytest
from filling import columns_of, empty_form, fill, fill_in, full_form, opened, read, row_of, saved
from hypothesis import given, settings
from random_registers import registers, tiny

from ita_analysis.measures import changes, model
from ita_analysis.measures.rows import as_register, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD, tables


def with_head(rows):
    return {**empty_rows(), HEAD: rows[HEAD]}


def codes(found):
    return [(one.code, one.sheet, one.row, one.column) for one in found.problems]


@settings(max_examples=30, deadline=None)
@given(registers())
def test_what_is_typed_into_the_empty_workbook_is_the_register(made):
    rows = as_rows(made)
    found = read(fill_in(empty_form(made), rows))
    assert not found.problems and not found.notes
    taken = changes.merged(found, with_head(rows))
    assert not taken.problems and not taken.needs_accept
    assert as_register(taken.rows) == made


@settings(max_examples=60, deadline=None)
@given(registers())
def test_the_workbook_of_a_register_changes_nothing(made):
    rows = as_rows(made)
    found = read(full_form(made))
    assert not found.problems and not found.notes
    again = changes.merged(found, rows)
    assert not again.changes and not again.problems and again.rows == rows


@settings(max_examples=30, deadline=None)
@given(registers())
def test_taking_in_twice_changes_nothing(made):
    found = read(fill_in(empty_form(made), as_rows(made)))
    once = changes.merged(found, with_head(as_rows(made)))
    again = changes.merged(found, once.rows)
    assert not again.changes and not again.problems and again.rows == once.rows


def test_text_that_looks_like_an_escaped_letter_stays_text():
    made = tiny(measures=(model.Measure("M001", item_codes=("E12",), measure_th="_x0041_ _x005F_ _X"),))
    assert read(full_form(made)).rows["measures"]["M001"]["measure_th"] == "_x0041_ _x005F_ _X"


def test_the_same_register_gives_the_same_workbook():
    assert full_form(tiny()) == full_form(tiny())


def test_the_workbook_is_ready_to_fill_in():
    book = opened(full_form(tiny()))
    shown = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
    assert [sheet.title for sheet in shown] == [table.sheet for table in tables().values() if table.sheet]
    assert {sheet.title for sheet in book.worksheets} - {sheet.title for sheet in shown} == {"_ita", "_base"}
    for sheet in shown:
        assert (
            sheet.protection.sheet and sheet.page_setup.orientation == "landscape" and sheet.page_setup.paperSize == 9
        )
        assert sheet.sheet_properties.pageSetUpPr.fitToPage and sheet.page_setup.fitToHeight == 0
    measures = book["2 มาตรการ"]
    at = columns_of(measures)
    assert measures.cell(5, at["รหัสมาตรการ"]).protection.locked
    assert not measures.cell(5, at["มาตรการหรือกิจกรรม"]).protection.locked
    assert measures.cell(6, 1).value == "M002" and measures.cell(6, at["มาตรการหรือกิจกรรม"]).value is None
    lists = {str(rule.sqref): rule.formula1 for rule in book["3 ผลการดำเนินงาน"].data_validations.dataValidation}
    assert '"ทำครบ,ทำบางส่วน,ยังไม่ทำ"' in lists.values() and any("2 มาตรการ" in str(one) for one in lists.values())


def test_weak_items_stand_on_top_worst_first():
    items = [
        model.Item("I3", score=Decimal("95.86"), reason="listed"),
        model.Item("E10", score=Decimal("90.25"), reason="watch"),
        model.Item("I17", score=Decimal("87.83"), reason="below"),
        model.Item("E12", score=Decimal("81.87"), reason="below"),
        model.Item("O1-O22", score=Decimal(100), reason="listed"),
    ]
    sheet = opened(full_form(tiny(items=tuple(items))))["1 ข้อประเมิน"]
    assert [sheet.cell(row, 1).value for row in range(5, 10)] == ["E12", "I17", "E10", "I3", "O1-O22"]


def test_the_line_on_top_says_what_is_missing():
    book = opened(full_form(tiny()), data_only=True)
    assert book["2 มาตรการ"]["A3"].value == (
        "ยังขาด: ฝ่ายที่รับผิดชอบ 1 แถว · กำหนดเสร็จ 1 แถว · ตัวชี้วัดความสำเร็จ 1 แถว · เป้าหมาย (ตัวเลข) 1 แถว · "
    )
    assert book["7 หมายเหตุ"]["A3"].value == "ยังขาด: ไม่มี"
    weak = tiny(measures=(), results=())
    book = opened(full_form(weak), data_only=True)
    assert "E12 ยังไม่มีมาตรการ" in book["1 ข้อประเมิน"]["A3"].value


def test_no_formula_or_note_stands_below_the_line_on_top():
    hostile = tiny(measures=(model.Measure("M001", item_codes=("E12",), measure_th="=HYPERLINK(1)", unit_th="@x"),))
    for sheet in opened(full_form(hostile)).worksheets:
        for cells in sheet.iter_rows(min_row=4):
            assert all(cell.data_type != "f" for cell in cells)


# --- what people type


@pytest.mark.parametrize(
    ("column", "value", "taken"),
    [
        ("due_date", "31 มี.ค. 2567", "2024-03-31"),
        ("due_date", "๓๑/๓/๒๕๖๗", "2024-03-31"),
        ("due_date", datetime(2024, 3, 31), "2024-03-31"),
        ("due_date", datetime(2567, 3, 31), "2024-03-31"),
        ("target", 80, "80"),
        ("target", "1,042", "1042"),
        ("target", 0.1, "0.1"),
        ("item_codes", "e12,I16", "E12 I16"),
        ("measure_th", "  ประชุม\r\nชี้แจง ", "ประชุม\nชี้แจง"),
        ("measure_th", "=1+1", "=1+1"),
        ("measure_th", "ก" * 32_767, "ก" * 32_767),
        ("printed_no", 3, "3"),
    ],
)
def test_what_is_typed_is_recognised(column, value, taken):
    found = read(fill(empty_form(tiny()), {("measures", "M001", column): value}))
    assert not found.problems
    assert found.rows["measures"]["M001"][column] == taken
    is_buddhist_cell = isinstance(value, datetime) and value.year == 2567
    assert bool(found.notes) == is_buddhist_cell and (not is_buddhist_cell or "G5" in found.notes[0])


@pytest.mark.parametrize(
    ("column", "value", "code"),
    [
        ("due_date", 45382, "date-form"),
        ("due_date", "31/3/67", "date-form"),
        ("due_date", datetime(2568, 2, 29), "cell-date-form"),
        ("measure_th", datetime(2024, 3, 31), "cell-date"),
        ("measure_th", True, "cell-boolean"),
        ("target", "ร้อยละ 80", "number-form"),
        ("target", -1, "number-form"),
        ("position", 1.5, "whole-form"),
        ("item_codes", "ข้อ E12", "code-form"),
        ("measure_th", "ก" * 32_768, "cell-long"),
    ],
)
def test_what_can_not_be_taken_names_sheet_row_and_column(column, value, code):
    data = fill(empty_form(tiny()), {("measures", "M001", column): value if code != "cell-long" else "LONG"})
    if code == "cell-long":
        data = data_with_long_cell(data, value)
    found = read(data)
    label = tables()["measures"].column(column).label
    assert codes(found) == [(code, "2 มาตรการ", 5, f"{'ABCDEFGHIJK'[tables()['measures'].at(column)]} {label}")]


def data_with_long_cell(data, text):
    """openpyxl cuts at 32,767: put the long text into the part itself."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part.replace(b"LONG", text.encode()))
    return out.getvalue()


def test_formulas_errors_and_merged_cells_are_refused():
    book = opened(empty_form(tiny()))
    sheet = book["2 มาตรการ"]
    sheet["E5"], sheet["E6"] = "=1+1", "#N/A"
    sheet["E6"].data_type = "e"
    sheet["E7"] = "รวม"
    sheet.merge_cells("E7:F8")
    assert [(code, row) for code, _, row, _ in codes(read(saved(book)))] == [
        ("cell-formula", 5),
        ("cell-error", 6),
        ("cell-merged", 7),
    ]


def test_a_workbook_that_counts_days_from_1904_means_the_same_days():
    book = opened(empty_form(tiny()))
    book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
    book["2 มาตรการ"]["G5"] = datetime(2024, 3, 31)
    found = read(saved(book))
    assert found.rows["measures"]["M001"]["due_date"] == "2024-03-31"


def test_locked_cells_text_outside_the_table_and_rows_without_key_are_refused():
    book = opened(full_form(tiny()))
    book["1 ข้อประเมิน"]["D5"] = 99.99
    sheet = book["2 มาตรการ"]
    sheet["Z5"], sheet["C2"] = "ข้อความนอกตาราง", "ข้อความเหนือตาราง"
    sheet.cell(sheet.max_row + 1, 5).value = "มาตรการใต้แบบ"
    sheet.cell(6, 1).value = "M001"
    sheet.cell(6, 5).value = "รหัสซ้ำ"
    found = read(saved(book))
    assert {one[0] for one in codes(found)} == {"column-unknown", "key-missing", "key-twice"}
    assert [one[2] for one in codes(found) if one[0] == "column-unknown"] == [2, 5]
    book = opened(full_form(tiny()))
    book["1 ข้อประเมิน"]["D5"] = 99.99
    taken = changes.merged(read(saved(book)), as_rows(tiny()))
    assert [(one.code, one.sheet, one.column) for one in taken.problems] == [
        ("locked-changed", "1 ข้อประเมิน", "D คะแนน")
    ]
    assert "81.87" in taken.problems[0].expected


def test_sheets_that_are_gone_hidden_or_of_another_head_are_said_together():
    book = opened(full_form(tiny()))
    del book["5 ข้อมูลประกอบ"]
    book["4 หลักฐาน"].sheet_state = "hidden"
    book["3 ผลการดำเนินงาน"]["B4"] = "รอบที่"
    book.create_sheet("ของฉัน")["A1"] = "อื่น"
    found = read(saved(book))
    assert sorted(one[0] for one in codes(found)) == [
        "column-missing",
        "sheet-hidden",
        "sheet-missing",
    ]
    assert "ของฉัน" in found.notes[0]


@pytest.mark.parametrize("harm", ["base", "head", "about", "gone"])
def test_a_workbook_whose_hidden_sheets_were_touched_is_refused(harm):
    book = opened(full_form(tiny()))
    if harm == "gone":
        del book["_base"]
    elif harm == "base":
        row = next(row for row in range(1, 9) if book["_base"].cell(row, 2).value == "M001")
        book["_base"].cell(row, 6).value = "ค่าเดิมที่ถูกแก้"
    elif harm == "head":
        book["_base"]["C1"] = "2570"
    else:
        book["_ita"]["B1"] = "1001"
    assert [one[0] for one in codes(read(saved(book)))] == ["not-a-register" if harm == "gone" else "base-damaged"]


# --- three-way by cell


def changed(column, value, key="M001", table="measures"):
    return read(fill(full_form(tiny()), {(table, key, column): value}))


def test_two_workbooks_of_one_base_lose_nothing():
    rows = as_rows(tiny())
    first = changes.merged(changed("unit_th", "ฝ่ายโยธา"), rows)
    second = changes.merged(changed("due_date", "31/3/2567"), first.rows)
    assert not second.problems and not second.needs_accept
    assert (second.rows["measures"]["M001"]["unit_th"], second.rows["measures"]["M001"]["due_date"]) == (
        "ฝ่ายโยธา",
        "2024-03-31",
    )


def test_the_same_cell_in_both_is_a_problem_that_names_both_values():
    first = changes.merged(changed("unit_th", "ฝ่ายโยธา"), as_rows(tiny()))
    second = changes.merged(changed("unit_th", "ฝ่ายทะเบียน"), first.rows)
    assert [one.code for one in second.problems] == ["conflict"]
    assert "ฝ่ายทะเบียน" in second.problems[0].found and "ฝ่ายโยธา" in second.problems[0].expected
    assert second.problems[0].column == "F ฝ่ายที่รับผิดชอบ" and second.problems[0].row == 5
    same = changes.merged(changed("unit_th", "ฝ่ายโยธา"), first.rows)
    assert not same.problems and not same.changes


def test_two_new_rows_under_one_blank_key_are_a_problem():
    one = read(
        fill(full_form(tiny()), {("measures", "M002", "measure_th"): "ก", ("measures", "M002", "item_codes"): "E12"})
    )
    two = read(
        fill(full_form(tiny()), {("measures", "M002", "measure_th"): "ข", ("measures", "M002", "item_codes"): "E12"})
    )
    first = changes.merged(one, as_rows(tiny()))
    assert [problem.code for problem in changes.merged(two, first.rows).problems] == ["conflict"]


def test_replacing_and_removing_need_acceptance_and_are_said():
    taken = changes.merged(changed("measure_th", "มาตรการใหม่"), as_rows(tiny()))
    assert taken.needs_accept and [change.kind for change in taken.changes] == ["replaced"]
    assert "แทน 'จัดเวรพักเที่ยง' ด้วย 'มาตรการใหม่'" in taken.changes[0].line_th()
    gone = changes.merged(changed("state", None, "R001", "results"), as_rows(tiny()))
    assert gone.needs_accept and [change.kind for change in gone.changes] == ["removed"]


def test_a_row_taken_out_of_the_sheet_is_taken_out_and_its_key_stays_taken():
    made = tiny(results=(), measures=(*tiny().measures, model.Measure("M002", item_codes=("E12",), measure_th="ข")))
    book = opened(full_form(made))
    book["2 มาตรการ"].delete_rows(row_of(book["2 มาตรการ"], "M002"))
    taken = changes.merged(read(saved(book)), as_rows(made))
    assert taken.needs_accept and {change.kind for change in taken.changes} == {"removed"}
    after = as_register(taken.rows)
    assert [one.measure_id for one in after.measures] == ["M001"] and after.withdrawn == (("measures", "M002"),)
    assert opened(full_form(after))["2 มาตรการ"]["A6"].value == "M003"


def test_a_row_put_in_by_someone_else_stays():
    made = tiny()
    more = dataclasses.replace(made, notes=(model.Note("N001", "M001", "ของผู้อื่น"),))
    taken = changes.merged(read(full_form(made)), as_rows(more))
    assert not taken.changes and as_register(taken.rows) == more


def test_a_monthly_row_changes_its_key_as_one_goes_and_another_comes():
    made = tiny(table_rows=(model.TableRow("T1", "month", "ตุลาคม", "2566-10", 100, Decimal("4.5")),))
    book = opened(full_form(made))
    book["6 ตารางรายเดือน"]["D5"] = "พ.ย. 2566"
    taken = changes.merged(read(saved(book)), as_rows(made))
    assert taken.needs_accept and list(taken.rows["table_rows"]) == ["T1|month|2566-11"]


def test_scores_of_today_win_over_the_workbooks():
    fresh = {"E12": {"score": "91.87", "gap_points": "", "reason": "listed"}}
    taken = changes.merged(read(full_form(tiny())), as_rows(tiny()), fresh)
    assert taken.rows["items"]["E12"]["score"] == "91.87" and taken.needs_accept


@pytest.mark.parametrize("file", ["b.jpg", None])
def test_what_is_known_of_a_picture_goes_with_its_file(file):
    picture = model.Evidence(
        "E001", ("R001",), "ภาพ", "file", "result", "a.jpg", "ก", sha256="a" * 64, source_sha256="b" * 64
    )
    found = read(fill(full_form(tiny(evidence=(picture,))), {("evidence", "E001", "file"): file}))
    taken = changes.merged(found, as_rows(tiny(evidence=(picture,))))
    assert taken.needs_accept and not taken.problems
    assert not taken.rows["evidence"]["E001"]["sha256"] and not taken.rows["evidence"]["E001"]["source_sha256"]


def test_new_keys_begin_after_the_highest_that_ever_was():
    made = tiny(
        measures=(
            model.Measure("M001", item_codes=("E12",), measure_th="ก"),
            model.Measure("M007", item_codes=("E12",), measure_th="ข"),
        )
    )
    sheet = opened(full_form(made))["2 มาตรการ"]
    assert [sheet.cell(row, 1).value for row in (5, 6, 7)] == ["M001", "M007", "M008"]
