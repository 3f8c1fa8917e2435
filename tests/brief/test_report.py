"""The official report by rule: what the director's page says, what is found in the records, what is lacking, what moved."""

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ita_analysis.brief import progress
from ita_analysis.brief.blocks import Chart, Dataset, Table, Text, from_data, text_of
from ita_analysis.brief.digits import thai_text
from ita_analysis.brief.progress import ProgressReport, open_report
from ita_analysis.brief.progress import facts as report_facts
from ita_analysis.errors import InputError, UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.measures import model
from ita_analysis.measures.register import RegisterError

sys.path.append(str(Path(__file__).parent.parent / "measures"))
from random_registers import registers, tiny

PARTS = [name for name, part in vars(ProgressReport).items() if callable(part) and not name.startswith("_")]


def report_of(register, round_number=1, digits="arabic", **changes):
    made = {"pictures": {}, "register_digest": "", "line": 90.0, "name_th": "สำนักงานเขตตัวอย่าง", **changes}
    framework = loader.load(register.head.framework)
    facts = report_facts.ReportFacts(
        register=register, round_number=round_number, digits=digits, framework=framework, **made
    )
    return ProgressReport(facts)


def blocks_of(report):
    for name in PARTS:
        made = getattr(report, name)()
        yield from made if isinstance(made, tuple) else (made,)


def said(block):
    return [" ".join(filter(None, [point.said, point.detail, point.figure, point.unit])) for point in block.points]


def cells(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


@pytest.fixture(scope="module")
def sathon():
    return open_report("1028", 2567, digits="arabic")


@pytest.fixture(scope="module")
def demo():
    return open_report("9901", 2567, 2, digits="arabic")


# --- the director's page


def test_sathons_director_reads_five_sentences_by_rule(sathon):
    first, second, third, fourth, fifth = said(sathon.summary())
    assert "6 จาก 27 ข้อคำถามต่ำกว่า 90 คะแนน ส่วนการเปิดเผยข้อมูลได้เต็ม 100" in first
    assert "E12 81.87 · I16 83.52 · E14 85.12 · E15 87.46 · I17 87.83 · E9 88.69" in first
    assert "เจ้าหน้าที่ตอบ 2 ข้อ" in second and "ประชาชนตอบ 4 ข้อ" in second and "2 + 4" in second
    assert "ทุกข้อที่อ่อนมีมาตรการ แต่ E12 มีผลตรงตามแผน 1 ใน 4 และ E14 มีผลตรงตามแผน 1 ใน 2" in third
    assert "12 จาก 42 รายการที่คัดคำจากแผนโดยไม่มีวันที่หรือจำนวน" in third
    assert "13,492 ราย เฉลี่ย 4.84 ต่ำสุดกุมภาพันธ์ 4.61" in fourth and "75 จาก 1,042" in fourth and "7.2" in fourth
    for part in ("ยืนยัน E12 และ I16", "เฝ้าดู E10 (90.25)", "อย่างน้อย 13 ข้อ"):
        assert part in fifth
    assert sathon.summary().title == "ทุกข้อที่ต่ำกว่า 90 มีมาตรการแล้ว แต่ผลยังไม่ระบุวันที่หรือจำนวน"


def weak(**changes):
    return tiny(evidence=(model.Evidence("E001", ("R001",), "ภาพ", "file", "result", sha256="a" * 64),), **changes)


@pytest.mark.parametrize(
    ("register", "headline"),
    [
        (tiny(measures=(), results=()), "1 ข้อที่ต่ำกว่า 90 ยังไม่มีมาตรการ"),
        (tiny(results=()), "ทุกข้อที่ต่ำกว่า 90 มีมาตรการแล้ว แต่ยังไม่มีผลในรอบนี้"),
        (tiny(), "ทุกข้อที่ต่ำกว่า 90 มีมาตรการแล้ว แต่ผลยังไม่ระบุวันที่หรือจำนวน"),
        (
            weak(results=(model.Result("R001", 1, "M001", result_th="ทำแล้ว", done_date=date(2024, 1, 5)),)),
            "ทุกข้อที่ต่ำกว่า 90 มีมาตรการแล้ว และทุกผลมีหลักฐาน",
        ),
        (
            tiny(results=(model.Result("R001", 1, "M001", result_th="ทำแล้ว", quantity=Decimal(3)),)),
            "ทุกข้อที่ต่ำกว่า 90 มีมาตรการแล้ว มีหลักฐานแล้ว 0 จาก 1 ผล",
        ),
        (
            tiny(items=(model.Item("E12", score=Decimal(95), reason="listed"),), measures=(), results=()),
            "ไม่มีข้อที่ต่ำกว่า 90",
        ),
        (tiny(items=(), measures=(), results=()), "ยังไม่มีคะแนนรายข้อในทะเบียน"),
    ],
)
def test_the_headline_says_no_more_than_the_register(register, headline):
    assert report_of(register).summary().title == headline


@settings(max_examples=60)
@given(registers(), st.sampled_from([1, 2]), st.sampled_from(["thai", "arabic"]))
def test_every_register_makes_whole_pages(register, round_number, digits):
    for block in blocks_of(report_of(register, round_number, digits)):
        assert from_data(block.data()) == block


# --- records


def test_sathons_four_faults_are_said_and_where(sathon):
    shown = cells(sathon.doubts())
    assert ["การพิมพ์ครั้งที่ 1", "แถว “ค่าเฉลี่ย” พิมพ์ 13,492 ซึ่งเป็นผลรวมรายเดือน ไม่ใช่ค่าเฉลี่ย"] in shown
    assert any(where == "การพิมพ์ครั้งที่ 3" and "ต่างกัน 210" in what for where, what in shown)
    assert any("วันเสาร์ ไม่ใช่วันพฤหัสบดี" in what for _, what in shown)
    assert any("ไม่ได้ถ่วงน้ำหนัก" in what for _, what in shown)


def test_the_table_that_adds_up_is_the_one_that_is_drawn(sathon):
    chart = sathon.survey()
    assert isinstance(chart, Chart) and "4.84" in chart.title and "กุมภาพันธ์" in chart.note
    assert "4.97" in chart.svg and "2,908" in chart.svg and chart.svg != chart.svg_narrow


def test_records_stand_under_their_kinds_with_share_and_unit(sathon):
    table = sathon.records()
    assert [row.cells[0].text for row in table.rows if row.group] == [
        *("ปริมาณงานและตัวชี้วัด", "การอบรม", "การประชุม"),
        *("รายการเอกสารและหน่วยงานที่รับผิดชอบ", "ช่องทางเผยแพร่", "อื่น ๆ"),
    ]
    online = next(row for row in cells(table) if "BMA OSS ทางออนไลน์" in row[0])
    assert online[3:5] == ["75 จาก 1,042 คำขอ", "7.20"]
    assert sum(not row.group for row in table.rows) == 43


def test_records_of_the_second_round_wait_for_it():
    records = (model.Record("C001", 1, "kpi", "รอบแรก"), model.Record("C002", 2, "kpi", "รอบสอง"))
    first, second = (report_of(tiny(records=records), number).records() for number in (1, 2))
    assert "รอบสอง" not in str(cells(first)) and "รอบสอง" in str(cells(second))


def test_a_register_without_records_says_so_and_draws_nothing():
    report = report_of(tiny())
    assert isinstance(report.survey(), Text) and isinstance(report.records(), Text)
    assert "ยังไม่มีข้อมูลประกอบ" in said(report.summary())[3]


# --- lists


def test_what_the_register_lacks_is_counted_and_named(sathon):
    rows = cells(sathon.lacking())
    assert ["มาตรการที่ยังไม่มีผล", "2", "E11-3 E14-2"] in rows
    assert ["มาตรการที่ยังไม่ระบุผู้รับผิดชอบ", "44", "ทุกรายการ"] in rows
    assert ["ผลที่ไม่มีในแผน", "5", "I3-r3 I13-r3 E11-r3 E11-r4 E14-r3"] in rows


def test_the_calendar_says_what_is_not_known(sathon):
    rows = cells(sathon.calendar())
    assert ["31 มี.ค. 2567", "สิ้นสุดรอบ 6 เดือนของมาตรการ", ""] in rows
    assert any("ไม่ทราบ" in row[0] for row in rows)


def test_the_annex_holds_every_table_and_the_judgement(sathon):
    made = {one.role: one for one in sathon.datasets()}
    assert {"judgement", "doubts", "items", "measures", "results", "evidence", "records", "table_rows", "notes"} == set(
        made
    )
    assert all(isinstance(one, Dataset) for one in made.values())
    assert (len(made["judgement"].rows), len(made["items"].rows)) == (49, 29)


# --- did it help?


def test_measures_stand_beside_the_change_and_never_as_its_cause(demo):
    table = demo.helped()
    assert isinstance(table, Table)
    row = next(row for row in cells(table) if row[0].startswith("E11"))
    assert row[1:5] == ["1 มาตรการ มีหลักฐาน", "80.72", "92.78", "+12.06 สูงขึ้น"]
    assert "ไม่ได้บอกว่าคะแนนเปลี่ยนเพราะมาตรการ" in table.note
    reworded = next(row for row in cells(table) if row[0].startswith("E13"))
    assert reworded[-1] == "เทียบไม่ได้" and reworded[4].startswith("เทียบไม่ได้")


def test_without_the_next_scores_the_page_says_when_it_can_be_told(sathon):
    assert isinstance(sathon.helped(), Text)
    assert "ยังไม่มีคะแนนปี 2567" in text_of(sathon.helped().paragraphs[0])


# --- digits, key, errors


def test_item_codes_and_keys_keep_their_digits():
    assert thai_text("E12 81.87 (O1-O22) r-b1911f5e 1,042 https://a.go.th/12") == (
        "E12 ๘๑.๘๗ (O1-O22) r-b1911f5e ๑,๐๔๒ https://a.go.th/12"
    )


def test_thai_digits_stand_on_every_part_but_the_annex(sathon):
    thai = open_report("1028", 2567)
    assert "E12 ๘๑.๘๗" in said(thai.summary())[0]
    assert "๒๕๖๗" in thai.cover().subtitle and thai.cover().digits == "thai"
    assert "๔.๙๗" in thai.survey().svg
    assert thai.datasets() == sathon.datasets()
    assert thai.cover().page_key != sathon.cover().page_key


def test_made_up_scores_are_marked(demo):
    assert demo.cover().badge == "ข้อมูลสมมติ"
    assert demo.cover().record["is_synthetic"] is True


@pytest.mark.parametrize(
    ("asked", "error", "words"),
    [
        ({"agency": "1028", "measures_year_be": 2569}, RegisterError, "2569"),
        ({"agency": "9999", "measures_year_be": 2567}, UnknownNameError, "9999"),
        ({"agency": "1028", "measures_year_be": 2024}, UsageError, "2567"),
        ({"agency": "1028", "measures_year_be": 2567, "round": 3}, UsageError, "รอบ 3"),
        ({"agency": "1028", "measures_year_be": 2567, "digits": "roman"}, UsageError, "roman"),
        ({"agency": "1028", "measures_year_be": 2567, "action_line": 0.0}, UsageError, "เส้น"),
    ],
)
def test_what_can_not_be_asked_is_refused_with_a_sentence(asked, error, words):
    with pytest.raises(error) as caught:
        progress.open_report(**asked)
    assert words in str(caught.value)
    assert isinstance(caught.value, InputError | UsageError)


def national(year):
    head = model.Head("P001", year, f"national-{year - 1}", year - 1)
    documents = (model.Document("D001", ("O42",), "แผนมาตรการ", "https://example.go.th/1", "ฝ่ายปกครอง", "เผยแพร่แล้ว"),)
    return model.Register(head, documents=documents)


def test_duties_of_the_year_that_the_register_lacks_are_named_where_they_are_known():
    table = report_of(national(2566)).documents()
    rows = cells(table)
    assert rows[0] == ["O42", "แผนมาตรการ", "https://example.go.th/1", "ฝ่ายปกครอง", "เผยแพร่แล้ว"]
    assert ["O43", "รายงานผลตามมาตรการ", "", "", "ยังไม่ลงทะเบียน"] in rows
    assert not any(row[0] == "O42" and row[-1] == "ยังไม่ลงทะเบียน" for row in rows)
    assert "national-2567" in report_of(national(2567)).documents().note  # no source lists them: nothing is borrowed


def test_a_scheme_whose_duties_no_source_lists_says_so(sathon):
    said_of = " ".join(text_of(runs) for runs in sathon.documents().paragraphs)
    assert "bangkok-district-2567" in said_of and "ไม่เดาจากกรอบอื่น" in said_of
