"""Writes the register's workbook, takes a filled one or a published report in, and puts the tables in place at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import MachineError, Problem
from ita_analysis.measures import changes, checks, evidence, filled, form, imported, listing, tables
from ita_analysis.measures.changes import Change, Merged
from ita_analysis.measures.form_plan import Form
from ita_analysis.measures.model import Register
from ita_analysis.measures.register import EVIDENCE
from ita_analysis.measures.rows import Rows, as_rows, empty_rows
from ita_analysis.measures.schema import HEAD
from ita_analysis.measures.schema import tables as schema
from ita_analysis.measures.words import Place, problem, say
from ita_analysis.run import lock, pack
from ita_analysis.run.register_desk import Desk, Request, refusal, refuse
from ita_analysis.scores.bounded import read_input
from ita_analysis.scores.template import put_beside


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
        MachineError: the disk or the rights are in the way, someone else takes in, or the register changed meanwhile.
    """
    desk = Desk(request)
    file = read_input(workbook)
    if isinstance(file, Problem):
        raise refusal([file])
    sheets = filled.read(file)
    if sheets.head and not any(one.code in ("schema-other", "base-damaged") for one in sheets.problems):
        sheets.problems += _of_other(desk, sheets)
    refuse(sheets.problems)
    merged = changes.merged(sheets, desk.rows, desk.fresh)
    return _finish(desk, merged, workbook.parent, sheets, accept=accept)


def take_imported(request: Request, folder: Path, round_number: int, *, accept: bool = False) -> Outcome:
    """Take the tables of a published report in, over what the register says already (errors as `take_in`)."""
    desk = Desk(request)
    found = imported.read(folder, round_number=round_number)
    refuse(found.problems)
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
    refuse(problems)
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
    with lock.held(agency):  # of two who take in at once the second sees what the first has put there
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
    refuse(problems)
    return kept
