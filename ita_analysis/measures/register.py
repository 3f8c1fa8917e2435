"""A register from its folder of tables: read whole, checked whole, or refused with every fault at once."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import InputError, Problem
from ita_analysis.measures import checks, schema, tables
from ita_analysis.measures.model import Register
from ita_analysis.measures.rows import Rows, as_register, used
from ita_analysis.measures.schema import HEAD
from ita_analysis.measures.tables import Stored
from ita_analysis.measures.words import Place, problem, say
from ita_analysis.scores.bounded import read_input

EVIDENCE = "evidence"  # the folder of pictures beside the tables


class RegisterError(InputError):
    """A register, a filled workbook or imported tables broke their contract; nothing was taken in."""

    code = "register-rejected"


@dataclass(frozen=True)
class Read:
    """What a folder of tables holds: its rows, and every fault of cells, keys, references and pictures."""

    stored: Stored
    problems: tuple[Problem, ...] = ()
    pictures: dict[str, bytes] = field(default_factory=dict)

    @property
    def rows(self) -> Rows:
        """Return the rows in their stored form."""
        return self.stored.rows


def default_folder() -> Path:
    """Return the folder of all registers."""
    return places.data_folder() / "registers"


def folder_of(agency_code: str, measures_year_be: int, registers: Path | None = None) -> Path:
    """Return where the register of an agency and year lies; it need not exist."""
    return (registers or default_folder()) / agency_code / str(measures_year_be)


def exists(agency_code: str, measures_year_be: int, registers: Path | None = None) -> bool:
    """Return whether there is a register of the agency and year."""
    return os.path.lexists(folder_of(agency_code, measures_year_be, registers))


def load(
    agency_code: str, measures_year_be: int, registers: Path | None = None, *, rules: Sequence[Path] = ()
) -> Register:
    """Return the register of an agency and fiscal year of measures.

    Args:
        agency_code: code of the agency (data/agencies.csv).
        measures_year_be: fiscal year of the measures (the scores are of the year before).
        registers: folder of all registers (default `data/registers`).
        rules: folders with an analyst's own rule files.

    Raises:
        RegisterError: there is none, or its tables or pictures are not sound; `problems` lists every fault.
    """
    return as_register(_sound(agency_code, measures_year_be, registers, rules).rows)


def _sound(agency_code: str, measures_year_be: int, registers: Path | None, rules: Sequence[Path]) -> Read:
    read = check(
        folder_of(agency_code, measures_year_be, registers), rules=rules, owner=(agency_code, measures_year_be)
    )
    if read.problems:
        raise RegisterError(
            say("message", "stored", agency=agency_code, year=measures_year_be, count=len(read.problems)),
            read.problems,
            todo=say("message", "stored_todo"),
        )
    return read


@dataclass(frozen=True)
class Whole:
    """A sound register with its pictures (by path in its folder) and the digest of its tables and pictures."""

    register: Register
    pictures: dict[str, bytes]
    digest: str
    files: dict[str, str]  # shown path -> sha256, of tables and pictures


def load_whole(
    agency_code: str, measures_year_be: int, registers: Path | None = None, *, rules: Sequence[Path] = ()
) -> Whole:
    """Return the register with its pictures (arguments and errors as `load`)."""
    read = _sound(agency_code, measures_year_be, registers, rules)
    return Whole(as_register(read.rows), read.pictures, digest(read.rows), _sums(read))


def _sums(read: Read) -> dict[str, str]:
    shown = read.stored.shown
    tables_read = {f"{shown}/{file.path.name}": file.sha256 for file in read.stored.files}
    return tables_read | {f"{shown}/{path}": hashlib.sha256(data).hexdigest() for path, data in read.pictures.items()}


def check(folder: Path, *, rules: Sequence[Path] = (), owner: tuple[str, int] | None = None) -> Read:
    """Return the rows of a folder of tables and every fault; `owner` says whose register it must be."""
    shown = places.shown(folder) if folder.is_relative_to(places.project_root()) else "/".join(folder.parts[-3:])
    if not os.path.isdir(folder):  # noqa: PTH112 - never raises
        return Read(Stored(shown=shown), (problem("register-missing", Place(file=shown)),))
    stored = tables.read(folder, shown)
    problems = list(stored.problems)
    if len(stored.rows[HEAD]) == 1:
        problems += _owner_problems(stored, owner)
        if not any(one.file.endswith(schema.tables()[HEAD].file) for one in stored.problems):
            problems += checks.problems_of(stored.rows, stored.place, rules=rules)
    pictures, faults = _pictures(folder, stored)
    return Read(stored, tuple(dict.fromkeys([*problems, *faults])), pictures)


def digest(rows: Rows) -> str:
    """Return the sha256 over all tables; the same for the same rows, whatever order they came in."""
    one = hashlib.sha256()
    for name, data in sorted(tables.encoded(used(rows)).items()):
        one.update(name.encode() + b"\0" + hashlib.sha256(data).digest())
    return one.hexdigest()


def _owner_problems(stored: Stored, owner: tuple[str, int] | None) -> list[Problem]:
    if owner is None:
        return []
    key, head = next(iter(stored.rows[HEAD].items()))
    pairs = [("agency_code", owner[0]), ("fiscal_year_be", str(owner[1]))]
    return [
        problem("head-other", stored.place(HEAD, key, column), head[column], wanted=wanted)
        for column, wanted in pairs
        if head[column] != wanted
    ]


def _pictures(folder: Path, stored: Stored) -> tuple[dict[str, bytes], list[Problem]]:
    """Return the pictures that the evidence names by path, and a fault for each that is not there or not as it was."""
    found: dict[str, bytes] = {}
    faults = []
    for key, row in stored.rows["evidence"].items():
        name = row["sha256"]
        if not name:
            continue
        place = stored.place("evidence", key, "sha256")
        for ending in (".jpg", ".png"):
            path = folder / EVIDENCE / f"{name}{ending}"
            if os.path.lexists(path):
                break
        else:
            faults.append(problem("picture-lost", place, name))
            continue
        picture, screen = read_input(path), read_input(folder / EVIDENCE / f"{name}-s.jpg")
        if isinstance(picture, Problem) or isinstance(screen, Problem):
            faults.append(problem("picture-lost", place, name))
        elif picture.sha256 != name:
            faults.append(problem("picture-changed", place, path.name))
        else:
            found |= {f"{EVIDENCE}/{path.name}": picture.data, f"{EVIDENCE}/{name}-s.jpg": screen.data}
    return found, faults
