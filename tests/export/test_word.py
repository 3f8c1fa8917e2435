"""The Word file: every field of every block in order, one real table, the same bytes, whatever its texts try to be."""

import io
import re
from zipfile import ZIP_STORED, ZipFile

import docx
import pytest
from docx.oxml.ns import qn

from export.reading import squeezed
from export.reports import cover, line, official, said, shared
from export.samples import HOSTILE, LONG, SVG, document, png
from ita_analysis.brief.blocks import (
    Cell,
    Chart,
    Column,
    OfficialCell,
    Photo,
    Picture,
    Point,
    Points,
    Row,
    Signatures,
    Table,
    Text,
)
from ita_analysis.export import word
from ita_analysis.export import word_pictures as pictures
from ita_analysis.export.document import Document
from ita_analysis.export.words import say
from ita_analysis.measures.proof import proofs
from ita_analysis.thai.text import printable

RUNNING = ("cover.running_head", "cover.footer")
ORDER = [
    "cover.eyebrow",
    "cover.title",
    "cover.subtitle",
    "cover.badge",
    "cover.lines",
    "tile.label",
    "tile.value",
    "tile.unit",
    "tile.lines",
    "checklist.title",
    "task.action",
    "task.detail",
    "task.owner",
    "task.due_label",
    "task.due",
    "table.title",
    "column.label",
    "group.lines",
    "cell.key",
    "cell.name",
    "cell.score",
    "table.note",
    "table.panel_title",
    "column.panel_label",
    "cell.panel",
    "table.panel_note",
    "table.heat_title",
    "column.group",
    "column.heat_label",
    "cell.heat_key",
    "cell.heat_name",
    "cell.heat",
    "table.heat_note",
    "chart.title",
    "chart.note",
    "picture.title",
    "picture.note",
    "text.title",
    "text.paragraphs",
    "text.bullets",
    "points.eyebrow",
    "points.title",
    "point.said",
    "point.detail",
    "point.figure",
    "point.unit",
    "point.figure_label",
    "points.legend_title",
    "points.legend",
    "signatures.title",
    "signatures.labels",
    "official.title",
    "official.columns",
    "officialgroup.heading",
    "officialcell.item",
    "officialcell.band",
    "photo.caption",
    "officialcell.measure",
    "officialcell.second",
    "official.note",
]
ALTS = ["photosmall.alt", "chart.alt", "picture.alt", "photo.alt"]


def opened(made):
    return docx.Document(io.BytesIO(made))


def parts(made):
    with ZipFile(io.BytesIO(made)) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def body(made):
    return opened(made).element.body


def text_of(element):
    """Return the text below `element` in order, as a reader's cursor meets it."""
    shown = {qn("w:t"): lambda one: one.text, qn("w:tab"): lambda one: "\t", qn("w:br"): lambda one: "\n"}
    within_runs = (one for one in element.iter(*shown) if one.getparent().tag == qn("w:r"))
    return "".join(shown[one.tag](one) for one in within_runs)


def alts(made):
    return [one.get("descr") for one in body(made).iter(qn("wp:docPr"))]


def filled(payload=""):
    given = {}

    def text(name):
        given[name] = f"[{name}]{payload}"
        return given[name]

    return given, document(text)


def made_of(*blocks, **more):
    return word.render(Document(cover(**more), blocks, True))


SHARED = shared()


def test_every_text_stands_once_and_in_order():
    given, sample = filled()
    made = word.render(sample)
    shown = text_of(body(made))
    assert set(ORDER) | set(ALTS) | set(RUNNING) == set(given)
    places = [shown.index(given[name]) for name in ORDER]
    assert places == sorted(places)
    assert all(shown.count(given[name]) == 1 for name in ORDER)
    assert alts(made) == [given[name] for name in ALTS]


def test_head_and_foot_stand_on_every_page_but_the_head_not_on_the_first():
    made = made_of(badge="เขตสาทร", orientation="landscape")
    section = opened(made).sections[0]
    assert section.different_first_page_header_footer
    assert section.header.paragraphs[0].text == "รายงานผล รอบ 6 เดือน\tเขตสาทร"
    assert text_of(section.first_page_header._element) == ""
    for foot in (section.footer, section.first_page_footer):
        before, between = say("page.page_of")
        assert text_of(foot._element).startswith(f"รหัสหน้า 0123\t{before} ")
        assert fields(foot) == ["PAGE", "NUMPAGES"]


def fields(foot):
    return [one.get(qn("w:instr")) for one in foot._element.iter(qn("w:fldSimple"))]


def test_pages_and_points_are_counted_in_thai_digits_where_the_cover_says_so():
    points = Points(title="สรุป", points=(Point(said="หนึ่ง"), Point(said="สอง")))
    made = made_of(points, digits="thai")
    assert fields(opened(made).sections[0].footer) == ["PAGE \\* THAIARABIC", "NUMPAGES \\* THAIARABIC"]
    assert "๑หนึ่ง๒สอง" in text_of(body(made))
    assert "1หนึ่ง2สอง" in text_of(body(made_of(points)))


@pytest.mark.parametrize(("orientation", "size"), [("portrait", (210, 297)), ("landscape", (297, 210))])
def test_the_paper_is_a4(orientation, size):
    section = opened(made_of(orientation=orientation)).sections[0]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == size


def test_the_file_says_what_it_is_and_names_nobody():
    core = opened(made_of(title="ชื่อเรื่อง", running_head="ชื่อเรื่องของแฟ้ม")).core_properties
    assert (core.title, core.language) == ("ชื่อเรื่องของแฟ้ม", "th-TH")
    assert core.created.isoformat() == core.modified.isoformat() == "2024-09-30T00:00:00+00:00"
    assert (core.author, core.last_modified_by, core.comments) == ("", "", "")
    long = opened(made_of(running_head="ย" * 400)).core_properties.title
    assert len(long) <= 255 and long.endswith("…")


def test_nothing_of_the_librarys_own_blank_file_comes_along():
    names = set(parts(made_of(Text(paragraphs=(line("ก"),)))))
    assert names == {
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/core.xml",
        *(f"word/{name}.xml" for name in ("document", "styles", "settings", "numbering", "fontTable")),
        *(f"word/{kind}{number}.xml" for kind in ("header", "footer") for number in (1, 2)),
        "word/_rels/document.xml.rels",
    }


def test_titles_are_headings():
    blocks = (
        Text(title="ส่วน", paragraphs=(line("ก"),)),
        Text(title="ส่วนย่อย", level=3),
        Points(title="หนึ่งหน้า", points=(Point(said="ก"),)),
        official(SHARED),
        Signatures(title="ลงนาม", labels=("ผู้รายงาน",)),
    )
    made = opened(made_of(*blocks))
    found = [(one.text, level(one.style)) for one in made.paragraphs if level(one.style) is not None]
    assert found == [("รายงานผล", 0), ("ส่วน", 1), ("ส่วนย่อย", 2), ("หนึ่งหน้า", 1), ("ผลรายข้อ", 1), ("ลงนาม", 2)]
    head = made.tables[1]._tbl.tr_lst[1]
    assert {level(one.style) for cell in docx.table._Row(head, made.tables[1]).cells for one in cell.paragraphs} == {2}


def level(style):
    while style is not None:
        found = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        if found is not None:
            return int(found.get(qn("w:val")))
        style = style.base_style
    return None


def test_a_page_of_its_own_ends_before_the_first_block():
    def breaks(form, *blocks):
        body_of = body(made_of(*blocks, form=form))
        return [text_of(one.getparent().getparent()) for one in body_of.iter(qn("w:pageBreakBefore"))]

    text = Text(paragraphs=(line("ก"),))
    assert breaks("page", text, text) == ["ก"]
    assert breaks("page", Text(title="ข", new_page=True)) == ["ข"]
    assert breaks("page", official(SHARED, title="")) == [""]
    assert breaks("head", text, Text(title="ข", new_page=True), official(SHARED)) == ["ข", "ผลรายข้อ"]
    assert breaks("head", Points(title="ง", eyebrow="ค", points=(Point(said="ก"),))) == ["ค"]


def test_the_official_report_is_one_table_with_shared_cells():
    one = ((said("I1"), said("ป"), said("ม"), said("ผ"), said("")),)
    (table,) = body(made_of(official(SHARED, one, one))).iter(qn("w:tbl"))
    rows = table.tr_lst
    assert len(rows) == 1 + 1 + 4 + 1 + 1
    assert [text_of(cell) for cell in rows[0].tc_lst] == ["ข้อ", "ประเด็น", "มาตรการ", "ผล", "หลักฐาน"]
    assert [(text_of(cell), cell.grid_span) for cell in rows[1].tc_lst] == [("ตัวชี้วัดที่ 8", 5)]
    assert [grid(row) for row in rows[2:6]] == [
        [("E11", "restart", 1), ("ประเด็น 11", "restart", 1), ("ใช้ร่วมกัน", None, 2), ("ภาพ", "restart", 1)],
        [("", "continue", 1), ("", "continue", 1), ("ม1", None, 1), ("ผ1", None, 1), ("", "continue", 1)],
        [("E12", "restart", 1), ("ประเด็น 12", "restart", 1), ("ม2", None, 1), ("ผ2", None, 1), ("", "continue", 1)],
        [("", "continue", 1), ("", "continue", 1), ("ม3", None, 1), ("ผ3", None, 1), ("", "continue", 1)],
    ]
    assert all(sum(cell.grid_span for cell in row.tc_lst) == 5 for row in rows)


def grid(row):
    return [(text_of(cell), cell.vMerge, cell.grid_span) for cell in row.tc_lst]


def test_a_cell_that_reaches_over_rows_and_columns_is_joined_as_such():
    wide = (
        (said("ก", rows=2, columns=3), None, None, said("ผ1"), said("ภ1")),
        (None, None, None, said("ผ2"), said("ภ2")),
    )
    (table,) = body(made_of(official(wide))).iter(qn("w:tbl"))
    assert [grid(row) for row in table.tr_lst[2:]] == [
        [("ก", "restart", 3), ("ผ1", None, 1), ("ภ1", None, 1)],
        [("", "continue", 3), ("ผ2", None, 1), ("ภ2", None, 1)],
    ]


def test_head_rows_are_repeated_and_only_they():
    table = Table(
        title="รายการ",
        columns=(Column(label="ข้อ", group="ชุด"), Column(label="ชื่อ", group="ชุด")),
        rows=(Row(cells=(Cell(lines=(line("กลุ่ม"),)),), group=True), Row(cells=(Cell(lines=()), Cell(lines=())))),
    )
    made = body(made_of(table, official(SHARED)))
    heads = [[is_head(row) for row in found.tr_lst] for found in made.iter(qn("w:tbl"))]
    assert heads == [[True, True, False, False], [True] + [False] * 5]


def is_head(row):
    return row.trPr is not None and row.trPr.find(qn("w:tblHeader")) is not None


def is_whole(row):
    return row.trPr is not None and row.trPr.find(qn("w:cantSplit")) is not None


def test_a_short_row_is_never_split_and_a_long_one_may_be():
    def only(text):
        return ((said("E1"), said(""), said(text), said(""), said("")),)

    rows = next(body(made_of(official(only("ก" * 250), only("ก" * 2000)))).iter(qn("w:tbl"))).tr_lst
    assert [is_whole(row) for row in rows] == [True, True, True, False]
    wide, high = (OfficialCell(photos=(Photo(large=png(*size), alt="ภาพ"),)) for size in ((600, 400), (400, 1600)))
    parts = [((said("E1"), said(""), said(""), said(""), evidence),) for evidence in (wide, high)]
    rows = next(body(made_of(official(*parts))).iter(qn("w:tbl"))).tr_lst
    assert [is_whole(row) for row in rows] == [True, True, True, False]
    cells = [Row(cells=(Cell(lines=(line("ก" * letters),)),)) for letters in (250, 251)]
    rows = next(body(made_of(Table(title="", columns=(Column(label=""),), rows=tuple(cells)))).iter(qn("w:tbl"))).tr_lst
    assert [is_whole(row) for row in rows] == [True, True, False]


def test_a_low_part_stays_on_one_page():
    def kept(*grids):
        rows = next(body(made_of(official(*grids))).iter(qn("w:tbl"))).tr_lst[2:]
        return [any(True for one in row.iter(qn("w:keepNext"))) for row in rows]

    high = tuple(tuple(said("ก" * 400) for _ in range(5)) for _ in range(3))
    assert kept(SHARED, high) == [True, True, True, False, False, False, False]


def test_a_mark_of_proof_becomes_its_word():
    words = {proof.name: proof.word_th for proof in proofs()}
    marked = [line(f"ข้อความ {name}", mark=name) for name in words]
    shown = text_of(body(made_of(Text(paragraphs=tuple(marked)))))
    assert all(f"({word}) ข้อความ {name}" in shown for name, word in words.items())
    assert len(set(words.values())) == len(words) == 4


def test_a_mark_is_not_said_twice_but_in_the_legend():
    runs = line(f"{proofs()[0].word_th}ในรายงาน", mark="none")
    assert text_of(body(made_of(Text(paragraphs=(runs,))))).endswith(runs[0].text)
    points = Points(title="ก", points=(Point(said="ก"),), legend=(runs, line("ข")))
    assert f"({proofs()[0].word_th}) {runs[0].text}\u2003ข" in text_of(body(made_of(points)))


def test_thai_is_set_as_complex_script_everywhere():
    made = parts(
        made_of(
            Text(paragraphs=(line("หนา", bold=True, tone="below"),)),
            Points(title="ก", points=(Point(said="ก", figure="9"),)),
        )
    )
    styles = made["word/styles.xml"].decode()
    assert '<w:lang w:val="en-US" w:eastAsia="en-US" w:bidi="th-TH"/>' in styles
    fonts = re.findall(r"<w:rFonts[^>]*>", styles)
    assert fonts and all(f'w:{script}="TH SarabunPSK"' in font for font in fonts for script in ("ascii", "hAnsi", "cs"))
    for part in ("word/styles.xml", "word/document.xml"):
        text = made[part].decode()
        assert re.findall(r'<w:sz w:val="(\d+)"/>', text) == re.findall(r'<w:szCs w:val="(\d+)"/>', text) != []
        assert text.count("<w:b/>") == text.count("<w:bCs/>") > 0
    assert "Theme" not in styles


def test_every_style_that_is_used_is_there():
    _, sample = filled()
    made = parts(word.render(sample))
    ids = set(re.findall(r'w:styleId="(\w+)"', made["word/styles.xml"].decode()))
    used = set()
    for name in (name for name in made if name.startswith("word/") and name.endswith(".xml")):
        used |= set(re.findall(r'<w:(?:pStyle|tblStyle|basedOn|next) w:val="(\w+)"', made[name].decode()))
    assert used <= ids


def test_the_same_document_gives_the_same_bytes():
    _, sample = filled("ทดสอบ E12")
    made = word.render(sample)
    assert made == word.render(sample)
    with ZipFile(io.BytesIO(made)) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        stored = {entry.filename for entry in archive.infolist() if entry.compress_type == ZIP_STORED}
    assert stored == {name for name in parts(made) if name.startswith("word/media/")}


def test_a_picture_that_is_shown_twice_stands_in_the_file_once():
    photo = Photo(large=png(), alt="ป้าย", caption="ป้ายหน้าห้อง")
    row = ((said("E1"), said(""), said(""), said(""), OfficialCell(photos=(photo, photo))),)
    made = made_of(official(row))
    assert alts(made) == ["ป้าย", "ป้าย"]
    assert len([name for name in parts(made) if "media" in name]) == 1
    ids = [one.get("id") for one in body(made).iter(qn("wp:docPr"))]
    assert len(set(ids)) == 2


def test_a_photograph_fits_its_cell():
    photo = Photo(large=png(400, 1600), alt="สูง")
    row = ((said("E1"), said(""), said(""), said(""), OfficialCell(photos=(photo,))),)
    (extent,) = body(made_of(official(row))).iter(qn("wp:extent"))
    width, height = (docx.shared.Emu(int(extent.get(side))).mm for side in ("cx", "cy"))
    assert width <= pictures.PHOTO_WIDTH and height == pytest.approx(pictures.PHOTO_HEIGHT, abs=0.1)
    assert height / width == pytest.approx(4, abs=0.1)


BROKEN = "AAAA"


@pytest.mark.parametrize(
    "block",
    [
        Chart(title="", svg="<svg", alt="คำอธิบาย"),
        Picture(png=BROKEN, alt="คำอธิบาย"),
        official(
            ((said("E1"), said(""), said(""), said(""), OfficialCell(photos=(Photo(large=BROKEN, alt="คำอธิบาย"),))),)
        ),
    ],
    ids=["chart", "picture", "photo"],
)
def test_a_broken_picture_becomes_its_description(block):
    made = made_of(block)
    assert alts(made) == []
    assert say("document.broken_picture") + "คำอธิบาย" in text_of(body(made))


def test_a_drawing_that_the_compiler_refuses_becomes_its_description(monkeypatch):
    class Refusing:
        def compile(self, **_):
            raise pictures.typst.TypstError("no")

    monkeypatch.setattr(pictures, "compiler", lambda _: Refusing())
    assert "คำอธิบาย" in text_of(body(made_of(Chart(title="", svg=SVG, alt="คำอธิบาย"))))


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_stands_literally(name):
    given, sample = filled(HOSTILE[name])
    made = word.render(sample)
    shown = squeezed(text_of(body(made)))
    for field in ORDER:
        assert squeezed(printable(given[field])) in shown, field
    assert [squeezed(alt) for alt in alts(made)] == [squeezed(printable(given[name])) for name in ALTS]
    allowed = {"w", "wp", "a", "pic"}
    assert {one.prefix for one in body(made).iter()} <= allowed


def test_text_that_no_block_has_cleaned_is_no_exception():
    block = Text.model_construct(title="ก\x00ข\ud800\ufffe", paragraphs=(), bullets=(), level=2, new_page=False)
    assert "ก[U+0000]ข[U+D800][U+FFFE]" in text_of(body(made_of(block)))


@pytest.mark.parametrize("name", LONG)
def test_long_text_is_whole(name):
    text = LONG[name]
    sample = document(lambda field: text)
    made = word.render(sample)
    assert squeezed(text_of(body(made))).count(squeezed(text)) >= len(ORDER)
    assert [squeezed(alt) for alt in alts(made)] == [squeezed(text)] * len(ALTS)


def test_line_ends_and_tabs_are_words_own():
    made = body(made_of(Text(paragraphs=(line("หนึ่ง\r\nสอง\tสาม  สี่ "),))))
    last = list(made.iter(qn("w:p")))[-1]
    assert text_of(last) == "หนึ่ง\nสอง\tสาม  สี่ "
    assert {one.get(qn("xml:space")) for one in last.iter(qn("w:t"))} == {"preserve"}


def test_two_tables_never_touch():
    table = Table(title="", columns=(Column(label="ก"),), rows=())
    signatures = Signatures(labels=("ก", "ข", "ค", "ง"))
    made = body(made_of(table, signatures, official(SHARED, title="", new_page=False), table))
    kinds = [one.tag for one in made if one.tag in (qn("w:p"), qn("w:tbl"))]
    assert all(pair != (qn("w:tbl"), qn("w:tbl")) for pair in zip(kinds, kinds[1:], strict=False))
    assert kinds[-1] == qn("w:p")


def test_lines_to_sign_on_are_left_empty():
    made = body(made_of(Signatures(labels=("ผู้รายงาน", "ผู้รับรอง", "พยาน", "ผู้ตรวจ"))))
    (table,) = made.iter(qn("w:tbl"))
    assert [[text_of(cell) for cell in row.tc_lst] for row in table.tr_lst] == [
        ["ผู้รายงาน \t", "ผู้รับรอง \t", "พยาน \t"],
        ["ผู้ตรวจ \t", "", ""],
    ]
    assert len([one for one in table.iter(qn("w:tab")) if one.get(qn("w:leader")) == "dot"]) == 4
