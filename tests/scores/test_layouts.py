"""Tables as offices keep them: an agency a row, a public list of totals; what they leave unsaid is noted or refused."""

from __future__ import annotations

import pytest
from hostile.workbooks import packed, parts, sheet_xml, workbook

from ita_analysis.scores import reading


def read(folder, *lines, name="scores.csv"):
    (folder / name).write_text("\r\n".join(lines), encoding="utf-8")
    return reading.read([folder / name])


def codes_of(found):
    return [problem.code for problem in found.problems]


def scores_of(found):
    return {
        (agency, code): score for agency, code, score in found.frame[["agency_code", "code", "score"]].values.tolist()
    }


# --- a row an agency


WIDE = "หน่วยงาน,ปีงบประมาณ พ.ศ.,คะแนนรวม,IIT,EIT ส่วนที่ 1,ตัวชี้วัดที่ ๑ การปฏิบัติหน้าที่,9.1,i๒"


def test_a_wide_table_gives_a_row_for_each_agency_and_code(tmp_path):
    found = read(tmp_path, WIDE, "สำนักงานเขตสาทร,2566,90.5,91,92,93,94,95", "เขตดุสิต,2566,80.5,81,,83,84,85")
    assert not found.problems
    assert scores_of(found) == {
        **{("1028", code): float(score) for code, score in zip(["total", "IIT", "EIT1", "1", "9.1", "I2"], [90.5, 91, 92, 93, 94, 95], strict=True)},
        **{("1002", code): float(score) for code, score in zip(["total", "IIT", "1", "9.1", "I2"], [80.5, 81, 83, 84, 85], strict=True)},
    }  # fmt: skip
    assert found.frame["framework"].unique().tolist() == ["bangkok-district-2566"]
    assert found.frame["level"].unique().tolist() == ["total", "instrument", "indicator", "sub_indicator", "item"]
    assert found.frame.groupby("agency_code")["source_row"].unique().map(list).to_dict() == {"1002": [3], "1028": [2]}


def test_all_that_a_wide_table_leaves_unsaid_is_noted(tmp_path):
    notes = "\n".join(read(tmp_path, WIDE, "เขตสาทร,2023,90.5,91,-,93,94,๙๕.๕").notes)
    for said in (
        "1028",
        "bangkok-district-2566",
        "ค.ศ.",
        "ไม่ทราบ",
        "'i๒' อ่านเป็น I2",
        "'๙๕.๕' อ่านเป็น 95.5",
        "total",
        "EIT1",
    ):
        assert said in notes


def test_one_wrong_figure_is_one_problem_with_the_column_of_its_code(tmp_path):
    found = read(tmp_path, WIDE, "เขตสาทร,2566,90.5,91,92,93,94,101", "เขตดุสิต,66,1,2,3,4,5,6")
    assert [(one.code, one.row, one.column) for one in found.problems] == [
        ("score-form", 2, "H i๒"),
        ("year-form", 3, "B ปีงบประมาณ พ.ศ."),
    ]


def test_each_unmatched_name_is_one_problem_with_the_nearest(tmp_path):
    found = read(tmp_path, WIDE, "เขตสาธร,2566,1,2,3,4,5,6", "เขตดุสิต,2566,1,2,3,4,5,6", "เขตสาธร,2565,1,2,3,4,5,6")
    assert codes_of(found) == ["agency-unknown"]
    assert "เขตสาทร (1028)" in found.problems[0].fix
    assert found.choose("1002") == ("1002", 1)


def test_a_wide_table_without_a_year_says_to_add_it(tmp_path):
    found = read(tmp_path, "หน่วยงาน,IIT", "เขตสาทร,90", "เขตดุสิต,x")
    assert codes_of(found) == ["year-missing", "score-form"]
    assert "fiscal_year_be" in found.problems[0].fix
    assert found.frame.empty


def test_the_year_above_a_table_is_taken_and_said_with_its_cell(tmp_path):
    found = read(tmp_path, "ผลการประเมิน ประจำปีงบประมาณ พ.ศ. ๒๕๖๖,", "หน่วยงาน,IIT", "เขตสาทร,90")
    assert not found.problems
    assert found.frame["fiscal_year_be"].tolist() == [2566]
    assert any("A1" in note and "2566" in note for note in found.notes)


def test_two_years_above_a_table_are_never_chosen_from(tmp_path):
    found = read(tmp_path, "ประจำปี 2566 (ระดับตามเกณฑ์ พ.ศ. 2565),", "หน่วยงาน,IIT", "เขตสาทร,90")
    assert codes_of(found) == ["year-missing"]
    assert "2566 (A1)" in found.problems[0].found and "2565 (A1)" in found.problems[0].found


def test_an_unlisted_agency_needs_its_framework(tmp_path):
    lines = ["agency_code,fiscal_year_be,IIT,EIT", "5555,2566,90,91", "1028,2566,80,81"]
    found = read(tmp_path, *lines)
    assert codes_of(found) == ["framework-missing"]
    assert found.problems[0].agency_code == "5555"
    given = [lines[0] + ",framework", lines[1] + ",national-2566", lines[2] + ",bangkok-district-2566"]
    assert not read(tmp_path, *given).problems


def test_a_header_of_two_lines_is_one_header(tmp_path):
    head = [["หน่วยงาน", "ปีงบประมาณ", "IIT", None], [None, None, "I1", "I2"]]
    merged = '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:B2"/><mergeCell ref="C1:D1"/></mergeCells>'
    xml = sheet_xml([*head, ["เขตสาทร", 2566, 90, 91]], after=merged)
    (tmp_path / "scores.xlsx").write_bytes(packed(parts({"Scores": xml})))
    found = reading.read([tmp_path])
    assert not found.problems
    assert scores_of(found) == {("1028", "I1"): 90, ("1028", "I2"): 91}


def test_a_score_merged_over_two_codes_is_refused(tmp_path):
    xml = sheet_xml(
        [["หน่วยงาน", "ปี", "I1", "I2"], ["เขตสาทร", 2566, 90, None]],
        after='<mergeCells><mergeCell ref="C2:D2"/></mergeCells>',
    )
    (tmp_path / "scores.xlsx").write_bytes(packed(parts({"Scores": xml})))
    assert codes_of(reading.read([tmp_path])) == ["cell-merged"]


def test_a_code_twice_in_the_header_is_a_problem(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,IIT,iit", "เขตสาทร,2566,90,91")
    assert codes_of(found) == ["header"]


@pytest.mark.parametrize(("head", "right"), [("Е1", "E1"), ("О1", "O1"), ("l1", "I1"), ("I 1", "I1"), ("E1O", "E10")])
def test_a_header_that_only_looks_like_a_code_is_refused_with_the_right_one(tmp_path, head, right):
    found = read(tmp_path, f"หน่วยงาน,ปี,IIT,{head}", "เขตสาทร,2566,90,91")
    assert [(one.code, one.row, one.column) for one in found.problems] == [("code-form", 1, f"D {head}")]
    assert f" {right} " in found.problems[0].fix


def test_a_code_that_the_rules_lack_is_one_problem_of_its_column(tmp_path):
    found = read(
        tmp_path,
        "agency_code,fiscal_year_be,framework,O99,O1",
        "5555,2564,national-2564,100,0",
        "5556,2564,national-2564,0,0",
    )
    assert [(one.code, one.column, one.agency_code) for one in found.problems] == [("code-unlisted", "D O99", "")]


def test_columns_that_are_not_read_are_named(tmp_path):
    found = read(tmp_path, "ลำดับ,หน่วยงาน,ปี,IIT,ระดับ,ความเห็น", "1,เขตสาทร,2566,90,A,ดี")
    assert not found.problems
    assert any("A ลำดับ · E ระดับ · F ความเห็น" in note for note in found.notes)


def test_an_agency_without_any_score_is_said(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,IIT", "เขตสาทร,2566,90", "เขตดุสิต,2566,")
    assert not found.problems and len(found.frame) == 1
    assert any("เขตดุสิต" in note and "ทั้งแถว" in note for note in found.notes)


@pytest.mark.parametrize("said", ["ปี 2565", "จำนวนผู้ตอบ", "ค่าเป้าหมาย", "(ระดับ)", "ปีก่อน", "1-5"])
def test_what_stands_under_an_indicator_and_is_not_its_score_is_not_read(tmp_path, said):
    found = read(tmp_path, f"หน่วยงาน,ปี,IIT,ตัวชี้วัดที่ 1 {said}", "เขตสาทร,2566,90,45")
    assert scores_of(found) == {("1028", "IIT"): 90}
    assert any("D ตัวชี้วัดที่ 1" in note for note in found.notes)


# --- the public list: number, agency, district, province, total


LIST = ["ผลการประเมินรายหน่วยงานภายในจังหวัด ปีงบประมาณ 2561,,,,", "#,หน่วยงาน,อำเภอ,จังหวัด,คะแนนเฉลี่ย"]


def test_the_public_list_gives_totals(tmp_path):
    found = read(
        tmp_path, *LIST, "1,เทศบาลนครภูเก็ต,เมืองภูเก็ต,ภูเก็ต,84.11", "2,เทศบาลตำบลวิชิต,เมืองภูเก็ต,ภูเก็ต,81.62", ",ค่าเฉลี่ย,,,82.87"
    )
    assert not found.problems
    assert scores_of(found) == {("P001", "total"): 84.11, ("P002", "total"): 81.62}
    assert found.frame["framework"].unique().tolist() == ["national-2561"]
    assert any("ค่าเฉลี่ย" in note for note in found.notes)


def test_a_list_without_an_agencys_name_in_a_row_is_a_problem(tmp_path):
    found = read(tmp_path, *LIST, "1,,,,84.11")
    assert codes_of(found) == ["agency-missing"]


def test_a_plain_score_column_beside_names_is_the_total(tmp_path):
    assert scores_of(read(tmp_path, "หน่วยงาน,ปี,คะแนน", "เขตสาทร,2566,90")) == {("1028", "total"): 90}


# --- a code a row, under other names


def test_thai_headers_of_one_code_a_row(tmp_path):
    found = read(tmp_path, "รหัสหน่วยงาน,ปี,รหัสข้อ,คะแนนที่ได้,จำนวนผู้ตอบ", "1028,2566,I3,95.86,45", "1028,2566,E12,๘๑.๘๗,")
    assert not found.problems
    assert scores_of(found) == {("1028", "I3"): 95.86, ("1028", "E12"): 81.87}


def test_an_ambiguous_header_is_settled_by_the_values_below(tmp_path):
    assert scores_of(read(tmp_path, "รหัส,ปี,คะแนน", "1028,2566,90")) == {("1028", "total"): 90}
    assert scores_of(read(tmp_path, "หน่วยงาน,ปี,รหัส,คะแนน", "เขตสาทร,2566,I1,90")) == {("1028", "I1"): 90}


def test_agency_and_year_may_stand_above_a_list_of_codes(tmp_path):
    found = read(tmp_path, "หน่วยงาน,สำนักงานเขตสาทร", "ปีงบประมาณ: 2566,", "ข้อ,คะแนน", "I1,90")
    assert not found.problems
    assert scores_of(found) == {("1028", "I1"): 90}
    assert sum("เหนือตาราง" in note for note in found.notes) == 2


def test_an_average_beside_codes_is_the_score_of_each(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,ตัวชี้วัด,คะแนน ITA (100 คะแนน)", "เขตสาทร,2566,ตัวชี้วัดที่ 1 การปฏิบัติหน้าที่,94.59")
    assert not found.problems and scores_of(found) == {("1028", "1"): 94.59}


def test_two_score_columns_beside_codes_are_never_chosen_from(tmp_path):
    head = "หน่วยงาน,ปี,ตัวชี้วัด,คะแนน ITA (100 คะแนน),คะแนนที่ได้,น้ำหนัก (ร้อยละ),คะแนนถ่วงน้ำหนัก"
    found = read(tmp_path, head, "เขตสาทร,2566,ตัวชี้วัดที่ 1,94.59,91.68,30.00,27.50")
    assert codes_of(found) == ["header"] and "คะแนนที่ได้" in found.problems[0].found


def test_missing_columns_are_each_named(tmp_path):
    found = read(tmp_path, "ข้อ,คะแนน", "I1,90", "I2,x")
    assert codes_of(found) == ["header", "year-missing", "score-form"]


def test_two_columns_for_one_thing_are_never_chosen_from(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,ข้อ,คะแนน,คะแนนที่ได้", "เขตสาทร,2566,I1,90,91")
    assert codes_of(found) == ["header"]


# --- other scales and other assessments


@pytest.mark.parametrize(
    ("head", "values"),
    [
        ("IIT/30,EIT/30,OIT/40", "27.5,25.1,38.2"),
        ("IIT (30 คะแนน),EIT (30 คะแนน),OIT (40 คะแนน)", "27.5,25.1,38.2"),
        ("IIT ถ่วงน้ำหนัก,EIT ถ่วงน้ำหนัก,OIT ถ่วงน้ำหนัก", "27.5,25.1,38.2"),
    ],
)
def test_weighted_points_are_refused_by_their_header(tmp_path, head, values):
    found = read(tmp_path, f"หน่วยงาน,ปี,{head}", f"เขตสาทร,2566,{values}")
    assert codes_of(found) == ["score-scale"] * 3 and found.frame.empty


@pytest.mark.parametrize("total", ["90.8", "90.85", ""])
def test_weighted_points_are_refused_by_their_values(tmp_path, total):
    found = read(tmp_path, "หน่วยงาน,ปี,IIT,EIT,OIT,total", f"เขตสาทร,2566,27.5,25.1,38.2,{total}")
    assert codes_of(found) == ["score-scale"]
    assert set(found.frame["code"]) <= {"total"}


def test_weighted_points_beside_scores_are_left_out_and_said(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,IIT (100),IIT (30)", "เขตสาทร,2566,91.68,27.5")
    assert not found.problems
    assert scores_of(found) == {("1028", "IIT"): 91.68}
    assert any("IIT (30)" in note for note in found.notes)


def test_low_scores_on_the_full_scale_are_no_points(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,IIT,EIT,OIT,total", "เขตสาทร,2566,20,10,15,15")
    assert not found.problems and len(found.frame) == 4


def test_shares_of_one_are_refused(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,O1,O2,O3,O4,I1", "เขตสาทร,2566,1,0,1,1,90")
    assert codes_of(found) == ["score-scale"]
    assert scores_of(found) == {("1028", "I1"): 90}
    assert not read(tmp_path, "หน่วยงาน,ปี,O1,O2,O3", "เขตสาทร,2566,0,0,100").problems


OTHERS = {
    "LPA in the title": ["ผลการประเมิน LPA ปี 2566,,", "หน่วยงาน,ปี,คะแนน", "เขตสาทร,2566,90"],
    "LPA in the header": ["หน่วยงาน,ปี,คะแนน LPA", "เขตสาทร,2566,90"],
    "schools in the title": ["ผลการประเมิน ITA Online สถานศึกษา 2566,,", "หน่วยงาน,ปี,คะแนน", "โรงเรียนวัดหนึ่ง,2566,90"],
    "MOIT in the title": ["แบบประเมิน MOIT 1-22,,", "หน่วยงาน,ปี,คะแนน", "เขตสาทร,2566,90"],
    "progress by quarter": ["ผลงานเทียบกับเป้าหมายรายไตรมาส,,", "หน่วยงาน,ปี,คะแนน", "เขตสาทร,2566,90"],
    "a school among agencies": ["หน่วยงาน,ปี,คะแนน", "โรงเรียนวัดหนึ่ง,2566,90"],
}


@pytest.mark.parametrize("name", OTHERS)
def test_scores_of_another_assessment_are_refused_with_its_name(tmp_path, name):
    found = read(tmp_path, *OTHERS[name])
    assert codes_of(found) == ["other-assessment"] and found.frame.empty


def test_a_file_named_after_another_assessment_is_refused(tmp_path):
    lines = ["หน่วยงาน,ปี,คะแนน", "เขตสาทร,2566,90"]
    assert codes_of(read(tmp_path, *lines, name="LPA2566.csv")) == ["other-assessment"]
    assert not read(tmp_path, *lines, name="alpaca.csv").problems


def test_codes_of_another_assessment_are_named_in_each_row(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,ข้อ,คะแนน", "เขตสาทร,2566,MOIT 1,90", "เขตสาทร,2566,I1,90")
    assert codes_of(found) == ["code-form"] and "MOIT" in found.problems[0].fix


def test_another_assessment_in_a_column_of_its_own_is_left_out(tmp_path):
    found = read(tmp_path, "หน่วยงาน,ปี,คะแนน ITA,LPA", "เขตสาทร,2566,90,80")
    assert not found.problems and scores_of(found) == {("1028", "total"): 90}
    assert any("LPA" in note for note in found.notes)


def test_a_sheet_of_another_assessment_does_not_pass_beside_ours(tmp_path):
    rows = [["หน่วยงาน", "ปี", "คะแนน"], ["เขตสาทร", 2566, 90]]
    (tmp_path / "scores.xlsx").write_bytes(packed(parts({"ITA": sheet_xml(rows), "LPA": sheet_xml(rows)})))
    found = reading.read([tmp_path])
    assert [(one.code, one.sheet) for one in found.problems] == [("other-assessment", "LPA")]


def test_numbers_that_excel_made_of_codes_are_read_as_codes(tmp_path):
    rows = [["รหัสหน่วยงาน", "ปี", "ข้อ", "คะแนน"], [1028.0, 2566.0, 9.1, 90], [1028, 2566, 10, 91]]
    (tmp_path / "scores.xlsx").write_bytes(workbook(rows))
    assert scores_of(reading.read([tmp_path])) == {("1028", "9.1"): 90, ("1028", "10"): 91}
