"""Looks at a register without taking it in: a filled workbook or a folder of tables, with everything that is wrong."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ita_analysis.errors import Problem
from ita_analysis.measures import checks, evidence, filled, register
from ita_analysis.measures.rows import Rows, used
from ita_analysis.measures.schema import HEAD, tables
from ita_analysis.measures.words import say
from ita_analysis.scores.bounded import read_input


@dataclass(frozen=True)
class Looked:
    """What a register says and every fault of it; `facts_th` is one line."""

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    facts_th: str


def look(path: Path, *, rules: Sequence[Path] = ()) -> Looked | None:
    """Return what the register at `path` holds, or None where it is none (a score file, or nothing)."""
    if (path / tables()[HEAD].file).is_file():
        read = register.check(path, rules=rules)
        return Looked(read.problems, (), _facts(read.rows) if read.rows[HEAD] else "")
    if path.suffix.lower() not in (".xlsx", ".xlsm") or not os.path.isfile(path):  # noqa: PTH113 - never raises
        return None
    file = read_input(path)
    if isinstance(file, Problem) or not filled.is_register(file):
        return None
    found = filled.read(file)
    problems, notes = list(found.problems), list(found.notes)
    rows: Rows = {**found.rows, HEAD: found.base[HEAD]}
    if rows[HEAD]:
        taken = evidence.take_in(rows["evidence"], path.parent, found.place, {}, rows["evidence"])
        problems += [*taken.problems, *checks.problems_of(rows, found.place, rules=rules)]
        notes += taken.notes
    return Looked(tuple(dict.fromkeys(problems)), tuple(notes), _facts(rows) if rows[HEAD] else "")


def _facts(rows: Rows) -> str:
    key, head = next(iter(rows[HEAD].items()))
    counts = {name: len(found) for name, found in used(rows).items()}
    return say("message", "facts", agency=key, year=head["fiscal_year_be"], **counts)
