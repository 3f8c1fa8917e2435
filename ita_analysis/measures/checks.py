"""What must hold between the rows of a register: keys, items of the scheme, dates of the year; every fault at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from ita_analysis.errors import Problem, UnknownNameError
from ita_analysis.framework import loader
from ita_analysis.framework.model import Framework
from ita_analysis.measures.ranges import is_range
from ita_analysis.measures.rows import Cells, Rows, is_used, used
from ita_analysis.measures.schema import HEAD, Column, Table, tables
from ita_analysis.measures.words import Place, problem
from ita_analysis.thai.dates import fiscal_year_end, fiscal_year_start, thai_date
from ita_analysis.thai.written_dates import thai_month

Where = Callable[[str, str, str], Place]  # table, key, column -> where the cell stands


def problems_of(rows: Rows, where: Where, *, rules: Sequence[Path] = ()) -> list[Problem]:
    """Return everything that is wrong between the rows; their cells are in the stored form already.

    Args:
        rows: all tables, the head with its one row.
        where: gives the place of a cell, for the address of a problem.
        rules: folders with an analyst's own rule files.
    """
    head = next(iter(rows[HEAD].values()))
    return list(_Checks(used(rows), head, where, rules).run())


class _Checks:
    """The checks of one register; rows that hold only their key are left out."""

    def __init__(self, rows: Rows, head: Cells, where: Where, rules: Sequence[Path]) -> None:
        self.rows, self.where, self.rules = rows, where, rules
        self.year = int(head["fiscal_year_be"])
        self.framework = head["framework"]
        try:
            self.rule_file: Framework | None = loader.load(self.framework, rules=rules)
        except UnknownNameError:
            self.rule_file = None
        self.known_items = {*rows["items"], *(self.rule_file.item if self.rule_file else ())}

    def run(self) -> Iterator[Problem]:
        yield from self.keys()
        for name, table in tables().items():
            if name == HEAD:
                continue
            for key, found in self.rows[name].items():
                for column in table.columns:
                    yield from self.cell(table, key, found, column)
        for key, found in self.rows["results"].items():
            yield from self.plan(key, found)
        for key, found in self.rows["table_rows"].items():
            yield from self.month(key, found)
        yield from self.addresses()

    def fault(self, code: str, table: str, key: str, column: str, found: str = "", **values: object) -> Problem:
        return problem(code, self.where(table, key, column), found, **values)

    def keys(self) -> Iterator[Problem]:
        """A key means one row of the whole register, since notes refer to any of them."""
        taken: dict[str, str] = {}
        for name, table in tables().items():
            if name in (HEAD, "table_rows"):
                continue
            for key in self.rows[name]:
                if key in taken:
                    yield self.fault("key-shared", name, key, table.key[0], key, other=tables()[taken[key]].sheet)
                taken.setdefault(key, name)

    def cell(self, table: Table, key: str, found: Cells, column: Column) -> Iterator[Problem]:
        text = found[column.name]
        if not text:
            if column.required:
                yield self.fault("required", table.name, key, column.name, label=column.label)
        elif column.kind in ("codes", "code") and table.name != "items":
            yield from self.items(table.name, key, column.name, text)
        elif column.within:
            yield from self.within_year(table.name, key, column.name, text)
        elif column.refers:
            yield from self.references(table.name, key, column, text)

    def items(self, table: str, key: str, column: str, text: str) -> Iterator[Problem]:
        for code in text.split():
            if code in self.known_items or (self.rule_file is None and not is_range(code)):
                continue
            other = self.other_scheme(code)
            fault = "item-other-scheme" if other else "item-unknown"
            yield self.fault(fault, table, key, column, code, framework=self.framework, other=other)

    def other_scheme(self, code: str) -> str:
        """Return another scheme's framework of the same year that lists `code`, or an empty string."""
        own, _, year = self.framework.rpartition("-")
        for scheme in loader.known_schemes(self.rules):
            rule_file = loader.load(f"{scheme}-{year}", rules=self.rules) if scheme != own else None
            if rule_file and code in rule_file.item:
                return rule_file.name
        return ""

    def within_year(self, table: str, key: str, column: str, text: str) -> Iterator[Problem]:
        day = date.fromisoformat(text)
        if not fiscal_year_start(self.year) <= day <= fiscal_year_end(self.year):
            said: dict[str, Any] = {"day": thai_date(day), "year": self.year, "before": self.year - 1}
            yield self.fault("date-year", table, key, column, **said)

    def references(self, table: str, key: str, column: Column, text: str) -> Iterator[Problem]:
        known = {one for name in column.refers for one in self.rows[name]}
        if "table_rows" in column.refers:
            known |= {found["table_id"] for found in self.rows["table_rows"].values()}
        for one in text.split():
            if one in known:
                continue
            if table == "results" and self.is_reserved("measures", one):
                yield self.fault("result-before-measure", table, key, column.name, one)
            else:
                places = " ".join(tables()[name].sheet for name in column.refers)
                yield self.fault("key-unknown", table, key, column.name, one, where=places)

    def is_reserved(self, table: str, key: str) -> bool:
        """Return whether `key` has the form of the keys that the sheet gives to its blank rows."""
        letter = tables()[table].letter
        return key.startswith(letter) and key.removeprefix(letter).isdecimal()

    def plan(self, key: str, found: Cells) -> Iterator[Problem]:
        if found["measure_id"] and found["item_codes"]:
            yield self.fault("plan-both", "results", key, "item_codes")
        if not found["measure_id"] and not found["item_codes"]:
            yield self.fault("plan-none", "results", key, "measure_id")

    def month(self, key: str, found: Cells) -> Iterator[Problem]:
        month = found["month"]
        if found["row_kind"] != "month":
            if month and found["row_kind"]:
                yield self.fault("month-extra", "table_rows", key, "month", thai_month(month))
        elif not month:
            yield self.fault("month-missing", "table_rows", key, "month")
        elif not f"{self.year - 1}-10" <= month <= f"{self.year}-09":
            said: dict[str, Any] = {"month": thai_month(month), "year": self.year, "before": self.year - 1}
            yield self.fault("month-year", "table_rows", key, "month", **said)

    def addresses(self) -> Iterator[Problem]:
        seen: dict[str, str] = {}
        for key, found in self.rows["documents"].items():
            address = found["url"].rstrip("/")
            if address and address in seen:
                yield self.fault("url-twice", "documents", key, "url", found["url"], other=seen[address])
            seen.setdefault(address, key)


def unsaid(table: str, found: Cells) -> list[str]:
    """Return the columns of a row that are still missing: empty ones that a report wants, never refused."""
    spec = tables()[table]
    if not is_used(spec, found):
        return []
    return [column.name for column in spec.columns if is_wanted(column, found) and not found[column.name]]


def is_wanted(column: Column, found: Cells) -> bool:
    """Return whether a report wants this cell: always, of a weak item only, or where a file should be."""
    if column.wanted == "weak":
        return found["reason"] == "below"
    if column.wanted == "file":
        return found["basis"] != "printed"
    return column.wanted == "always"
