"""The pages of an official report beside its table: the title page, the director's page, the lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ita_analysis.brief.blocks import Cover, Point, Points, Signatures
from ita_analysis.export.fitting import column_widths
from ita_analysis.export.word_markup import (
    cell,
    dxa,
    element,
    heading,
    hexadecimal,
    on_new_page,
    paragraph,
    row,
    run,
    runs,
    table,
)
from ita_analysis.export.word_page import Paper
from ita_analysis.export.words import say

ABOVE_TITLE = 45.0  # millimetres of white on a title page
NUMBER, FIGURE = 12.0, 66.0  # millimetres of a point's columns
FIGURE_SIZE, SAID_SIZE = 28.0, 17.0  # points
ABREAST, SIGNATURE_INSET = 3, 10.0  # lines to sign on in a row, millimetres between them
BETWEEN = "\u2003"  # a wide blank between two marks of a legend
ALONE = 9  # letters of a figure that has room for its unit beside it


def title_page(cover: Cover) -> list[Any]:
    """Return a page of its own: eyebrow, title, subtitle and its lines; what follows begins a new page."""
    space = element("spacing", before=dxa(ABOVE_TITLE), after=0)
    made = [paragraph([run(cover.eyebrow)], "Eyebrow", more=[space])]
    made.append(paragraph(cover.title.strip() or say("document.title"), "CoverTitle"))
    if cover.subtitle.strip():
        made.append(paragraph(cover.subtitle, "CoverLine"))
    if cover.badge.strip():
        made.append(paragraph([run(cover.badge, tone="muted")], "CoverLine"))
    for number, one in enumerate(cover.lines):
        rule = element("pBdr", element("top", val="single", sz=6, space=8, color=hexadecimal("ink")))
        space = element("spacing", before=240)
        made.append(paragraph(runs(one), "CoverLine", more=[] if number else [rule, space]))
    return made


def page_head(cover: Cover, paper: Paper) -> list[Any]:
    """Return the head of page 1: eyebrow with the badge at the right, title, subtitle, lines."""
    tabs = element("tabs", element("tab", val="right", pos=dxa(paper.room)))
    eyebrow = [run(cover.eyebrow), run("\t"), run(cover.badge, tone="muted")]
    made = [paragraph(eyebrow, "Eyebrow", more=[tabs])]
    made.append(paragraph(cover.title.strip() or say("document.title"), "Heading1"))
    if cover.subtitle.strip():
        made.append(paragraph(cover.subtitle, "Subtitle"))
    return made + [paragraph(runs(one), "Subtitle") for one in cover.lines]


def points_of(block: Points, paper: Paper) -> list[Any]:
    """Return the director's page: numbered sentences with their figures at the right, and the legend of the marks."""
    made = []
    if block.eyebrow.strip():
        made.append(paragraph(block.eyebrow, "Eyebrow"))
    if block.title.strip():
        made.append(paragraph(block.title, "PageTitle"))
    widths = column_widths([NUMBER, None, FIGURE], paper.room)
    rows = [_point(point, paper.number(at), widths) for at, point in enumerate(block.points, start=1)]
    made += [table(rows, widths, "PointTable", title=block.title, head=False), paragraph(style="Gap")]
    if block.legend_title.strip():
        made.append(paragraph([run(block.legend_title, tone="muted")], "TableText", keep=True))
    if block.legend:
        marks = [
            [*([run(BETWEEN)] if number else []), *runs(one, legend=True)] for number, one in enumerate(block.legend)
        ]
        made.append(paragraph([part for mark in marks for part in mark], "TableText"))
    return on_new_page(made) if block.new_page else made


def _point(point: Point, number: str, widths: Sequence[float]) -> Any:
    said = [paragraph([run(point.said, bold=True, size=SAID_SIZE)], "TableText")]
    if point.detail.strip():
        said.append(paragraph(point.detail, "TableText"))
    figure = []
    if point.figure.strip() or point.unit.strip():
        size = FIGURE_SIZE if len(point.figure) <= ALONE else SAID_SIZE
        figure.append(paragraph(_figure(point, size), "TableText"))
    if point.figure_label.strip():
        figure.append(paragraph([run(point.figure_label, tone="muted")], "TableText"))
    first = [paragraph([run(number, tone="accent", bold=True, size=FIGURE_SIZE)], "TableText")]
    cells = [cell(content, width) for content, width in zip((first, said, figure), widths, strict=True)]
    return row(cells, whole=len(point.said) + len(point.detail) <= 1000)


def _figure(point: Point, size: float) -> list[Any]:
    made = [run(point.figure, tone=point.tone, bold=True, size=size)]
    if point.unit.strip():
        made.append(run(f" {point.unit}", tone=point.tone, bold=True))
    return made


def signatures_of(block: Signatures, paper: Paper) -> list[Any]:
    """Return a line to sign on for each label, up to three abreast."""
    abreast = min(len(block.labels), ABREAST)
    widths = [paper.room / abreast] * abreast
    rows = []
    for start in range(0, len(block.labels), abreast):
        labels = [*block.labels[start : start + abreast], *[""] * abreast][:abreast]
        cells = zip(labels, widths, strict=True)
        rows.append(row([cell([_signature(label, width)], width) for label, width in cells]))
    made = table(rows, widths, "SignatureTable", title=block.title, head=False)
    return [*heading(block.title, 3), made, paragraph(style="Gap")]


def _signature(label: str, width: float) -> Any:
    """Return a label with dots up to its cell's end; an empty cell where there is none."""
    if not label:
        return paragraph(style="SignatureLine")
    tabs = element("tabs", element("tab", val="left", leader="dot", pos=dxa(width - SIGNATURE_INSET)))
    return paragraph([run(f"{label} \t")], "SignatureLine", more=[tabs])
