"""Fills what a table leaves unsaid in its rows: the agency by its name, the year above, the framework, merged cells."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from ita_analysis.errors import nearest
from ita_analysis.framework import codes
from ita_analysis.scores import agencies
from ita_analysis.scores.figures import READERS
from ita_analysis.scores.headings import Header
from ita_analysis.scores.notes import Notes
from ita_analysis.scores.raw_rows import SAID_ELSEWHERE, Fault
from ita_analysis.scores.row_check import GREGORIAN_YEARS
from ita_analysis.scores.sheets import Sheet
from ita_analysis.scores.surroundings import COLUMNS, Surroundings
from ita_analysis.scores.words import key, keys, words

MAX_MERGED_CELLS = 500_000
_YEAR = re.compile(r"[0-9]{4}")
_CODE = re.compile(r"[A-Za-z0-9]{1,16}")


@lru_cache(maxsize=4)
def _codes_by_name(count: int) -> dict[str, str]:
    del count
    listed = agencies.known_agencies().values()
    return {_plain(name): one.code for one in listed for name in (one.name_th, *one.aliases)}


def codes_by_name() -> dict[str, str]:
    """Return code by name and alias of every listed agency, names without doubled spaces."""
    return _codes_by_name(len(agencies.known_agencies()))


def _plain(name: str) -> str:
    return " ".join(name.split())


class KeyFiller:
    """What the rows of one table inherit; every value that it takes from elsewhere is noted."""

    def __init__(self, sheet: Sheet, header: Header, around: Surroundings, notes: Notes, shown: dict[str, str]) -> None:
        self.header, self.around, self.notes, self.shown = header, around, notes, shown
        self.places = {name: at_all[0] for name, at_all in header.columns.items()}
        self.merged = dict(self._merged_below(sheet))
        self.common = self._common()
        self.reported: set[tuple[str, str]] = set()
        if "agency_code" not in self.places and "agency_name_th" in self.places:
            at = self.places["agency_name_th"]
            shown["agency_code"] = shown.get("agency_name_th", "agency_name_th") if at >= 0 else ""

    @property
    def is_needed(self) -> bool:
        """Return whether a row can lack anything that stands elsewhere."""
        own = ("agency_code", "fiscal_year_be", "framework", "level")
        return bool(self.merged or self.common) or not all(name in self.places for name in own)

    def _merged_below(self, sheet: Sheet) -> Iterator[tuple[tuple[int, int], str]]:
        """Yield the text of each merged key cell for the rows that it covers below its first."""
        rows = dict(sheet.rows) if sheet.merged else {}
        room = MAX_MERGED_CELLS
        at_all = {self.places[name]: name for name in COLUMNS if name in self.places}
        for first, left, last, _ in sheet.merged:
            if first > self.header.row and left in at_all and first in rows and left < len(rows[first]):
                for row in range(first + 1, last + 1):
                    if room := max(0, room - 1):
                        yield (row, left), rows[first][left]

    def _common(self) -> dict[str, str]:
        """Return the values that stand above the table for columns that it lacks."""
        found: dict[str, str] = {}
        for name, fact in self.around.facts.items():
            if name in self.places or (name == "agency_name_th" and "agency_code" in self.places):
                continue
            found[name] = READERS[name](fact.text).text if name in READERS else fact.text
            if not self.around.is_form:
                self.notes.say(f"{name} = {found[name]} จากเซลล์ {fact.cell} เหนือตาราง")
        if "fiscal_year_be" not in self.places and "fiscal_year_be" not in found and len(self.around.years) == 1:
            found["fiscal_year_be"] = self.around.years[0].text
            self.notes.say(f"ปีงบประมาณ {self.around.years[0].text} จากเซลล์ {self.around.years[0].cell} เหนือตาราง")
        return found

    def sheet_faults(self) -> Iterator[tuple[str, str, str, str]]:
        """Yield what the whole table lacks: code, found, expected, fix."""
        if not any(
            name in source for name in ("agency_code", "agency_name_th") for source in (self.places, self.common)
        ):
            yield "header", "ไม่มีคอลัมน์ agency_code", "รหัสหรือชื่อหน่วยงาน", "เพิ่มคอลัมน์ agency_code หรือ หน่วยงาน"
        if "fiscal_year_be" not in self.places and "fiscal_year_be" not in self.common:
            years = " · ".join(f"{year.text} ({year.cell})" for year in self.around.years)
            found = f"ปีมากกว่าหนึ่งปีเหนือตาราง: {years}" if years else "ไม่มีปีงบประมาณ"
            yield "year-missing", found, "ปีงบประมาณของคะแนน", "เพิ่มคอลัมน์ fiscal_year_be (ปีงบประมาณ)"

    def is_average(self, row: dict[str, str]) -> bool:
        """Return whether the row's name is that of an average or a sum, and of no agency."""
        name = _plain(row.get("agency_name_th", ""))
        if not name or row.get("agency_code", "").strip() or name in codes_by_name():
            return False
        said = key(name)
        return said in keys("averages") or any(said.startswith(key(word)) for word in words()["words"]["averages"])

    def fill(self, number: int, row: dict[str, str], faults: dict[str, Fault], *, with_code: bool = True) -> str:
        """Complete `row` (and `faults`) in place; return whose row it is where no code says so."""
        for name in COLUMNS:
            if name not in self.places:
                if name in self.common:
                    row[name] = self.common[name]
            elif not row[name].strip() and (text := self.merged.get((number, self.places[name]), "").strip()):
                row[name] = READERS[name](text).text if name in READERS else text
                self.notes.recognised("เซลล์ผสาน", self._shown(name), number, text, row[name])
        owner = self._agency(number, row, faults)
        if not row.get("fiscal_year_be") and "fiscal_year_be" not in self.places:
            faults["fiscal_year_be"] = SAID_ELSEWHERE
        if "framework" not in row and "framework" not in faults:
            self._framework(row, faults)
        if with_code and "level" not in row:
            row["level"] = codes.level_of(row["code"]) or ""
            if not row["level"] or "code" in faults:
                faults["level"] = SAID_ELSEWHERE
        return owner

    def _shown(self, name: str) -> str:
        return self.shown.get(name, name)

    def _agency(self, number: int, row: dict[str, str], faults: dict[str, Fault]) -> str:
        if row.get("agency_code", "").strip() or "agency_code" in faults or "agency_name_th" in faults:
            if "agency_code" not in row:
                faults["agency_code"] = SAID_ELSEWHERE
            return ""
        name = _plain(row.get("agency_name_th", ""))
        if "agency_code" in row:
            return name  # a blank cell in a column of codes is never filled by a guess
        if code := codes_by_name().get(name):
            row["agency_code"] = code
            self.notes.recognised("หารหัสหน่วยงานจากชื่อ", self._shown("agency_name_th"), number, name, code)
            return ""
        row["agency_code"] = ""
        faults["agency_code"] = self._once("agency", name, self._unmatched(name))
        if not self.places.keys() & {"agency_code", "agency_name_th"} and not self.common.keys() & {
            "agency_code",
            "agency_name_th",
        }:
            faults["agency_code"] = SAID_ELSEWHERE
        return name

    def _unmatched(self, name: str) -> Fault:
        if not name:
            return Fault("agency-missing", "เซลล์ว่าง", "ชื่อหรือรหัสหน่วยงาน", "พิมพ์ชื่อหรือรหัสหน่วยงานในทุกแถว")
        if any(name.startswith(word) for word in words()["words"]["schools"]):
            return Fault(
                "other-assessment", f"'{name[:60]}'", "หน่วยงานในการประเมิน ITA", "สถานศึกษาอยู่ในการประเมินอื่น ลบแถวนี้"
            )
        known = codes_by_name()
        close = " · ".join(f"{one} ({known[one]})" for one in nearest(name, known))
        fix = f"ใกล้เคียง: {close}" if close else "เพิ่มคอลัมน์ agency_code หรือเพิ่มหน่วยงานใน data/agencies.csv"
        return Fault("agency-unknown", f"'{name[:60]}'", "ชื่อหรือชื่ออื่นของหน่วยงานใน data/agencies.csv", fix)

    def _framework(self, row: dict[str, str], faults: dict[str, Fault]) -> None:
        code, year = row.get("agency_code", ""), row.get("fiscal_year_be", "").strip()
        listed = agencies.known_agencies().get(code)
        if (
            "agency_code" in faults
            or "fiscal_year_be" in faults
            or not _CODE.fullmatch(code)
            or not _YEAR.fullmatch(year)
        ):
            faults["framework"] = SAID_ELSEWHERE  # the agency or the year is what is wrong
        elif listed is None:
            lacking = Fault(
                "framework-missing", "ไม่มีคอลัมน์ framework", "<ชุดประเมิน>-<ปี>", "เพิ่มคอลัมน์ framework เช่น national-2566"
            )
            faults["framework"] = self._once("framework", code, lacking)
        else:
            era = 543 if int(year) in GREGORIAN_YEARS else 0
            row["framework"] = f"{listed.scheme}-{int(year) + era}"
            if ("framework", row["framework"]) not in self.reported:
                self.reported.add(("framework", row["framework"]))
                self.notes.say(f"ไม่มีคอลัมน์กรอบการประเมิน ใช้ {row['framework']} ตามชุดประเมินของหน่วยงานและปี")

    def _once(self, kind: str, value: str, fault: Fault) -> Fault:
        """Return `fault` the first time it is true of `value`, then that it has been said."""
        if (kind, value) in self.reported:
            return SAID_ELSEWHERE
        self.reported.add((kind, value))
        return fault
