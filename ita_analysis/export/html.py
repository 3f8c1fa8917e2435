"""A notebook as one offline Thai page: everything inside it, no script, nothing fetched, every text escaped."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib.resources import files
from itertools import groupby

from jinja2 import Environment
from markupsafe import Markup, escape

from ita_analysis.brief.blocks import Block, Cell, Column, Cover, Line, Mark, Photo, Row, Run, Table, Text, Tone
from ita_analysis.export.document import Document, is_panel
from ita_analysis.export.drawing import clean_svg
from ita_analysis.export.environment import new_environment
from ita_analysis.export.fitting import LANDSCAPE_WIDTH, PAGE_WIDTH, tile_form
from ita_analysis.export.marks import drawing_of, meaning_of
from ita_analysis.export.pictures import clean_photo, clean_png, size_of
from ita_analysis.export.table_parts import is_wide
from ita_analysis.export.words import say
from ita_analysis.thai import fonts, words
from ita_analysis.thai.digits import to_thai_digits

WHOLE = 16  # letters; a longer piece stays whole only where its line has room for it, so that it never leaves a phone
LONGEST = 40  # letters; a longer piece may always break
_CUTTABLE = re.compile("[\u0e00-\u0e7f/–—-]")  # a browser would end a line after some of these


def render(document: Document) -> str:
    """Return the whole page."""
    digits = to_thai_digits if document.cover.digits == "thai" else str
    page = _environment().get_template("brief.html.j2")
    return page.render(document=document, cover=document.cover, digits=lambda number: digits(str(number)))


@lru_cache(maxsize=1)
def _environment() -> Environment:
    environment = new_environment()
    environment.filters.update(words=_words, line=_line, lines=_lines, drawing=_drawing, dots=_dots, form=tile_form)
    environment.filters.update(
        cells=_cells, places=_places, heads=_heads, runs=_runs, photos=_photos, wide=_is_wide, own=_is_own
    )
    environment.globals.update(style=_style("brief", fonts.web_font_css()), own_style=_style("notebook"), say=say)
    return environment


def _style(name: str, before: str = "") -> Markup:
    css = (files("ita_analysis.export") / "templates" / f"{name}.css").read_text(encoding="utf-8")
    return Markup(before + css)  # noqa: S704 - our own files


def _is_wide(block: Block, cover: Cover) -> bool:
    """Return whether a block is a table that scrolls in a box of its own."""
    room = LANDSCAPE_WIDTH if cover.orientation == "landscape" else PAGE_WIDTH
    return isinstance(block, Table) and is_wide(block, room)


def _is_own(document: Document) -> bool:
    """Return whether a page holds what only an analyst's own notebook shows."""
    return any(
        _is_wide(block, document.cover) or any(run.code for run in _all_runs(block)) for block in document.blocks
    )


def _all_runs(block: Block) -> Iterator[Run]:
    """Yield the runs of a text or a table."""
    lines: list[Line] = []
    if isinstance(block, Text):
        lines = [*block.paragraphs, *block.bullets]
    elif isinstance(block, Table):
        lines = [runs for row in block.rows for cell in row.cells for runs in cell.lines]
    yield from (run for runs in lines for run in runs)


def _words(text: str) -> Markup:
    """Return `text` escaped, each Thai word kept whole in an element of its own: a line ends between words only."""
    return _cut(text) if _CUTTABLE.search(text) else escape(text)


@lru_cache(maxsize=512)  # what the next agency's page has too: more would be kept in vain
def _cut(text: str) -> Markup:
    made = []
    for piece in words.pieces(text):
        if piece.isspace():
            made.append(escape(piece))
        elif len(piece) <= WHOLE:
            made.append(Markup("<t-w>{}</t-w><wbr>").format(piece))
        else:
            parts = words.split_long(piece, LONGEST) if len(piece) > LONGEST else (piece,)
            made.extend(Markup("<t-w class=l>{}</t-w><wbr>").format(part) for part in parts)
    return Markup().join(made)


def _line(runs: Line) -> Markup:
    """Return a line of runs, each in its tone."""
    made = (_run(run.text, run.tone, run.bold, run.hanging, run.mark, run.code) for run in runs)
    return Markup("".join(made))  # noqa: S704 - escaped below


def _lines(lines: Sequence[Line]) -> Markup:
    """Return lines below each other."""
    return Markup(" <br>").join(_line(runs) for runs in lines)


def _run(text: str, tone: Tone, bold: bool, hanging: bool, mark: Mark, code: bool) -> str:
    flags = {"bold": bold, "hanging": hanging, f"marked {mark}": mark, "code": code}
    look = " ".join([tone, *(name for name, is_set in flags.items() if is_set)])
    return f'<span class="{look}">{_mark(mark)}{_words(text)}</span>'


def _mark(mark: Mark) -> str:
    """Return the drawing of a mark with its meaning in words; nothing where there is none."""
    if not mark:
        return ""
    drawn = drawing_of(mark, "currentcolor")
    return drawn.replace("<svg ", f'<svg class="mark" role="img" aria-label="{escape(meaning_of(mark))}" ', 1)


def _runs(blocks: Sequence[Block]) -> list[tuple[bool, list[tuple[int, Block]]]]:
    """Return the blocks with their numbers, neighbouring panels together; and whether a run is one of panels."""
    numbered = enumerate(blocks, start=1)
    return [(is_panels, list(run)) for is_panels, run in groupby(numbered, lambda one: is_panel(one[1]))]


def _heads(columns: Sequence[Column]) -> list[tuple[str, int]]:
    """Return the heads over neighbouring columns of one group and how many they span; none where no column has one."""
    found = [(name, len(list(run))) for name, run in groupby(column.group for column in columns)]
    return found if any(name for name, _ in found) else []


def _places(columns: Sequence[Column], form: str = "plain") -> list[str]:
    """Return where a phone puts each column of a row: its key, name and score on the first line, the rest below."""
    if form == "heat" and len(columns) > 3:
        return ["key", "name", *("rest" for _ in columns[4:]), "rest aside", "lead"]
    places = ["key", *("rest" for _ in columns[1:])]
    if len(columns) == 1 or columns[1].align == "right":
        places[0] = "key alone"
    else:
        places[1] = "name"
        for at, column in enumerate(columns):
            if column.align == "right" and column.label.startswith(say("page.score")):
                places[at] = "lead"
                break
    return places


def _cells(row: Row, columns: Sequence[Column], places: Sequence[str]) -> Markup:
    """Return the cells of a row, the first one its head; written here, for a macro takes a pack's tables four times as long."""
    cells = zip(row.cells, columns, places, strict=True)
    made = (_cell(content, column, place, is_head=at == 0) for at, (content, column, place) in enumerate(cells))
    return Markup("".join(made))  # noqa: S704 - escaped below


def _cell(content: Cell, column: Column, place: str, *, is_head: bool) -> str:
    look = f"{column.align} {place}"
    if len(content.lines) > 1:
        look += " long"
    elif content.text in ("–", ""):
        look += " none"
    if content.shade:
        look += f" shade s{content.shade}"
    label = f' data-label="{escape(column.label)}"' if "rest" in place else ""
    if content.href:
        shown = f'<div><a href="{escape(content.href)}">{_lines(content.lines)}</a></div>'
    elif content.bar:
        shown = f'<div class="bar"><i style="width:{round(content.bar * 100, 1)}%"></i></div>'
    else:
        shown = f"<div>{_lines(content.lines)}{_photos(content.photos)}</div>"
    opening, closing = ("th scope=row", "th") if is_head else ("td", "td")
    return f'<{opening} class="{look}"{label}>{shown}</{closing}>'


def _drawing(svg: str, prefix: str, alt: str) -> Markup:
    """Return a chart's SVG inside the page with its alternative text, or the text alone where it is no drawing."""
    clean = clean_svg(svg, prefix)
    if clean is None:
        return _not_drawn(alt)
    return Markup(clean.replace("<svg ", f'<svg role="img" aria-label="{escape(alt)}" ', 1))  # noqa: S704 - cleaned above


def _dots(png: str, alt: str) -> Markup:
    """Return a picture of dots with its alternative text, or the text alone where it is no picture."""
    clean = clean_png(png)
    if clean is None:
        return _not_drawn(alt)
    width, height = size_of(clean)
    return Markup('<img src="data:image/png;base64,{}" width="{}" height="{}" alt="{}">').format(
        clean, width, height, alt
    )


def _photos(photos: Sequence[Photo]) -> Markup:
    """Return pictures of evidence with their captions, nothing where there are none."""
    if not photos:
        return Markup()
    made = (
        Markup("<figure>{}{}</figure>").format(
            _photo(photo), Markup("<figcaption>{}</figcaption>").format(_words(photo.caption)) if photo.caption else ""
        )
        for photo in photos
    )
    return Markup('<div class="photos">{}</div>').format(Markup().join(made))


def _photo(photo: Photo) -> Markup:
    """Return a picture of evidence in the size of a screen with its alternative text, or the text alone."""
    clean = clean_photo(photo.small or photo.large)
    if clean is None:
        return _not_drawn(photo.alt)
    return Markup('<img src="data:{};base64,{}" width="{}" height="{}" alt="{}">').format(
        clean.media_type, clean.encoded, clean.width, clean.height, photo.alt
    )


def _not_drawn(alt: str) -> Markup:
    return Markup("<p>{}</p><p>{}</p>").format(_words(say("document.broken_picture")), _words(alt))
