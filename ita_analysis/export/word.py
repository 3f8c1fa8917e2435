"""A notebook as a Word file that offices sign and edit: real headings, tables with repeated heads, pictures with alt text."""

from __future__ import annotations

from typing import Any

from ita_analysis.brief.blocks import (
    Block,
    Chart,
    Checklist,
    Kpis,
    Official,
    Picture,
    Points,
    Signatures,
    Table,
    Text,
)
from ita_analysis.export.document import Document
from ita_analysis.export.word_file import packed
from ita_analysis.export.word_markup import heading, note, on_new_page, paragraph, runs
from ita_analysis.export.word_official import official_of
from ita_analysis.export.word_page import Paper, new_paper
from ita_analysis.export.word_report import page_head, points_of, signatures_of, title_page
from ita_analysis.export.word_tables import strip_of, table_of, tasks_of


def render(document: Document) -> bytes:
    """Return the .docx of `document`; the same document gives the same bytes."""
    cover = document.cover
    paper = new_paper(cover)
    body = paper.word.element.body
    section = body[-1]
    is_page = cover.form == "page"
    made = title_page(cover) if is_page else page_head(cover, paper)
    for number, block in enumerate(document.blocks):
        parts = _parts(block, paper)
        if is_page and number == 0:
            parts = on_new_page(parts)
        made += parts
    for part in made:
        section.addprevious(part)
    return packed(paper.word.part.package)


def _parts(block: Block, paper: Paper) -> list[Any]:
    """Return a block as paragraphs and tables."""
    if isinstance(block, Official):
        return official_of(block, paper)
    if isinstance(block, Points):
        return points_of(block, paper)
    if isinstance(block, Table):
        return table_of(block, paper)
    if isinstance(block, Kpis):
        return strip_of(block, paper)
    if isinstance(block, Checklist):
        return tasks_of(block, paper)
    if isinstance(block, Chart | Picture):
        return _picture(block, paper)
    if isinstance(block, Signatures):
        return signatures_of(block, paper)
    return _text(block, paper) if isinstance(block, Text) else []


def _picture(block: Chart | Picture, paper: Paper) -> list[Any]:
    shown = (
        paper.pictures.chart(block, paper.room)
        if isinstance(block, Chart)
        else paper.pictures.picture(block, paper.room)
    )
    return [*heading(block.title), *shown, *note(block.note)]


def _text(block: Text, paper: Paper) -> list[Any]:
    made = heading(block.title, block.level)
    made += [paragraph(runs(one)) for one in block.paragraphs]
    made += [paragraph(runs(one), "ListBullet") for one in block.bullets]
    return on_new_page(made) if block.new_page else made
