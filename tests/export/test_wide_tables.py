"""Tables wider than a page: nothing of them is lost on paper, and on a screen they scroll in a box of their own."""

from __future__ import annotations

from collections import Counter

import pandas as pd
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from export.notebooks import block, code, markdown, notebook, shown
from export.reading import Page, page_texts, pdf_text, squeezed
from ita_analysis.brief.blocks import Column, Table, group_row, row
from ita_analysis.export import html, pdf
from ita_analysis.export.document import read_document
from ita_analysis.export.fitting import LANDSCAPE_WIDTH, PAGE_WIDTH
from ita_analysis.export.table_parts import KEYS_SHARE, SLACK, is_wide, parts_of
from ita_analysis.export.tables import MOST_CELLS, table_of
from ita_analysis.export.words import say

HOSTILE = (
    "<b>x</b>",
    "$x$",
    "=1+1",
    "{{ 7*7 }}",
    "",
    " ",
    "ก" * 60,
    "x" * 300,
    "#let x",
    "a\nb",
    "...",
    "0",
    "คะแนนรวม ร้อยละ",
)
WHOLE = ("display.max_rows", None, "display.max_columns", None, "display.max_colwidth", None)
PART = say("document.part").partition("{number}")[0].format(title="").split()[-1]


def source(frame: pd.DataFrame) -> str:
    with pd.option_context(*WHOLE):
        return str(frame._repr_html_())


def cells_of(*frames: pd.DataFrame) -> list[dict]:
    return [code(shown({"text/html": source(frame), "text/plain": "x"})) for frame in frames]


def figures(rows: int, count: int, **more) -> pd.DataFrame:
    """Return a frame whose every cell says where it stands."""
    made = [[f"r{at}c{place}z" for place in range(count)] for at in range(rows)]
    return pd.DataFrame(made, **more)


def names(draw, count: int, levels: int) -> pd.Index:
    texts = st.one_of(st.sampled_from(HOSTILE), st.text("กขค้ะ ab_1", max_size=30))
    made = [[draw(texts) for _ in range(count)] for _ in range(levels)]
    return pd.Index(made[0]) if levels == 1 else pd.MultiIndex.from_arrays([sorted(made[0]), *made[1:]])


@st.composite
def frames(draw) -> pd.DataFrame:
    """Return a frame of any form: wide or long, names of any kind on one or more levels, cells short and long."""
    rows, columns = draw(st.integers(1, 6)), draw(st.integers(1, 30))
    frame = figures(rows, columns)
    tail = draw(st.lists(st.sampled_from(["", " คำอธิบายที่ยาวกว่าหนึ่งบรรทัดมาก ๆ" * 4]), min_size=columns, max_size=columns))
    frame = frame.apply(lambda held: held + tail[int(held.name)])
    frame.columns = names(draw, columns, draw(st.integers(1, 3)))
    if draw(st.booleans()):
        frame.index = names(draw, rows, draw(st.integers(1, 4)))
    return frame


def marks_of(table: Table) -> list[str]:
    return [cell.text.split()[0] for one in table.rows for cell in one.cells if cell.text.startswith("r")]


@settings(max_examples=60, deadline=None)
@given(frames())
def test_every_cell_stands_in_one_part_beside_its_row_and_below_its_head(frame):
    table = table_of(source(frame))
    assert Counter(marks_of(table)) == Counter(
        f"r{at}c{place}z" for at in range(len(frame)) for place in range(frame.shape[1])
    )
    keys = sum(column.key for column in table.columns)
    assert keys == frame.index.nlevels
    if not is_wide(table, PAGE_WIDTH):
        assert sum(column.width for column in table.columns) <= PAGE_WIDTH + SLACK
        return
    parts = parts_of(table, PAGE_WIDTH)
    repeated = next(
        at for at in range(keys, -1, -1) if all(part.columns[:at] == parts[0].columns[:at] for part in parts)
    )
    assert repeated >= 1 and len(parts) > 1
    joined = [column.label for column in parts[0].columns[:repeated]]
    for part in parts:
        widths = [column.width for column in part.columns]
        assert sum(widths) <= PAGE_WIDTH + SLACK and sum(widths[:repeated]) <= PAGE_WIDTH * KEYS_SHARE * 1.2
        assert len(part.columns) > repeated
        joined += [column.label for column in part.columns[repeated:]]
    assert joined == [column.label for column in table.columns]
    for at, one in enumerate(table.rows):
        held = [part.rows[at].cells for part in parts]
        assert all(cells[:repeated] == one.cells[:repeated] for cells in held)
        assert tuple(cell for cells in held for cell in cells[repeated:]) == one.cells[repeated:]


@settings(max_examples=6, deadline=None)
@given(frames())
def test_every_cell_stands_once_on_paper_and_on_the_screen(frame):
    document = read_document(notebook(*cells_of(frame)))
    wanted = {f"r{at}c{place}z": 1 for at in range(len(frame)) for place in range(frame.shape[1])}
    for text in (squeezed(pdf_text(pdf.render(document))), squeezed(Page(html.render(document)).text)):
        assert {mark: text.count(mark) for mark in wanted} == wanted


def sizes(made: bytes) -> list[str]:
    return [
        "wide" if width > height else "high"
        for width, height in (page.get_size() for page in pypdfium2.PdfDocument(made))
    ]


def test_a_long_table_that_a_turned_page_holds_turns_it_and_its_introduction_with_it():
    frame = figures(40, 16, columns=[f"c{at}" for at in range(16)])
    before, after = markdown("## ตารางยาว\n\nอ่านทีละแถว"), markdown("หลังตาราง")
    made = pdf.render(read_document(notebook(markdown("# เรื่อง\n\n" + "ก\n\n" * 9), before, *cells_of(frame), after)))
    assert sizes(made) == ["high", "wide", "wide", "high"]
    texts = [squeezed(text) for text in page_texts(made)]
    assert "ตารางยาว" in texts[1] and "ตารางยาว" not in texts[0] and "หลังตาราง" in texts[3]
    assert "c15" in texts[2] and PART not in "".join(texts)


def test_a_page_that_begins_with_such_a_table_is_turned_from_the_start():
    frame = figures(20, 16)
    made = pdf.render(read_document(notebook(markdown("# เรื่อง"), *cells_of(frame, frame))))
    assert set(sizes(made)) == {"wide"} and "เรื่อง" in squeezed(page_texts(made)[0])


def test_a_short_wide_table_stands_in_parts_that_say_which():
    frame = figures(3, 16).rename_axis("ลำดับ")
    made = pdf.render(read_document(notebook(markdown("# เรื่อง"), *cells_of(frame))))
    (text,) = page_texts(made)
    assert sizes(made) == ["high"]
    for number in (1, 2):
        said = say("document.part").format(title="", number=number, all=2)
        assert squeezed(text).count(squeezed(said)) == 1
    assert text.count("ลำดับ") == 2


def test_every_level_of_an_index_stands_again_in_each_part():
    index = pd.MultiIndex.from_product([["กรุงเทพใต้"], ["สาทร", "บางรัก"]], names=["กลุ่ม", "เขต"])
    parts = parts_of(table_of(source(figures(2, 20, index=index))), PAGE_WIDTH)
    assert len(parts) > 1
    for part in parts:
        assert [column.label for column in part.columns[:2]] == ["กลุ่ม", "เขต"]
        assert [[cell.text for cell in one.cells[:2]] for one in part.rows] == [
            ["กรุงเทพใต้", "สาทร"],
            ["กรุงเทพใต้", "บางรัก"],
        ]


def wide_table(**more) -> Table:
    columns = tuple(Column(label=f"ห{at}", width=40) for at in range(9))
    rows = (group_row("กลุ่มหนึ่ง"), row(*(f"v{at}z" for at in range(9))))
    return Table(title="ตารางของเรา", columns=columns, rows=rows, note="หมายเหตุท้ายตาราง", **more)


def test_a_block_of_ours_is_split_too_with_title_and_note_once_and_groups_in_each_part():
    text = squeezed(pdf_text(pdf.render(read_document(notebook(block(wide_table().data()))))))
    said = [squeezed(say("document.part").format(title="ตารางของเรา", number=number, all=3)) for number in (1, 2, 3)]
    assert [text.count(one) for one in said] == [1, 1, 1]
    assert text.count("ตารางของเรา") == 1 + 3 and text.count("หมายเหตุท้ายตาราง") == 1
    assert text.count("กลุ่มหนึ่ง") == 3 and text.count("v0z") == 3
    assert all(text.count(f"v{at}z") == 1 for at in range(1, 9))


def test_a_table_whose_columns_share_what_is_left_and_a_grid_are_never_wide():
    assert is_wide(wide_table(), LANDSCAPE_WIDTH) and not is_wide(wide_table(form="heat"), PAGE_WIDTH)
    shared = wide_table().model_copy(update={"columns": (Column(label="x"), *wide_table().columns[1:])})
    assert not is_wide(shared, PAGE_WIDTH)


def test_a_table_of_very_many_columns_is_cut_and_says_so():
    table = table_of(source(figures(3, 1000)))
    assert len(table.columns) == 200 and table.note == "แสดง 199 จาก 1,000 คอลัมน์"
    table = table_of(source(figures(300, 199)))
    assert len(table.rows) == MOST_CELLS // 200 and table.note == "แสดง 100 จาก 300 แถว"


def test_columns_that_pandas_left_out_are_counted():
    with pd.option_context("display.max_columns", 6):
        table = table_of(figures(2, 50)._repr_html_())
    assert [column.label for column in table.columns] == ["แถว", "0", "1", "2", "...", "47", "48", "49"]
    assert table.note == "แสดง 6 จาก 50 คอลัมน์"


def test_two_columns_of_one_name_keep_it():
    table = table_of(
        "<table><thead><tr><th>x</th><th>x</th></tr></thead><tbody><tr><td>1</td><td>2</td></tr></tbody></table>"
    )
    assert [column.label for column in table.columns] == ["x", "x"] and table.title == ""


def test_a_wide_table_of_markdown_is_split_and_a_narrow_one_shares_the_page():
    def table(count):
        heads = "|".join(f"หัวข้อ{at}" for at in range(count))
        (made,) = read_document(notebook(markdown(f"|{heads}|\n|{'--|' * count}\n|{'ค่า|' * count}"))).blocks
        return made

    assert is_wide(table(20), PAGE_WIDTH)
    assert [column.width for column in table(4).columns] == [None] * 4


@pytest.mark.parametrize("frame", [figures(3, 30), figures(3, 30, columns=[f"<i>{at}</i>" for at in range(30)])])
def test_on_a_screen_a_wide_table_is_whole_in_a_box_that_the_keyboard_reaches(frame):
    page = Page(html.render(read_document(notebook(*cells_of(frame, figures(2, 2))))))
    assert page.values("tabindex") == ["0"] and page.values("role") == ["group"]
    (how,) = page.values("aria-labelledby")
    assert how in page.values("id") and squeezed(say("document.scroll")) in squeezed(page.text)
    assert page.tags.count("table") == 2 and page.tags.count("td") == 3 * 30 + 2 * 2


def test_a_page_without_wide_tables_and_formulas_carries_no_style_for_them():
    assert "scroll" not in html.render(read_document(notebook(*cells_of(figures(2, 2)))))
