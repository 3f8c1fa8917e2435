"""What the page of the method says: the figures of the shipped scores counted again, and sentences where there are none."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from brief.test_brief import column, first_cells, said
from scipy.stats import beta, false_discovery_control

from ita_analysis.brief.blocks import Chart, Cover, Table, Text
from ita_analysis.brief.method import MethodPage, open_method
from ita_analysis.brief.method.tables import compared
from ita_analysis.errors import UnknownNameError, UsageError
from ita_analysis.export import html, pdf
from ita_analysis.export.document import Document
from ita_analysis.scores import reading

PARTS = [
    "cover",
    "margins_text",
    "margins",
    "totals",
    "changes_text",
    "changes",
    "ranks_text",
    "ranks",
    "funnel",
    "formulas",
    "limits",
    "sources",
]


@pytest.fixture(scope="module")
def demo() -> MethodPage:
    return open_method("9901", 2567)


@pytest.fixture(scope="module")
def sathon() -> MethodPage:
    return open_method("1028", 2566)


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    frame = reading.read().frame
    return frame[frame["framework"] == "demo-2567"]


def test_the_margins_are_beta_quantiles_of_the_lowest_items(demo, shipped):
    own = shipped[(shipped["agency_code"] == "9901") & shipped["code"].str.match("[IE]") & (shipped["level"] == "item")]
    worst = own.sort_values("score").iloc[0]
    table = demo.margins()
    assert first_cells(table)[0] == worst["code"]
    for label, n in [("ช่วง 95 %", int(worst["respondents"])), ("ถ้าตอบ 30", 30), ("ถ้าตอบ 400", 400)]:
        x = worst["score"] / 100 * n
        low, high = (100 * beta.ppf(q, *ab) for q, ab in ((0.025, (x, n - x + 1)), (0.975, (x + 1, n - x))))
        assert column(table, label)[0] == f"{low:.2f}–{high:.2f}"
    assert str(worst["code"]) in demo.cover().title and "618 คน" in demo.cover().title


def test_real_scores_without_respondents_show_what_the_margin_would_be(sathon):
    assert "81.87" in sathon.cover().title and "ไม่ทราบจำนวนผู้ตอบ" in sathon.cover().title
    table = sathon.margins()
    assert column(table, "ช่วง 95 %") == ["ไม่ทราบ"] * 4
    assert column(table, "ถ้าตอบ 30")[0] == "63.57–93.47"
    assert isinstance(sathon.totals(), Text)  # the weights of district offices are not known
    assert "ด้วยตัวเลขจริง" in sathon.cover().subtitle


def test_the_total_is_surer_with_more_respondents_and_names_where_the_numbers_are_from(demo):
    widths = [float(text.removeprefix("±")) for text in column(demo.totals(), "คะแนนรวมคลาดเคลื่อนไม่เกิน")]
    assert widths == sorted(widths) and 0.8 < widths[0] < 1.0 < 5.0 < widths[-1] < 5.5
    assert column(demo.totals(), "ผู้ตอบต่อแบบสำรวจ")[0] == "871 / 664"


def test_the_words_of_change_are_those_that_scipy_would_leave(demo):
    table = compared(demo.facts)
    kept = false_discovery_control(table["p_value"], method="bh") <= 0.05
    assert (table["direction"].isin(["higher", "lower"]).to_numpy() == kept).all()
    title = demo.changes_text().title
    outside = int(((table["change_low"] > 0) | (table["change_high"] < 0)).sum())
    assert f"{outside} ข้อดูเหมือนเปลี่ยน" in title and f"เหลือ {kept.sum()} ข้อ" in title
    assert outside > kept.sum() > 0  # else the page would show nothing
    assert column(demo.changes(), "คำ")[: kept.sum()] == ["ลดลง", "สูงขึ้น"]


def test_places_stand_with_the_range_that_chance_leaves_open(demo, shipped):
    totals = shipped[shipped["code"] == "total"].set_index("agency_code")["score"]
    place = int((totals > totals["9901"]).sum() + 1)
    assert column(demo.ranks(), "อันดับ")[0] == str(place)
    low, high = map(int, column(demo.ranks(), "เปิดไว้")[0].split("–"))
    assert low < place < high
    assert f"ตั้งแต่ {low} ถึง {high}" in demo.ranks_text().title
    assert column(demo.ranks(), "เทียบกับกลุ่ม")[0].endswith("ไม่ต่าง")


def test_the_funnel_shows_every_agency_and_says_where_ours_stands(demo, shipped):
    chart = demo.funnel()
    assert isinstance(chart, Chart)
    assert "50 หน่วยงาน" in chart.title and "(EIT)" in chart.title
    score = shipped[(shipped["agency_code"] == "9901") & (shipped["code"] == "EIT")]["score"].iloc[0]
    assert f"หน่วยงานเราได้ {score:.2f}" in chart.alt
    people = shipped[shipped["code"].str.startswith("E") & (shipped["level"] == "item")]
    fewest = people.groupby("agency_code")["respondents"].min().min()
    assert f"ตั้งแต่ {fewest} ถึง" in chart.alt


def test_another_figure_makes_another_funnel_and_another_key(demo):
    other = open_method("9901", 2567, "e12")
    assert "(E12)" in other.funnel().title
    assert other.cover().page_key != demo.cover().page_key
    assert open_method("9901", 2567).cover() == demo.cover()


def test_where_nothing_can_be_compared_each_part_says_so(sathon):
    assert "ไม่มีคะแนนปี 2565" in said(sathon.changes_text())
    assert "อย่างน้อย 10 แห่ง" in said(sathon.ranks_text())
    assert "อย่างน้อย 10 แห่ง" in said(sathon.funnel())
    assert isinstance(sathon.changes(), Text) and isinstance(sathon.ranks(), Text)
    assert sathon.datasets() == ()


def test_two_years_without_respondents_get_no_word(tmp_path):
    rows = [f"9990,หน่วยงานทดสอบ,{year},demo-{year},item,E1,{score},,true" for year, score in ((2566, 60), (2567, 99))]
    head = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic"
    (tmp_path / "scores.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    page = open_method("9990", 2567, scores=str(tmp_path / "scores.csv"))
    assert "ไม่ใช้คำว่าสูงขึ้นหรือลดลง" in said(page.changes_text())
    assert isinstance(page.changes(), Text)


def test_beside_a_group_without_respondents_no_word_of_movement_and_no_range_is_said(tmp_path):
    rows = [
        f"{9981 + at},หน่วยงานทดสอบ {at},{year},demo-{year},total,total,{70 + at + (20 - 2 * at) * (year - 2566)},,true"
        for at in range(10)
        for year in (2566, 2567)
    ]
    head = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic"
    (tmp_path / "scores.csv").write_text("\n".join([head, *rows]) + "\n", encoding="utf-8")
    page = open_method("9981", 2567, scores=str(tmp_path / "scores.csv"))
    assert column(page.ranks(), "เปลี่ยน") == ["+20.00"] and column(page.ranks(), "ค่ากลางของกลุ่ม") == ["+11.00"]
    assert column(page.ranks(), "เปิดไว้") == ["–"] and column(page.ranks(), "เทียบกับกลุ่ม") == ["–"]
    assert "10 หน่วยงาน" in page.ranks_text().title


def test_no_real_agency_stands_on_a_page_with_made_up_scores(demo):
    names = set(reading.read().frame.query("not is_synthetic")["agency_name_th"])
    assert demo.cover().badge == "ข้อมูลสมมติ"
    text = " ".join(said(getattr(demo, part)()) for part in PARTS)
    assert not [name for name in names if name in text]


def test_a_code_agency_or_year_that_is_not_there_is_refused_with_what_there_is():
    with pytest.raises(UnknownNameError, match="EIT"):
        open_method("9901", 2567, "E99")
    with pytest.raises(UnknownNameError):
        open_method("9999", 2567)
    with pytest.raises(UsageError, match="2567"):
        open_method("9901", 2024)


@pytest.mark.parametrize("name", ["demo", "sathon"])
def test_every_export_holds_the_page(name, request):
    page = request.getfixturevalue(name)
    cover, *blocks = (getattr(page, part)() for part in PARTS)
    assert isinstance(cover, Cover) and any(isinstance(block, Table) for block in blocks)
    document = Document(cover, tuple(blocks), True, page.datasets())
    assert cover.page_key[:8] in html.render(document)
    assert pdf.render(document).startswith(b"%PDF")
    assert all(
        np.isfinite(value) for data in page.datasets() for row in data.rows for value in row if type(value) is float
    )
