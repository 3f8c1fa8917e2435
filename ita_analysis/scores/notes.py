"""What was recognised in a sheet, one line for each kind and column, with every row it holds for."""

from __future__ import annotations

from dataclasses import dataclass, field

from ita_analysis.scores.sheets import row_list
from ita_analysis.thai.text import printable

SHOWN = 60  # different readings of one kind that are written out; Thai digits of a long column need no more


@dataclass
class Notes:
    """Collects recognitions; `lines` says each kind once for a column, with every reading and its rows."""

    place: str  # file, and sheet where it has a name
    kinds: dict[tuple[str, str], dict[tuple[str, str], list[int]]] = field(default_factory=dict)
    others: list[str] = field(default_factory=list)

    def recognised(self, how: str, column: str, row: int, found: str, read: str) -> None:
        """Remember that the cell in `row` of `column` said `found` and was read as `read`."""
        self.kinds.setdefault((how, column), {}).setdefault((found, read), []).append(row)

    def say(self, text: str) -> None:
        """Remember a sentence about the sheet as a whole."""
        self.others.append(f"{self.place}: {printable(text)}")

    def lines(self) -> list[str]:
        """Return all notes in the order in which they came up."""
        said = list(self.others)
        for (how, column), readings in self.kinds.items():
            pairs = [
                f"'{printable(found)[:60]}' อ่านเป็น {printable(read)} (แถว {row_list(rows)})"
                for (found, read), rows in list(readings.items())[:SHOWN]
            ]
            if len(readings) > SHOWN:
                others = [row for rows in list(readings.values())[SHOWN:] for row in rows]
                pairs.append(f"และแบบเดียวกันในแถว {row_list(others)}")
            said.append(f"{self.place}: คอลัมน์ {column} {how}: {' · '.join(pairs)}")
        return said
