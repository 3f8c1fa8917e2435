"""What one output of a notebook says: our block, else a table, a picture or text of anyone's, else a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ita_analysis.brief.blocks import MIME, Block, Chart, Picture, Text, from_data, line
from ita_analysis.export import markdown, tables
from ita_analysis.export.drawing import clean_svg, holds_other_things
from ita_analysis.export.pictures import clean_png
from ita_analysis.export.words import say

LONGEST_LINE, MOST_LINES = 2000, 200
WIDGET = "application/vnd.jupyter.widget-view+json"  # its text says nothing to a reader
RASTER = ("image/png", "image/jpeg", "image/gif", "image/webp")
_COLOUR_CODES = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
_BARE_NAME = re.compile(r"<[^<>\n]*>")  # what Python prints for an object without a look: <Figure size 640x480>


@dataclass
class Numbering:
    """Counts the pictures of a notebook, so that each one's description differs."""

    pictures: int = 0

    def next_picture(self) -> int:
        """Return the next picture's number."""
        self.pictures += 1
        return self.pictures


def blocks_of_output(output: Mapping[str, Any], numbering: Numbering) -> Iterator[Block]:
    """Yield the blocks of one output (nbformat 4); what a reader can't be shown gets a sentence, never silence."""
    kind = output.get("output_type")
    if kind == "error":
        said = f"{output.get('ename', '')}: {output.get('evalue', '')}"
        yield Text(title=say("document.error"), paragraphs=tuple(text_lines(said)))
    elif kind == "stream":
        if output.get("name") == "stdout":
            yield from plain_text(_string(output.get("text")))
    elif isinstance(output.get("data"), Mapping):
        yield from _shown(output["data"], output.get("metadata") or {}, numbering)


def _shown(data: Mapping[str, Any], metadata: Mapping[str, Any], numbering: Numbering) -> Iterator[Block]:
    if MIME in data:
        yield _own_block(data[MIME])
        return
    picture = _picture(data, metadata, numbering)
    if picture is not None:
        yield picture
        return
    if "text/html" in data:
        made = tables.table_of(_string(data["text/html"]))
        if made is not None:
            yield made
            return
    if "text/markdown" in data:
        yield from markdown.blocks_of(_string(data["text/markdown"]))
        return
    text = "" if WIDGET in data else _string(data.get("text/plain")).strip()
    if text and not _BARE_NAME.fullmatch(text):
        yield from plain_text(text)
    elif 0 < len(formula := _string(data.get("text/latex")).strip()) <= LONGEST_LINE:
        yield Text(paragraphs=(*markdown.formula_lines(formula), markdown.formula_note()))
    elif data:
        yield Text(paragraphs=(line(say("document.not_shown")),))


def _own_block(data: Any) -> Block:
    """Return our block, or a sentence where its data is no block or its drawing no drawing."""
    try:
        block = from_data(data)
    except (ValidationError, RecursionError):
        return Text(paragraphs=(line(say("document.broken_block")),))
    broken = (isinstance(block, Chart) and clean_svg(block.svg, "") is None) or (
        isinstance(block, Picture) and clean_png(block.png) is None
    )
    if broken and isinstance(block, Chart | Picture):
        return Text(title=block.title, paragraphs=(line(say("document.broken_picture")), line(block.alt)))
    if isinstance(block, Chart) and block.svg_narrow and clean_svg(block.svg_narrow, "") is None:
        return block.model_copy(update={"svg_narrow": ""})
    return block


def _picture(data: Mapping[str, Any], metadata: Mapping[str, Any], numbering: Numbering) -> Block | None:
    """Return the picture of an output: its drawing where that is whole, else its dots; None where it has neither."""
    svg = _string(data.get("image/svg+xml"))
    raster = next((kind for kind in RASTER if kind in data), "")
    if not svg and not raster:
        return None
    drawn = bool(svg) and clean_svg(svg, "") is not None
    if drawn and not (raster and holds_other_things(svg)):
        note = say("document.left_out") if holds_other_things(svg) else ""
        return Chart(title="", svg=svg, alt=_alt(metadata, "image/svg+xml", numbering), note=note)
    made = clean_png(_string(data.get(raster)))
    if made is not None:
        return Picture(png=made, alt=_alt(metadata, raster, numbering))
    return Text(paragraphs=(line(say("document.not_shown")),))


def _alt(metadata: Mapping[str, Any], kind: str, numbering: Numbering) -> str:
    """Return the description that the notebook carries, else an honest sentence: which picture, not described."""
    number = numbering.next_picture()
    own = metadata.get(kind)
    given = own.get("alt") if isinstance(own, Mapping) else metadata.get("alt")
    if isinstance(given, str) and given.strip() and len(given) <= LONGEST_LINE:
        return given
    return str(say("document.no_alt")).format(number=number)


def plain_text(text: str) -> Iterator[Block]:
    """Yield what a cell printed, line by line; a very long print is cut and says so."""
    lines = text_lines(text)
    if lines:
        yield Text(paragraphs=tuple(lines))


def text_lines(text: str) -> list[tuple[Any, ...]]:
    """Return the lines of `text` without terminal colours, indents kept; at most 200, and a sentence if there were more."""
    parts = [part for part in _COLOUR_CODES.sub("", text).splitlines() if part.strip()]
    made = [line(part) for full in parts[:MOST_LINES] for part in _cut(_indented(full))]
    if len(parts) > MOST_LINES:
        made.append(line(say("document.more_lines").format(shown=MOST_LINES, all=f"{len(parts):,}")))
    return made


def _cut(text: str) -> Iterator[str]:
    """Yield `text` in parts that a block can hold; nothing is lost."""
    for start in range(0, len(text), LONGEST_LINE):
        yield text[start : start + LONGEST_LINE]


def _indented(text: str) -> str:
    """Return `text` with the blanks at its start made visible on a page."""
    text = text.expandtabs(4)
    bare = text.lstrip(" ")
    return "\u00a0" * min(len(text) - len(bare), 40) + bare


def _string(value: Any) -> str:
    """Return a notebook's text, which may be stored as one string or as a list of lines."""
    if isinstance(value, str):
        return value
    if isinstance(value, (list, tuple)):
        return "".join(part for part in value if isinstance(part, str))
    return ""
