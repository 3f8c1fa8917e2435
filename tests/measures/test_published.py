"""A published report read by rules: each quirk of such reports in a small made-up one, and what is not known is doubted."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ita_analysis.measures import published
from ita_analysis.measures.published import Asked, ReportError
from ita_analysis.measures.published.codes import Printed, decide, readings, token_at_start
from ita_analysis.measures.published.lists import Paragraph, entries_of, paired
from ita_analysis.measures.published.scores import figures_in
from ita_analysis.measures.published.source import rows_of
from ita_analysis.scores.bounded import InputFile

HEAD = "ประเด็นการประเมิน\tสิ่งที่ต้องปรับปรุง\tมาตรการที่วางไว้\tผลการดำเนินการ\tภาพกิจกรรม"
IIT = "แบบวัดผู้มีส่วนได้ส่วนเสียภายใน (IIT)"


def file(text, name="report.txt"):
    data = text if isinstance(text, bytes) else text.encode("utf-8")
    return InputFile(Path(name), name, "0" * 64, len(data), data)


def read(*lines, asked=Asked()):  # noqa: B008 - frozen
    return published.read(file("\n".join(lines)), asked)


def item(code, text="ตอบคำถามให้ครบ", score="(91.25 คะแนน)", issue="ยังช้า", measure="๑. ตั้งโต๊ะถาม", result="๑. ตั้งโต๊ะแล้ว"):
    return f"{code} {text} {score}\t{issue}\t{measure}\t{result}\t"


def by_code(done):
    return {row["code"]: row for row in done.tables["items"]}


def fields(done, key):
    return {doubt.field for doubt in done.doubts if doubt.key == key}


def shares(done):
    return {row["measure_id"]: row["shared_with"] for row in reversed(done.tables["measures"])}


def test_lost_and_misread_letters_are_decided_by_the_rising_order_and_doubted():
    printed = [Printed(token, at, "IIT") for at, token in enumerate(["1๒", "๑๕", "๑๑", "๑๒", "1๓๐"])]
    decide(printed)
    assert [one.code for one in printed] == ["I2", "I5", "I11", "I12", "I30"]
    assert [one.confidence for one in printed] == ["likely"] * 4 + ["sure"]


def test_a_code_that_order_can_not_decide_is_doubtful():
    printed = [Printed("๑๕", 1, "IIT")]
    decide(printed)
    assert printed[0].confidence == "doubtful" and set(printed[0].others) == {"I15", "I5"}


def test_codes_that_fall_or_stand_twice_are_doubtful():
    printed = [Printed(token, at, "EIT") for at, token in enumerate(["E5", "E4", "E5"])]
    decide(printed)
    assert [one.why for one in printed] == ["", "code_falls", "code_twice"]


def test_look_alike_letters_and_ranges_are_read():
    assert readings("0๓ - 0๙", "OIT") == ("O3-O9",) and readings("E๗", "") == ("E7",)
    assert readings("๑๖", "IIT") == ("I16", "I6") and readings("๒๖", "EIT") == ("E26",)
    assert token_at_start("๑. จัดประชุม") == "" and token_at_start("E๗ ความสะดวก") == "E๗"


@pytest.mark.parametrize(
    ("text", "value", "why"),
    [
        ("(๘๓.๕๐ คะแนน)", "83.50", ""),
        ("(9O.l5 คะแนน)", "90.15", "score_alike"),
        ("(88.10 ຄະແນນ)", "88.10", "score_unit"),
        ("(250.00 คะแนน)", "250.00", "score_range"),
        ("(90.5 คะแนน)", "90.5", "score_form"),
    ],
)
def test_scores_are_read_with_what_is_odd_about_them(text, value, why):
    assert [(one.value, one.why) for one in figures_in(f"เรื่อง {text}")] == [(value, why)]


def test_other_numbers_in_brackets_are_no_scores():
    assert figures_in("ทำทุกปี (๕ ครั้ง) (ข้อ 3)") == []


def test_the_head_is_known_in_other_spellings_and_in_another_order_of_columns():
    other = "ผลการดำเนินการตามแผน\tประเด็นการประเมิน\tมาตรการ/กิจกรรม\tหลักฐาน\tประเด็นที่ต้อ งปรับปรุง"
    done = read(IIT, other, "๑. ตั้งโต๊ะแล้ว\tI4 ตอบคำถาม (91.25 คะแนน)\t๑. ตั้งโต๊ะ\t\tยังช้า")
    assert by_code(done)["I4"]["issue_th"] == "ยังช้า"
    assert done.tables["measures"][0]["measure_th"] == "ตั้งโต๊ะ"


def test_an_item_goes_on_behind_a_page_break_and_its_joined_texts_are_doubted():
    done = read(IIT, HEAD, "I4 ตอบคำถาม\tยังช้า\t๑. ตั้งโต๊ะ\t๑. ตั้ง\t", "", HEAD, "ให้ครบ (91.25 คะแนน)\tมาก\tถาม\tแล้ว\t")
    row = by_code(done)["I4"]
    assert (row["item_text_th"], row["issue_th"], row["score"]) == ("ตอบคำถามให้ครบ", "ยังช้ามาก", "91.25")
    assert done.tables["measures"][0]["measure_th"] == "ตั้งโต๊ะถาม"
    assert {"item_text_th", "issue_th"} <= fields(done, "I4")


def test_two_items_in_one_cell_each_keep_their_score_and_share_the_measures():
    done = read(HEAD, item("E3"), "ครบทุกเรื่อง (90.10 คะแนน) E4 เวลาบริการ (92.20 คะแนน)\tสายไป\t๒. เปิดเร็ว\t๒. เปิดแล้ว\t")
    rows = by_code(done)
    assert rows["E4"]["score"] == "92.20" and rows["E4"]["issue_th"] == "สายไป"
    assert shares(done)["E3-2"] == "E4" and "shared_with" in fields(done, "E3-2")


def test_empty_cells_and_lists_that_run_on_mean_shared_measures():
    done = read(
        HEAD,
        item("E1"),
        item("E2", measure="๒. ติดป้าย", result="๒. ติดแล้ว"),
        item("E3", measure="", result=""),
        item("E5"),
    )
    assert shares(done) == {"E1-1": "E2 E3", "E1-2": "E2 E3", "E5-1": ""}
    assert "shared_with" in fields(done, "E1-1") and "shared_with" not in fields(done, "E5-1")


def test_a_heading_ends_what_is_shared():
    done = read(HEAD, "ตัวชี้วัดที่ ๖ บริการ", item("E1"), "ตัวชี้วัดที่ ๗ สื่อสาร", item("E2", measure="", result=""))
    assert shares(done) == {"E1-1": ""} and "measure_th" in fields(done, "E2")


def test_texts_that_stand_twice_are_not_taken_twice():
    long = "เปิดช่องทางให้คนถามได้ทุกวันทำการตลอดปี"
    done = read(
        HEAD,
        item("E1", measure=f"๑. {long}"),
        item("E2", measure=long, result=""),
        item("E3", issue=long, measure=long, result=""),
    )
    assert [row["measure_th"] for row in done.tables["measures"]] == [long] * 3
    assert any(doubt.field == "measure_th" and doubt.line in (3, 4) for doubt in done.doubts)


def test_numbers_that_are_left_out_or_stand_twice_are_doubted():
    done = read(HEAD, item("E1", measure="๑. ก่อน ๒. หลัง ๔. ท้าย", result="๑. ก่อน ๒. หลัง ๔. ท้าย"))
    assert [row["measure_no"] for row in done.tables["measures"]] == ["1", "2", "4"]
    assert "measure_no" in fields(done, "E1-4")


def test_results_without_a_measure_and_measures_without_a_result_stay_alone():
    done = read(HEAD, item("E1", measure="๑. ตั้งโต๊ะ ๒. ติดป้าย", result="๑. ตั้งโต๊ะ ๓. ส่งจดหมาย"))
    rows = {row["measure_id"]: row for row in done.tables["measures"]}
    assert rows["E1-2"]["result_th"] == "" and rows["E1-r3"]["measure_th"] == ""
    assert rows["E1-2"]["status"] == "not reported" and "result_relation" in fields(done, "E1-r3")


def test_a_pair_by_number_whose_words_differ_is_kept_and_doubtful():
    done = read(HEAD, item("E1", measure="๑. ติดป้ายบอกทางทุกชั้น", result="๑. ซื้อเก้าอี้ให้ผู้สูงอายุ"))
    (row,) = done.tables["measures"]
    assert row["result_th"] and row["confidence"] == "doubtful" and row["status"] == ""
    assert "result_relation" in fields(done, "E1-1")


def test_where_results_repeat_a_number_words_decide():
    measures = entries_of([Paragraph(1, "๑. ติดป้ายบอกทางทุกชั้น ๒. อบรมเจ้าหน้าที่รับคำขอ")])
    results = entries_of(
        [Paragraph(1, "๑. ติดป้ายบอกทางทุกชั้นแล้ว"), Paragraph(2, "๒. ซื้อเก้าอี้"), Paragraph(3, "๒. อบรมเจ้าหน้าที่รับคำขอ")]
    )
    pairs = [(one.measure and one.measure.number, one.result and one.result.text) for one in paired(measures, results)]
    assert pairs == [("1", "ติดป้ายบอกทางทุกชั้นแล้ว"), (None, "ซื้อเก้าอี้"), ("2", "อบรมเจ้าหน้าที่รับคำขอ")]


def test_pages_without_columns_are_read_in_the_order_of_their_paragraphs():
    done = read(
        HEAD,
        "",
        "E๗ บอกผลของคำขอ",
        "ให้ผู้ขอรู้ (88.00 คะแนน)",
        "",
        "ยังไม่บอก",
        "",
        "๑. ส่งข้อความ",
        "๒. โทรบอก",
        "",
        "๑. ส่งข้อความ",
        "๒. โทรแล้ว",
    )
    row = by_code(done)["E7"]
    assert row["item_text_th"] == "บอกผลของคำขอให้ผู้ขอรู้" and row["issue_th"] == "ยังไม่บอก" and row["score"] == "88.00"
    assert [one["result_th"] for one in done.tables["measures"]] == ["ส่งข้อความ", "โทรแล้ว"]
    assert {"item_text_th", "issue_th"} <= fields(done, "E7") and "measure_th" in fields(done, "E7-1")


def test_steps_of_a_poster_and_other_indicators_are_no_items():
    done = read(HEAD, item("E1"), "", "01 บัตรประชาชน", "", "ตัวชี้วัดที่ ๓.๒ ร้อยละของงาน")
    assert list(by_code(done)) == ["E1"] and by_code(done)["E1"]["indicator_no"] == ""


def test_an_inner_table_is_evidence_and_its_copies_are_no_items():
    inner = "<table><tr><td>เดือน</td><td>คน</td></tr><tr><td>พิเศษ</td><td>ครบ</td></tr></table>"
    done = read(HEAD, item("E1") + inner + "\tเดือน\tคน\tพิเศษ\tครบ", "เดือน\tคน\t\t\t", "พิเศษ\tครบ\t\t\t", item("E2"))
    assert list(by_code(done)) == ["E1", "E2"] and by_code(done)["E1"]["issue_th"] == "ยังช้า"
    assert (
        done.tables["measures"][0]["evidence_kind"] == "table" and done.tables["measures"][0]["evidence_line"] == "2-4"
    )


@pytest.mark.parametrize("form", ["bars", "html", "tabs"])
def test_tables_with_bars_and_html_tables_are_read_alike(form):
    rows = [HEAD.split("\t"), item("E1").split("\t"), item("E2").split("\t")]
    if form == "bars":
        lines = ["| " + " | ".join(row) + " |" for row in rows]
    elif form == "html":
        lines = [
            "<table>",
            *("<tr>" + "".join(f"<td>{cell}</td>" for cell in row) + "</tr>" for row in rows),
            "</table>",
        ]
    else:
        lines = ["\t".join(row) for row in rows]
    assert [(row["code"], row["score"]) for row in read(*lines).tables["items"]] == [("E1", "91.25"), ("E2", "91.25")]


def test_what_is_read_into_no_table_is_said():
    done = read(HEAD, item("E1"), "", "ภาคผนวกที่ไม่มีแบบ", "", "อีกบรรทัด")
    assert [(doubt.line, doubt.field) for doubt in done.doubts if doubt.key.startswith("L")] == [(4, "unread")]


def test_what_the_document_does_not_say_stays_empty_and_is_a_doubt():
    done = read(HEAD, item("E1"))
    assert (by_code(done)["E1"]["agency_code"], by_code(done)["E1"]["fiscal_year_be"]) == ("", "")
    assert {"agency_code", "fiscal_year_be"} == fields(done, "-")
    told = read(HEAD, item("E1"), asked=Asked("1028", 2566))
    assert by_code(told)["E1"]["fiscal_year_be"] == "2566" and not fields(told, "-")


def test_a_report_that_names_another_agency_than_asked_is_doubted():
    done = read("สำนักงานเขตบางรัก", HEAD, item("E1"), asked=Asked("1028", 2566))
    assert fields(done, "-") == {"agency_code"}


def test_a_score_far_from_the_others_is_a_doubt_about_the_digit():
    lines = [
        item(f"E{n}", score=f"({score} คะแนน)")
        for n, score in enumerate(["94.00", "93.00", "82.00", "95.00", "92.00"], start=1)
    ]
    done = read(HEAD, *lines)
    assert [code for code, row in by_code(done).items() if row.get("score_doubt_th")] == ["E3"]
    assert "score" in fields(done, "E3") and by_code(done)["E3"]["score"] == "82.00"


def test_an_item_without_a_score_or_with_two_is_doubtful():
    done = read(HEAD, item("E1", score=""), item("E2", score="(90.00 คะแนน) (80.00 คะแนน)"))
    doubts = {(doubt.key, doubt.field): doubt.confidence for doubt in done.doubts}
    assert doubts["E1", "score"] == "doubtful"


def test_an_indicator_whose_heading_is_lost_is_not_guessed():
    done = read(IIT, HEAD, "ตัวชี้วัดที่ ๑ งาน", item("I1"), HEAD, item("I7"), "ตัวชี้วัดที่ ๓ อำนาจ", item("I13"))
    assert [by_code(done)[code]["indicator_no"] for code in ("I1", "I7", "I13")] == ["1", "", "3"]
    assert "indicator_no" in fields(done, "I7") and "indicator_no" not in fields(done, "I1")


def test_a_weekday_that_contradicts_its_date_is_a_doubt_and_no_date_is_taken():
    done = read(HEAD, item("E1", result="๑. จัดประชุมชี้แจงทุกฝ่าย วันจันทร์ที่ ๑๖ มกราคม ๒๕๖๗"))
    assert "result_th" in fields(done, "E1-1")
    meeting = next(row for row in done.tables["records"] if row["record_type"] == "meeting")
    assert meeting.get("date_iso", "") == "" and meeting["confidence"] == "doubtful"


MONTHS = ["ตุลาคม 2566\t100\t4.50", "พฤศจิกายน 2566\t200\t4.60", "ธันวาคม 2566\t300\t4.70"]


def test_a_monthly_table_printed_twice_keeps_both_and_takes_the_one_that_adds_up():
    broken = [MONTHS[0], "พฤศจิกายน 2566\t260\t4.60", MONTHS[2]]
    done = read(
        HEAD,
        item("E1"),
        "",
        "เดือน\tผู้ตอบ\tเฉลี่ย",
        *broken,
        "รวม\t600\t4.60",
        "",
        "เดือน\tผู้ตอบ\tเฉลี่ย",
        *MONTHS,
        "รวม\t600\t4.60",
    )
    rows = {row.get("month") or row["row_kind"]: row for row in done.tables["satisfaction"]}
    november = rows["พฤศจิกายน"]
    assert (november["respondents"], november["respondents_reading_1"], november["respondents_reading_2"]) == (
        "200",
        "260",
        "200",
    )
    assert (
        november["confidence"] == "likely"
        and rows["ตุลาคม"]["confidence"] == "sure"
        and rows["printed_total"]["respondents"] == "600"
    )


def test_training_sessions_and_figures_are_records_with_dates_and_a_share():
    done = read(
        HEAD, item("E1"), "", "๑. งานทะเบียน อบรมวันที่ ๕ มีนาคม ๒๕๖๗ เวลา ๐๙.๐๐ - ๑๒.๐๐ น.", "",
        "จำนวนคำขอทางเว็บ ๒๐..... คำขอ จำนวนคำขอทั้งหมด ๘๐..... คำขอ",
    )  # fmt: skip
    records = {row["record_type"]: row for row in done.tables["records"]}
    assert records["training_session"]["date_iso"] == "2024-03-05"
    assert records["kpi_derived"]["value"] == "25.00" and records["kpi_derived"]["confidence"] == "likely"


def test_words_that_the_report_spells_otherwise_elsewhere_are_doubted():
    usual = "เจ้าหน้าที่ของหน่วยงานที่ท่านติดต่อให้บริการดี"
    lines = [item(f"E{n}", text=usual) for n in range(1, 7)]
    done = read(HEAD, *lines, item("E7", text=usual.replace("ที่ท่าน", "ท่าน")))
    assert "item_text_th" in fields(done, "E7") and "item_text_th" not in fields(done, "E2")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"%PDF-1.7 \n...", "report-pdf"),
        (b"\x00\x01\x02 binary", "report-binary"),
        (b"\xff\xfe\x81\x8d" * 9, "report-encoding"),
        (b"PK\x03\x04 broken", "file-damaged"),
        (("ก" * 250_000).encode(), "report-size"),
        (b"x\n" * 6_000, "report-size"),
        ("ประกาศผลคะแนน 95.20 คะแนน\n".encode(), "report-unknown"),
        ((HEAD + "\nเรื่องที่ไม่มีรหัส\tก\tข\tค\t\n").encode(), "report-unknown"),
    ],
)
def test_what_is_no_such_report_is_refused_with_what_was_looked_for(data, code):
    with pytest.raises(ReportError) as refused:
        published.read(file(data))
    assert [one.code for one in refused.value.problems] == [code]


def test_tis_620_is_read_as_thai():
    text = f"{HEAD}\n{item('E1')}"
    assert by_code(published.read(file(text.encode("cp874"))))["E1"]["score"] == "91.25"


def test_more_items_than_any_report_has_are_refused():
    with pytest.raises(ReportError, match="400"):
        read(HEAD, *[item("E1")] * 401)


ODD = [
    "<script>alert(1)</script>",
    "=1+1",
    "{{ 7*7 }}",
    "\u202e",
    "<table>",
    "</td>",
    "&lt;b&gt;",
    "(((((",
    "๑. ๑. ๑.",
    "|",
    "\t",
]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([*ODD, HEAD, item("E1"), item("๑๒"), IIT, "", *MONTHS]), max_size=12), st.randoms())
def test_any_mixture_is_read_or_refused_and_no_item_is_sure_without_a_score(lines, random):
    random.shuffle(lines)
    try:
        done = read(*lines)
    except ReportError:
        return
    for row in done.tables["items"]:
        assert row["score"] or row["confidence"] == "doubtful"
    assert all(doubt.line <= len("\n".join(lines).split("\n")) for doubt in done.doubts)


@settings(max_examples=40, deadline=None)
@given(st.permutations([1, 2, 3, 4, 5, 6]), st.integers(2, 6))
def test_columns_in_any_order_give_the_same_items(order, count):
    heads = [*HEAD.split("\t"), "ลำดับ"]
    rows = [[*item(f"E{n}").split("\t"), str(n)] for n in range(1, count + 1)]
    lines = ["\t".join(row[at - 1] for at in order) for row in (heads, *rows)]
    done = read(*lines)
    assert [row["code"] for row in done.tables["items"]] == [f"E{n}" for n in range(1, count + 1)]
    assert {row["issue_th"] for row in done.tables["items"]} == {"ยังช้า"}


def test_rows_keep_the_line_they_stand_on():
    rows = rows_of(file("ก\n<table>\n<tr><td>ข</td>\n<td>ค</td></tr>\n<tr><td>ง</td></tr></table>\nจ"))
    assert [(row.line, row.text) for row in rows] == [(1, "ก"), (3, "ข ค"), (5, "ง"), (6, "จ")]


def test_a_word_file_is_read_by_its_tables_with_merged_cells_as_shared_measures():
    import io

    from docx import Document

    document = Document()
    document.add_paragraph("แบบวัด (EIT)")
    grid = document.add_table(rows=4, cols=5)
    texts = [
        HEAD.split("\t"),
        item("E1").split("\t"),
        item("E2", measure="", result="").split("\t"),
        item("E3", measure="ถามเอง", result="ถามแล้ว").split("\t"),
    ]
    for row, cells in zip(grid.rows, texts, strict=True):
        for cell, text in zip(row.cells, cells, strict=True):
            cell.text = text
    grid.cell(1, 2).merge(grid.cell(2, 2))
    grid.cell(1, 3).merge(grid.cell(2, 3))
    data = io.BytesIO()
    document.save(data)
    done = published.read(file(data.getvalue(), "report.docx"))
    assert [row["code"] for row in done.tables["items"]] == ["E1", "E2", "E3"]
    assert shares(done) == {"E1-1": "E2", "E3-1": ""}


def test_lines_that_a_report_of_ours_adds_are_no_words_of_the_office():
    done = read(HEAD, item("E1", measure="๑. ตั้งโต๊ะ", result="<p>(มีหลักฐาน) ตรงแผน</p><p>๑. ตั้งแล้ว</p>"))
    assert done.tables["measures"][0]["result_th"] == "ตั้งแล้ว"


def test_an_unnumbered_text_below_a_numbered_list_is_doubtful_in_text_and_its_own_in_word():
    done = read(HEAD, item("E1"), item("E2", measure="ส่งจดหมายถึงบ้าน", result="ส่งแล้ว"))
    assert {doubt.confidence for doubt in done.doubts if doubt.field == "shared_with"} == {"doubtful"}
