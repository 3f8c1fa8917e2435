"""From the sheets of score files to checked rows: what every sheet gives, then what all rows say beside each other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from ita_analysis.errors import Problem
from ita_analysis.scores import contract, layouts
from ita_analysis.scores.files import Sheets
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.scores.row_check import Checked
from ita_analysis.thai.text import printable


@dataclass
class FileRows:
    """What the sheets of one file gave, before the contract is checked."""

    raw: list[RawRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def rows_of(shown: str, opened: Sheets) -> FileRows:
    """Return the rows of every sheet that carries a header; the others are named as not read."""
    found = FileRows([], list(opened.problems), list(opened.notes))
    tables = [(sheet.name, layouts.read_sheet(shown, sheet)) for sheet in opened.sheets]
    without = [name for name, table in tables if not table.has_header]
    if len(without) == len(tables) and not opened.problems:
        expected = f"หัวตาราง {' '.join(contract.REQUIRED)}"
        said = f"ไม่มีหัวตารางคะแนน{' ในแผ่น ' + ' · '.join(without) if any(without) else ''}"
        fix = "ใช้แบบที่ ita template สร้าง หรือใส่หัวตารางให้ครบ"
        problem = Problem(code="header", file=shown, found=printable(said), expected=expected, fix=fix)
        found.problems.append(problem)
    elif without:
        found.notes.append(f"{shown}: ไม่อ่านแผ่นที่ไม่มีหัวตารางคะแนน: {printable(' · '.join(without))}")
    for _, table in tables:
        found.problems.extend(table.problems)
        found.notes.extend(table.notes)
        found.raw.extend(table.rows)
    return found


def settle(files: Sequence[FileRows], rules: Sequence[Path]) -> Checked:
    """Return the rows of all files that keep the contract, with every problem and note of theirs, the sheets' first."""
    raw = [row for file in files for row in file.raw]
    checked = contract.check(raw, rules=rules)
    return Checked(
        checked.rows,
        [*(problem for file in files for problem in file.problems), *_once_a_column(checked.problems, raw)],
        [*(note for file in files for note in file.notes), *checked.notes],
        checked.named,
    )


def _once_a_column(problems: Sequence[Problem], raw: Sequence[RawRow]) -> Iterator[Problem]:
    """Yield the problems; a code in the header of a wide table that the rules don't list is one problem, not one a row."""
    wide = [row for row in raw if "code" in row.shown and row.shown["code"] == row.shown.get("score")]
    heads = {(row.file, row.sheet, row.shown["code"]) for row in wide}
    seen: set[tuple[str, str, str, str]] = set()
    for problem in problems:
        place = (problem.file, problem.sheet, problem.column)
        if problem.code != "code-unlisted" or place not in heads:
            yield problem
        elif (said := (*place, problem.expected)) not in seen:
            seen.add(said)
            yield replace(problem, row=None, agency_code="")
