"""The contract of tidy scores: one row is one agency, one fiscal year, one code; every broken row is named."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis.errors import Problem, UnknownNameError, nearest
from ita_analysis.framework import codes, loader
from ita_analysis.framework.model import Framework
from ita_analysis.scores import agencies

REQUIRED = ("agency_code", "fiscal_year_be", "framework", "level", "code", "score")
OPTIONAL = ("agency_name_th", "respondents", "is_synthetic", "note_th", "score_doubt_th", "source_line")
PLACE = ("source_file", "source_sheet", "source_row")
COLUMNS = (
    "agency_code",
    "agency_name_th",
    "fiscal_year_be",
    "framework",
    "level",
    "code",
    "score",
    "respondents",
    "is_synthetic",
    "note_th",
    "score_doubt_th",
    "source_line",
    *PLACE,
)
FIRST_BUDDHIST_YEAR = 2400
GREGORIAN_YEARS = range(1957, 2200)

_NUMBER = re.compile(r"\d{1,3}(\.\d{1,6})?")
_COUNT = re.compile(r"\d{1,9}")
_YEAR = re.compile(r"\d{4}")
_AGENCY = re.compile(r"[A-Za-z0-9]{1,16}")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad\x00-\x08\x0b-\x1f\x7f-\x9f]")
_TRUE, _FALSE = {"true", "1", "yes"}, {"", "false", "0", "no"}


@dataclass(frozen=True)
class RawRow:
    """One row as a file holds it: every cell still text, with the address a reader can find it by."""

    cells: dict[str, str]
    file: str
    sheet: str
    row: int


@dataclass
class Checked:
    """Rows that keep the contract, every problem of those that don't, and notes on what was recognised."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def check(raw: Iterable[RawRow], *, rules: Sequence[Path] = ()) -> Checked:
    """Return the typed rows of `raw` and all their problems.

    Args:
        raw: rows of any number of files, cells as text; a blank cell of an optional column is "not given".
        rules: folders with an analyst's own rule files beside the shipped ones.
    """
    done = Checked()
    for row in raw:
        _RowCheck(row, rules, done).run()
    _settle_duplicates(done)
    _check_names(done)
    return done


class _RowCheck:
    """The checks of one row; a row with a problem is not kept, but its other cells are still looked at."""

    def __init__(self, row: RawRow, rules: Sequence[Path], done: Checked) -> None:
        self.row, self.rules, self.done = row, rules, done
        self.sound = True
        self.agency = ""

    def run(self) -> None:
        self.agency = self.text("agency_code", _AGENCY, "รหัสหน่วยงาน (ตัวอักษรหรือตัวเลข)")
        year = self.year()
        framework, rule_file = self.framework(year)
        level, code = self.code(rule_file)
        out: dict[str, Any] = {
            "agency_code": self.agency,
            "agency_name_th": self.plain("agency_name_th"),
            "fiscal_year_be": year,
            "framework": framework,
            "level": level,
            "code": code,
            "score": self.score(),
            "respondents": self.respondents(),
            "is_synthetic": self.synthetic(framework),
            "note_th": self.plain("note_th"),
            "score_doubt_th": self.plain("score_doubt_th"),
            "source_line": self.plain("source_line"),
            "source_file": self.row.file,
            "source_sheet": self.row.sheet,
            "source_row": self.row.row,
        }
        if self.sound:
            if not out["agency_name_th"]:
                known = agencies.known_agencies().get(self.agency)
                out["agency_name_th"] = known.name_th if known else self.agency
            self.done.rows.append(out)

    def cell(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()

    def plain(self, column: str) -> str:
        text = self.cell(column)
        if _INVISIBLE.search(text):
            self.fail("text-invisible", column, "อักขระที่มองไม่เห็น", "ข้อความที่มองเห็นทั้งหมด", "พิมพ์ข้อความนี้ใหม่")
        return text

    def fail(self, code: str, column: str, found: str, expected: str, fix: str) -> None:
        self.sound = False
        self.done.problems.append(
            Problem(
                code=code,
                file=self.row.file,
                sheet=self.row.sheet,
                row=self.row.row,
                column=column,
                found=found,
                expected=expected,
                fix=fix,
                agency_code=self.agency,
            )
        )

    def text(self, column: str, form: re.Pattern[str], expected: str) -> str:
        value = self.cell(column)
        if not form.fullmatch(value):
            self.fail(f"{column.replace('_', '-')}-form", column, _found(value), expected, "แก้เซลล์นี้")
            return ""
        return value

    def year(self) -> int:
        value = self.cell("fiscal_year_be")
        if not _YEAR.fullmatch(value) or not value.isascii():
            self.fail("year-form", "fiscal_year_be", _found(value), "ปีงบประมาณ พ.ศ. สี่หลัก", "พิมพ์ปี เช่น 2566")
            return 0
        year = int(value)
        if year in GREGORIAN_YEARS:
            note = f"{self.row.file}: ปี {year} เป็นปี ค.ศ. อ่านเป็น พ.ศ. {year + 543}"
            if note not in self.done.notes:
                self.done.notes.append(note)
            return year + 543
        if not FIRST_BUDDHIST_YEAR <= year < 2800:
            self.fail("year-range", "fiscal_year_be", _found(value), "ปีงบประมาณ พ.ศ.", "พิมพ์ปี เช่น 2566")
        return year

    def framework(self, year: int) -> tuple[str, Framework | None]:
        value = self.cell("framework")
        scheme, dash, tail = value.rpartition("-")
        if not dash or not _YEAR.fullmatch(tail):
            self.fail("framework-form", "framework", _found(value), "<ชุดประเมิน>-<ปี>", "พิมพ์ เช่น bangkok-district-2566")
            return value, None
        try:
            rule_file = loader.load(value, rules=self.rules)
        except UnknownNameError:
            known = loader.known_schemes(rules=self.rules)
            hint = nearest(scheme, known) or list(known)
            self.fail("framework-unknown", "framework", _found(value), "ชุดประเมินที่รู้จัก", f"เลือกจาก {' · '.join(hint)}")
            return value, None
        if year and int(tail) != year:
            self.fail("framework-year", "framework", _found(value), f"ปีเดียวกับ fiscal_year_be ({year})", "แก้ปีให้ตรงกัน")
        return value, rule_file

    def code(self, rule_file: Framework | None) -> tuple[str, str]:
        level, code = self.cell("level"), self.cell("code")
        if level not in codes.LEVELS:
            hint = nearest(level, codes.LEVELS)
            self.fail(
                "level-unknown", "level", _found(level), " | ".join(codes.LEVELS), f"ใกล้เคียง: {' '.join(hint) or '-'}"
            )
        if codes.level_of(code) is None:
            hint = nearest(code.upper(), rule_file.item if rule_file else ())
            self.fail("code-form", "code", _found(code), "รหัสตามแบบประเมิน", f"ใกล้เคียง: {' '.join(hint) or '-'}")
        elif level in codes.LEVELS and codes.level_of(code) != level:
            self.fail("code-level", "code", _found(code), f"รหัสระดับ {level}", "แก้ level หรือ code ให้ตรงกัน")
        elif rule_file is not None and level == "item" and code not in rule_file.item:
            instrument = next((part for part in rule_file.instruments if part.code.startswith(code[0])), None)
            if instrument is None or instrument.items_listed == "complete":
                self.fail(
                    "code-unlisted", "code", _found(code), f"ข้อที่มีในกรอบ {rule_file.name}", "ตรวจรหัสกับแบบประเมินปีนั้น"
                )
        return level, code

    def score(self) -> float:
        value = self.cell("score")
        if not _NUMBER.fullmatch(value) or not value.isascii() or not 0 <= float(value) <= 100:
            self.fail("score-form", "score", _found(value), "คะแนน 0–100", "แก้คะแนนตามต้นฉบับ หรือลบแถวถ้าไม่ทราบคะแนน")
            return 0.0
        return float(value)

    def respondents(self) -> int | None:
        value = self.cell("respondents")
        if not value:
            return None
        if not _COUNT.fullmatch(value) or not value.isascii() or int(value) == 0:
            self.fail("respondents-form", "respondents", _found(value), "จำนวนผู้ตอบ หรือเว้นว่าง", "แก้จำนวนผู้ตอบ")
            return None
        return int(value)

    def synthetic(self, framework: str) -> bool:
        value = self.cell("is_synthetic").lower()
        if value not in _TRUE | _FALSE:
            self.fail("synthetic-form", "is_synthetic", _found(value), "true หรือ false", "แก้เซลล์นี้")
            return False
        marked = value in _TRUE
        if agencies.is_synthetic_code(self.agency) and not marked:
            self.fail(
                "synthetic-unmarked", "is_synthetic", _found(value), "true", "รหัส 99… เป็นของข้อมูลสมมติ ใส่เครื่องหมายให้ครบ"
            )
        if marked and self.agency in agencies.known_agencies() and not agencies.is_synthetic_code(self.agency):
            self.fail("synthetic-real", "agency_code", _found(self.agency), "รหัส 99…", "ห้ามใช้รหัสหน่วยงานจริงกับคะแนนสมมติ")
        return marked


def _found(value: str) -> str:
    """Return a cell's text as a problem shows it: quoted, short, with nothing invisible."""
    from ita_analysis.thai.text import printable

    text = printable(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'" if text else "เซลล์ว่าง"


def _settle_duplicates(done: Checked) -> None:
    """Keep one of rows that agree about a code, with a note; rows that conflict are all refused."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in done.rows:
        groups.setdefault((row["agency_code"], row["fiscal_year_be"], row["framework"], row["code"]), []).append(row)
    kept: list[dict[str, Any]] = []
    for group in groups.values():
        first = group[0]
        said = {(row["score"], row["respondents"], row["is_synthetic"]) for row in group}
        if len(said) == 1:
            kept.append(first)
            if len(group) > 1:
                others = ", ".join(_place(row) for row in group[1:])
                done.notes.append(f"{_place(first)}: {first['code']} ซ้ำและตรงกันกับ {others} นับเป็นแถวเดียว")
            continue
        for row in group:
            others = ", ".join(f"{other['score']:g} ({_place(other)})" for other in group if other is not row)
            done.problems.append(
                _row_problem(row, "duplicate-conflict", "code", f"{row['code']} {row['score']:g}", f"ค่าเดียวกับ {others}")
            )
    done.rows = kept


def _check_names(done: Checked) -> None:
    """Refuse rows whose code stands beside a name that is not the agency's, or beside two names."""
    known = agencies.known_agencies()
    first: dict[str, dict[str, Any]] = {}
    refused: set[str] = set()
    for row in done.rows:
        code, name = row["agency_code"], row["agency_name_th"]
        if code in known and not known[code].is_called(name):
            done.problems.append(_row_problem(row, "name-differs", "agency_name_th", _found(name), known[code].name_th))
            refused.add(code)
        elif code not in known and first.setdefault(code, row)["agency_name_th"] != name:
            other = first[code]
            expected = f"ชื่อเดียวกับ {_place(other)}: {other['agency_name_th']}"
            done.problems.append(_row_problem(row, "name-differs", "agency_name_th", _found(name), expected))
            refused.add(code)
    done.rows = [row for row in done.rows if row["agency_code"] not in refused]


def _place(row: dict[str, Any]) -> str:
    sheet = f" แผ่น {row['source_sheet']}" if row["source_sheet"] else ""
    return f"{row['source_file']}{sheet} แถว {row['source_row']}"


def _row_problem(row: dict[str, Any], code: str, column: str, found: str, expected: str) -> Problem:
    return Problem(
        code=code,
        file=row["source_file"],
        sheet=row["source_sheet"],
        row=row["source_row"],
        column=column,
        found=found,
        expected=expected,
        fix="แก้ให้ตรงกับต้นฉบับ",
        agency_code=row["agency_code"],
    )


def as_frame(rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """Return typed rows as the tidy frame: columns `COLUMNS`, by agency, year, then natural code order."""
    key: Callable[[dict[str, Any]], Any] = lambda row: (  # noqa: E731 - one key, used once
        row["agency_code"],
        row["fiscal_year_be"],
        codes.order_key(row["code"]),
    )
    frame = pd.DataFrame(sorted(rows, key=key), columns=list(COLUMNS))
    return frame.astype({"fiscal_year_be": "int64", "score": "float64", "respondents": "Int64", "is_synthetic": "bool"})
