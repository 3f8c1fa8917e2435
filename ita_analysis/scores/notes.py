"""What was recognised in a sheet, one line for each kind and column, with every row it holds for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ita_analysis.scores.sheets import row_list
from ita_analysis.thai.text import printable


@dataclass
class Notes:
    """Collects recognitions; `lines` says them once each with their rows."""

    place: str  # file, and sheet where it has a name
    kinds: dict[tuple[str, str], tuple[str, str, list[int]]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def recognised(self, how: str, column: str, row: int, found: str, read: str) -> None:
        """Remember that the cell in `row` of `column` said `found` and was read as `read`."""
        self.kinds.setdefault((how, column), (found, read, []))[2].append(row)

    def say(self, text: str) -> None:
        """Remember a sentence about the sheet as a whole."""
        self.others.append(f"{self.place}: {printable(text)}")

    def lines(self) -> list[str]:
        """Return all notes in the order in which they came up."""
        said = []
        for (how, column), (found, read, rows) in self.kinds.items():
            example = f"'{printable(found)[:60]}' อ่านเป็น {printable(read)}"
            said.append(f"{self.place}: คอลัมน์ {column} {how}: {example} (แถว {row_list(rows)})")
        return [*self.others, *said]
