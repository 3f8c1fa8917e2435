"""The Excel annex read back by another program: every figure as given, every text as the characters that it is."""

import io
import json
import math
import re
import zipfile

import openpyxl
import pytest
from pydantic import ValidationError
from score_files import COLUMNS, row, write_scores

from export.notebooks import block, code, notebook, shown
from export.samples import HOSTILE, document
from ita_analysis import places
from ita_analysis.analysis.rollup import roll_up
from ita_analysis.brief.blocks import MAX_TEXT, DataColumn, Dataset
from ita_analysis.brief.district import open_brief
from ita_analysis.export import html, workbook
from ita_analysis.export.document import Document, read_document
from ita_analysis.export.sheets import sheet_name
from ita_analysis.framework import loader
from ita_analysis.scores import reading
from ita_analysis.thai.text import printable

FIXED = ["ปก", "สารบัญ", "หมายเหตุ", "คำอธิบายคอลัมน์"]
TAIL = ["source_file", "source_sheet", "source_row", "agency_code", "fiscal_year_be", "is_synthetic"]


def opened(data):
    return openpyxl.load_workbook(io.BytesIO(data), rich_text=False)


def records(book, title):
    """Return the rows of a sheet by field name, as the sheet of column meanings maps the heads."""
    meanings = list(book["คำอธิบายคอลัมน์"].iter_rows(min_row=2, values_only=True))
    names = {label: name for sheet, label, name, *_ in meanings if sheet == title}
    heads, *rows = book[title].iter_rows(values_only=True)
    return [dict(zip([names[head] for head in heads], values, strict=True)) for values in rows]


def texts(book):
    return [
        str(cell.value) for sheet in book for cells in sheet.iter_rows() for cell in cells if cell.value is not None
    ]


@pytest.fixture(scope="module")
def sathon(sathon_pack):
    return opened((sathon_pack / "annex.xlsx").read_bytes())


@pytest.fixture(scope="module")
def showcase():
    """The annex of the made-up district with four years, respondents and peers, from its blocks."""
    brief = open_brief("9901", 2567)
    shown_blocks = (brief.findings(), brief.next_steps(), brief.method(), brief.limits())
    made = Document(brief.cover(), shown_blocks, True, brief.datasets())
    return brief, opened(workbook.render(made))


def test_every_item_of_the_scores_stands_in_the_annex_as_given(sathon):
    frame = reading.read([places.data_folder() / "published" / "sathon-2566.csv"]).frame
    wanted = frame[frame["level"] == "item"].set_index("code")
    found = {line["code"]: line for line in records(sathon, "คะแนนทุกข้อ")}
    known = {code: line for code, line in found.items() if line["score"] is not None}
    assert set(known) == set(wanted.index) and len(known) == 27
    for item, line in known.items():
        assert line["score"] == wanted.loc[item, "score"], item
        assert line["source_row"] == wanted.loc[item, "source_row"]
        assert line["source_file"] == wanted.loc[item, "source_file"]
        assert (line["score_doubt_th"] or "") == wanted.loc[item, "score_doubt_th"]
        assert line["is_below_line"] == ("ใช่" if wanted.loc[item, "score"] < 90 else "ไม่ใช่")
    unknown = [line for line in found.values() if line["score"] is None]
    assert len(unknown) == 13 and {line["state_th"] for line in unknown} == {"ไม่ทราบคะแนน"}
    assert list(found) == sorted(found, key=lambda code: ("IEO".index(code[0]), int(code[1:])))


def test_the_findings_of_sathon_stand_in_the_order_of_the_manifest(sathon, sathon_pack):
    manifest = json.loads((sathon_pack / "manifest.json").read_text(encoding="utf-8"))
    lines = records(sathon, "ข้อที่ต้องปรับปรุง")
    assert [line["code"] for line in lines] == [found["code"] for found in manifest["findings"]]
    assert [line["score"] for line in lines] == [found["score"] for found in manifest["findings"]]
    assert [line["gap_points"] for line in lines] == [found["gap_points"] for found in manifest["findings"]]
    assert [line["rank"] for line in lines] == [1, 2, 3, 4, 5, 6]
    assert "annex.xlsx" in [output["path"] for output in manifest["outputs"]]


def test_the_cover_says_of_whom_of_when_and_by_which_key(sathon, sathon_pack):
    key = json.loads((sathon_pack / "manifest.json").read_text(encoding="utf-8"))["page_key"]
    said = " ".join(texts([sathon["ปก"]]))
    for wanted in ("สำนักงานเขตสาทร", "1028", "2566", "bangkok-district-2566", key, "ไม่พิมพ์ปีกำกับคะแนน", "30 กันยายน 2566"):
        assert wanted in said
    assert "ข้อมูลสมมติ" not in said


def test_the_contents_list_every_sheet_with_its_rows_and_lead_there(sathon):
    listed = {name: count for name, _, count in sathon["สารบัญ"].iter_rows(min_row=2, values_only=True)}
    assert [*FIXED[:2], *listed] == sathon.sheetnames
    for name, count in listed.items():
        assert count is None or count == sathon[name].max_row - 1
    for line in sathon["สารบัญ"].iter_rows(min_row=2, max_col=1):
        assert line[0].hyperlink.location == f"'{line[0].value}'!A1"


def test_each_sheet_is_one_tidy_table_that_a_filter_and_a_reader_can_use(sathon, showcase):
    for book in (sathon, showcase[1]):
        for sheet in book:
            heads = [cell.value for cell in sheet[1]]
            assert sheet.freeze_panes == "A2" and not sheet.merged_cells.ranges
            assert all(heads) and len(set(heads)) == len(heads)
            assert sheet.auto_filter.ref == (None if sheet.title == "ปก" else sheet.dimensions)
            assert len(sheet.title) <= 31 and sheet.print_title_rows == "$1:$1"


def test_no_cell_is_a_formula_and_figures_are_numbers_with_two_decimals(sathon, showcase):
    for book in (sathon, showcase[1]):
        kinds = {cell.data_type for sheet in book for cells in sheet.iter_rows() for cell in cells}
        assert kinds <= {"s", "n"}
        sheet = book["คะแนนทุกข้อ"]
        at = [cell.value for cell in sheet[1]].index("คะแนน") + 1
        scores = [
            cells[0] for cells in sheet.iter_rows(min_row=2, min_col=at, max_col=at) if cells[0].value is not None
        ]
        assert scores and all(cell.data_type == "n" and cell.number_format == "0.00" for cell in scores)


def test_every_figure_row_names_its_file_and_row_or_is_computed(showcase):
    brief, book = showcase
    rows = {(line.fiscal_year_be, line.code): line for line in brief.facts.scores.itertuples()}
    checked = 0
    for title in book.sheetnames:
        if title in (*FIXED, "ที่มาของตัวเลข") or "ปฏิทิน" in title:
            continue
        for line in records(book, title):
            assert set(TAIL) <= set(line) and line["is_synthetic"] == "ใช่" and line["agency_code"] == "9901"
            wanted = rows[line["fiscal_year_be"], line["code"]]
            assert (line["source_file"], line["source_row"]) == (wanted.source_file, wanted.source_row)
            assert math.isclose(line["score"], wanted.score, abs_tol=1e-12)
            checked += 1
    assert checked > 500


def test_published_and_computed_figures_stand_beside_each_other(showcase):
    brief, book = showcase
    wanted = roll_up(brief.facts.now, loader.load("demo-2567")).set_index("code")
    lines = records(book, "ตัวชี้วัดและคะแนนรวม")
    assert [line["code"] for line in lines] == list(wanted.index)
    for line in lines:
        for name in ("published_score", "rolled_up_score", "difference_points"):
            assert math.isclose(line[name], wanted.loc[line["code"], name], abs_tol=1e-12)


def test_changes_and_places_are_those_of_the_page(showcase):
    brief, book = showcase
    compared, standing = brief.facts.compared, brief.facts.standing
    lines = {line["code"]: line for line in records(book, "เทียบกับปีก่อน")}
    assert set(lines) == set(compared)
    for item, line in lines.items():
        change = compared[item]["change_points"]
        assert (line["change_points"] is None) == math.isnan(change)
        assert line["change_points"] is None or math.isclose(line["change_points"], change, abs_tol=1e-9)
        if line["previous_row"] is not None:
            before = brief.facts.scores.query("source_row == @line['previous_row']").iloc[0]
            assert before["score"] == line["previous_score"] and before["fiscal_year_be"] == 2566
    for line in records(book, "เทียบกับหน่วยงานอื่น"):
        assert line["place"] == standing[line["code"]]["place"] and line["n_agencies"] == 50


def test_made_up_scores_say_so_on_the_cover_in_each_row_and_on_each_printed_page(showcase):
    book = showcase[1]
    assert "ข้อมูลสมมติ" in texts([book["ปก"]])
    assert "ข้อมูลสมมติ" in book["คะแนนทุกข้อ"].oddHeader.right.text


def test_the_same_brief_gives_the_same_bytes_whatever_the_clock(sathon_pack, monkeypatch):
    executed = json.loads((sathon_pack / "executed.ipynb").read_text(encoding="utf-8"))
    first = (sathon_pack / "annex.xlsx").read_bytes()
    monkeypatch.setattr("time.time", lambda: 2_000_000_000.0)
    monkeypatch.setenv("TZ", "Asia/Bangkok")
    assert workbook.render(read_document(executed)) == first
    made = opened(first).properties.created
    assert (made.year, made.month, made.day) == (2023, 9, 30)


def test_the_pages_leave_the_datasets_out(sathon_pack):
    executed = json.loads((sathon_pack / "executed.ipynb").read_text(encoding="utf-8"))
    made = read_document(executed)
    assert len(made.datasets) >= 5
    assert html.render(made) == html.render(Document(made.cover, made.blocks, True))
    assert "annex.xlsx" in json.dumps(executed, ensure_ascii=False)  # the preview in JupyterLab says where they go


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stands_literally_in_every_kind_of_cell(name):
    text = printable(HOSTILE[name])
    columns = (DataColumn(name="a", label=HOSTILE[name], unit=HOSTILE[name], about=HOSTILE[name]),)
    given = Dataset(
        title=HOSTILE[name], description=HOSTILE[name], note=HOSTILE[name], columns=columns, rows=((HOSTILE[name],),)
    )
    plain = document(lambda field: HOSTILE[name])
    data = workbook.render(Document(plain.cover, plain.blocks, True, (given, given)))
    book = opened(data)
    found = texts(book)
    assert found.count(text) > 12
    for sheet in book:
        assert {cell.data_type for cells in sheet.iter_rows() for cell in cells} <= {"s", "n"}
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert not [
            part for part in parts.namelist() if "rels" in part and b'TargetMode="External"' in parts.read(part)
        ]
        assert not re.search(rb"<f[ >]", b"".join(parts.read(part) for part in parts.namelist() if "sheet" in part))


@pytest.mark.parametrize(
    "text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://a.example/", "007", "1e9", "0x1F", "_x0041_"]
)
def test_text_that_looks_like_something_else_stays_text(text):
    column = DataColumn(name="a", label=text)
    book = opened(
        workbook.render(
            Document(document(str).cover, (), True, (Dataset(title="t", columns=(column,), rows=((text,),)),))
        )
    )
    head, cell = book["t"]["A1"], book["t"]["A2"]
    assert (head.value, head.data_type, cell.data_type) == (text, "s", "s")
    assert cell.value == text and cell.hyperlink is None


def test_hostile_names_and_notes_of_a_score_file_come_out_as_they_are(tmp_path):
    note = '=HYPERLINK("http://x","y") <b>&amp; $1'
    path = write_scores(tmp_path / "=cmd.csv", [row("I1", "80.005", note_th=note)], COLUMNS)
    brief = open_brief("1028", 2566, 90.0, str(path))
    book = opened(workbook.render(Document(brief.cover(), (), True, brief.datasets())))
    line = next(line for line in records(book, "คะแนนทุกข้อ") if line["code"] == "I1")
    assert (line["note_th"], line["score"], line["source_file"]) == (note, 80.005, "=cmd.csv")
    assert line["gap_points"] == 9.995


def test_a_text_longer_than_a_cell_goes_on_below_and_loses_nothing():
    long = "ก😀" * (MAX_TEXT // 2)
    given = Dataset(
        title="t", columns=(DataColumn(name="a", label="a"), DataColumn(name="b", label="b")), rows=((long, "x"),)
    )
    book = opened(workbook.render(Document(document(str).cover, (), True, (given,))))
    rows = list(book["t"].iter_rows(min_row=2, values_only=True))
    assert "".join(first or "" for first, _ in rows) == long
    assert [second for _, second in rows if second] == ["x"]
    assert max(len(first.encode("utf-16-le")) // 2 for first, _ in rows if first) <= 32_767


def test_a_table_of_anyones_notebook_becomes_a_sheet_with_numbers_and_its_groups_as_a_column():
    plain = document(lambda field: field)
    book = opened(workbook.render(plain))
    assert book.sheetnames == [*FIXED, "table.title", "table.panel_title", "table.heat_title"]
    heads, *rows = book["table.title"].iter_rows(values_only=True)
    assert heads == ("กลุ่ม", "column.label", "เรื่อง", "คะแนน")
    assert rows == [("group.lines?", "cell.key?", "cell.name?", "cell.score?")]
    frame = "<table><thead><tr><th></th><th>คะแนน</th></tr></thead><tr><th>A</th><td>−1,234.50</td></tr><tr><th>B</th><td>007</td></tr></table>"
    other = read_document(notebook(code(shown({"text/html": frame})), code(shown({"text/html": frame}))))
    book = opened(workbook.render(other))
    assert book.sheetnames == [*FIXED, "ตาราง", "ตาราง (2)"]
    assert [cells[1] for cells in book["ตาราง"].iter_rows(min_row=2, values_only=True)] == [-1234.5, "007"]


def test_an_empty_notebook_still_has_an_annex_that_opens():
    assert opened(workbook.render(read_document(notebook()))).sheetnames == FIXED


def test_sheet_names_are_short_safe_and_different():
    taken = {name.casefold() for name in FIXED}
    titles = ["ก" * 80, "ก" * 80, "a/b", "A:B", "[x]*?", "", "'", "History", "history", "=1+1", "ปก", "😀😀", "x\ny"]
    for title in titles:
        name = sheet_name(title, taken)
        assert name.casefold() not in taken and 0 < len(name.encode("utf-16-le")) // 2 <= 31
        assert not re.search(r"[\[\]:*?/\\'=]", name) and name.casefold() != "history"
        taken.add(name.casefold())


@pytest.mark.parametrize(
    ("columns", "rows"),
    [
        (("text",), (("a", "b"),)),
        (("number",), (("1",),)),
        (("whole",), ((1.5,),)),
        (("number",), ((math.nan,),)),
        (("number",), ((True,),)),
        (("flag",), ((1,),)),
    ],
)
def test_a_dataset_whose_rows_do_not_fit_is_refused_or_shown_as_a_sentence(columns, rows):
    made = [{"name": f"c{at}", "label": "x", "kind": kind} for at, kind in enumerate(columns)]
    data = {"kind": "dataset", "title": "t", "columns": made, "rows": [list(values) for values in rows]}
    with pytest.raises(ValidationError):
        Dataset(**{**data, "rows": rows})
    assert read_document(notebook(block(data))).datasets == ()
    assert len(read_document(notebook(block(data))).blocks) == 1
