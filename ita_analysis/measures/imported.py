"""A register from the tables of a published report: items, measures, results, printed evidence, supporting records."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.measures import cells
from ita_analysis.measures.ranges import range_of
from ita_analysis.measures.rows import KEY_MARK, Cells, Rows, empty_rows
from ita_analysis.measures.schema import Column, tables
from ita_analysis.measures.tables import unguarded
from ita_analysis.measures.words import Place, problem
from ita_analysis.scores.bounded import read_input
from ita_analysis.scores.csv_table import read_table
from ita_analysis.thai.catalogue import catalogue

Line = Mapping[str, str]
NO_NUMBER = "-"  # printed where a list has no number


@dataclass
class Imported:
    """The rows that the tables give, and every fault of them."""

    rows: Rows = field(default_factory=empty_rows)
    problems: list[Problem] = field(default_factory=list)


def _words() -> dict[str, Any]:
    return catalogue("measures", "imported.toml")


def read(folder: Path, *, round_number: int) -> Imported:
    """Return the rows of the tables in `folder`; the report speaks of round `round_number`."""
    done = Imported()
    lines = {name: list(_lines(folder, name, done)) for name in _words()["files"]}
    taker = _Taker(done, str(round_number))
    taker.items(lines["items"])
    taker.measures(lines["measures"])
    taker.records(lines["records"])
    taker.table(lines["table"])
    return done


def _lines(folder: Path, name: str, done: Imported) -> Iterator[tuple[Place, Line]]:
    path = folder / _words()["files"][name]
    if name == "table" and not path.exists():
        return
    found = read_input(path)
    if isinstance(found, Problem):
        done.problems.append(found)
        return
    required = [one for one in _words()["required"][name] if one != "item_code"]
    table = read_table(found, required)
    done.problems += table.problems
    for number, line in table.rows:
        yield Place(places.shown(path), row=number), {key: unguarded(text) for key, text in line.items()}


class _Taker:
    """Puts the lines of a report into the rows of a register."""

    def __init__(self, done: Imported, round_number: str) -> None:
        self.done, self.round = done, round_number
        self.notes = 0

    def put(self, table: str, place: Place, values: Mapping[str, str], note: str = "") -> Cells:
        """Add one row in its stored form; a cell that can't be taken is a problem of its line."""
        spec = tables()[table]
        row = {column.name: self.cell(column, values.get(column.name, ""), place) for column in spec.columns}
        key = KEY_MARK.join(row[name] for name in spec.key)
        self.done.rows[table][key] = row
        if note.strip():
            self.note(place, row[spec.key[0]], note)
        return row

    def note(self, place: Place, about: str, text: str) -> None:
        self.notes += 1
        self.put("notes", place, {"note_id": f"N{self.notes:03d}", "about": about, "note_th": text})

    def cell(self, column: Column, text: str, place: Place) -> str:
        try:
            return cells.taken(column, text).text
        except cells.CellFault as fault:
            where = Place(place.file, row=place.row, column=column.name)
            choices = " · ".join(column.choices)
            self.done.problems.append(problem(fault.code, where, fault.found, choices=choices))
            return ""

    def items(self, lines: Sequence[tuple[Place, Line]]) -> None:
        for place, line in lines:
            values = {
                name: line.get(name, "") for name in ("topic_th", "item_text_th", "score", "issue_th", "score_doubt_th")
            }
            code = _code(line)
            if line.get("level", "item") in ("item", "") or range_of(code):
                self.put("items", place, {**values, "item_code": code}, line.get("note", ""))

    def measures(self, lines: Sequence[tuple[Place, Line]]) -> None:
        by_id: dict[str, list[tuple[Place, Line]]] = {}
        for place, line in lines:
            by_id.setdefault(line["measure_id"], []).append((place, line))
        blocks: dict[tuple[str, ...], list[str]] = {}
        results = 0
        for position, (key, same) in enumerate(by_id.items(), start=1):
            place, line = same[0]
            codes = " ".join(dict.fromkeys(_code(one) for _, one in same))
            common = {"position": str(position), "item_codes": codes}
            number = line.get("measure_no", "")
            if line["measure_th"]:
                plan = {"measure_id": key, "printed_no": number, "measure_th": line["measure_th"]}
                self.put(
                    "measures", place, {**common, **plan, "unit_th": line.get("unit_th", "")}, line.get("note", "")
                )
            if not line["result_th"]:
                continue
            results += 1
            own = {"measure_id": key, "item_codes": ""} if line["measure_th"] else {}
            result_id = f"R{results:03d}" if line["measure_th"] else key
            self.put("results", place, {**common, **self.result(line), **own, "result_id": result_id})
            if not line["measure_th"] and line.get("note", "").strip():
                self.note(place, result_id, line["note"])
            block = (
                line.get("evidence_line", ""),
                line.get("evidence_kind", ""),
                line.get("evidence_basis", ""),
                codes,
            )
            blocks.setdefault(block if not block[0] else (*block[:3], ""), []).append(result_id)
        self.evidence(blocks)

    def result(self, line: Line) -> dict[str, str]:
        return {
            "round": self.round,
            "printed_no": line.get("result_no", ""),
            "result_th": line["result_th"],
            "state": _words()["state"].get(line.get("status", ""), ""),
        }

    def evidence(self, blocks: Mapping[tuple[str, ...], Sequence[str]]) -> None:
        """What a report prints beside a block is evidence of the block, never of one result alone."""
        count = 0
        for (_, kinds, _, _), result_ids in blocks.items():
            for word in (one.strip() for one in kinds.split(";")):
                if word in _words()["no_evidence"]["words"]:
                    continue
                count += 1
                kind = _words()["kind"].get(word, _words()["kind_other"]["name"])
                values = {"kind": kind, "basis": "printed", "scope": "block", "result_ids": " ".join(result_ids)}
                self.put("evidence", Place(), {"evidence_id": f"E{count:03d}", **values})

    def records(self, lines: Sequence[tuple[Place, Line]]) -> None:
        wholes = dict(_wholes([line for _, line in lines]))
        for place, line in lines:
            values = {
                "record_id": line["record_id"],
                "round": self.round,
                "record_type": _words()["record_type"].get(line["record_type"], "other"),
                "subject_th": line["subject_th"],
                "unit_th": line.get("responsible_th", ""),
                "record_date": line.get("date_iso", ""),
                "date_text": line.get("date_printed", ""),
                "value": line.get("value", ""),
                "of_value": wholes.get(line["record_id"], ""),
                "value_unit": _words()["unit"].get(line.get("unit", ""), line.get("unit", "")),
                "item_codes": line.get("related_item", ""),
            }
            self.put("records", place, values, line.get("note", ""))

    def table(self, lines: Sequence[tuple[Place, Line]]) -> None:
        """Keep a monthly table once per printing: the columns `…_reading_1`, `…_reading_2` of each row."""
        for place, line in lines:
            kind = _words()["row_kind"].get(line["row_kind"])
            if kind is None:
                continue  # a row that was computed, not printed
            label = line.get("month", "") or _printed_label(line)
            printings = [name.removeprefix("respondents_") for name in line if name.startswith("respondents_reading_")]
            for at, printing in enumerate(printings, start=1):
                values = {
                    "table_id": f"T{at}",
                    "row_kind": kind,
                    "label_th": label,
                    "month": f"{line['month']} {line['year_be']}" if kind == "month" else "",
                    "respondents": line[f"respondents_{printing}"],
                    "mean_score": line[f"mean_{printing}"],
                }
                row = self.put("table_rows", place, values)
                if at == 1 and line.get("note", "").strip():
                    self.note(place, row["table_id"], f"{label}: {line['note']}")


def _printed_label(line: Line) -> str:
    """Return how a report labels a row that is no month; where it stands in a note only, from there."""
    match = re.search(_words()["label"]["in_note"], line.get("note", ""))
    return line.get("label_th") or (match[1] if match else "")


def _code(line: Line) -> str:
    """Return the item of a line, under the name that a report's tables or tidy scores give it."""
    return line.get("item_code") or line.get("code") or ""


def _wholes(lines: Sequence[Line]) -> Iterator[tuple[str, str]]:
    """Yield the record that is a part and its whole: where a derived share is that of two figures before it."""
    said = _words()["part"]
    for derived in (
        line for line in lines if line["record_type"] == said["derived"] and line.get("unit") == said["unit"]
    ):
        figures = [line for line in lines if line["record_type"] != said["derived"] and _same_item(line, derived)]
        for part in figures:
            for whole in figures:
                share, one, all_ = _number(derived), _number(part), _number(whole)
                if part is whole or share is None or one is None or not all_ or part.get("unit") != whole.get("unit"):
                    continue
                if one <= all_ and round(one / all_ * 100, 2) == share:
                    yield part["record_id"], whole["value"]


def _same_item(one: Line, other: Line) -> bool:
    return one.get("related_item") == other.get("related_item")


def _number(line: Line) -> Decimal | None:
    try:
        return Decimal(line.get("value", ""))
    except InvalidOperation:
        return None
