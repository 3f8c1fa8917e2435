"""The official table: every item, measure, result and piece of evidence once in full, whatever the register holds."""

import sys
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ita_analysis.brief.blocks import text_of
from ita_analysis.brief.progress import facts as report_facts
from ita_analysis.brief.progress.official_table import official_table
from ita_analysis.framework import loader
from ita_analysis.measures import model
from ita_analysis.measures.claims import judged
from ita_analysis.thai.text import printable

sys.path.append(str(Path(__file__).parent.parent / "measures"))
from random_registers import registers, tiny


def facts_of(register, round_number=1, **changes):
    made = {
        "pictures": {},
        "register_digest": "",
        "round_number": round_number,
        "digits": "arabic",
        "line": 90.0,
        "name_th": "สำนักงานเขตสาทร",
        "framework": loader.load(register.head.framework),
        **changes,
    }
    return report_facts.ReportFacts(register=register, **made)


@pytest.fixture(scope="module")
def sathon():
    return report_facts.collect("1028", 2567)


def cells_of(table):
    return [
        (part, cell)
        for group in table.groups
        for part in group.parts
        for cells in part.grid
        for cell in cells
        if cell is not None
    ]


def texts(table):
    return [text_of(runs) for _, cell in cells_of(table) for runs in cell.lines]


def test_sathon_has_twenty_parts_of_which_four_share_their_measures(sathon):
    parts = [part for group in official_table(sathon).groups for part in group.parts]
    assert len(parts) == 20
    shared = [part.codes for part in parts if len(part.codes) > 1]
    assert shared == [
        ("I13", "I16", "I17"),
        ("I21", "I22", "I23", "I24"),
        ("E1", "E2", "E3", "E4"),
        ("E11", "E12"),
    ]


def test_items_of_a_part_share_its_rows_evenly_below_a_band(sathon):
    part = next(part for group in official_table(sathon).groups for part in group.parts if part.codes == ("E11", "E12"))
    assert [cells[0].rows for cells in part.grid if cells[0]] == [4, 3]
    band = part.grid[0][2]
    assert band.band and band.columns == 2 and "E11 และ E12" in text_of(band.lines[0])
    assert [cells[4].rows for cells in part.grid if cells[4]] == [7]


def test_each_indicator_has_a_heading_and_an_open_one_says_so(sathon):
    headings = [group.heading for group in official_table(sathon).groups]
    assert headings[0].endswith("ตัวชี้วัดที่ 1 การปฏิบัติหน้าที่")
    assert headings[1].endswith("ตัวชี้วัดที่ 1 และ 2 (ยังไม่ชี้ขาด)")
    assert headings[-1].endswith("ตัวชี้วัดที่ 10 การป้องกันการทุจริต")
    assert len(headings) == len(set(headings))


@given(registers(), st.sampled_from([1, 2]))
def test_nothing_is_lost_and_nothing_stands_twice_in_full(register, round_number):
    facts = facts_of(register, round_number)
    table = official_table(facts)
    told = Counter(id(cell) for _, cell in cells_of(table))
    assert max(told.values(), default=1) == 1
    codes = Counter(code for group in table.groups for part in group.parts for code in part.codes)
    assert codes == Counter(item.item_code for item in register.items)
    shown = "\n".join(texts(table))
    found = judged(register, round_number)
    for one in [*found.entries, *found.earlier]:
        for text in (one.measure.measure_th if one.measure else "", one.result.result_th if one.result else ""):
            for paragraph in filter(str.strip, text.splitlines()):
                assert printable(paragraph) in shown
    for item in register.items:
        assert all(printable(part) in shown for part in filter(str.strip, item.issue_th.splitlines()))
    for one in register.evidence:
        results = [register.result[key] for key in one.result_ids]
        if one.caption_th and any(result.round <= round_number for result in results):
            assert printable(one.caption_th) in shown


def unlike_sets():
    items = tuple(model.Item(code, reason="below") for code in ("I13", "I16", "I17"))
    return tiny(
        items=items,
        measures=(
            model.Measure("M001", item_codes=("I13", "I17"), measure_th="อบรมเกณฑ์"),
            model.Measure("M002", item_codes=("I16",), measure_th="ประกาศเกณฑ์"),
        ),
        results=(model.Result("R001", 1, "M001", result_th="อบรมแล้ว"),),
    )


def test_a_measure_of_items_that_do_not_share_all_stands_in_full_at_the_first():
    shown = texts(official_table(facts_of(unlike_sets())))
    assert sum("อบรมเกณฑ์" in text for text in shown) == 1
    assert "ดูมาตรการ M001 ที่ I13" in shown
    assert "ดูผลที่ I13" in shown


def test_a_weak_item_without_a_measure_says_so_and_others_without_stand_in_one_row():
    items = (
        model.Item("E9", score=None, reason="below", issue_th="ช้า"),
        model.Item("E7", topic_th="คู่มือ", reason="listed"),
        model.Item("E8", topic_th="ทันสมัย", reason="watch"),
    )
    table = official_table(facts_of(tiny(items=items, measures=(), results=())))
    shown = texts(table)
    assert "ยังไม่มีมาตรการ" in shown
    assert [part.codes for group in table.groups for part in group.parts] == [("E9",), ("E7", "E8")]
    assert "E7 คู่มือ · E8 ทันสมัย" in shown


def test_round_two_shows_the_first_round_beside_the_latest_result():
    register = tiny(
        results=(
            model.Result("R001", 1, "M001", result_th="เริ่มแล้ว"),
            model.Result("R002", 2, "M001", result_th="ครบแล้ว"),
        ),
        evidence=(model.Evidence("E001", ("R001",), "ภาพ", "printed", "block", caption_th="ภาพรอบแรก"),),
    )
    shown = texts(official_table(facts_of(register, 2)))
    assert "ครบแล้ว" in shown
    assert "รอบ 6 เดือน: เริ่มแล้ว" in shown
    assert any("ภาพรอบแรก" in text for text in shown)
    assert not any("ครบแล้ว" in text for text in texts(official_table(facts_of(register, 1))))


def test_a_result_of_round_one_stands_once_beside_several_later_ones_and_keeps_its_note():
    register = tiny(
        results=(
            model.Result("R001", 1, "M001", result_th="เริ่มแล้ว"),
            model.Result("R002", 2, "M001", result_th="ครบแล้ว"),
            model.Result("R003", 2, "M001", result_th="ขยายผล"),
        ),
        notes=(model.Note("N001", "R001", "เลื่อนจากเดือนมกราคม"), model.Note("N002", "R003", "ทำเพิ่ม")),
    )
    shown = texts(official_table(facts_of(register, 2)))
    assert [shown.count(text) for text in ("รอบ 6 เดือน: เริ่มแล้ว", "เลื่อนจากเดือนมกราคม", "ทำเพิ่ม")] == [1, 1, 1]
    assert shown.index("รอบ 6 เดือน: เริ่มแล้ว") + 1 == shown.index("เลื่อนจากเดือนมกราคม") < shown.index("ขยายผล")


def test_each_mark_comes_with_its_reason(sathon):
    for one in sathon.judgement.entries:
        assert one.reason_th
    shown = texts(official_table(sathon))
    assert sum("ช่องจำนวนว่าง" in text for text in shown) == 47


def test_day_and_number_of_a_result_are_said_once_whether_the_mark_rests_on_them_or_not():
    done = {"result_th": "อบรมแล้ว", "done_date": date(2024, 1, 5), "quantity": Decimal(24), "quantity_unit": "คน"}
    for state in ("ทำครบ", "ยังไม่ทำ"):
        shown = " ".join(
            texts(official_table(facts_of(tiny(results=(model.Result("R001", 1, "M001", state=state, **done),)))))
        )
        assert shown.count("5 ม.ค. 2567") == 1 and shown.count("24 คน") == 1
