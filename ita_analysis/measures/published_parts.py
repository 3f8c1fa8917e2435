"""The parts that a report falls into: items, the blocks of measures they share, what is shown beside them, other tables."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from ita_analysis.measures.published_codes import Printed
from ita_analysis.measures.published_lists import Paragraph
from ita_analysis.measures.published_markup import Cell
from ita_analysis.measures.published_pages import Heading
from ita_analysis.measures.published_scores import Figure

_LATIN = re.compile(r"[A-Za-z]{2,}")


@dataclass
class Shown:
    """What stands in the column of pictures beside a block, on one row of it."""

    line: int
    last: int
    cell: Cell

    @property
    def basis(self) -> str:
        """Return on what the evidence rests: text (a table), description, tag or blank."""
        if self.cell.tables:
            return "text"
        if len(_LATIN.findall(self.cell.text)) > 5:
            return "description"
        return "tag" if self.cell.picture == "tag" else "blank"


@dataclass
class Block:
    """Measures, results and evidence that stand beside one item, or beside several that share them; `why` they do."""

    drafts: list[Draft] = field(default_factory=list)
    measure: list[Paragraph] = field(default_factory=list)
    result: list[Paragraph] = field(default_factory=list)
    shown: list[Shown] = field(default_factory=list)
    why: dict[int, str] = field(default_factory=dict)  # place of an item that joined -> reason
    copied: list[tuple[int, str]] = field(default_factory=list)  # column and line of texts that stood twice
    is_bare: bool = False


@dataclass
class Draft:
    """One item as far as it was met."""

    printed: Printed
    block: Block
    heading: Heading | None = None
    item: list[Paragraph] = field(default_factory=list)
    issue: list[Paragraph] = field(default_factory=list)
    figures: list[tuple[int, Figure]] = field(default_factory=list)
    whys: dict[str, str] = field(default_factory=dict)  # field -> reason of a doubt
    lines: set[int] = field(default_factory=set)
    is_on_page_of_heading: bool = True  # else a heading may have been lost between them


@dataclass
class Inner:
    """A table that is not the report's own: its rows with the lines they stand on, and whether it fills lines itself."""

    rows: list[tuple[int, tuple[str, ...]]]
    is_loose: bool
    block: Block | None = None
