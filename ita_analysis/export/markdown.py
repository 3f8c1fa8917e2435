"""Markdown cells as blocks: headings, paragraphs and lists through mistune's syntax tree; never as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ita_analysis.brief.blocks import Block, Line, Run, Text, line


@lru_cache(maxsize=1)
def _parser() -> Any:
    import mistune

    return mistune.create_markdown(renderer=None)


def blocks_of(source: str) -> Iterator[Block]:
    """Yield a Text per heading with what stands below it; links show their text, pictures their description."""
    title, level = "", 2
    paragraphs: list[Line] = []
    bullets: list[Line] = []

    def section() -> Iterator[Block]:
        if title or paragraphs or bullets:
            yield Text(title=title, level=3 if level > 2 else 2, paragraphs=tuple(paragraphs), bullets=tuple(bullets))

    for token in _parser()(source):
        kind = token["type"]
        if kind == "heading":
            yield from section()
            title, level = "".join(run.text for run in _runs(token["children"])), token["attrs"]["level"]
            paragraphs, bullets = [], []
        elif kind in ("paragraph", "block_text", "block_quote"):
            paragraphs.extend(_lines(token))
        elif kind == "list":
            bullets.extend(runs for item in token["children"] for runs in _lines(item))
        elif kind in ("block_code", "block_html"):
            paragraphs.extend(line(part) for part in token["raw"].splitlines() if part.strip())
    yield from section()


def _lines(token: dict[str, Any]) -> Iterator[Line]:
    children = token.get("children", [])
    if any(
        "children" in child and child["type"] in ("paragraph", "block_text", "list", "list_item") for child in children
    ):
        for child in children:
            yield from _lines(child)
    elif runs := tuple(_runs(children)):
        yield runs


def _runs(tokens: Sequence[dict[str, Any]], *, bold: bool = False) -> Iterator[Run]:
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            yield Run(text=" ", bold=bold)
        elif "children" in token:
            yield from _runs(token["children"], bold=bold or token["type"] == "strong")
        elif token.get("raw"):
            yield Run(text=token["raw"], bold=bold)
