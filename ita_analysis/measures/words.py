"""The Thai words of this room: problems with their address, notes, and what a register says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.thai.catalogue import catalogue
from ita_analysis.thai.text import printable

_MOST_SHOWN = 60  # letters of a cell that a problem quotes


@dataclass(frozen=True)
class Place:
    """Where a cell stands: file, sheet, row as Excel counts, column as the sheet or the file calls it."""

    file: str = ""
    sheet: str = ""
    row: int | None = None
    column: str = ""


def words() -> dict[str, Any]:
    """Return the tables of `words.toml`."""
    return catalogue("measures")


def say(section: str, sentence: str, /, **values: object) -> str:
    """Return the sentence `sentence` of a section with its values filled in."""
    said: str = words()[section][sentence]
    return said.format(**values)


def quoted(text: str) -> str:
    """Return a cell's text as a problem shows it: short, on one line, with nothing invisible."""
    plain = printable(" ".join(text.split()))
    if not plain:
        return say("said", "empty")
    return f"'{plain[:_MOST_SHOWN]}…'" if len(plain) > _MOST_SHOWN else f"'{plain}'"


def problem(code: str, place: Place, found: str = "", /, **values: object) -> Problem:
    """Return a problem of `[problem.<code>]`; `found` is quoted where its sentence names it."""
    said = words()["problem"][code]
    filled = {"found": quoted(found), **values}
    return Problem(
        code=code,
        file=place.file,
        sheet=place.sheet,
        row=place.row,
        column=place.column,
        found=said["found"].format(**filled),
        expected=said["expected"].format(**filled),
        fix=said["fix"].format(**filled),
    )
