"""What a notebook says, as blocks in order: the one thing that every exporter renders."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ita_analysis.brief.blocks import Block, Checklist, Cover, Dataset, Run, Table, Text, line
from ita_analysis.export import markdown
from ita_analysis.export.outputs import Numbering, blocks_of_output
from ita_analysis.export.words import say

HIDE_TAG = "not-in-brief"  # a cell for the analyst alone


@dataclass(frozen=True)
class Document:
    """The blocks of a notebook, headings in order. `cover` carries title, running head and footer; it is made up where none was shown.

    `datasets` are the tables of the Excel annex; pages leave them out.
    """

    cover: Cover
    blocks: tuple[Block, ...]
    has_cover: bool
    datasets: tuple[Dataset, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "blocks", tuple(_ordered(self.blocks)))


def read_document(notebook: Mapping[str, Any], *, with_source: bool = False) -> Document:
    """Return the blocks that `notebook` (nbformat 4) shows.

    A cell's block data wins; tables, pictures, markdown and plain text of other people's notebooks become blocks too;
    what no page can show gets a sentence in its place. A notebook that has not been run gives one page that says so.
    HTML of a notebook is never passed through. `with_source` shows the code of each cell before its outputs, for
    reviewers.
    """
    cells = [cell for cell in notebook.get("cells", ()) if HIDE_TAG not in cell.get("metadata", {}).get("tags", [])]
    idle = [cell for cell in cells if _has_code(cell) and not _has_run(cell)]
    coded = [cell for cell in cells if _has_code(cell)]
    blocks: list[Block] = []
    if coded and len(idle) == len(coded):
        blocks.append(Text(title=say("document.not_run"), paragraphs=(line(say("document.not_run_fix")),)))
        return Document(_plain_cover(), tuple(blocks), False)
    numbering = Numbering()
    for cell in cells:
        if with_source and _has_code(cell):
            blocks.append(_source(cell))
        blocks.extend(_cell_blocks(cell, numbering))
    if idle:
        missing = say("document.partly_run").format(idle=len(idle), coded=len(coded))
        blocks.insert(0, Text(paragraphs=(line(missing),)))
    covers = [block for block in blocks if isinstance(block, Cover)]
    rest: list[Block] = [block for block in blocks if not isinstance(block, Cover | Dataset)]
    datasets = tuple(block for block in blocks if isinstance(block, Dataset))
    if covers:
        return Document(covers[0], tuple(rest), True, datasets)
    cover, rest = _own_title(rest)
    return Document(cover, tuple(rest), False, datasets)


def _source(cell: Mapping[str, Any]) -> Text:
    """Return a cell's code line by line; blanks at a line's start stay."""
    lines = [text for text in "".join(cell["source"]).splitlines() if text.strip()]
    indented = (text[: len(text) - len(text.lstrip())].replace(" ", "\u00a0") + text.lstrip() for text in lines)
    return Text(paragraphs=tuple(line(Run(text=text[:2000], tone="muted")) for text in indented))


def _has_code(cell: Mapping[str, Any]) -> bool:
    return cell.get("cell_type") == "code" and bool("".join(cell.get("source", "")).strip())


def _has_run(cell: Mapping[str, Any]) -> bool:
    return bool(cell.get("execution_count") or cell.get("outputs"))


def _cell_blocks(cell: Mapping[str, Any], numbering: Numbering) -> Iterator[Block]:
    """Yield what one cell shows; a text that no block can hold gets a sentence in its place."""
    try:
        if cell.get("cell_type") == "markdown":
            yield from markdown.blocks_of("".join(cell.get("source", "")))
        elif cell.get("cell_type") == "code":
            for output in cell.get("outputs", ()):
                yield from blocks_of_output(output, numbering)
    except ValidationError:
        yield Text(paragraphs=(line(say("document.broken_block")),))


def _plain_cover(title: str = "") -> Cover:
    title = title or say("document.title")
    return Cover(eyebrow="", title=title, running_head=title, footer="", document_date="1970-01-01", page_key="")


def _own_title(blocks: list[Block]) -> tuple[Cover, list[Block]]:
    """Return a cover titled by the notebook's own first heading, where it begins with one, and the other blocks."""
    first = blocks[0] if blocks else None
    if not isinstance(first, Text) or not first.title or first.level != 2:
        return _plain_cover(), blocks
    rest = first.model_copy(update={"title": ""})
    return _plain_cover(first.title), [rest, *blocks[1:]] if rest.paragraphs or rest.bullets else blocks[1:]


def _ordered(blocks: Iterable[Block]) -> Iterator[Block]:
    """Yield the blocks with no heading of level 3 before the first of level 2."""
    seen = False
    for block in blocks:
        if isinstance(block, Text | Table) and block.title.strip() and block.level == 3 and not seen:
            block = block.model_copy(update={"level": 2})
        seen = seen or bool(getattr(block, "title", "").strip()) or isinstance(block, Checklist)
        yield block


def is_panel(block: Block) -> bool:
    """Return whether a block stands beside the panels next to it where the page is wide."""
    return isinstance(block, Table) and block.form == "panel"
