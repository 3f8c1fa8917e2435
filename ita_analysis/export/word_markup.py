"""The parts of a Word text as XML elements: runs, paragraphs, cells, rows, tables. Text is always data, never markup."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from functools import cache
from typing import Any, Literal

from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement

from ita_analysis.brief.blocks import Line, Run, Tone
from ita_analysis.export.marks import COLOURS
from ita_analysis.measures.proof import word_of
from ita_analysis.thai.text import printable

MM = 1440 / 25.4  # twentieths of a point in a millimetre
_BREAKS = re.compile("(\r\n|\n|\t)")

Merge = Literal["", "restart", "continue"]


@cache
def _name(tag: str) -> str:
    return qn(f"w:{tag}")


def element(tag: str, *children: Any, **values: object) -> Any:
    """Return the element `w:tag` with its `w:` attributes and children."""
    made = OxmlElement(f"w:{tag}", attrs={_name(name): str(value) for name, value in values.items()})
    made.extend(children)
    return made


def hexadecimal(tone: Tone) -> str:
    """Return a tone's colour as Word writes it."""
    return COLOURS[tone].lstrip("#")


def dxa(millimetres: float) -> int:
    """Return a length as Word writes it: in twentieths of a point."""
    return round(millimetres * MM)


def run(text: str, *, tone: Tone = "ink", bold: bool = False, size: float = 0.0) -> Any:
    """Return a stretch of text; line ends and tabs are Word's own. `size` is in points, 0 as the style says."""
    made = element("r")
    look = []
    if bold:
        look += [element("b"), element("bCs")]
    if tone != "ink":
        look.append(element("color", val=hexadecimal(tone)))
    if size:
        look += [element("sz", val=round(size * 2)), element("szCs", val=round(size * 2))]
    if look:
        made.append(element("rPr", *look))
    for part in _BREAKS.split(printable(text)):
        if part == "\t":
            made.append(element("tab"))
        elif _BREAKS.fullmatch(part):
            made.append(element("br"))
        elif part:
            piece = element("t")
            piece.text = part
            piece.set(qn("xml:space"), "preserve")
            made.append(piece)
    return made


def runs(line: Line, *, legend: bool = False) -> list[Any]:
    """Return a line's runs. A mark of proof becomes its word in brackets, but where the text begins with that very word;
    in a `legend` it always stands."""
    return [run(_worded(one, legend), tone=one.tone, bold=one.bold) for one in line]


def _worded(one: Run, legend: bool) -> str:
    if not one.mark:
        return one.text
    word = word_of(one.mark)
    text = one.text.lstrip()
    return one.text if text.startswith(word) and not legend else f"({word}) {text}".rstrip()


def paragraph(
    content: Iterable[Any] | str = (),
    style: str = "",
    *,
    keep: bool = False,
    align: Literal["", "left", "right", "center"] = "",
    more: Sequence[Any] = (),
) -> Any:
    """Return a paragraph of runs, or of one text.

    Args:
        content: its runs, or its text.
        style: id of a style of `templates/word/styles.xml`.
        keep: it stays on the page of what follows.
        align: where its lines stand.
        more: further properties, in Word's order after `keepNext`.
    """
    properties = [element("pStyle", val=style)] if style else []
    if keep:
        properties.append(element("keepNext"))
    properties += more
    if align:
        properties.append(element("jc", val=align))
    made = element("p", *([element("pPr", *properties)] if properties else []))
    made.extend([run(content)] if isinstance(content, str) else content)
    return made


def heading(title: str, level: int = 2) -> list[Any]:
    """Return a block's title as a heading; nothing where it has none."""
    return [paragraph(title, f"Heading{level}")] if title.strip() else []


def note(text: str) -> list[Any]:
    """Return what stands in small letters below a block; nothing where nothing is said."""
    return [paragraph(text, "Note")] if text.strip() else []


def on_new_page(parts: Sequence[Any]) -> list[Any]:
    """Return `parts` beginning a page: their first paragraph does, or an empty one before their first table."""
    first = parts[0] if parts and parts[0].tag == _name("p") else paragraph(style="Gap")
    properties = first.get_or_add_pPr()
    properties.get_or_add_pageBreakBefore()
    properties.spacing_before = 0
    return [first, *(part for part in parts if part is not first)]


def cell(
    paragraphs: Sequence[Any],
    width: float,
    *,
    columns: int = 1,
    merge: Merge = "",
    fill: str = "",
    bar: Tone | None = None,
    low: bool = False,
) -> Any:
    """Return a cell `width` millimetres wide that reaches over `columns` columns; `merge` joins it with those below it.

    `bar` draws a thick left edge in a tone; `low` sets the text at the cell's foot.
    """
    properties = [element("tcW", w=dxa(width), type="dxa")]
    if columns > 1:
        properties.append(element("gridSpan", val=columns))
    if merge:
        properties.append(element("vMerge", val=merge))
    if bar is not None:
        edge = element("left", val="single", sz=18, space=0, color=hexadecimal(bar))
        properties.append(element("tcBorders", edge))
    if fill:
        properties.append(element("shd", val="clear", color="auto", fill=fill))
    if low:
        properties.append(element("vAlign", val="bottom"))
    return element("tc", element("tcPr", *properties), *(paragraphs or [paragraph(style="TableText")]))


def row(cells: Sequence[Any], *, head: bool = False, whole: bool = True) -> Any:
    """Return a row; a `head` row stands again on each page, a `whole` one never runs over a page's end."""
    properties = []
    if whole:
        properties.append(element("cantSplit"))
    if head:
        properties.append(element("tblHeader"))
    return element("tr", *([element("trPr", *properties)] if properties else []), *cells)


def table(rows: Sequence[Any], widths: Sequence[float], style: str, *, title: str = "", head: bool = True) -> Any:
    """Return a table of fixed `widths` (millimetres); `title` names it to a screen reader, `head`: its first row is one."""
    properties = [
        element("tblStyle", val=style),
        element("tblW", w=sum(map(dxa, widths)), type="dxa"),
        element("tblLayout", type="fixed"),
        element("tblLook", val="0020" if head else "0000", firstRow=int(head), noHBand=1, noVBand=1),
    ]
    if title.strip():
        properties.append(element("tblCaption", val=printable(title)))
    grid = element("tblGrid", *(element("gridCol", w=dxa(width)) for width in widths))
    return element("tbl", element("tblPr", *properties), grid, *rows)
