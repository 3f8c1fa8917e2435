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
from ita_analysis.scores import agencies, answer_counts
from ita_analysis.scores.agreement import Named
from ita_analysis.scores.cell_forms import AGENCY, YEAR, count_of, found_text, score_of
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.thai.text import printable

FIRST_BUDDHIST_YEAR = 2400
GREGORIAN_YEARS = range(1957, 2200)
COUNT_FORM = ("จำนวนเต็ม 0 ขึ้นไป (จำนวนคนทั้งหมดตั้งแต่ 1) หรือเว้นว่าง", "แก้จำนวนตามต้นฉบับ หรือลบถ้าไม่ทราบ")

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
        self.agency = self.text("agency_code", AGENCY, "รหัสหน่วยงาน (ตัวอักษรหรือตัวเลข)")
        for column, fault in self.row.faults.items():
            self.report(fault.code, column, fault.found, fault.expected, fault.fix)
        year = self.year()
        framework, rule_file = self.framework(year)
        level, code = self.code(rule_file)
        name = self.plain("agency_name_th")
        if self.agency and name == printable(name) != "":
            column = self.row.shown.get("agency_name_th", "agency_name_th")
            self.done.named.append(Named(self.agency, name, self.row.file, self.row.sheet, self.row.row, column))
        score, people = self.score(), self.respondents()
        counts = self.counts(level, score, people)
        out: dict[str, Any] = {
            "agency_code": self.agency,
            "agency_name_th": name,
            "fiscal_year_be": year,
            "framework": framework,
            "level": level,
            "code": code,
            "score": score,
            "respondents": people or sum(answer_counts.steps_given(counts)) or None,
            "is_synthetic": self.synthetic(framework),
            "note_th": self.plain("note_th"),
            "score_doubt_th": self.plain("score_doubt_th"),
            "source_line": self.plain("source_line"),
            "source_file": self.row.file,
            "source_sheet": self.row.sheet,
            "source_row": self.row.row,
            "shown": self.row.shown,
            **counts,
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
            self.fail(f"{column.replace('_', '-')}-form", column, found_text(value), expected, "แก้เซลล์นี้")
            return ""
        return value

    def year(self) -> int:
        value = self.cell("fiscal_year_be")
        if not YEAR.fullmatch(value) or not value.isascii():
            self.fail("year-form", "fiscal_year_be", found_text(value), "ปีงบประมาณ พ.ศ. สี่หลัก", "พิมพ์ปี เช่น 2566")
            return 0
        year = int(value)
        if year in GREGORIAN_YEARS:
            note = f"{self.row.file}: ปี {year} เป็นปี ค.ศ. อ่านเป็น พ.ศ. {year + 543}"
            if note not in self.done.notes:
                self.done.notes.append(note)
            return year + 543
        if not FIRST_BUDDHIST_YEAR <= year < 2800:
            self.fail("year-range", "fiscal_year_be", found_text(value), "ปีงบประมาณ พ.ศ.", "พิมพ์ปี เช่น 2566")
            return 0
        return year

    def framework(self, year: int) -> tuple[str, Framework | None]:
        value = self.cell("framework")
        scheme, dash, tail = value.rpartition("-")
        if not dash or not YEAR.fullmatch(tail) or not value.isascii():
            self.fail(
                "framework-form", "framework", found_text(value), "<ชุดประเมิน>-<ปี>", "พิมพ์ เช่น bangkok-district-2566"
            )
            return value, None
        rule_file = self.rule_file(value)
        if isinstance(rule_file, UnknownNameError):
            known = loader.known_schemes(rules=self.rules)
            hint = nearest(scheme, known) or list(known)
            self.fail(
                "framework-unknown", "framework", found_text(value), "ชุดประเมินที่รู้จัก", f"เลือกจาก {' · '.join(hint)}"
            )
            return value, None
        if year and int(tail) != year:
            self.fail(
                "framework-year", "framework", found_text(value), f"ปีเดียวกับ fiscal_year_be ({year})", "แก้ปีให้ตรงกัน"
            )
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
                "level-unknown",
                "level",
                found_text(level),
                " | ".join(codes.LEVELS),
                f"ใกล้เคียง: {' '.join(hint) or '-'}",
            )
        if codes.level_of(code) is None or not code.isascii():
            hint = nearest(code.upper(), rule_file.item if rule_file else ())
            self.fail("code-form", "code", found_text(code), "รหัสตามแบบประเมิน", f"ใกล้เคียง: {' '.join(hint) or '-'}")
        elif level in codes.LEVELS and codes.level_of(code) != level:
            self.fail("code-level", "code", found_text(code), f"รหัสระดับ {level}", "แก้ level หรือ code ให้ตรงกัน")
        elif rule_file is not None and level == "item" and code not in rule_file.item:
            instrument = next((part for part in rule_file.instruments if part.code.startswith(code[0])), None)
            if instrument is None or instrument.items_listed == "complete":
                self.fail(
                    "code-unlisted", "code", found_text(code), f"ข้อที่มีในกรอบ {rule_file.name}", "ตรวจรหัสกับแบบประเมินปีนั้น"
                )
        return level, code

    def score(self) -> float:
        value = self.cell("score")
        score = score_of(value)
        if score is None:
            self.fail("score-form", "score", found_text(value), "คะแนน 0–100", "แก้คะแนนตามต้นฉบับ หรือลบแถวถ้าไม่ทราบคะแนน")
        return score or 0.0

    def respondents(self) -> int | None:
        value = self.cell("respondents")
        count = count_of(value)
        if value and count is None:
            self.fail("respondents-form", "respondents", found_text(value), "จำนวนผู้ตอบ หรือเว้นว่าง", "แก้จำนวนผู้ตอบ")
        return count

    def counts(self, level: str, score: float, people: int | None) -> dict[str, int]:
        """Return the counts that the row gives, each checked by itself, then beside each other and the score."""
        found, broken = answer_counts.read(self.cell)
        for name in broken:
            self.fail("count-form", name, found_text(self.cell(name)), *COUNT_FORM)
        sure = answer_counts.sure_of(found, {*broken, *self.row.faults})
        if sure:
            known = None if "score" in self.row.faults or score_of(self.cell("score")) is None else score
            for fault in answer_counts.faults(sure, respondents=people, score=known, level=level):
                self.fail(*fault)
        return found

    def synthetic(self, framework: str) -> bool:
        value = self.cell("is_synthetic").lower()
        if value not in _TRUE | _FALSE:
            self.fail("synthetic-form", "is_synthetic", found_text(value), "true หรือ false", "แก้เซลล์นี้")
            return False
        marked = value in _TRUE
        if not marked and not agencies.is_synthetic_code(self.agency) and self.is_made_up(framework):
            self.fail(
                "synthetic-scheme", "framework", found_text(framework), "ชุดประเมินจริง", "ชุดประเมินสมมติใช้กับรหัส 99… เท่านั้น"
            )
        if agencies.is_synthetic_code(self.agency) and not marked:
            self.fail(
                "synthetic-unmarked",
                "is_synthetic",
                found_text(value),
                "true",
                "รหัส 99… เป็นของข้อมูลสมมติ ใส่เครื่องหมายให้ครบ",
            )
        if marked and self.agency in agencies.known_agencies() and not agencies.is_synthetic_code(self.agency):
            self.fail(
                "synthetic-real", "agency_code", found_text(self.agency), "รหัส 99…", "ห้ามใช้รหัสหน่วยงานจริงกับคะแนนสมมติ"
            )
        return marked
