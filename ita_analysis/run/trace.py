"""Where a number of a pack comes from: the file, sheet, row and cell, the rules, the notebook's cell that showed it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ita_analysis import places
from ita_analysis.errors import InputError, ItaError, UnknownNameError, nearest
from ita_analysis.run import runs
from ita_analysis.run.integrity import verify_pack

if TYPE_CHECKING:
    from ita_analysis.scores.bounded import InputFile

BLOCK = "application/vnd.ita.block+json"
NOTEBOOK = "executed.ipynb"
INJECTED = "injected-parameters"  # papermill's tag for a cell that is not in the notebook as written
SAME, CHANGED, NOT_HERE, NOT_ASKED = "same", "changed", "not-here", "not-asked"


@dataclass(frozen=True)
class Place:
    """Where a figure stands, `row` as Excel counts; `state` says whether the file is still the one that was read.

    `cell` is empty where it is not certain: the file is another one or not here, or several cells of the row hold the
    same figure.
    """

    file: str
    sheet: str = ""
    row: int | None = None
    cell: str = ""
    held: str = ""
    state: str = NOT_ASKED


@dataclass(frozen=True)
class Shown:
    """A table that holds the figure, and the notebook's cell that showed it (from 1, as the notebook was written)."""

    role: str
    title: str
    cell: int


@dataclass(frozen=True)
class Trace:
    """All that a pack tells of one figure. `record` holds its row of the tables, by the names of the annex's columns."""

    run: str
    agency_code: str
    agency_name_th: str
    code: str
    fiscal_year_be: int | None
    score: float | None
    record: Mapping[str, Any]
    source: Place | None
    earlier: tuple[tuple[int, float | None, Place], ...]
    document: Mapping[str, Any]
    framework: str
    rule_file: str
    own_rules: str
    rules_digest: str
    notebook: str
    shown: tuple[Shown, ...]
    page_key: str
    inputs: Mapping[str, str]


@dataclass(frozen=True)
class Table:
    """A dataset block of the executed notebook as records, and where it was shown."""

    shown: Shown
    records: tuple[Mapping[str, Any], ...]


def trace(run: Path, agency: str, code: str) -> Trace:
    """Return where the figure `code` of an agency's pack comes from.

    Raises:
        UnknownNameError: the run has no such agency or the pack no such code; the nearest are named.
        InputError: the pack is not as its manifest says, or its making failed: nothing of it is believed.
    """
    name = runs.find_pack(run, agency)
    _require_whole(run, name)
    manifest = runs.manifest_of(run, name)
    tables = list(_tables(runs.json_object(run / name / NOTEBOOK)))
    own = _own_code(code, tables, run, name)
    year = runs.whole(manifest.get("fiscal_year_be"))
    record = _record(own, tables, year)
    inputs = {
        runs.text(said.get("path")): runs.text(said.get("sha256")) for said in runs.records(manifest.get("inputs"))
    }
    framework = runs.text(manifest.get("framework"))
    return Trace(
        run=run.name,
        agency_code=name,
        agency_name_th=runs.text(manifest.get("agency_name_th")),
        code=own,
        fiscal_year_be=year,
        score=runs.number(record.get("score")),
        record=record,
        source=_place(record, inputs),
        earlier=tuple(_earlier(own, tables, year)),
        document=_document(record, tables),
        framework=framework,
        rule_file=_rule_file(framework),
        own_rules=runs.text(runs.fields(manifest.get("parameters")).get("rules")),
        rules_digest=runs.text(runs.fields(manifest.get("key_parts")).get("rules")),
        notebook=f"{name}/{NOTEBOOK}",
        shown=tuple(table.shown for table in tables if _of(own, table)),
        page_key=runs.text(manifest.get("page_key")),
        inputs=inputs,
    )


def _require_whole(run: Path, name: str) -> None:
    said = runs.words()["trace"]
    if name not in runs.pack_names(runs.folders(run)):
        why = runs.text(runs.reason_of(run, name).get("why"))
        raise InputError(said["failed"].format(agency=name, run=run.name, why=why), todo=said["failed_todo"])
    if problems := verify_pack(run / name):
        raise InputError(said["damaged"].format(agency=name, run=run.name), problems, todo=said["damaged_todo"])


def _tables(notebook: Mapping[str, Any]) -> Iterator[Table]:
    """Yield the datasets that the notebook's cells showed; JSON alone is read, no notebook machinery."""
    number = 0
    for cell in runs.records(notebook.get("cells")):
        number += INJECTED not in (runs.fields(cell.get("metadata")).get("tags") or ())
        for output in runs.records(cell.get("outputs")):
            block = runs.fields(runs.fields(output.get("data")).get(BLOCK))
            if block.get("kind") == "dataset" and isinstance(block.get("rows"), list):
                names = [runs.text(column.get("name")) for column in runs.records(block.get("columns"))]
                rows = tuple(dict(zip(names, row, strict=False)) for row in block["rows"] if isinstance(row, list))
                yield Table(Shown(runs.text(block.get("role")), runs.text(block.get("title")), number), rows)


def _of(code: str, table: Table) -> list[Mapping[str, Any]]:
    return [record for record in table.records if record.get("code") == code]


def _own_code(wanted: str, tables: list[Table], run: Path, agency: str) -> str:
    """Return the code as the pack writes it."""
    said = runs.words()["trace"]
    codes = [code for table in tables for record in table.records if (code := runs.text(record.get("code")))]
    if same := next((code for code in codes if code.casefold() == wanted.strip().casefold()), ""):
        return same
    codes = list(dict.fromkeys(codes))
    close = nearest(wanted.strip().upper(), codes) or codes[:3]
    raise UnknownNameError(
        said["unknown_code"].format(code=wanted, agency=agency, run=run.name),
        todo=said["unknown_code_todo"].format(close=" ".join(close)) if close else said["no_tables"],
    )


def _record(code: str, tables: list[Table], year: int | None) -> dict[str, Any]:
    """Return what all tables of the year say of a code together; what one leaves empty another may tell."""
    found: dict[str, Any] = {}
    for table in tables:
        for record in _of(code, table):
            if table.shown.role != "history" or record.get("fiscal_year_be") == year:
                found |= {name: value for name, value in record.items() if value is not None and name not in found}
    return found


def _earlier(code: str, tables: list[Table], year: int | None) -> Iterator[tuple[int, float | None, Place]]:
    """Yield year, score and place of the same code in the years before, the latest first."""
    for table in tables:
        for record in _of(code, table) if table.shown.role == "history" else ():
            then, place = runs.whole(record.get("fiscal_year_be")), _place(record)
            if then is not None and then != year and place:
                yield then, runs.number(record.get("score")), place


def _document(record: Mapping[str, Any], tables: list[Table]) -> dict[str, Any]:
    """Return what is known of the document behind the figure's file."""
    names = ("document_th", "document_date", "says_not_th")
    for table in tables:
        for said in table.records if table.shown.role == "sources" else ():
            if said.get("source_file") == record.get("source_file"):
                return {name: said[name] for name in names if said.get(name)}
    return {}


def _rule_file(framework: str) -> str:
    """Return the shipped rule file of a scheme and year, empty where there is none."""
    from ita_analysis.framework import loader

    try:
        path = loader.rule_file(framework)
    except ItaError:
        return ""
    return places.shown(path) if path else ""


def _place(record: Mapping[str, Any], inputs: Mapping[str, str] | None = None) -> Place | None:
    """Return where a record's score stands, None where it was not read from a file; with `inputs` the file is looked at."""
    file = runs.text(record.get("source_file"))
    if not file:
        return None
    place = Place(file, runs.text(record.get("source_sheet")), runs.whole(record.get("source_row")))
    return place if inputs is None else _looked_at(place, runs.number(record.get("score")), inputs.get(file, ""))


def _looked_at(place: Place, score: float | None, digest: str) -> Place:
    """Return the place with what its file says now: whether it is still the one read, and which cell holds the score."""
    from ita_analysis.scores.bounded import InputFile, read_input

    path = places.from_root(place.file)
    found = read_input(path) if digest and path.is_relative_to(places.project_root()) else None
    if not isinstance(found, InputFile):
        return replace(place, state=NOT_HERE)
    if found.sha256 != digest:
        return replace(place, state=CHANGED)
    cell, held = _cell(found, place, score) if None not in (place.row, score) else ("", "")
    return replace(place, state=SAME, cell=cell, held=held)


def _cell(file: InputFile, place: Place, score: float | None) -> tuple[str, str]:
    """Return the address and text of the one cell of a row that holds the score, empty where there is not one."""
    from ita_analysis.scores.figures import read_score
    from ita_analysis.scores.files import sheets_of
    from ita_analysis.scores.sheets import letter

    rows = [row for sheet in sheets_of(file).sheets if sheet.name == place.sheet for row in sheet.rows]
    cells = next((cells for at, cells in rows if at == place.row), ())
    fits = [(at, text) for at, text in enumerate(map(str, cells)) if _is(read_score(text).text, score)]
    return (f"{letter(fits[0][0])}{place.row}", fits[0][1]) if len(fits) == 1 else ("", "")


def _is(text: str, score: float | None) -> bool:
    try:
        return float(text) == score
    except ValueError:
        return False


def as_record(found: Trace) -> dict[str, Any]:
    """Return what `ita trace --json` prints."""
    earlier = [{"fiscal_year_be": year, "score": score, **asdict(place)} for year, score, place in found.earlier]
    return {**asdict(found), "earlier": earlier}
