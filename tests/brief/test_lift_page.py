"""What the page "what lifts the total" says: a sentence for every kind of answer, from scores checked by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from brief.test_brief import column, first_cells, said

from ita_analysis.brief.blocks import Chart, Cover, Dataset, Table, Text
from ita_analysis.brief.lift import LiftPage, open_lift, ratings
from ita_analysis.errors import InputError, ScoreFileError, UnknownNameError, UsageError
from ita_analysis.export import html, pdf, workbook
from ita_analysis.export.document import Document
from ita_analysis.framework import loader
from ita_analysis.framework.codes import level_of
from ita_analysis.framework.weights import points_of_total
from ita_analysis.scores import reading

HEADER = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic"
PARTS = ["cover", "tiles", "sets", "chart", "chosen", "limits", "every", "method", "sources"]


def write(path: Path, scheme: str, year: int, given: dict[str, float], agency: str = "9990") -> Path:
    """Write the scores of one made-up agency."""
    rows = [
        f"{agency},หน่วยงาน {agency},{year},{scheme}-{year},{level_of(code)},{code},{score},,true"
        for code, score in given.items()
    ]
    path.write_text("\n".join([HEADER, *rows]) + "\n", encoding="utf-8")
    return path


def items(score: float = 90.0, *, year: int = 2567, scheme: str = "demo", **changes: float) -> dict[str, float]:
    """Return a score for every leaf of the year, documents met."""
    rules = loader.load(f"{scheme}-{year}")
    points = points_of_total(rules).points
    assert points is not None
    return {code: 100.0 if code[0] == "O" else score for code in points} | changes


def page_of(tmp_path: Path, given: dict[str, float], year: int = 2567, scheme: str = "demo", **asked: str) -> LiftPage:
    return open_lift("9990", year, str(write(tmp_path / "scores.csv", scheme, year, given)), **asked)


def texts(page: LiftPage) -> str:
    return " ".join(said(getattr(page, part)()) for part in PARTS)


@pytest.fixture(scope="module")
def demo() -> LiftPage:
    return open_lift("9901", 2567)


def test_a_document_that_is_not_met_is_named_with_the_total_before_and_after(tmp_path):
    # total 94 with all documents; one missing document of 10.2 (three documents) costs 100 / 3 / 2 / 2 · 0.4 … = 3.33
    page = page_of(tmp_path, items(95.0, O30=0.0))
    assert page.cover().title == "ถึงระดับผ่านดีเยี่ยมได้ถ้า O30 ถึงเป้าหมาย คะแนนรวม 93.67 → 97.00"
    assert first_cells(page.chosen()) == ["O30"]
    assert column(page.chosen(), "คะแนนรวมที่เพิ่ม") == ["3.33"]
    assert column(page.chosen(), "เป้าหมายมาจาก") == ["เอกสารครบ"]


def test_the_limit_stands_on_page_one_and_first_among_the_limits(tmp_path):
    page = page_of(tmp_path, items(O30=0.0))
    assert "ไม่ใช่ปุ่มปรับ" in page.cover().subtitle
    assert "ไม่ใช่ปุ่มที่หมุนได้" in said(page.limits()).split("–")[0]


def test_sets_stand_by_goal_the_cheapest_first_with_what_the_instruments_become(tmp_path):
    given = items(90.0) | {"E12": 20.0, "E1": 20.0}
    page = page_of(tmp_path, given)
    table = page.sets()
    assert isinstance(table, Table)
    groups = [row.cells[0].text for row in table.rows if row.group]
    assert groups == ["ระดับผ่านดี"]
    assert column(table, "ชุด")[0] == "1 น้อยที่สุด"
    efforts = [int(text) for text in column(table, "แรงรวม")]
    assert efforts == sorted(efforts)
    assert all(float(text) >= 85 for text in column(table, "EIT"))


def test_long_sets_are_told_by_what_differs_from_the_first():
    page = open_lift("9902", 2567)
    codes = column(page.sets(), "รายการที่ต้องถึงเป้าหมาย")
    assert len(codes[0].split()) > 10
    assert codes[1].startswith("เหมือนชุดที่ 1 แต่ใช้ ")
    assert said(page.chart()).count("(ในชุด)") == 15  # as many as a page holds


def test_every_instrument_counts_so_all_items_must_rise(tmp_path):
    page = page_of(tmp_path, items(90.0))
    assert "40 รายการถึงเป้าหมาย" in page.cover().title


def test_already_at_the_top_not_reachable_and_unanswerable_are_sentences(tmp_path):
    top = page_of(tmp_path, items(97.0))
    assert top.cover().title == "อยู่ระดับผ่านดีเยี่ยมซึ่งเป็นระดับสูงสุดของปีนี้ คะแนนรวม 98.20"
    assert isinstance(top.sets(), Text) and isinstance(top.chosen(), Text)
    targets = " ".join(f"{code}=92" for code in items() if code[0] == "I")
    short = page_of(tmp_path, items(90.0), targets=targets)
    assert "ก็ยังไม่ถึงระดับผ่านดีเยี่ยม" in short.cover().title and "IIT ขาดอีก 3.00" in short.cover().title
    partly = items(90.0)
    del partly["I7"]
    unknown = page_of(tmp_path, partly | {"total": 84.0, "EIT": 80.0, "OIT": 90.0})
    assert "ไม่ทราบคะแนนของ I" in unknown.cover().title


def test_an_indicator_whose_items_are_not_known_stands_for_its_items(tmp_path):
    frame = reading.read().frame
    agency = str(frame.loc[frame["framework"] == "national-2564", "agency_code"].iloc[0])
    page = open_lift(agency, 2564)
    assert "ระดับ A" in page.cover().title


def test_a_level_of_letters_stands_apart_from_the_thai_behind_it():
    assert open_lift("9901", 2566).cover().title.startswith("ถึงระดับ AA ได้ถ้า E12 E14 O22 และ O30 ถึงเป้าหมาย")
    assert "ถึงเกณฑ์ผ่าน 85 แล้ว" in open_lift("9901", 2566).cover().subtitle


def test_where_nothing_is_known_of_the_weights_the_page_still_reads():
    page = open_lift("1028", 2566)
    assert "ยังตอบไม่ได้" in page.cover().title
    assert isinstance(page.chart(), Text) and isinstance(page.every(), Text)
    assert page.datasets() == ()


def test_an_instrument_whose_parts_nobody_published_is_said_to_block_for_that_reason():
    frame = reading.read().frame
    rows = frame[(frame["framework"] == "national-2566") & (frame["level"] == "instrument")]
    page = open_lift(str(rows["agency_code"].iloc[0]), 2566)
    assert "เพราะไม่ทราบคะแนนของรายการใน IIT" in page.cover().title
    assert "คงเดิม" in said(page.method())


def test_the_figures_of_the_page_are_those_of_the_shipped_scores(demo):
    # 9901: EIT is the one instrument below 85, 0.12 short; raising E12 alone is the richest of the cheapest ways
    assert demo.cover().title == "ถึงระดับผ่านดีได้ถ้า E12 ถึงเป้าหมาย คะแนนรวม 92.32 → 92.99"
    assert demo.cover().badge == "ข้อมูลสมมติ"
    assert column(demo.sets(), "รายการที่ต้องถึงเป้าหมาย") == ["E12", "E14", "E6"]
    chart = demo.chart()
    assert isinstance(chart, Chart) and "E12 จาก 61.26 เป็น 94.79 เพิ่ม 0.67 (ในชุด)" in chart.alt
    weights = column(demo.every(), "1 คะแนนมีผล")
    assert sum(float(weight) for weight in weights) == pytest.approx(1, abs=0.01)


def test_targets_of_surveys_come_from_the_group_and_the_page_says_of_how_many(demo, tmp_path):
    frame = reading.read().frame
    rows = frame[(frame["framework"] == "demo-2567") & (frame["code"] == "E12")]
    leaf = demo.facts.leaves["E12"]
    assert float(leaf.target) == pytest.approx(rows["score"].quantile(0.9))
    assert "50 หน่วยงาน" in said(demo.method())
    assert "95 เพราะไม่มีคะแนนของกลุ่ม" in said(page_of(tmp_path, items()).method())


def test_the_key_changes_with_a_target_or_an_effort_and_is_the_same_twice(demo):
    keys = {
        open_lift("9901", 2567, targets=targets, efforts=efforts).cover().page_key
        for targets, efforts in [("", ""), ("E12=90", ""), ("", "E12=5")]
    }
    assert len(keys) == 3 and demo.cover().page_key in keys
    assert open_lift("9901", 2567).cover() == demo.cover()
    assert demo.cover().page_key[:8] in demo.cover().footer


def test_effort_as_the_user_rates_it_changes_the_answer(demo):
    rated = open_lift("9901", 2567, efforts="E12=5 E14=5 E6=2")
    assert "E6" in rated.cover().title
    assert "E14" in open_lift("9901", 2567, targets="E12=62").cover().title


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", {}),
        ("I7=95 O3=100", {"I7": 95.0, "O3": 100.0}),
        ("i7 = ๙๕.๕; O3=100,E1=2", {"I7": 95.5, "O3": 100.0, "E1": 2.0}),
    ],
)
def test_ratings_are_read_as_people_write_them(text, found):
    assert ratings(text, "targets") == found


def test_what_can_not_be_read_is_told_at_once_and_what_does_not_fit_too():
    with pytest.raises(InputError) as refused:
        ratings("=5 I7 I8=x I9=1 I9=2", "efforts")
    assert [problem.code for problem in refused.value.problems] == ["lift-form", "lift-form", "lift-form", "lift-twice"]
    with pytest.raises(InputError) as refused:
        open_lift("9901", 2567, targets="E12=10 Z9=95", efforts="I1=6")
    assert [problem.code for problem in refused.value.problems] == [
        "lift-target-low",
        "lift-unknown-code",
        "lift-effort",
    ]


def test_unknown_agency_and_year_are_refused_with_what_there_is():
    with pytest.raises(UnknownNameError):
        open_lift("9999", 2567)
    with pytest.raises(UnknownNameError, match="2567"):
        open_lift("9901", 2570)
    with pytest.raises(UsageError, match="2567"):
        open_lift("9901", 2024)


def test_one_agency_in_two_schemes_of_a_year_is_refused(tmp_path):
    one = write(tmp_path / "one.csv", "demo", 2567, {"I1": 90.0}).read_text(encoding="utf-8")
    two = one + one.splitlines()[1].replace("demo-2567", "national-2567") + "\n"
    (tmp_path / "two.csv").write_text(two, encoding="utf-8")
    with pytest.raises((InputError, ScoreFileError)):
        open_lift("9990", 2567, str(tmp_path / "two.csv"))


def test_every_export_holds_the_page(demo):
    cover, *blocks = (getattr(demo, part)() for part in PARTS)
    assert isinstance(cover, Cover)
    assert all(isinstance(one, Dataset) for one in demo.datasets())
    document = Document(cover, tuple(blocks), True, demo.datasets())
    page = html.render(document)
    assert 'lang="th"' in page and "E12" in page and cover.page_key[:8] in page
    assert pdf.render(document).startswith(b"%PDF")
    assert workbook.render(document).startswith(b"PK")
