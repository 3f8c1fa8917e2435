"""A document with every kind of block and every text field filled, and the texts that try to break a page."""

import base64
import io
from collections.abc import Callable, Iterator

from ita_analysis.brief.blocks import (
    Cell,
    Chart,
    Checklist,
    Column,
    Cover,
    Kpis,
    Official,
    OfficialCell,
    OfficialGroup,
    OfficialPart,
    Photo,
    Picture,
    Point,
    Points,
    Row,
    Run,
    Signatures,
    Table,
    Task,
    Text,
    Tile,
)
from ita_analysis.export.document import Document

SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 174 60"><rect width="174" height="60" fill="#e3e8ec"/>'
    '<text x="10" y="30" font-size="8" font-family="ITA Sarabun">ภาพคะแนน</text></svg>'
)
ZALGO = "ก" + "็้" * 12 + " Z" + "\u0301\u0316\u0362\u0489" * 8
HOSTILE = {
    "markup": "# $ * _ <script>alert(1)</script> <img src=x onerror=alert(1)> \"' &amp; &lt; ]]> <!-- --> </style></title>",
    "templates": "\\ {{ 7*7 }} {% raw %} ${7*7} #{7*7} <%= 7*7 %> %s {0}",
    "typst": '#import "x" #eval("1") @ref <label> [b] `raw` $x^2$ = H // c /* c */ ~ -- --- \\u{202e}',
    "formulas": '=HYPERLINK("x") +1 -1 @SUM(A1) =cmd|"/c calc"!A1',
    "addresses": "javascript:alert(1) http://example.invalid/x [a](javascript:alert(1)) ![p](http://example.invalid/p)",
    "unseen": "ก\u202eข\u200bค\x00ง\x1b[31mจ\u2028ฉ\ufeffช\u2066ซ",
    "letters": "﷽ 😀 日本 عربي \u2011 \u3000 ½ ๏ ฿",
    "zalgo": ZALGO,
}
LONG = {"latin": "x" * 10_000, "thai": "กา" * 5_000, "whole": ("ทดสอบ test " * 3000)[:32_767]}


def png(width: int = 320, height: int = 200) -> str:
    """Return a small real PNG in base64."""
    from PIL import Image

    made = io.BytesIO()
    Image.new("RGB", (width, height), "#0b5c8a").save(made, "PNG")
    return base64.b64encode(made.getvalue()).decode("ascii")


def document(text: Callable[[str], str]) -> Document:
    """Return a document of every kind of block; `text` gives what stands in each field, named by block and field."""
    return Document(_cover(text), tuple(_blocks(text)), True)


def _cover(text: Callable[[str], str]) -> Cover:
    names = ("eyebrow", "title", "subtitle", "badge", "running_head", "footer")
    given = {name: text(f"cover.{name}") for name in names}
    lines = ((Run(text=text("cover.lines")),),)
    return Cover(**given, lines=lines, form="page", document_date="2024-09-30", page_key="0123abcd")


def _blocks(text: Callable[[str], str]) -> Iterator[object]:
    def line(name: str) -> tuple[Run, ...]:
        return (Run(text=text(name), tone="below", bold=True), Run(text="?", hanging=True))

    yield Kpis(
        tiles=(
            Tile(
                label=text("tile.label"), value=text("tile.value"), unit=text("tile.unit"), lines=(line("tile.lines"),)
            ),
            Tile(label="ข้อ", value="92.52", unit="ผ่าน"),
        )
    )
    yield Checklist(
        title=text("checklist.title"),
        tasks=(
            Task(
                action=text("task.action"),
                detail=text("task.detail"),
                owner=text("task.owner"),
                due_label=text("task.due_label"),
                due=text("task.due"),
            ),
        ),
    )
    yield Table(
        title=text("table.title"),
        columns=(
            Column(label=text("column.label"), width=40),
            Column(label="เรื่อง"),
            Column(label="คะแนน", align="right", width=22),
        ),
        rows=(
            Row(cells=(Cell(lines=(line("group.lines"),)),), group=True),
            Row(
                cells=(
                    Cell(lines=(line("cell.key"),), photos=(Photo(large=png(), alt=text("photosmall.alt")),)),
                    Cell(lines=(line("cell.name"),)),
                    Cell(lines=(line("cell.score"),)),
                )
            ),
        ),
        note=text("table.note"),
    )
    yield Table(
        title=text("table.panel_title"),
        form="panel",
        columns=(Column(label=text("column.panel_label")), Column(label="แห่ง", align="right", width=20)),
        rows=(Row(cells=(Cell(lines=(line("cell.panel"),), href="../9901/brief.html"), Cell(lines=(), bar=0.5))),),
        note=text("table.panel_note"),
    )
    yield Table(
        title=text("table.heat_title"),
        form="heat",
        columns=(
            Column(label="ที่", align="right", width=10),
            Column(label=text("column.heat_label")),
            Column(label="รวม", align="right", width=60, group=text("column.group")),
        ),
        rows=(
            Row(
                cells=(
                    Cell(lines=(line("cell.heat_key"),)),
                    Cell(lines=(line("cell.heat_name"),)),
                    Cell(lines=(line("cell.heat"),), shade=2),
                )
            ),
        ),
        note=text("table.heat_note"),
    )
    yield Chart(title=text("chart.title"), svg=SVG, alt=text("chart.alt"), svg_narrow=SVG, note=text("chart.note"))
    yield Picture(title=text("picture.title"), png=png(), alt=text("picture.alt"), note=text("picture.note"))
    yield Text(
        title=text("text.title"),
        level=3,
        paragraphs=(line("text.paragraphs"),),
        bullets=(line("text.bullets"),),
        new_page=True,
    )
    names = ("said", "detail", "figure", "unit", "figure_label")
    yield Points(
        eyebrow=text("points.eyebrow"),
        title=text("points.title"),
        points=(Point(**{name: text(f"point.{name}") for name in names}), Point(said="ข้อที่สอง")),
        legend_title=text("points.legend_title"),
        legend=(line("points.legend"),),
    )
    yield Signatures(title=text("signatures.title"), labels=(text("signatures.labels"), "ผู้รับรอง"))
    yield Official(
        title=text("official.title"),
        columns=(text("official.columns"), "มาตรการ", "หลักฐาน"),
        widths=(50, None, 41),
        groups=(OfficialGroup(heading=text("officialgroup.heading"), parts=(_part(text, line),)),),
        note=text("official.note"),
    )


def _part(text: Callable[[str], str], line: Callable[[str], tuple[Run, ...]]) -> OfficialPart:
    """Return an item with two measures under a band, and one picture beside both."""
    photo = Photo(large=png(), alt=text("photo.alt"), caption=text("photo.caption"))
    proved = (Run(text=text("officialcell.measure"), mark="proven", tone="above"),)
    return OfficialPart(
        codes=("E11", "E12"),
        grid=(
            (
                OfficialCell(lines=(line("officialcell.item"),), rows=3),
                OfficialCell(lines=(line("officialcell.band"),), band=True),
                OfficialCell(photos=(photo,), rows=3),
            ),
            (None, OfficialCell(lines=(proved,)), None),
            (None, OfficialCell(lines=(line("officialcell.second"),)), None),
        ),
    )
