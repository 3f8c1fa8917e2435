"""The checks of one row of tidy scores: every cell by itself and beside the others of its row."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ita_analysis.errors import Problem, UnknownNameError, nearest
from ita_analysis.framework import codes, loader
from ita_analysis.framework.model import Framework
from ita_analysis.scores import agencies
from ita_analysis.scores.agreement import Named
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.thai.text import printable

FIRST_BUDDHIST_YEAR = 2400
GREGORIAN_YEARS = range(1957, 2200)

_NUMBER = re.compile(r"\d{1,3}(\.\d{1,17})?")  # as many decimals as a number in Excel can need
_COUNT = re.compile(r"\d{1,9}")
_YEAR = re.compile(r"\d{4}")
_AGENCY = re.compile(r"[A-Za-z0-9]{1,16}")
_TRUE, _FALSE = {"true", "1", "yes"}, {"", "false", "0", "no"}


Known = dict[str, Framework | None | UnknownNameError]  # rule files by framework, looked up once for all rows


@dataclass
class Checked:
    """Rows that keep the contract, every problem of those that don't, and notes on what was recognised."""

    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    named: list[Named] = field(default_factory=list)  # every code that was read beside a name, of refused rows too


class RowCheck:
    """The checks of one row; a row with a problem is not kept, but its other cells are still looked at."""

    def __init__(
        self,
        row: RawRow,
        rules: Sequence[Path],
        done: Checked,
        known: Known,
    ) -> None:
        self.row, self.rules, self.done, self.known = row, rules, done, known
        self.sound = True
        self.agency = ""

    def run(self) -> None:
        self.agency = self.text("agency_code", _AGENCY, "รหัสหน่วยงาน (ตัวอักษรหรือตัวเลข)")
        for column, fault in self.row.faults.items():
            self.report(fault.code, column, fault.found, fault.expected, fault.fix)
        year = self.year()
        framework, rule_file = self.framework(year)
        level, code = self.code(rule_file)
        name = self.plain("agency_name_th")
        if self.agency and name == printable(name) != "":
            column = self.row.shown.get("agency_name_th", "agency_name_th")
            self.done.named.append(Named(self.agency, name, self.row.file, self.row.sheet, self.row.row, column))
        out: dict[str, Any] = {
            "agency_code": self.agency,
            "agency_name_th": name,
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
            "shown": self.row.shown,
        }
        if self.sound:
            self.done.rows.append(out)

    def cell(self, column: str) -> str:
        return self.row.cells.get(column, "").strip()

    def plain(self, column: str) -> str:
        text = self.cell(column)
        if printable(text) != text:
            self.fail("text-invisible", column, "อักขระที่มองไม่เห็น", "ข้อความที่มองเห็นทั้งหมด", "พิมพ์ข้อความนี้ใหม่")
        return text

    def fail(self, code: str, column: str, found: str, expected: str, fix: str) -> None:
        if column not in self.row.faults:  # else its reader has said what is wrong
            self.report(code, column, found, expected, self.row.fixes.get(column, fix))

    def report(self, code: str, column: str, found: str, expected: str, fix: str) -> None:
        self.sound = False
        if not code:
            return
        self.done.problems.append(
            Problem(
                code=code,
                file=self.row.file,
                sheet=self.row.sheet,
                row=self.row.row,
                column=self.row.shown.get(column, column),
                found=found,
                expected=expected,
                fix=fix,
                agency_code=self.agency or self.row.owner,
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
            return 0
        return year

    def framework(self, year: int) -> tuple[str, Framework | None]:
        value = self.cell("framework")
        scheme, dash, tail = value.rpartition("-")
        if not dash or not _YEAR.fullmatch(tail) or not value.isascii():
            self.fail("framework-form", "framework", _found(value), "<ชุดประเมิน>-<ปี>", "พิมพ์ เช่น bangkok-district-2566")
            return value, None
        rule_file = self.rule_file(value)
        if isinstance(rule_file, UnknownNameError):
            known = loader.known_schemes(rules=self.rules)
            hint = nearest(scheme, known) or list(known)
            self.fail("framework-unknown", "framework", _found(value), "ชุดประเมินที่รู้จัก", f"เลือกจาก {' · '.join(hint)}")
            return value, None
        if year and int(tail) != year:
            self.fail("framework-year", "framework", _found(value), f"ปีเดียวกับ fiscal_year_be ({year})", "แก้ปีให้ตรงกัน")
        return value, rule_file

    def rule_file(self, framework: str) -> Framework | None | UnknownNameError:
        """Return the rules of `framework`, looked up once for all rows."""
        if framework not in self.known:
            try:
                self.known[framework] = loader.load(framework, rules=self.rules)
            except UnknownNameError as error:
                self.known[framework] = error
        return self.known[framework]

    def is_made_up(self, framework: str) -> bool:
        scheme, _, tail = framework.rpartition("-")
        return tail.isdigit() and loader.is_synthetic(scheme, self.rules)

    def code(self, rule_file: Framework | None) -> tuple[str, str]:
        level, code = self.cell("level"), self.cell("code")
        if level not in codes.LEVELS:
            hint = nearest(level, codes.LEVELS)
            self.fail(
                "level-unknown", "level", _found(level), " | ".join(codes.LEVELS), f"ใกล้เคียง: {' '.join(hint) or '-'}"
            )
        if codes.level_of(code) is None or not code.isascii():
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
        score = score_of(value)
        if score is None:
            self.fail("score-form", "score", _found(value), "คะแนน 0–100", "แก้คะแนนตามต้นฉบับ หรือลบแถวถ้าไม่ทราบคะแนน")
        return score or 0.0

    def respondents(self) -> int | None:
        value = self.cell("respondents")
        count = count_of(value)
        if value and count is None:
            self.fail("respondents-form", "respondents", _found(value), "จำนวนผู้ตอบ หรือเว้นว่าง", "แก้จำนวนผู้ตอบ")
        return count

    def synthetic(self, framework: str) -> bool:
        value = self.cell("is_synthetic").lower()
        if value not in _TRUE | _FALSE:
            self.fail("synthetic-form", "is_synthetic", _found(value), "true หรือ false", "แก้เซลล์นี้")
            return False
        marked = value in _TRUE
        if not marked and not agencies.is_synthetic_code(self.agency) and self.is_made_up(framework):
            self.fail(
                "synthetic-scheme", "framework", _found(framework), "ชุดประเมินจริง", "ชุดประเมินสมมติใช้กับรหัส 99… เท่านั้น"
            )
        if agencies.is_synthetic_code(self.agency) and not marked:
            self.fail(
                "synthetic-unmarked", "is_synthetic", _found(value), "true", "รหัส 99… เป็นของข้อมูลสมมติ ใส่เครื่องหมายให้ครบ"
            )
        if marked and self.agency in agencies.known_agencies() and not agencies.is_synthetic_code(self.agency):
            self.fail("synthetic-real", "agency_code", _found(self.agency), "รหัส 99…", "ห้ามใช้รหัสหน่วยงานจริงกับคะแนนสมมติ")
        return marked


def _found(value: str) -> str:
    """Return a cell's text as a problem shows it: quoted, short, with nothing invisible."""
    text = printable(value)
    return f"'{text[:60]}…'" if len(text) > 60 else f"'{text}'" if text else "เซลล์ว่าง"


def score_of(text: str) -> float | None:
    """Return the score, 0–100, that a cell in the contract's form holds; None where it has another form."""
    if not _NUMBER.fullmatch(text) or not text.isascii() or not 0 <= float(text) <= 100:
        return None
    return float(text)


def count_of(text: str) -> int | None:
    """Return the number of people, 1 or more, that a cell in the contract's form holds; None where it has another form."""
    return (int(text) or None) if _COUNT.fullmatch(text) and text.isascii() else None


def is_agency_code(text: str) -> bool:
    """Return whether `text` has the form of an agency's code."""
    return _AGENCY.fullmatch(text) is not None
