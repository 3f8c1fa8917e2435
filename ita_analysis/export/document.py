"""What a notebook says, as blocks in order: the one thing that every exporter renders."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from ita_analysis.brief.blocks import MIME, Block, Cover, Text, from_data, line
from ita_analysis.export import markdown
from ita_analysis.export.words import say

HIDE_TAG = "not-in-brief"  # a cell for the analyst alone


@dataclass(frozen=True)
class Document:
    """The blocks of a notebook. `cover` carries title, running head and footer; it is made up where none was shown."""

    cover: Cover
    blocks: tuple[Block, ...]
    has_cover: bool


def read_document(notebook: Mapping[str, Any]) -> Document:
    """Return the blocks that `notebook` (nbformat 4) shows.

    A cell's block data wins; markdown cells and plain text become Text; an output that no page can show gets a
    sentence in its place. A notebook that has not been run gives one page that says so. HTML of a notebook is never
    passed through.
    """
    cells = [cell for cell in notebook["cells"] if HIDE_TAG not in cell.get("metadata", {}).get("tags", [])]
    blocks: list[Block] = []
    if has_run(notebook):
        for cell in cells:
            blocks.extend(_cell_blocks(cell))
    else:
        blocks.append(Text(title=say("document.not_run"), paragraphs=(line(say("document.not_run_fix")),)))
    covers = [block for block in blocks if isinstance(block, Cover)]
    cover = covers[0] if covers else _plain_cover()
    return Document(cover, tuple(block for block in blocks if not isinstance(block, Cover)), bool(covers))


def has_run(notebook: Mapping[str, Any]) -> bool:
    """Return whether any code cell of `notebook` was run, or it holds no code at all."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code" and "".join(cell["source"]).strip()]
    return not code or any(cell.get("execution_count") or cell.get("outputs") for cell in code)


def _plain_cover() -> Cover:
    title = say("document.title")
    return Cover(eyebrow="", title=title, running_head=title, footer="", document_date="1970-01-01", page_key="")


def _cell_blocks(cell: Mapping[str, Any]) -> Iterator[Block]:
    if cell["cell_type"] == "markdown":
        yield from markdown.blocks_of("".join(cell["source"]))
    elif cell["cell_type"] == "code":
        for output in cell.get("outputs", ()):
            yield from _output_blocks(output)


def _output_blocks(output: Mapping[str, Any]) -> Iterator[Block]:
    kind = output["output_type"]
    if kind == "error":
        yield Text(title=say("document.error"), paragraphs=(line(f"{output['ename']}: {output['evalue']}"),))
    elif kind == "stream":
        if output["name"] == "stdout":
            yield from _plain_text("".join(output["text"]))
    else:
        yield from _shown(output["data"])


def _shown(data: Mapping[str, Any]) -> Iterator[Block]:
    """Yield what one displayed result says: our block, else its bare text, else a sentence."""
    if MIME in data:
        try:
            yield from_data(data[MIME])
        except ValidationError:
            yield Text(paragraphs=(line(say("document.broken_block")),))
    elif any(kind.startswith(("image/", "text/html", "application/")) for kind in data):
        yield Text(paragraphs=(line(say("document.not_shown")),))
    elif "text/markdown" in data:
        yield from markdown.blocks_of("".join(data["text/markdown"]))
    elif "text/plain" in data:
        yield from _plain_text("".join(data["text/plain"]))


def _plain_text(text: str) -> Iterator[Block]:
    lines = [part for part in text.splitlines() if part.strip()]
    if lines:
        yield Text(paragraphs=tuple(line(part[:2000]) for part in lines[:200]))
