"""What a brief says, from tables small enough to check by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ita_analysis.brief.blocks import Cell, Chart, Checklist, Kpis, Table, Text, text_of
from ita_analysis.brief.district import DistrictBrief, open_brief
from ita_analysis.errors import ScoreFileError, UnknownNameError, UsageError

HEADER = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic"


def brief_of(tmp_path: Path, rows: str, *, agency: str = "9990", year: int = 2567, line: float = 90.0) -> DistrictBrief:
    """Return the brief of made-up scores; a row is `year level code score [respondents]`, agency 9990 of scheme demo."""
    lines = [HEADER]
    for entry in rows.strip().splitlines():
        at, level, code, score, *people = entry.split()
        lines.append(f"9990,หน่วยงานทดสอบ,{at},demo-{at},{level},{code},{score},{people[0] if people else ''},true")
    path = tmp_path / "scores.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return open_brief(agency, year, line, str(path))


def said(block: Table | Text | Kpis | Checklist | Chart) -> str:
    """Return all text of a block in one string."""
    texts: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, str):
            texts.append(value)
        elif isinstance(value, dict):
            for part in value.values():
                walk(part)
        elif isinstance(value, (list, tuple)):
            for part in value:
                walk(part)

    walk(block.model_dump(exclude={"svg", "svg_narrow"}))
    return " ".join(texts)


def first_cells(table: Table) -> list[str]:
    """Return the first cell of each ordinary row."""
    return [row.cells[0].text for row in table.rows if not row.group]


def column(table: Table, label: str) -> list[str]:
    """Return the cells under a column head."""
    at = [one.label for one in table.columns].index(label)
    return [row.cells[at].text for row in table.rows if not row.group]


def test_findings_stand_worst_first_and_a_score_on_the_line_is_none_of_them(tmp_path):
    brief = brief_of(tmp_path, "2567 item I1 90\n2567 item I2 89.99\n2567 item E1 70\n2567 item E2 95")
    table = brief.findings()
    assert isinstance(table, Table)
    assert first_cells(table) == ["E1", "I2"]
    assert [record["code"] for record in table.records] == ["E1", "I2"]
    assert "2 จาก 4 ข้อ" in brief.cover().title
    assert first_cells(brief.watch_list()) == ["I1"]


def test_a_higher_line_makes_more_findings(tmp_path):
    rows = "2567 item I1 91\n2567 item E1 70"
    assert len(brief_of(tmp_path, rows, line=95).findings().records) == 2
    assert len(brief_of(tmp_path, rows, line=60).facts.below) == 0


def test_without_findings_the_page_says_so_and_asks_to_confirm(tmp_path):
    brief = brief_of(tmp_path, "2567 item I1 91\n2567 item E1 97")
    assert "ไม่ต่ำกว่า 90" in brief.cover().title
    assert "ยืนยันว่าไม่มีข้อใดต่ำกว่า 90" in said(brief.decisions())
    assert isinstance(brief.findings(), Text)


def test_a_change_is_a_word_only_beyond_chance(tmp_path):
    rows = "2566 item E1 80 400\n2567 item E1 60 400\n2566 item E2 80 400\n2567 item E2 79.5 400"
    table = brief_of(tmp_path, rows).findings()
    assert column(table, "เปลี่ยน") == ["−20.00 ลดลง", "−0.50 ใกล้เคียงเดิม"]


def test_without_respondents_no_word_of_change_is_said(tmp_path):
    table = brief_of(tmp_path, "2566 item E1 80\n2567 item E1 60").findings()
    assert column(table, "เปลี่ยน") == ["−20.00 ไม่ทราบความแน่นอน"]
    assert "ลดลง" not in said(table).replace("สูงขึ้นหรือลดลง", "")


def test_a_reworded_item_is_not_subtracted_and_a_new_one_has_no_last_year(tmp_path):
    rows = "2566 item E13 95 400\n2567 item E13 70 400\n2567 item I25 80 400"
    table = brief_of(tmp_path, rows).findings()
    assert column(table, "เปลี่ยน") == ["เทียบไม่ได้ เปลี่ยนเนื้อหา", "เทียบไม่ได้ ข้อใหม่ปีนี้"]
    assert [record["change_points"] for record in table.records] == [None, None]
    assert [record["previous_score"] for record in table.records] == [95.0, None]


def test_an_item_below_for_the_second_year_is_named_as_such(tmp_path):
    brief = brief_of(tmp_path, "2566 item E1 80 400\n2567 item E1 81 400")
    assert "ต่ำ 2 ปีติดกัน" in said(brief.findings())
    assert "1 ข้อต่ำต่อเนื่องจากปีก่อน" in brief.cover().title


def test_few_respondents_are_said_beside_the_score(tmp_path):
    table = brief_of(tmp_path, "2567 item E1 80 29\n2567 item E2 81 30").findings()
    assert [record["few_respondents"] for record in table.records] == [True, False]
    assert said(table).count("ผู้ตอบน้อย") == 1


def test_a_document_that_is_not_met_stands_apart_from_the_scores(tmp_path):
    brief = brief_of(tmp_path, "2567 item E1 80\n2567 item O1 0\n2567 item O2 100")
    table = brief.findings()
    assert first_cells(table) == ["E1", "O1"]
    assert column(table, "คะแนน") == ["80.00", "ไม่ครบ"]
    assert [record["code"] for record in table.records] == ["E1"]
    assert brief.facts.documents_missing == ["O1"]
    assert "เปิดเผยเอกสาร O1 ให้ครบ" in said(brief.decisions())


def test_an_item_that_is_absent_is_unknown_never_zero(tmp_path):
    brief = brief_of(tmp_path, "2567 item I1 91\n2567 item E1 97")
    assert brief.facts.total is None
    assert "ไม่ทราบ" in said(brief.tiles())
    assert "0.00" not in said(brief.every_item())
    assert len(brief.facts.unknown) == 38


def test_a_year_without_rules_is_read_and_says_what_is_not_known(tmp_path):
    brief = brief_of(tmp_path, "2563 item I1 80\n2563 item E1 97", year=2563)
    assert "ไม่ทราบรายละเอียดของปีนี้" in said(brief.sources())
    assert [record["code"] for record in brief.findings().records] == ["I1"]


def test_only_a_total_still_gives_a_chart_and_asks_for_items(tmp_path):
    brief = brief_of(tmp_path, "2566 total total 85\n2567 total total 86")
    assert isinstance(brief.main_chart(), Chart)
    assert "ขอคะแนนรายข้อ" in said(brief.decisions())
    assert "ยังไม่ทราบว่าข้อใดต้องปรับปรุง" in said(brief.findings())


def test_three_decisions_at_most_each_with_a_date_of_the_year_of_measures(tmp_path):
    brief = brief_of(tmp_path, "2567 item E1 80\n2567 item E2 81\n2567 item O1 0\n2567 item O2 0")
    tasks = brief.decisions().tasks
    assert len(tasks) == 3
    assert {task.due for task in tasks} == {"31 มี.ค. 2568"}


def test_made_up_scores_say_so_on_the_page(tmp_path):
    assert brief_of(tmp_path, "2567 item E1 80").cover().badge == "ข้อมูลสมมติ"


def test_the_page_key_follows_rows_and_line_but_not_the_folder(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    key = brief_of(tmp_path / "a", "2567 item E1 80").cover().page_key
    assert brief_of(tmp_path / "b", "2567 item E1 80").cover().page_key == key
    assert brief_of(tmp_path / "b", "2567 item E1 80.01").cover().page_key != key
    assert brief_of(tmp_path / "b", "2567 item E1 80", line=89).cover().page_key != key


def test_an_agency_or_year_that_is_not_there_is_answered_with_what_is(tmp_path):
    with pytest.raises(UnknownNameError, match="2567"):
        brief_of(tmp_path, "2567 item E1 80", year=2565)
    with pytest.raises(UnknownNameError, match="9990"):
        brief_of(tmp_path, "2567 item E1 80", agency="9991")


def test_a_line_or_year_without_sense_is_refused(tmp_path):
    with pytest.raises(UsageError, match="101"):
        brief_of(tmp_path, "2567 item E1 80", line=101)
    with pytest.raises(UsageError, match="2567"):
        brief_of(tmp_path, "2567 item E1 80", year=2024)


def test_a_broken_row_of_this_agency_stops_its_brief(tmp_path):
    with pytest.raises(ScoreFileError, match="8869"):
        brief_of(tmp_path, "2567 item E1 8869")


def test_what_is_overdue_is_marked_only_where_a_date_is_given(tmp_path):
    path = tmp_path / "scores.csv"
    path.write_text(f"{HEADER}\n9990,หน่วยงานทดสอบ,2567,demo-2567,item,E1,80,,true\n", encoding="utf-8")
    plain, buddhist, gregorian = (
        open_brief("9990", 2567, scores=str(path), as_of=day) for day in ("", "2568-05-01", "2025-05-01")
    )
    assert "เลยกำหนด" not in said(plain.next_steps())
    left = [text for text in column(buddhist.next_steps(), "ณ 1 พ.ค. 2568") if text != "–"]
    assert left == ["เลยกำหนด", "เหลือ 152 วัน"]
    assert buddhist.next_steps() == gregorian.next_steps()
    assert buddhist.cover() == gregorian.cover() != plain.cover()


def test_the_page_says_what_is_missing_to_the_next_level():
    assert "EIT อีก 0.12" in said(open_brief("9901", 2567).level())
    assert said(open_brief("1028", 2566).level()).strip() == "text"


def test_own_rules_win_over_the_shipped_ones(tmp_path):
    from ita_analysis.framework.loader import SHIPPED_RULES

    own = tmp_path / "rules"
    own.mkdir()
    rules = (SHIPPED_RULES / "bangkok-district-2566.toml").read_text(encoding="utf-8")
    assert "ให้บริการตามเวลาและต่อเวลา" in rules
    changed = rules.replace("ให้บริการตามเวลาและต่อเวลา", "เรื่องของเราเอง")
    (own / "bangkok-district-2566.toml").write_text(changed, encoding="utf-8")
    shipped, ours = open_brief("1028", 2566), open_brief("1028", 2566, rules=str(own))
    assert "เรื่องของเราเอง" in ours.cover().title
    assert ours.cover().page_key != shipped.cover().page_key


def test_the_page_key_follows_the_rules_of_earlier_years_too(tmp_path):
    from ita_analysis.framework.loader import SHIPPED_RULES

    rows = "2566 item E1 80 400\n2567 item E1 81 400"
    shipped = brief_of(tmp_path, rows).cover().page_key
    own = tmp_path / "rules"
    own.mkdir()
    rules = (SHIPPED_RULES / "demo-2566.toml").read_text(encoding="utf-8")
    (own / "demo-2566.toml").write_text(rules + "\n# another source\n", encoding="utf-8")
    ours = open_brief("9990", 2567, scores=str(tmp_path / "scores.csv"), rules=str(own)).cover().page_key
    assert ours != shipped


def test_more_findings_than_a_page_holds_stand_in_the_annex(tmp_path):
    rows = "\n".join(f"2567 item E{number} {60 + number}" for number in range(1, 16))
    brief = brief_of(tmp_path, rows)
    table = brief.findings()
    assert len(first_cells(table)) == 10
    assert len(table.records) == 15
    assert {f"E{number}" for number in range(1, 16)} <= set(first_cells(brief.every_item()))


def test_every_chart_of_the_showcase_has_its_own_alternative_text():
    brief = open_brief("9901", 2567)
    charts = [brief.main_chart(), brief.peers_chart(), brief.history_chart()]
    assert all(isinstance(chart, Chart) and len(chart.alt) > 60 for chart in charts)
    assert len({chart.alt for chart in charts}) == 3


def test_a_cell_joins_its_lines():
    assert isinstance(Cell(lines=()), Cell)
    assert text_of(open_brief("1028", 2566).tiles().tiles[0].lines[0]) == "เจ้าหน้าที่ 2 · ประชาชน 4"
