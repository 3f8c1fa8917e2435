"""Notebooks of other people: their tables, pictures, markdown and prints become blocks; the rest gets a sentence."""

import io

import pandas as pd
import pytest

from export.notebooks import block, code, markdown, notebook, printed, shown
from export.reading import Page, figures, pdf_text, squeezed
from export.samples import SVG, png
from ita_analysis.brief.blocks import Chart, Picture, Table, Text, text_of
from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document
from ita_analysis.export.words import say


def blocks_of(*cells):
    return read_document(notebook(*cells)).blocks


def frame(data):
    return shown({"text/html": data._repr_html_(), "text/plain": repr(data)})


def texts(table):
    return [[cell.text for cell in row.cells] for row in table.rows]


def sentences(blocks):
    return [text_of(runs) for made in blocks for runs in (*made.paragraphs, *made.bullets)]


def test_a_data_frame_becomes_a_table():
    data = pd.DataFrame({"ข้อ": ["E12", "<b>x</b>"], "คะแนน": [81.87, 90.0]})
    (table,) = blocks_of(code(frame(data)))
    assert isinstance(table, Table)
    assert [column.label for column in table.columns] == ["แถว", "ข้อ", "คะแนน"]
    assert [column.align for column in table.columns] == ["left", "left", "right"]
    assert texts(table) == [["0", "E12", "81.87"], ["1", "<b>x</b>", "90.00"]]
    assert table.note == ""


def test_a_frame_that_pandas_cut_says_how_much_is_shown():
    with pd.option_context("display.max_rows", 10, "display.show_dimensions", "truncate"):
        data = pd.DataFrame({"a": range(1234), "b": range(1234)})
        (table,) = blocks_of(code(frame(data)))
    assert len(table.rows) == 10
    assert table.note == "แสดง 10 จาก 1,234 แถว"


def test_a_long_frame_is_cut_and_says_so():
    data = pd.DataFrame({f"c{at}": range(600) for at in range(20)})
    with pd.option_context("display.max_rows", None, "display.max_columns", None):
        (table,) = blocks_of(code(frame(data)))
    assert (len(table.rows), len(table.columns)) == (500, 21)
    assert table.note == "แสดง 500 จาก 600 แถว"


def test_merged_headers_and_rows_are_flattened():
    columns = pd.MultiIndex.from_tuples([("IIT", "2566"), ("IIT", "2567"), ("EIT", "2567")])
    index = pd.MultiIndex.from_tuples([("เขต", "สาทร"), ("เขต", "บางรัก")])
    data = pd.DataFrame([[1, 2, 3], [4, 5, 6]], columns=columns, index=index)
    (table,) = blocks_of(code(frame(data)))
    assert [column.label for column in table.columns][2:] == ["IIT · 2566", "IIT · 2567", "EIT · 2567"]
    assert texts(table) == [["เขต", "สาทร", "1", "2", "3"], ["เขต", "บางรัก", "4", "5", "6"]]


def test_a_title_over_all_columns_becomes_the_tables_title():
    source = (
        "<table><caption>คำบรรยาย</caption><thead><tr><td colspan=2>ชื่อตาราง</td></tr><tr><th>a</th><th>b</th></tr></thead>"
        "<tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    (table,) = blocks_of(code(shown({"text/html": source})))
    assert table.title == "คำบรรยาย · ชื่อตาราง"


@pytest.mark.parametrize(
    "source",
    [
        "<table><tr><td>a</td></tr></table><table><tr><td>b</td></tr></table>",
        "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>",
        "<table></table>",
        "<div><script>alert(1)</script></div>",
        "<table><tr><td colspan=99999999999>a" + "<td>" * 10,
        "<table" + "<tr><td rowspan=1000000>x" * 300,
        "<iframe src=http://example.invalid></iframe>",
    ],
)
def test_other_html_is_never_passed_through(source):
    page = html.render(read_document(notebook(code(shown({"text/html": source, "text/plain": "<Thing>"})))))
    assert not {"script", "iframe", "div"} & set(Page(page.partition("</header>")[2]).tags) - {"div"}
    assert "example.invalid" not in page
    assert "alert(1)" not in page


def test_html_without_a_table_falls_back_to_its_plain_text():
    made = blocks_of(code(shown({"text/html": "<b>x</b>", "text/plain": "ผลลัพธ์ 42"})))
    assert sentences(made) == ["ผลลัพธ์ 42"]


def test_script_and_style_in_a_table_say_nothing():
    source = "<table><style>td{}</style><tr><th>a</th></tr><tr><td>1<script>alert(1)</script></td></tr></table>"
    (table,) = blocks_of(code(shown({"text/html": source})))
    assert texts(table) == [["1"]]


def test_a_figure_of_matplotlib_becomes_a_picture_with_an_honest_alternative_text():
    from matplotlib.figure import Figure

    figure = Figure()
    figure.add_subplot().plot([1, 3, 2])
    dots, lines = io.BytesIO(), io.StringIO()
    figure.savefig(dots, format="png")
    figure.savefig(lines, format="svg")
    import base64

    encoded = base64.b64encode(dots.getvalue()).decode()
    cells = (
        code(shown({"image/png": encoded, "text/plain": "<Figure size 640x480 with 1 Axes>"})),
        code(shown({"image/svg+xml": lines.getvalue()})),
        code(shown({"image/png": encoded}, {"image/png": {"alt": "เส้นที่ขึ้นแล้วลง"}})),
    )
    document = read_document(notebook(*cells))
    assert [type(made) for made in document.blocks] == [Picture, Chart, Picture]
    alts = [made.alt for made in document.blocks]
    assert alts == [say("document.no_alt").format(number=1), say("document.no_alt").format(number=2), "เส้นที่ขึ้นแล้วลง"]
    assert figures(pdf.render(document)) == alts
    page = Page(html.render(document))
    assert page.values("alt") == [alts[0], alts[2]]
    assert alts[1] in page.values("aria-label")
    assert all(source.startswith("data:image/png;base64,") for source in page.values("src"))


def test_a_drawing_that_holds_a_picture_is_shown_by_its_dots():
    svg = SVG.replace("</svg>", '<image href="data:image/png;base64,AAAA" width="9" height="9"/></svg>')
    (made,) = blocks_of(code(shown({"image/svg+xml": svg, "image/png": png()})))
    assert isinstance(made, Picture)
    (alone,) = blocks_of(code(shown({"image/svg+xml": svg})))
    assert alone.note == say("document.left_out")


@pytest.mark.parametrize("data", ["", "AAAA", "not base64 ?", png()[:200], 5, None, ["x"]])
def test_a_broken_picture_gets_a_sentence(data):
    made = blocks_of(code(shown({"image/png": data, "text/plain": "<Figure>"})))
    assert sentences(made) == [say("document.not_shown")]


def test_a_picture_is_written_anew_without_what_came_along():
    from base64 import b64decode, b64encode

    from PIL import Image, PngImagePlugin

    from ita_analysis.export.pictures import clean_png

    extra = PngImagePlugin.PngInfo()
    extra.add_text("Secret", "13.7563, 100.5018")
    made = io.BytesIO()
    Image.new("RGBA", (3000, 40), (0, 0, 0, 0)).crop((0, 0, 400, 40)).save(made, "PNG", pnginfo=extra)
    clean = b64decode(clean_png(b64encode(made.getvalue()).decode()))
    assert b"Secret" not in clean
    assert Image.open(io.BytesIO(clean)).mode == "RGB"


def test_markdown_becomes_headings_lists_tables_and_code_in_order():
    source = """# หัวเรื่องใหญ่

บทนำ **ตัวหนา** และ `code` <b>ดิบ</b> [ลิงก์](javascript:alert(1))

### หัวข้อย่อย

- หนึ่ง
- สอง
    - สองจุดหนึ่ง

หลังรายการ

1. แรก
2. ถัดไป

| ข้อ | คะแนน |
|---|--:|
| E12 | 81.87 |

```python
if x:
    y = 1
```

<script>alert(1)</script>
"""
    document = read_document(notebook(markdown(source)))
    assert document.cover.title == "หัวเรื่องใหญ่"
    kinds = [(type(made).__name__, made.title, getattr(made, "level", 0)) for made in document.blocks]
    assert kinds == [("Text", "", 2), ("Text", "หัวข้อย่อย", 2), ("Text", "", 3), ("Table", "", 3), ("Text", "", 3)]
    intro = document.blocks[0].paragraphs[0]
    assert [run.text for run in intro if run.bold] == ["ตัวหนา"]
    assert text_of(intro) == "บทนำ ตัวหนา และ code <b>ดิบ</b> ลิงก์"
    assert sentences([document.blocks[1]]) == ["หนึ่ง", "สอง", "– สองจุดหนึ่ง"]
    assert sentences([document.blocks[2]]) == ["หลังรายการ", "1. แรก", "2. ถัดไป"]
    assert texts(document.blocks[3]) == [["E12", "81.87"]]
    assert sentences([document.blocks[4]]) == ["if x:", "\u00a0\u00a0\u00a0\u00a0y = 1", "<script>alert(1)</script>"]
    page = Page(html.render(document))
    assert "script" not in page.tags
    assert "javascript" not in page.text
    assert squeezed("<script>alert(1)</script>") in squeezed(page.text)


def test_prints_and_errors_stand_as_text_without_colour_codes():
    error = {"output_type": "error", "ename": "ValueError", "evalue": "\x1b[31mค่าผิด\x1b[0m", "traceback": ["x"]}
    made = blocks_of(code(printed("แถว 1\n  แถว 2\n"), printed("คำเตือน", "stderr"), error))
    assert sentences(made) == ["แถว 1", "\u00a0\u00a0แถว 2", "ValueError: ค่าผิด"]
    assert made[1].title == say("document.error")


def test_an_endless_print_is_cut_and_says_so():
    made = blocks_of(code(printed("\n".join(str(at) for at in range(1000)))))
    assert sentences(made)[-1] == say("document.more_lines").format(shown=200, all="1,000")
    long = blocks_of(code(printed("ก" * 100_000)))
    assert "".join(sentences(long)) == "ก" * 100_000


def test_a_notebook_that_was_not_run_is_one_page_that_says_so():
    document = read_document(notebook(markdown("# เรื่อง"), code(run=False), code(run=False)))
    assert say("document.not_run") in Page(html.render(document)).text
    import pypdfium2

    printed_page = pdf.render(document)
    assert len(pypdfium2.PdfDocument(printed_page)) == 1
    assert squeezed(say("document.not_run_fix")) in squeezed(pdf_text(printed_page))


def test_a_notebook_run_in_part_says_how_much_is_missing():
    made = blocks_of(code(printed("ก")), code(run=False), code(source="", run=False))
    assert sentences(made) == [say("document.partly_run").format(idle=1, coded=2), "ก"]


def test_an_empty_notebook_and_one_of_words_alone_are_pages_too():
    for cells in ((), (markdown("ก"),)):
        document = read_document(notebook(*cells))
        assert pdf.render(document).startswith(b"%PDF")
        assert "<h1>" in html.render(document)


BROKEN = {
    "wrong kind": {"kind": "script", "text": "x"},
    "extra field": {"kind": "text", "title": "x", "onload": "alert(1)"},
    "no kind": {},
    "a list": [1, 2],
    "a string": "<script>alert(1)</script>",
    "none": None,
    "a number": 7,
    "long text": {"kind": "text", "title": "x" * 32_768},
    "ragged table": {"kind": "table", "title": "", "columns": [{"label": "a"}], "rows": [{"cells": []}]},
    "no columns": {"kind": "table", "title": "", "columns": [], "rows": []},
    "endless width": {"kind": "table", "title": "", "columns": [{"label": "a", "width": 1e308}], "rows": []},
    "bad tone": {"kind": "text", "paragraphs": [[{"text": "x", "tone": "red;position:fixed"}]]},
    "bad date": {
        **dict.fromkeys(("eyebrow", "title", "running_head", "footer", "page_key"), "x"),
        "kind": "cover",
        "document_date": "วันนี้",
    },
    "blank alt": {"kind": "chart", "title": "x", "svg": SVG, "alt": "  "},
    "no picture": {"kind": "picture", "png": "AAAA", "alt": "x"},
    "no drawing": {"kind": "chart", "title": "x", "svg": "<html><script>alert(1)</script></html>", "alt": "x"},
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_block_gets_a_sentence(name):
    document = read_document(notebook(block(BROKEN[name])))
    said = sentences(document.blocks)[0]
    assert said in (say("document.broken_block"), say("document.broken_picture"))
    page = html.render(document)
    assert "<script" not in page
    assert squeezed(said) in squeezed(pdf_text(pdf.render(document)))


@pytest.mark.parametrize(
    "cell",
    [
        {"cell_type": "code"},
        {"cell_type": "raw", "source": "x"},
        {"cell_type": "code", "source": "x", "outputs": [{}]},
        code({"output_type": "display_data"}),
        code(shown({})),
        code(shown({"text/plain": 5})),
        code({"output_type": "stream"}),
        code({"output_type": "error"}),
        code(shown({"application/vnd.plotly.v1+json": {"data": []}, "text/html": "<div></div>"})),
    ],
)
def test_odd_cells_are_no_exception(cell):
    document = read_document(notebook(cell))
    assert isinstance(html.render(document), str)
    assert pdf.render(document)


def test_a_title_of_markdown_that_no_block_can_hold_gets_a_sentence():
    made = blocks_of(markdown("# " + "ก" * 40_000))
    assert sentences(made) == [say("document.broken_block")]


def test_text_blocks_keep_their_kind():
    assert all(isinstance(made, Text) for made in blocks_of(markdown("ก\n\nข")))


def test_a_reviewer_sees_the_code_before_what_it_shows():
    cell = {
        "cell_type": "code",
        "execution_count": 1,
        "metadata": {},
        "source": "if True:\n    print(1)",
        "outputs": [{"output_type": "stream", "name": "stdout", "text": "1\n"}],
    }
    shown = read_document({"cells": [cell]}, with_source=True).blocks
    texts = ["".join(run.text for run in runs) for block in shown for runs in block.paragraphs]
    assert texts == ["if True:", "\u00a0\u00a0\u00a0\u00a0print(1)", "1"]
    assert len(read_document({"cells": [cell]}).blocks) == 1


def test_a_widget_gets_the_sentence_and_not_its_python_text():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}, "text/plain": "IntSlider(value=0)"}
    made = blocks_of(code(shown(view)))
    assert sentences(made) == [say("document.not_shown")]
