"""Writes the register's workbook, takes a filled one or a published report in, and puts the tables in place at once."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ita_analysis import places
from ita_analysis.analysis import findings
from ita_analysis.errors import InputError, MachineError, Problem
from ita_analysis.framework import loader
from ita_analysis.framework.model import Framework
from ita_analysis.measures import changes, checks, evidence, filled, form, imported, listing, register, tables
from ita_analysis.measures.changes import Change, Merged
from ita_analysis.measures.form_plan import Form
from ita_analysis.measures.model import Head, Register
from ita_analysis.measures.register import EVIDENCE, RegisterError
from ita_analysis.measures.rows import Cells, Rows, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD, SCHEMA
from ita_analysis.measures.schema import tables as schema
from ita_analysis.measures.words import Place, problem, say
from ita_analysis.run import pack
from ita_analysis.scores import reading
from ita_analysis.scores.bounded import read_input
from ita_analysis.scores.template import put_beside


@dataclass(frozen=True)
class Request:
    """Whose register: agency, fiscal year of the measures (the scores are of the year before), and where things lie."""

    agency: str
    measures_year_be: int
    line: float = findings.ACTION_LINE
    scores: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    registers: Path | None = None
    output: Path | None = None

    @property
    def scores_year_be(self) -> int:
        """Return the year of the scores on which the measures stand."""
        return self.measures_year_be - 1


@dataclass(frozen=True)
class Outcome:
    """What taking in did or would do: the changes, what was recognised or is worth saying, whether it was written."""

    folder: Path
    changes: tuple[Change, ...] = ()
    pictures: tuple[str, ...] = ()  # keys of evidence with a new picture
    replaced: tuple[str, ...] = ()  # keys of evidence whose picture is another one now
    notes: tuple[str, ...] = ()
    is_written: bool = False

    @property
    def needs_accept(self) -> bool:
        """Return whether a value or a picture would be replaced or removed."""
        return bool(self.replaced) or any(change.kind != "added" for change in self.changes)

    @property
    def is_nothing(self) -> bool:
        """Return whether nothing changes."""
        return not (self.changes or self.pictures or self.replaced)


class Desk:
    """The scores, rules and stored tables behind one request; each is read once.

    Raises (on making it):
        ScoreFileError, UnknownNameError: the scores of the agency and year can't be had.
        RegisterError: the stored tables are not sound.
    """

    def __init__(self, request: Request) -> None:
        self.request = request
        read = reading.read(request.scores, rules=request.rules)
        self.agency_code, _ = read.choose(request.agency)
        self.name_th = read.names()[self.agency_code]
        year = request.scores_year_be
        framework = read.framework_of(self.agency_code, year)
        self.head = Head(
            self.agency_code,
            request.measures_year_be,
            framework,
            year,
            read.is_synthetic(self.agency_code, year),
            SCHEMA,
        )
        mine = (read.frame["agency_code"] == self.agency_code) & (read.frame["fiscal_year_be"] == year)
        self.scores: pd.DataFrame = read.frame[mine].reset_index(drop=True)
        self.framework: Framework | None = loader.load(framework, rules=request.rules)
        self.folder = register.folder_of(self.agency_code, request.measures_year_be, request.registers)

    @cached_property
    def stored(self) -> register.Read | None:
        """Return the tables as they are now, or None where there is no register yet."""
        owner = (self.agency_code, self.request.measures_year_be)
        if not os.path.lexists(self.folder):
            return None
        read = register.check(self.folder, rules=self.request.rules, owner=owner)
        _refuse(read.problems, say("message", "stored", agency=owner[0], year=owner[1], count=len(read.problems)))
        return read

    @property
    def rows(self) -> Rows:
        """Return the stored rows, or only the head where there is no register yet."""
        return self.stored.rows if self.stored else {**empty_rows(), HEAD: as_rows(Register(self.head))[HEAD]}

    @cached_property
    def last(self) -> Register | None:
        """Return the register of the year before, where there is a sound one."""
        before = self.request.measures_year_be - 1
        if not register.exists(self.agency_code, before, self.request.registers):
            return None
        return register.load(self.agency_code, before, self.request.registers, rules=self.request.rules)

    @cached_property
    def previous(self) -> dict[str, tuple[str, ...]]:
        """Return by item the measures of the year before, where the rules say that the items compare."""
        codes = set(self.scores.loc[self.scores["level"] == "item", "code"].astype(str))
        return listing.served_before(self.last, codes, self.framework) if self.last else {}

    @cached_property
    def fresh(self) -> dict[str, Cells]:
        """Return by item what today's scores say of it."""
        below = findings.below_line(self.scores, line=self.request.line, framework=self.framework)
        watch = findings.watch_list(self.scores, line=self.request.line, framework=self.framework)
        items = listing.items_of(
            self.scores,
            line=self.request.line,
            below=set(below["code"]),
            watch=set(watch["code"]),
            framework=self.framework,
            previous=self.previous,
        )
        return listing.fresh(Register(self.head, items))


def write_form(request: Request) -> Path:
    """Write the workbook to fill in beside those that are there, and return its path (errors as `Desk`)."""
    desk = Desk(request)
    rows = {name: dict(found) for name, found in desk.rows.items()}
    blank = dict.fromkeys(schema()["items"].names, "")
    for code, found in desk.fresh.items():
        rows["items"][code] = {**blank, "item_code": code, **rows["items"].get(code, {}), **found}
    documents = tuple(code for code in (desk.framework.item if desk.framework else {}) if code.startswith("O"))
    before = listing.texts_before(desk.last, desk.previous) if desk.last else {}
    data = form.render(Form(desk.name_th, rows, before, documents))
    folder = (request.output or places.outputs_folder()) / "registers"
    return put_beside(folder, f"{desk.agency_code}-{request.measures_year_be}", data)


def take_in(request: Request, workbook: Path, *, accept: bool = False) -> Outcome:
    """Take a filled workbook in: everything, or nothing where a value would go and `accept` is not given.

    Raises:
        RegisterError: the workbook, a picture, or what they would make of the register is not sound; all problems.
        MachineError: the disk or the rights are in the way, or the register changed while this one was read.
    """
    desk = Desk(request)
    file = read_input(workbook)
    if isinstance(file, Problem):
        raise _refusal([file])
    sheets = filled.read(file)
    if sheets.head and not any(one.code in ("schema-other", "base-damaged") for one in sheets.problems):
        sheets.problems += _of_other(desk, sheets)
    _refuse(sheets.problems)
    merged = changes.merged(sheets, desk.rows, desk.fresh)
    return _finish(desk, merged, workbook.parent, sheets, accept=accept)


def take_imported(request: Request, folder: Path, round_number: int, *, accept: bool = False) -> Outcome:
    """Take the tables of a published report in, over what the register says already (errors as `take_in`)."""
    desk = Desk(request)
    found = imported.read(folder, round_number=round_number)
    _refuse(found.problems)
    found.rows[HEAD] = desk.rows[HEAD]
    for code, cells in found.rows["items"].items():
        cells |= desk.fresh.get(code, {})
    return _finish(desk, changes.overlaid(found.rows, desk.rows), folder, None, accept=accept)


def _finish(desk: Desk, merged: Merged, folder: Path, sheets: filled.Filled | None, *, accept: bool) -> Outcome:
    def where(table: str, key: str, column: str) -> Place:
        if sheets and (table, key) in sheets.row_of:
            return sheets.place(table, key, column)
        return desk.stored.stored.place(table, key, column) if desk.stored else Place(column=column)

    known = desk.stored.pictures if desk.stored else {}
    typed = sheets.rows["evidence"] if sheets else {}
    taken = evidence.take_in(merged.rows["evidence"], folder, where, known, typed)
    merged.rows["evidence"] = taken.rows
    problems = [*merged.problems, *taken.problems, *checks.problems_of(merged.rows, where, rules=desk.request.rules)]
    _refuse(problems)
    notes = (*(sheets.notes if sheets else ()), *taken.notes)
    outcome = Outcome(desk.folder, tuple(merged.changes), tuple(taken.added), tuple(taken.replaced), notes)
    if outcome.is_nothing or (outcome.needs_accept and not accept):
        return outcome
    _put(desk, merged.rows, evidence.kept(taken.rows, taken.pictures))
    return Outcome(desk.folder, outcome.changes, outcome.pictures, outcome.replaced, notes, is_written=True)


def _of_other(desk: Desk, sheets: filled.Filled) -> list[Problem]:
    """Return the problem of a workbook that belongs to another agency, year or set of scores; none where it is ours."""
    wanted = next(iter(as_rows(Register(desk.head))[HEAD].values()))
    names = ("agency_code", "fiscal_year_be", "framework", "scores_year_be", "is_synthetic")
    if all(sheets.head[name] == wanted[name] for name in names):
        return []
    found, expected = (" ".join(head[name] for name in names[:3]) for head in (sheets.head, wanted))
    return [problem("workbook-other", Place(sheets.shown), found, wanted=expected)]


def _put(desk: Desk, rows: Rows, pictures: Mapping[str, bytes]) -> None:
    files = {**_foreign(desk.folder), **tables.encoded(rows), **pictures}
    agency = desk.folder.parent
    pack.require_writable(agency)
    before = {file.path: file.sha256 for file in (desk.stored.stored.files if desk.stored else ())}
    for path in (desk.folder / name for name in tables.encoded(empty_rows())):
        found = read_input(path)
        if (None if isinstance(found, Problem) else found.sha256) != before.get(path):
            raise MachineError(say("message", "changed"), todo=say("message", "changed_todo"))
    pack.put(agency, desk.folder.name, files)


def _foreign(folder: Path) -> dict[str, bytes]:
    """Return what lies in the register's folder and is not ours: it stays when the folder is put anew."""
    ours = set(tables.encoded(empty_rows()))
    kept: dict[str, bytes] = {}
    problems = []
    for path in sorted(folder.rglob("*")) if folder.is_dir() else ():
        name = path.relative_to(folder).as_posix()
        if path.is_symlink():
            problems.append(problem("file-link", Place(places.shown(path)), path.name))
        elif path.is_file() and name not in ours and not name.startswith(f"{EVIDENCE}/"):
            found = read_input(path)
            if not isinstance(found, Problem):
                kept[name] = found.data
            elif found.code == "file-empty":
                kept[name] = b""
            else:
                problems.append(found)
    _refuse(problems)
    return kept


def _refuse(problems: Sequence[Problem], message: str = "") -> None:
    if problems:
        raise _refusal(problems, message)


def _refusal(problems: Sequence[Problem], message: str = "") -> InputError:
    unique = list(dict.fromkeys(problems))
    said = message or say("message", "refused", count=len(unique))
    return RegisterError(said, unique, todo=say("message", "refused_todo"))
