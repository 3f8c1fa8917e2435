"""What the overview of many agencies says, from tables small enough to check by hand, and beside the briefs."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from brief.test_brief import said
from pydantic import ValidationError

from ita_analysis.brief.blocks import Block, Cell, Checklist, Cover, Dataset, Kpis, Table, Text, from_data
from ita_analysis.brief.city import CityOverview, open_city
from ita_analysis.brief.city import datasets as city_datasets
from ita_analysis.brief.city import grid as city_grid
from ita_analysis.brief.city.wording import shade, short_name
from ita_analysis.brief.district import open_brief
from ita_analysis.errors import InputError, ScoreFileError, UnknownNameError, UsageError
from ita_analysis.export import html, pdf, workbook
from ita_analysis.export.document import Document
from ita_analysis.framework.codes import TOTAL
from ita_analysis.scores import reading
from ita_analysis.scores.agencies import known_agencies

HEADER = "agency_code,agency_name_th,fiscal_year_be,framework,level,code,score,respondents,is_synthetic"
PARTS = [
    "cover",
    "tiles",
    "weak",
    "risen",
    "fallen",
    "heat",
    "totals",
    "decisions",
    "weak_items",
    "repeated",
    "moved",
    "missing",
    "method",
    "limits",
    "sources",
]


def write(path: Path, rows: str, *, scheme: str = "demo", made_up: bool = True, name: str = "หน่วยงาน") -> Path:
    """Write scores; a row is `agency year level code score [respondents]`."""
    lines = [HEADER]
    for entry in rows.strip().splitlines():
        agency, at, level, code, score, *people = entry.split()
        count = people[0] if people else ""
        listed = known_agencies().get(agency)
        shown = listed.name_th if listed else f"{name} {agency}"
        lines.append(f'{agency},"{shown}",{at},{scheme}-{at},{level},{code},{score},{count},{made_up}')
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def city_of(tmp_path: Path, rows: str, *, year: int = 2567, **asked: object) -> CityOverview:
    """Return the overview of made-up scores of the scheme demo."""
    path = write(tmp_path / "scores.csv", rows)
    return open_city(year, f"demo-{year}", scores=str(path), **asked)  # type: ignore[arg-type]


def blocks_of(city: CityOverview) -> list[Block]:
    return [getattr(city, part)() for part in PARTS]


def document_of(city: CityOverview) -> Document:
    cover, *blocks = blocks_of(city)
    assert isinstance(cover, Cover)
    return Document(cover, tuple(blocks), True, city.datasets())


def texts(table: object) -> list[list[str]]:
    """Return the cells of each ordinary row."""
    assert isinstance(table, Table)
    return [[cell.text for cell in row.cells] for row in table.rows if not row.group]


@pytest.fixture(scope="module")
def demo() -> CityOverview:
    """The overview of the shipped made-up scores."""
    return open_city(2567, "demo-2567")


@pytest.fixture(scope="module")
def shipped() -> pd.DataFrame:
    """The rows behind it, read apart."""
    frame = reading.read().frame
    return frame[frame["framework"].isin(["demo-2566", "demo-2567"])]


# --- the figures, counted again


def test_items_below_the_line_are_counted_per_agency_and_per_item(demo, shipped):
    items = shipped[
        (shipped.fiscal_year_be == 2567) & (shipped.level == "item") & shipped.code.str.match("[IE]")
    ].assign(low=lambda it: it.score < 90)
    per_agency = items.groupby("agency_code").low.sum()
    assert demo.facts.agencies["n_below"].to_dict() == per_agency.to_dict()
    per_item = items.groupby("code").low.sum()
    shown = demo.facts.weak_items.set_index("code")
    assert shown["n_below"].to_dict() == per_item.to_dict()
    assert list(shown["n_below"]) == sorted(per_item, reverse=True)
    worst = per_item.max()
    assert f"ใน {worst} จาก 50 แห่ง" in demo.cover().title
    assert [record["n_below"] for record in demo.weak_items().records][0] == worst


def test_repeated_means_below_in_both_years_and_the_same_topic(demo, shipped):
    low = shipped[(shipped.level == "item") & (shipped.score < 90) & shipped.code.str.match("[IE]")]
    now, before = (
        set(zip(rows.agency_code, rows.code, strict=True)) for _, rows in reversed(list(low.groupby("fiscal_year_be")))
    )
    same = {(agency, code) for agency, code in now & before if code not in ("E13", "I25")}  # reworded, new
    counts = pd.Series([agency for agency, _ in same]).value_counts()
    assert demo.facts.agencies["n_repeated"].to_dict() == counts.reindex(demo.facts.agencies.index).fillna(0).to_dict()
    assert not demo.facts.weak_items.set_index("code").loc[["E13", "I25"], "n_repeated"].any()


@pytest.mark.parametrize("code", ["9901", "9912", "9923", "9938", "9946"])
def test_an_agency_stands_here_as_in_its_own_brief(demo, code):
    own, here = open_brief(code, 2567).facts, demo.facts.agency(code)
    total = own.compared[TOTAL]
    assert here["total"] == own.total and here["n_below"] == len(own.below)
    for name in ("change_points", "change_low", "change_high", "direction"):
        assert here[name] == pytest.approx(total[name]) if name != "direction" else here[name] == total[name]
    beside = own.standing[TOTAL]
    assert here["median_change_points"] == pytest.approx(beside["median_change_points"])
    assert here["is_beyond_peers"] == beside["is_beyond_peers"]


def test_who_moved_is_ordered_and_counted_from_the_margins(demo):
    table = demo.facts.agencies
    risen = table[(table.change_low > 0)].sort_values("change_points", ascending=False)
    assert list(demo.facts.moved("higher").index) == list(risen.index)
    assert f"สูงขึ้นจริง {len(risen)} แห่ง" in demo.cover().title
    behind = table[(table.change_high < table.change_points.median()) & (table.direction != "lower")]
    assert set(demo.facts.behind.index) == set(behind.index)
    assert f"{len(risen)} แห่ง" in demo.moved().title


def test_the_grid_is_lowest_total_first_with_every_score_and_a_shade_below_the_line(demo, shipped):
    table = demo.heat()
    totals = shipped[(shipped.fiscal_year_be == 2567) & (shipped.code == "total")].sort_values("score", kind="stable")
    assert [row.cells[1].text.removesuffix("*") for row in table.rows] == [
        short_name(name) for name in totals.agency_name_th
    ]
    wanted = shipped[(shipped.fiscal_year_be == 2567) & (shipped.agency_code == totals.agency_code.iloc[0])]
    scores = wanted[wanted.level == "indicator"].set_index("code").score
    cells = dict(zip(scores.index, table.rows[0].cells[2:12], strict=True))
    for code, score in scores.items():
        assert cells[code].text == f"{score:.2f}"
        assert (cells[code].shade > 0) == (score < 90) == cells[code].lines[0][0].bold
    assert table.rows[0].cells[-1].text.endswith(f"{totals.score.iloc[0]:.2f}")


def test_shades_follow_the_distance_to_the_line():
    assert [shade(score, 90.0) for score in (90.0, 89.996, 85.0, 84.99, 80.0, 79.99, 0.0)] == [0, 1, 1, 2, 2, 3, 3]
    assert shade(float("nan"), 90.0) == 0
    assert shade(87.4, 87.5) == 1


def test_few_respondents_are_marked_beside_the_agency(tmp_path):
    grid = "\n".join(f"9990 2567 indicator {code} 91\n9991 2567 indicator {code} 92" for code in range(1, 11))
    city = city_of(tmp_path, f"{grid}\n9990 2567 item I1 80 29\n9991 2567 item I1 80 30")
    assert [row[1] for row in texts(city.heat())] == ["หน่วยงาน 9990*", "หน่วยงาน 9991"]
    assert "ผู้ตอบน้อย" in city.heat().note


def test_an_indicator_that_can_be_computed_stands_as_in_the_brief(tmp_path):
    rows = "\n".join(f"9990 2567 item I{number} {80 + number}" for number in range(1, 6))
    city = city_of(tmp_path, f"{rows}\n9991 2567 total total 91")
    assert city.facts.indicators.loc["9990", "1"] == 83.0
    assert open_brief("9990", 2567, scores=str(tmp_path / "scores.csv")).facts.score("1") == 83.0
    assert "9991" not in city.facts.indicators.index


# --- no mixture, and who is missing


def test_two_schemes_never_share_a_page(tmp_path):
    write(tmp_path / "a.csv", "P041 2567 total total 91", scheme="national", made_up=False)
    write(tmp_path / "b.csv", "P039 2567 total total 92", scheme="police-station", made_up=False)
    with pytest.raises(UsageError, match="national-2567 และ police-station-2567"):
        open_city(2567, "", scores=str(tmp_path))
    city = open_city(2567, "national-2567", scores=str(tmp_path))
    assert list(city.facts.names) == ["P041"]
    with pytest.raises(InputError, match="police-station"):
        open_city(2567, "national-2567", scores=str(tmp_path), agencies="P041,P039")


def test_made_up_scores_and_real_ones_of_one_scheme_are_refused(tmp_path):
    write(tmp_path / "a.csv", "P041 2567 total total 91", scheme="national", made_up=False)
    write(tmp_path / "b.csv", "9990 2567 total total 92", scheme="national", made_up=True)
    with pytest.raises(InputError, match="ปนกัน"):
        open_city(2567, "national-2567", scores=str(tmp_path))
    made_up = open_city(2567, "national-2567", scores=str(tmp_path), agencies="9990")
    assert made_up.cover().badge == "ข้อมูลสมมติ"
    assert not made_up.facts.missing, "no real agency may stand beside a made-up score"


def test_last_year_is_taken_of_the_same_scheme_and_kind_only(tmp_path):
    write(tmp_path / "a.csv", "X1 2566 total total 80\nX2 2566 total total 81", scheme="national", made_up=False)
    write(tmp_path / "b.csv", "X1 2567 total total 90", scheme="national")
    write(tmp_path / "c.csv", "X1 2566 total total 70", scheme="police-station")
    here = open_city(2567, "national-2567", scores=str(tmp_path)).facts
    assert here.before.empty and pd.isna(here.agency("X1")["previous_total"])


def test_the_year_must_be_that_of_the_framework(tmp_path):
    with pytest.raises(UsageError, match="demo-2566"):
        open_city(2567, "demo-2566")
    with pytest.raises(UsageError, match="2567"):
        open_city(2024, "demo-2567")
    with pytest.raises(UsageError, match="101"):
        open_city(2567, "demo-2567", 101.0)
    with pytest.raises(UnknownNameError):
        open_city(2567, "nonsense-2567")


def test_no_agency_at_all_is_answered_with_what_there_is(tmp_path):
    with pytest.raises(UnknownNameError, match="demo-2565"):
        city_of(tmp_path, "9990 2567 item I1 80", year=2565)
    with pytest.raises(UnknownNameError, match="demo-2567"):
        city_of(tmp_path, "9990 2567 item I1 80\n9991 2566 item I1 80", agencies="9991")


def test_one_agency_is_a_page_too(tmp_path):
    city = city_of(tmp_path, "9990 2567 item I1 80\n9990 2567 item E1 95\n9990 2567 total total 91")
    assert len(city.facts.names) == 1
    assert "I1" in city.cover().title and "ใน 1 จาก 1 แห่ง" in city.cover().title
    assert "เพียงแห่งเดียว" in said(city.weak_items())
    assert texts(city.totals())[0][:3] == ["หน่วยงาน 9990", "9990", "91.00"]
    pdf.render(document_of(city))


def test_only_totals_give_a_small_honest_page():
    city = open_city(2567, "national-2567")
    assert {row[1]: row[2] for row in texts(city.totals())} == {"P041": "99.41", "P054": "97.62"}
    assert "มีคะแนนเพียง 2 จาก" in city.cover().title
    assert said(city.tiles()).count("ไม่ทราบ") == 2
    for part in (city.weak(), city.heat(), city.moved(), city.repeated(), city.weak_items()):
        assert part == Text()
    assert "ขอคะแนนรายข้อ" in said(city.decisions())


def test_the_fifty_districts_of_which_two_are_known():
    city = open_city(2566, "bangkok-district-2566")
    assert (len(city.facts.names), len(city.facts.missing)) == (2, 48)
    assert "มีคะแนนเพียง 2 จาก 50 หน่วยงาน" in city.cover().title
    rows = {row[1]: row for row in texts(city.totals())}
    assert rows["1001"][2] == "84.28" and rows["1001"][5] == "ไม่ทราบ"
    assert rows["1028"][2] == "ไม่ทราบ" and rows["1028"][5:7] == ["27", "6"]
    named = said(city.missing())
    assert "(1002)" in named and "(1050)" in named and "1028" not in named
    assert "0.00" not in said(city.totals())


def test_an_agency_with_a_broken_row_is_named_and_not_counted(tmp_path):
    city = city_of(tmp_path, "9990 2567 item I1 80\n9991 2567 item I1 70\n9991 2567 item I2 8869")
    assert list(city.facts.names) == ["9990"] and city.facts.refused == {"9991"}
    assert "มีจุดที่ต้องแก้" in said(city.missing()) and "9991" in said(city.missing())
    with pytest.raises(ScoreFileError, match="8869"):
        city_of(tmp_path, "9991 2567 item I2 8869\n9991 2567 item I1 70")


def test_a_file_that_breaks_the_contract_stops_the_page(tmp_path):
    (tmp_path / "bad.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    write(tmp_path / "good.csv", "9990 2567 item I1 80")
    with pytest.raises(ScoreFileError, match=r"bad\.csv"):
        open_city(2567, "demo-2567", scores=str(tmp_path))


def test_agencies_asked_for_are_the_page_and_the_absent_ones_are_said(tmp_path):
    city = city_of(tmp_path, "9990 2567 item I1 80\n9991 2567 item I1 70\n9992 2567 item I1 60", agencies="9991,9901")
    assert list(city.facts.names) == ["9991"] and list(city.facts.missing) == ["9901"]
    assert "ขอคะแนนของ 1 หน่วยงาน" in said(city.decisions())
    with pytest.raises(UnknownNameError):
        city_of(tmp_path, "9990 2567 item I1 80", agencies="12345")


def test_generated_agencies_have_no_list_of_who_is_expected(tmp_path):
    city = city_of(tmp_path, "99000001 2567 item I1 80\n99000002 2567 item I1 70")
    assert not city.facts.missing and not city.facts.is_listed
    assert "ไม่มีรายชื่อ" in said(city.missing())


# --- what the page does with many, with none, with odd names


def test_without_a_year_before_the_panels_show_the_lowest_and_who_is_missing(tmp_path):
    grid = "\n".join(
        f"{agency} 2567 indicator {code} 9{agency % 5}" for agency in (9901, 9902) for code in range(1, 11)
    )
    city = city_of(tmp_path, f"{grid}\n9901 2567 total total 91\n9902 2567 total total 88")
    assert [row[0] for row in texts(city.risen())] == ["หน่วยงานสมมติ 02", "เขตตัวอย่าง"]
    assert "ไม่มีคะแนนรวมปี 2566" in city.risen().note
    assert len(texts(city.fallen())) == 5 and "48" in city.fallen().columns[0].label
    assert city.moved() == Text()


def test_a_change_without_respondents_is_no_rise(tmp_path):
    city = city_of(
        tmp_path,
        "9990 2566 total total 60\n9990 2567 total total 90\n9991 2566 total total 70\n9991 2567 total total 70",
    )
    assert city.facts.moved("higher").empty
    assert "สูงขึ้น" not in city.cover().title
    assert "ไม่ทราบจำนวนผู้ตอบ" in said(city.moved())


def test_at_most_a_hundred_agencies_stand_in_the_grid_those_with_most_below(tmp_path, monkeypatch):
    monkeypatch.setattr(city_grid, "MOST_AGENCIES", 3)
    lines = []
    for number in range(5):
        lines += [f"999{number} 2567 indicator {code} 91" for code in range(1, 11)]
        lines += [f"999{number} 2567 item I{item} {80 if item <= number else 95}" for item in range(1, 6)]
        lines += [f"999{number} 2567 total total {95 - number}"]
    city = city_of(tmp_path, "\n".join(lines))
    assert [row[1] for row in texts(city.heat())] == ["หน่วยงาน 9994", "หน่วยงาน 9993", "หน่วยงาน 9992"]
    assert "3 จาก 5 แห่ง" in city.heat().title and "annex.xlsx" in city.heat().note
    sheet = next(one for one in city.datasets() if one.role == "agencies")
    assert len(sheet.rows) == 5


def test_names_lead_to_the_briefs_only_where_asked(tmp_path):
    rows = "9901 2567 item I1 80\n9901 2567 total total 91"
    plain, linked = city_of(tmp_path, rows), city_of(tmp_path, rows, link_briefs=True)
    assert plain.totals().rows[0].cells[0].href == ""
    assert linked.totals().rows[0].cells[0].href == "../9901/brief.html"
    assert '<a href="../9901/brief.html">' in html.render(document_of(linked))
    assert "<a " not in html.render(document_of(plain))
    assert plain.facts.page_key != linked.facts.page_key


@pytest.mark.parametrize(
    "href", ["javascript:alert(1)", "//x", "http://x/y", "/etc", "../../x", "a b", "..", '"><b>', "a/../b"]
)
def test_a_link_that_is_no_page_beside_this_one_is_no_block(href):
    with pytest.raises(ValidationError):
        Cell(lines=(), href=href)


def test_hostile_names_come_out_literally(tmp_path):
    name = "<script>alert(1)</script> #eval(1) $x$ {{ 7*7 }} =1+1"
    rows = "9990 2567 item I1 80\n9990 2567 total total 91\n9991 2567 item I1 70"
    path = write(tmp_path / "scores.csv", rows, name=name)
    made = document_of(open_city(2567, "demo-2567", scores=str(path), link_briefs=True))
    page = html.render(made)
    assert "<script>alert" not in page and "&lt;script&gt;alert(1)&lt;/script&gt;" in page.replace("<t-w>", "").replace(
        "</t-w>", ""
    ).replace("<wbr>", "")
    assert "49" not in "".join(row.cells[0].text for row in made.blocks[5].rows)  # type: ignore[union-attr]
    pdf.render(made)
    workbook.render(made)


def test_the_same_scores_give_the_same_bytes(tmp_path):
    rows = "9990 2566 item I1 80 40\n9990 2567 item I1 80 40\n9990 2567 total total 91\n9991 2567 item I1 95 40"
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    one, other = (document_of(city_of(tmp_path / folder, rows)) for folder in ("a", "b"))
    for render in (html.render, pdf.render, workbook.render):
        assert render(one) == render(other)
    changed = city_of(tmp_path / "b", rows.replace("95 40", "95.01 40"))
    assert changed.facts.page_key[:8] != one.cover.page_key


@pytest.mark.parametrize("case", [(2567, "demo-2567"), (2566, "bangkok-district-2566"), (2567, "national-2567")])
def test_every_block_comes_back_from_its_data_and_renders_everywhere(case):
    city = open_city(*case)
    for block in (*blocks_of(city), *city.datasets()):
        assert from_data(block.model_dump(mode="json")) == block
        assert isinstance(block, Cover | Kpis | Table | Text | Checklist | Dataset)
        assert block._repr_mimebundle_()["text/html"]
    made = document_of(city)
    assert html.render(made) and pdf.render(made) and workbook.render(made)
    assert made.cover.orientation == "landscape"


def test_the_annex_holds_every_agency_and_every_finding(demo, shipped):
    sheets = {one.role: one for one in demo.datasets()}
    assert {"about", "agencies", "weak_items", "weak_indicators", "findings", "sources"} == sheets.keys()
    low = shipped[(shipped.fiscal_year_be == 2567) & (shipped.level == "item") & shipped.code.str.match("[IE]")]
    assert len(sheets["findings"].rows) == (low.score < 90).sum()
    names = [column.name for column in sheets["agencies"].columns]
    assert names.count("agency_code") == 1 and {f"indicator_{code}" for code in range(1, 11)} <= set(names)


def test_more_findings_than_a_sheet_should_hold_are_cut_and_said(tmp_path, monkeypatch):
    monkeypatch.setattr(city_datasets, "MOST_FINDINGS", 2)
    city = city_of(tmp_path, "9990 2567 item I1 80\n9990 2567 item I2 60\n9991 2567 item I1 70")
    sheet = next(one for one in city.datasets() if one.role == "findings")
    scores = [column.name for column in sheet.columns].index("score")
    assert [row[scores] for row in sheet.rows] == [60.0, 70.0]
    assert "2 แถว" in sheet.note and "3 แถว" in sheet.note


def test_what_the_risen_did_stands_beside_their_rise_where_a_register_says(tmp_path):
    table = open_city(2567, "demo-2567").did()
    (own,) = [row for row in table.rows if not row.group]
    assert own.cells[0].text == "เขตตัวอย่าง" and own.cells[2].text == "5" and own.cells[3].text == "3"
    assert "ไม่ได้บอกว่าคะแนนสูงขึ้นเพราะมาตรการ" in table.note
    without = open_city(2567, "demo-2567", registers=str(tmp_path))
    assert not without.did().title and without.cover().page_key != open_city(2567, "demo-2567").cover().page_key
