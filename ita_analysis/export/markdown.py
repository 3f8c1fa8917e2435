"""Markdown cells as blocks: headings, paragraphs, lists, code and tables through mistune's syntax tree; never as HTML."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Any

from ita_analysis.brief.blocks import MAX_TEXT, Block, Cell, Column, Line, Row, Run, Table, Text, line
from ita_analysis.export.column_room import widths_of
from ita_analysis.export.fitting import PAGE_WIDTH
from ita_analysis.export.formulas import FORMULA, formulas
from ita_analysis.export.words import say

_INLINE_PARENTS = ("paragraph", "block_text")


@lru_cache(maxsize=1)
def _parser() -> Any:
    import mistune

    parser = mistune.create_markdown(renderer=None, plugins=["table"])
    formulas(parser)
    return parser


class _Section:
    """What stands below one heading, until a table or a paragraph behind a list needs a block of its own."""

    def __init__(self, title: str = "", level: int = 2) -> None:
        self.title, self.level = title, level
        self.paragraphs: list[Line] = []
        self.bullets: list[Line] = []

    def flush(self) -> Iterator[Block]:
        """Yield what was collected and begin anew below the same heading."""
        if self.title or self.paragraphs or self.bullets:
            yield Text(
                title=self.title,
                level=3 if self.level > 2 else 2,
                paragraphs=tuple(self.paragraphs),
                bullets=tuple(self.bullets),
            )
        self.title, self.paragraphs, self.bullets = "", [], []


def blocks_of(source: str) -> Iterator[Block]:
    """Yield a Text per heading with what stands below it; links show their text, pictures their description.

    A formula stands as it was typed, and a sentence at the end says so.
    """
    try:
        tokens = _parser()(source)
        holds_formula = any(map(_holds_formula, tokens))
    except RecursionError:
        tokens, holds_formula = [{"type": "block_code", "raw": source}], False
    section = _Section()
    for token in tokens:
        kind = token["type"]
        if kind == "heading":
            yield from section.flush()
            section = _Section("".join(run.text for run in _runs(token["children"])), token["attrs"]["level"])
        elif kind == "list" and not token["attrs"].get("ordered"):
            section.bullets.extend(_items(token))
        elif kind == "table":
            yield from section.flush()
            yield _table(token)
        elif paragraphs := list(_paragraphs(token)):
            if section.bullets:
                yield from section.flush()
            section.paragraphs.extend(paragraphs)
    yield from section.flush()
    if holds_formula:
        yield Text(paragraphs=(formula_note(),))


def formula_lines(source: str) -> Iterator[Line]:
    """Yield a formula as it was typed, line by line, marked as such."""
    for part in _code_lines(source):
        for start in range(0, len(part), MAX_TEXT):
            yield line(Run(text=part[start : start + MAX_TEXT], code=True))


def formula_note() -> Line:
    """Return the sentence that says what a tinted ground means."""
    return line(Run(text=say("document.formula"), tone="muted"))


def _holds_formula(token: dict[str, Any]) -> bool:
    return token["type"] == FORMULA or any(map(_holds_formula, token.get("children") or ()))


def _paragraphs(token: dict[str, Any]) -> Iterator[Line]:
    """Yield the lines of a paragraph, a quotation, code, raw HTML (as the letters it is) or a numbered list."""
    kind = token["type"]
    if kind in _INLINE_PARENTS:
        if runs := tuple(_runs(token["children"])):
            yield runs
    elif kind == "list":
        yield from _items(token)
    elif kind == FORMULA:
        yield from formula_lines(token["raw"])
    elif kind in ("block_code", "block_html"):
        yield from map(line, _code_lines(token["raw"]))
    else:
        for child in token.get("children", ()):
            yield from _paragraphs(child)


def _code_lines(source: str) -> Iterator[str]:
    """Yield the lines that say something, blanks at their start kept."""
    for part in source.expandtabs(4).splitlines():
        if bare := part.strip():
            yield "\u00a0" * min(len(part) - len(part.lstrip(" ")), 40) + bare


def _items(token: dict[str, Any], depth: int = 0) -> Iterator[Line]:
    """Yield the items of a list; numbers are written out, a list inside a list is marked by dashes."""
    ordered = token["attrs"].get("ordered")
    for number, item in enumerate(token["children"], start=token["attrs"].get("start") or 1):
        mark = "– " * depth + (f"{number}. " if ordered else "")
        for part in item["children"]:
            if part["type"] == "list":
                yield from _items(part, depth + 1)
                continue
            for runs in _paragraphs(part):
                yield (Run(text=mark), *runs) if mark else runs
                mark = ""


def _table(token: dict[str, Any]) -> Table:
    parts = {part["type"]: part["children"] for part in token["children"]}
    heads = parts["table_head"]
    labels = ["".join(run.text for run in _runs(given["children"])) for given in heads]
    labels = [label or (say("document.row") if at == 0 else "–") for at, label in enumerate(labels)]
    rows = []
    for given in parts.get("table_body", ()):
        cells = [Cell(lines=(tuple(_runs(part["children"])),)) for part in given["children"][: len(labels)]]
        rows.append(Row(cells=(*cells, *(Cell(lines=((),)) for _ in range(len(labels) - len(cells))))))
    widths = widths_of(labels, [[row.cells[at].text for row in rows] for at in range(len(labels))])
    is_wide = sum(widths) > PAGE_WIDTH + 1
    columns = tuple(
        Column(
            label=label,
            align="right" if at and heads[at]["attrs"].get("align") == "right" else "left",
            width=widths[at] if is_wide else None,
        )
        for at, label in enumerate(labels)
    )
    return Table(title="", level=3, columns=columns, rows=tuple(rows))


def _runs(tokens: Sequence[dict[str, Any]], *, bold: bool = False) -> Iterator[Run]:
    for token in tokens:
        if token["type"] in ("softbreak", "linebreak"):
            yield Run(text=" ", bold=bold)
        elif token["type"] == FORMULA:
            yield Run(text=" ".join(token["raw"].split())[:MAX_TEXT], bold=bold, code=True)
        elif "children" in token:
            yield from _runs(token["children"], bold=bold or token["type"] == "strong")
        elif raw := token.get("raw"):
            for start in range(0, len(raw), MAX_TEXT):
                yield Run(text=raw[start : start + MAX_TEXT], bold=bold)
