"""What a person decided about doubted readings: a CSV of line, field, value, taken over what was read and no longer doubted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ita_analysis.errors import Problem
from ita_analysis.framework import codes
from ita_analysis.measures.published.doubts import DOCUMENT, Doubt, Doubts
from ita_analysis.measures.published.source import problem, words
from ita_analysis.measures.ranges import range_of
from ita_analysis.measures.words import Place
from ita_analysis.scores.bounded import InputFile
from ita_analysis.scores.csv_table import read_table
from ita_analysis.thai.digits import to_arabic_digits

if TYPE_CHECKING:
    from ita_analysis.measures.published import Published

COLUMNS = ("line", "field", "value")
KEYS = {"items": "code", "measures": "measure_id", "records": "record_id", "satisfaction": "month_key"}
_PAIRINGS = ("same", "adds", "shortened", "differs", "none", "no measure")
_LONGEST = 32_767  # letters of a cell in Excel, where the tables end up


@dataclass(frozen=True)
class Decision:
    """One decided reading: its line in the document, its field, what it says, which row where the line has several."""

    row: int
    line: int
    field: str
    value: str
    key: str = ""


@dataclass
class Decisions:
    """The decisions of one file, in its order."""

    shown: str = ""
    found: list[Decision] = field(default_factory=list)

    def codes(self) -> dict[int, list[str]]:
        """Return line -> decided codes, in the order of the file."""
        decided: dict[int, list[str]] = {}
        for one in self.found:
            if one.field == "code":
                decided.setdefault(one.line, []).append(one.value)
        return decided

    def apply(self, read: Published) -> list[Problem]:
        """Put the decided values into what was read and take their doubts away; return what doesn't fit."""
        problems = []
        asked = list(read.doubts)  # as the page showed them: one decision may settle several lines of a reading
        for one in self.found:
            if one.field == "code":
                lines = {int(row["line"]) for row in read.tables["items"]}
                if one.line not in lines:
                    problems.append(self._problem("decision-line", one, str(one.line), field=one.field))
                continue
            keys = _keys_at(read, asked, one)
            if not keys:
                problems.append(self._problem("decision-line", one, str(one.line), field=one.field))
            elif len(keys) > 1:
                said = " ".join(key for _, key in keys)
                problems.append(self._problem("decision-which", one, str(one.line), field=one.field, keys=said))
            else:
                _take(read, one, *keys[0])
        _settle(read)
        return problems

    def _problem(self, code: str, one: Decision, found: str, **values: object) -> Problem:
        return problem(code, Place(self.shown, row=one.row, column=one.field), found, **values)


def read_decisions(file: InputFile) -> Decisions | list[Problem]:
    """Return the decisions of a file, or everything that is wrong with it."""
    table = read_table(file, COLUMNS)
    if table.problems:
        return list(table.problems)
    most = words()["limits"]["decisions"]
    if len(table.rows) > most:
        return [problem("decision-count", Place(file.shown), found=f"{len(table.rows):,}", most=f"{most:,}")]
    done = Decisions(file.shown)
    problems: list[Problem] = []
    seen: dict[tuple[int, str, str], str] = {}
    for number, cells in table.rows:
        one = _decision(number, cells)
        faults = list(_faults(one, cells, file.shown))
        same = (one.line, one.field, one.key)
        if not faults and one.field != "code" and seen.setdefault(same, one.value) != one.value:
            faults.append(problem("decision-twice", Place(file.shown, row=number), str(one.line), field=one.field))
        problems += faults
        done.found.append(one)
    return problems or done


def _decision(number: int, cells: Mapping[str, str]) -> Decision:
    line = to_arabic_digits(cells["line"].strip())
    name, value = cells["field"].strip(), cells["value"].strip()
    if name == "code":
        value = range_of(value) or to_arabic_digits(value).upper()
    elif name in ("score", "fiscal_year_be", "respondents", "mean_score", "value", "indicator_no"):
        value = to_arabic_digits(value)
    if name == "score" and value and _is_score(value):
        value = f"{float(value):.2f}" if len(value.partition(".")[2]) <= 2 else value
    return Decision(number, int(line) if line.isdecimal() else 0, name, value, cells.get("key", "").strip())


def _faults(one: Decision, cells: Mapping[str, str], shown: str) -> Iterator[Problem]:
    names = words()["fields"]
    if not one.line:
        yield problem("decision-line", Place(shown, row=one.row, column="line"), cells["line"], field=one.field)
    if one.field not in names:
        yield problem("decision-field", Place(shown, row=one.row, column="field"), one.field, names=" ".join(names))
    elif wanted := _unfit(one):
        said = words()["wanted"][wanted]
        yield problem("decision-value", Place(shown, row=one.row, column="value"), one.value, wanted=said)


def _unfit(one: Decision) -> str:
    """Return what a value should be where it is not, by name, or an empty string."""
    value = one.value
    checks = {
        "score": not value or _is_score(value),
        "code": bool(range_of(value)) or codes.level_of(value) == "item",
        "fiscal_year_be": value.isdecimal() and value.isascii() and 2500 <= int(value) <= 2700,
        "respondents": not value or value.isascii() and value.isdecimal(),
        "mean_score": not value or _is_score(value),
        "shared_with": all(range_of(code) or codes.level_of(code) == "item" for code in value.split()),
        "result_relation": bool(value),
    }
    names = {"respondents": "whole", "mean_score": "number", "shared_with": "codes", "result_relation": "pairing"}
    if not checks.get(one.field, True):
        return names.get(one.field, one.field)
    return "text" if len(value) > _LONGEST else ""


def _is_score(value: str) -> bool:
    whole, dot, part = value.partition(".")
    is_number = whole.isascii() and whole.isdecimal() and (not dot or (part.isascii() and part.isdecimal()))
    return is_number and len(value) < 20 and float(value) <= 100


def _keys_at(read: Published, asked: Sequence[Doubt], one: Decision) -> list[tuple[str, str]]:
    """Return table and key of the readings that a decision may mean: doubted ones first, then any on that line."""
    doubted = [(doubt.table, doubt.key) for doubt in asked if (doubt.line, doubt.field) == (one.line, one.field)]
    plain = [
        (table, row[KEYS[table]])
        for table, rows in read.tables.items()
        for row in rows
        if one.field in row
        and KEYS[table] in row
        and str(one.line) in (row.get(name) for name in ("line", "source_line"))
    ]
    keys = list(dict.fromkeys(doubted or plain))
    named = [key for key in dict.fromkeys([*doubted, *plain]) if key[1] == one.key]
    return named if one.key else keys


def _take(read: Published, one: Decision, table: str, key: str) -> None:
    rows = read.tables[table]
    mine = [row for row in rows if key in (DOCUMENT, row.get(KEYS[table]))]
    if one.field == "shared_with":
        _share(rows, mine, one.value.split())
    elif one.field == "result_relation":
        _pair(read, mine, one.value)
    else:
        for row in mine:
            row[one.field] = one.value
            if one.field == "score":
                row.pop("score_doubt_th", None)
    read.doubts[:] = [
        doubt for doubt in read.doubts if (doubt.table, doubt.key, doubt.field) != (table, key, one.field)
    ]


def _share(rows: list[dict[str, str]], mine: list[dict[str, str]], wanted: list[str]) -> None:
    """Give a measure to the items that a person named: one row for each."""
    if {row["item_code"] for row in mine} == set(wanted):
        return
    at = rows.index(mine[0])
    model = mine[0]
    rows[:] = [row for row in rows if not any(row is one for one in mine)]
    rows[at:at] = [
        {**model, "item_code": code, "shared_with": " ".join(other for other in wanted if other != code)}
        for code in wanted
    ]


def _pair(read: Published, mine: list[dict[str, str]], value: str) -> None:
    """Give a measure the result of another row, or only confirm how the two stand to each other."""
    rows = read.tables["measures"]
    given = [row for row in rows if row["measure_id"] == value]
    for row in mine:
        if not given:
            row["result_relation"] = value if value in _PAIRINGS else row["result_relation"]
            continue
        row |= {name: given[0][name] for name in ("result_no", "result_th", "result_line")}
        row |= {"result_relation": "differs", "status": ""}
    if given:
        rows[:] = [row for row in rows if row["measure_id"] != value]
        read.doubts[:] = [doubt for doubt in read.doubts if doubt.key != value]


def _settle(read: Published) -> None:
    """Count the confidence and the note of each row anew from the doubts that are left."""
    left = Doubts()
    for doubt in read.doubts:
        left.take(doubt)
    for table, rows in read.tables.items():
        for row in rows:
            if key := row.get(KEYS[table]):
                row["confidence"], row["note"] = left.confidence(table, key), left.note(table, key)


def line_for(doubt: Doubt) -> dict[str, str]:
    """Return the line of a decision file that confirms a doubted reading as it is."""
    return {"line": str(doubt.line), "field": doubt.field, "value": doubt.value, "key": doubt.key}
