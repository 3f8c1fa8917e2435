"""Turns a sheet into rows of the contract: one code a row, or one agency a row; each recognition is noted with its cell."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from ita_analysis.errors import Problem
from ita_analysis.framework import codes
from ita_analysis.scores import header_checks, headings, scales, surroundings
from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.cell_faults import CellFaults
from ita_analysis.scores.contract import OPTIONAL, REQUIRED
from ita_analysis.scores.figures import READERS
from ita_analysis.scores.headings import TOTAL, Header
from ita_analysis.scores.missing_keys import KeyFiller
from ita_analysis.scores.notes import Notes
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.scores.sheets import Sheet, letter
from ita_analysis.scores.words import key, keys, other_assessment, words
from ita_analysis.thai.text import printable


@dataclass
class Found:
    """What one sheet gave; `has_header` is False where it is no score table at all."""

    rows: list[RawRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    has_header: bool = True


def read_sheet(file: str, sheet: Sheet) -> Found:
    """Return the rows, problems and notes of one sheet of the file that is shown as `file`."""
    header = headings.find(sheet)
    if header is None:
        return Found(has_header=False)
    return _Table(file, sheet, header).read()


class _Table:
    """One sheet under its header."""

    def __init__(self, file: str, sheet: Sheet, header: Header) -> None:
        self.file, self.sheet, self.header = file, sheet, header
        self.found = Found()
        self.notes = Notes(f"{file} แผ่น {sheet.name}" if sheet.name else file)
        self.around = surroundings.above(sheet, header)
        self.places = {name: at_all[0] for name, at_all in header.columns.items()}
        self.shown = {name: self.name_of(at) for name, at in self.places.items() if self.name_of(at) != name}
        self.faults = CellFaults(sheet)
        self.memo: dict[str, dict[str, str]] = {name: {} for name in READERS}

    def name_of(self, at: int) -> str:
        """Return a column as its reader knows it: the contract's own name alone in a CSV, else letter and header."""
        text = printable(" ".join(self.header.texts[at].split()))[:60]
        return text if not self.sheet.name and text in (*REQUIRED, *OPTIONAL) else f"{letter(at)} {text}".strip()

    def problem(self, code: str, found: str, expected: str, fix: str, row: int | None = None, column: str = "") -> None:
        """Report a fault that belongs to no agency."""
        self.found.problems.append(
            Problem(
                code=code,
                file=self.file,
                sheet=self.sheet.name,
                row=row,
                column=column,
                found=printable(found)[:200],
                expected=expected,
                fix=fix,
            )
        )

    def read(self) -> Found:
        """Return everything that the sheet says."""
        for fault in header_checks.faults(self.file, self.sheet, self.header, self.name_of):
            self.problem(fault.code, fault.found, fault.expected, fault.fix, self.header.row, fault.column)
        if self.found.problems:
            return self.found
        filler = KeyFiller(self.sheet, self.header, self.around, self.notes, self.shown)
        for code, found, expected, fix in filler.sheet_faults():
            self.problem(code, found, expected, fix, self.header.row)
        for text in header_checks.left_out(self.sheet, self.header, self.name_of):
            self.notes.say(text)
        if last := header_checks.is_full(self.sheet):
            fix = "ตรวจว่าข้อมูลครบ แล้วแบ่งเป็นหลายแผ่นหรือหลายไฟล์"
            self.problem("sheet-full", f"ตารางที่เต็มถึงแถว {last:,}", "ตารางที่ไม่ถูกตัดท้าย", fix, last)
        rows = list(self.long_rows(filler) if self.header.is_long else self.wide_rows(filler))
        self.found.rows, on_another_scale = scales.checked(rows)
        for found, expected, fix in on_another_scale:
            self.problem("score-scale", found, expected, fix)
        if not rows and not self.found.problems:
            self.say_that_nothing_is_there()
        self.found.notes = self.notes.lines()
        return self.found

    def say_that_nothing_is_there(self) -> None:
        if self.around.is_form:
            self.problem("form-empty", "แบบกรอกที่ยังไม่มีคะแนน", "คะแนนอย่างน้อยหนึ่งข้อ", "พิมพ์คะแนนในช่องสีเหลืองแล้วบันทึก")
        else:
            self.problem("no-rows", "มีแต่หัวตาราง", "อย่างน้อยหนึ่งแถวคะแนน", "แก้ไฟล์แล้วอ่านใหม่")

    # --- the rows

    def data_rows(self) -> Iterator[tuple[int, Sequence[str]]]:
        """Yield the rows that hold scores: no blank ones, no remarks, no header said again."""
        width, first = len(self.header.texts), self.header.row
        for number, cells in self.sheet.rows:
            if number <= first:
                continue
            filled = [cell for cell in cells if cell and not cell.isspace()]
            if not filled:
                continue
            if len(filled) == 1 and self.is_remark(filled[0]):
                self.notes.recognised("เป็นหมายเหตุ ไม่ใช่คะแนน", "แรก", number, filled[0], "หมายเหตุ")
            elif len(cells) == width or (len(cells) < width and not self.sheet.is_ragged_wrong):
                yield number, cells if len(cells) == width else [*cells, *[""] * (width - len(cells))]
            elif self.sheet.is_ragged_wrong:
                found, expected = f"{len(cells)} คอลัมน์", f"{width} คอลัมน์"
                self.problem("row-width", found, expected, "เติมหรือลบเซลล์ให้ครบตามหัวตาราง", number)
            else:
                yield number, cells

    def is_remark(self, text: str) -> bool:
        said = text.strip().lower()
        return any(said.startswith(word) for word in words()["words"]["remarks"])

    def is_header_again(self, cells: Sequence[str]) -> bool:
        return [cell.strip() for cell in cells[: len(self.header.texts)]] == list(self.header.texts)

    def cell(self, column: str, text: str, row: int, shown: str, fixes: dict[str, str]) -> str:
        """Return a cell in the contract's form where it is recognised; note how, and what else was probably meant."""
        done = READERS[column](text)
        if done.how:
            self.notes.recognised(done.how, shown, row, text.strip(), done.text)
        elif done.fix:
            fixes[column] = done.fix
        else:
            self.memo[column][text] = done.text
        return done.text

    def long_rows(self, filler: KeyFiller) -> Iterator[RawRow]:
        plan = [(name, at, self.memo.get(name)) for name, at in self.places.items() if name in (*REQUIRED, *OPTIONAL)]
        places = {at: name for name, at in self.places.items()}
        blank_at = [self.places[name] for name in ("score", "respondents", "note_th", *COUNTED) if name in self.places]
        for number, cells in self.data_rows():
            if self.around.is_form and not any(cells[at].strip() for at in blank_at):
                continue
            row: dict[str, str] = {}
            fixes: dict[str, str] = {}
            for name, at, memo in plan:
                text = cells[at]
                if memo is not None:
                    plain = memo.get(text)
                    text = self.cell(name, text, number, self.name_of(at), fixes) if plain is None else plain
                row[name] = text
            if "code" in fixes or codes.level_of(row["code"]) is None:
                if self.is_header_again(cells):
                    self.notes.recognised("เป็นหัวตารางซ้ำ ไม่ใช่คะแนน", "แรก", number, cells[0], "หัวตาราง")
                    continue
                if other := other_assessment(row["code"]):
                    fixes["code"] = f"เป็นรหัสของ{other} ไม่ใช่ ITA"
            faults = self.faults.of_row(number, places)
            owner = filler.fill(number, row, faults) if filler.is_needed else ""
            yield RawRow(row, self.file, self.sheet.name, number, self.shown, faults, fixes, owner)

    def wide_rows(self, filler: KeyFiller) -> Iterator[RawRow]:
        header = self.header
        score_at = {code: at_all[0] for code, at_all in header.codes.items()}
        if "score" in self.places and TOTAL not in score_at:
            score_at[TOTAL] = self.places["score"]
        keys_at = {name: at for name, at in self.places.items() if name in surroundings.COLUMNS}
        absent = keys("not_given")
        for code, at in score_at.items():
            said = header.texts[at].strip()
            if said != code:
                self.notes.recognised("หัวตาราง", self.name_of(at), header.row, said, code)
        for number, cells in self.data_rows():
            if self.is_header_again(cells):
                self.notes.recognised("เป็นหัวตารางซ้ำ ไม่ใช่คะแนน", "แรก", number, cells[0], "หัวตาราง")
                continue
            base: dict[str, str] = {}
            base_fixes: dict[str, str] = {}
            for name, at in keys_at.items():
                text = cells[at]
                base[name] = self.cell(name, text, number, self.name_of(at), base_fixes) if name in self.memo else text
            if filler.is_average(base):
                name = base.get("agency_name_th", "").strip()
                self.notes.recognised(
                    "เป็นค่าเฉลี่ยหรือผลรวม ไม่ใช่หน่วยงาน", self.name_of(keys_at["agency_name_th"]), number, name, "ข้าม"
                )
                continue
            base_faults = self.faults.of_row(number, {at: name for name, at in keys_at.items()})
            owner = filler.fill(number, base, base_faults, with_code=False)
            is_empty = True
            for code, at in score_at.items():
                text = cells[at].strip()
                faults = {**base_faults, **self.faults.of_row(number, {at: "score"})}
                if not text and "score" not in faults:
                    continue
                is_empty = False
                shown = self.name_of(at)
                if (key(text) or text) in absent:
                    self.notes.recognised("ไม่มีคะแนน", shown, number, text, "ไม่ทราบ")
                    continue
                fixes = dict(base_fixes)
                score = self.cell("score", text, number, shown, fixes)
                row = {**base, "code": code, "level": codes.level_of(code) or "", "score": score}
                columns = {**self.shown, "code": shown, "score": shown}
                yield RawRow(row, self.file, self.sheet.name, number, columns, faults, fixes, owner)
            if is_empty:
                column = self.name_of(next(iter(score_at.values())))
                self.notes.recognised(
                    "ไม่มีคะแนนทั้งแถว", column, number, base.get("agency_name_th") or base.get("agency_code", ""), "ไม่ทราบ"
                )
