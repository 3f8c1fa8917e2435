"""Tables on paper: what surely fits is said so, which spares the compiler work and changes nothing on the page."""

from __future__ import annotations

import copy
import re
from contextlib import nullcontext

import pytest

from export.reading import pdf_text, squeezed
from ita_analysis.brief.blocks import Cell, Column, Cover, Row, Run, Table, Text, cell, group_row, line, row
from ita_analysis.brief.charts.canvas import text_width
from ita_analysis.errors import MachineError
from ita_analysis.export import pdf
from ita_analysis.export.document import Document
from ita_analysis.export.letters import width_mm
from ita_analysis.export.print_data import as_data
from ita_analysis.export.print_tables import lines_of

LONG = "การเปิดเผยข้อมูลสาธารณะของหน่วยงานให้ประชาชนทราบ " * 3
COVER = Cover(eyebrow="", title="ตาราง", running_head="ตาราง", footer="", document_date="2024-09-30", page_key="")


def texts(runs, room, **more):
    (made,) = lines_of((line(*runs),), room, 9.5, **more)
    return [run["text"] for run in made]


def test_a_line_that_surely_fits_is_one_text_and_any_other_is_in_pieces():
    assert texts(["ผู้ตอบน้อย"], 40.0) == ["ผู้ตอบน้อย"]
    (pieces,) = texts([LONG], 40.0)
    assert isinstance(pieces, tuple) and len(pieces) > 10


def test_the_runs_of_a_line_fit_together_or_not_at_all():
    half = "คะแนนรวม"
    room = width_mm(half, 9.5) * 1.5
    assert texts([half], room) == [half]
    assert all(isinstance(made, tuple) for made in texts([half, half], room))


def test_a_hanging_mark_and_a_line_that_others_join_stay_in_pieces():
    assert texts(["87.50", Run(text="ผู้ตอบน้อย", hanging=True)], 40.0) == ["87.50", ("ผู้ตอบ", "น้อย")]
    assert isinstance(texts(["ผู้ตอบน้อย"], 40.0, alone=False)[0], tuple)


@pytest.mark.parametrize("weight", [400, 500, 700])
def test_the_width_that_is_reckoned_is_never_less_than_the_drawn_one(weight):
    for text in (LONG, "กี่ปี่ป้ำน้ำญู่ฐู่", "AVATAR To 1,234.56 − +0.01 %", "ญ่ฎุฏูฐ์ ฬ่ำ", "ITA 2567 (แผน) “ก”–ข"):
        drawn = text_width(text, 950, weight) / 100  # so large that no letter is fitted to dots
        assert width_mm(text, 9.5) >= drawn - 0.005


def table(*, dense: bool, count: int = 60) -> Table:
    rows = [
        row("I1", "ทำงานทันกำหนด", "95.13"),
        row("I2", LONG, "95.13"),
        Row(cells=(cell("I3"), Cell(lines=(line("สอง"), line("บรรทัด"))), cell(Run(text="8.1", bold=True)))),
        Row(cells=(cell("I4"), Cell(lines=(line(""),), bar=0.4), cell(Run(text="8.1", tone="below")))),
        group_row("ประชาชนตอบ"),
        *(row(f"E{number}", "ถามตรง", "1.00") for number in range(1, count)),
    ]
    columns = (Column(label="ข้อ", width=14), Column(label="เรื่อง"), Column(label="คะแนน", align="right", width=20))
    return Table(title="ทุกข้อ", dense=dense, columns=columns, rows=tuple(rows))


@pytest.mark.parametrize("dense", [False, True])
def test_a_row_whose_height_is_said_looks_like_one_that_is_measured(dense):
    data = as_data(Document(COVER, (table(dense=dense),), True))
    rows = data["blocks"][0]["rows"]
    assert [made["single"] for made in rows[:6]] == [True, False, False, False, False, True]
    measured = copy.deepcopy(data)
    for made in measured["blocks"][0]["rows"]:
        made["single"] = False
    assert pages(data) == pages(measured)


def pages(data):
    made = pdf.compiler(None).compile(pdf.source(data), format="svg")
    assert isinstance(made, list) and len(made) > 1
    return made


def test_the_compiler_forgets_all_but_the_last_document_and_large_or_refused_ones_too(monkeypatch):
    compiled, refused = [], set()

    class Spy:
        def __init__(self, source):
            self.source = source

        def compile(self, *given, **how):
            compiled.append(self.source)
            if self.source in refused:
                raise pdf.typst.TypstError("no")
            return real(self.source).compile(*given, **how)

    real = pdf.compiler
    monkeypatch.setattr(pdf, "compiler", Spy)
    document = Document(COVER, (table(dense=True),), True)
    pdf.render(document)
    assert compiled == [None] + [pdf.NOTHING] * 5
    for change in (lambda: monkeypatch.setattr(pdf, "LARGE", 10), lambda: refused.add(None)):
        compiled.clear()
        change()
        with pytest.raises(MachineError) if refused else nullcontext():
            pdf.render(document)
        assert compiled == [None] + [pdf.NOTHING] * 11


def test_what_is_remembered_of_another_document_changes_no_byte():
    one, other = (Document(COVER, (table(dense=True, count=count),), True) for count in (30, 7))
    pdf.forget()
    alone = pdf.render(other)
    pdf.forget()
    pdf.render(one)
    assert pdf.render(other) == alone


def test_no_style_of_the_template_holds_what_one_document_alone_has():
    """Else the compiler lays out every cell anew: all that styles stand above would be under other styles."""
    template = pdf.TEMPLATE.read_text(encoding="utf-8")
    page = template[template.index("#set page(") : template.index("#show heading")]
    assert set(re.findall(r"\b(?:cover|doc)\.\w+", page)) == {"cover.form"}  # alike in all documents of a kind
    assert template.splitlines()[-1].startswith("#set document(")


def test_a_quote_or_a_backslash_ends_no_text_of_the_template():
    hostile = '")) #panic("x") \\ \\u{41} \\" #sys $x$'
    document = Document(COVER, (Text(paragraphs=(line(hostile),)),), True)
    assert squeezed(hostile) in squeezed(pdf_text(pdf.render(document)))
