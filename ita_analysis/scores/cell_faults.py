"""What Excel says is wrong with a cell that should hold a typed figure: a formula, an error, a date, a merged cell."""

from __future__ import annotations

from collections.abc import Mapping

from ita_analysis.scores.answer_counts import COUNTED
from ita_analysis.scores.raw_rows import Fault
from ita_analysis.scores.sheets import Sheet
from ita_analysis.thai.text import printable

_FAULTS = {
    "formula": ("cell-formula", "สูตร", "ค่าที่พิมพ์", "คัดลอกแล้ววางเป็นค่า (Paste Special → Values)"),
    "error": ("cell-error", "ค่าผิดพลาด", "ค่าที่พิมพ์", "แก้ค่าผิดพลาดตามต้นฉบับ"),
    "date": ("cell-date", "วันที่", "ตัวเลขหรือข้อความ", "จัดรูปแบบเซลล์เป็นตัวเลขหรือข้อความแล้วพิมพ์ใหม่"),
    "boolean": ("cell-boolean", "ค่าจริงเท็จ", "ตัวเลขหรือข้อความ", "พิมพ์ค่าใหม่ตามต้นฉบับ"),
    "merged": ("cell-merged", "เซลล์ผสาน", "เซลล์ละหนึ่งค่า", "ยกเลิกการผสานเซลล์ แล้วพิมพ์คะแนนในเซลล์ของแต่ละข้อ"),
}
_UNMERGED = (
    "score",
    "code",
    "respondents",
    *COUNTED,
)  # one such cell over several rows or columns would say more than it does


class CellFaults:
    """The faults of a sheet by row and column."""

    def __init__(self, sheet: Sheet) -> None:
        self.kinds: dict[int, dict[int, str]] = {}
        cells = dict(sheet.rows) if sheet.marks or sheet.merged else {}
        self.texts = {at: cells[at[0]][at[1]] for at in sheet.marks if at[0] in cells and at[1] < len(cells[at[0]])}
        for first, left, last, right in sheet.merged:
            text = cells[first][left] if first in cells and left < len(cells[first]) else ""
            if (last, right) > (first, left) and text.strip():
                self.kinds.setdefault(first, {})[left] = "merged"
        for (row, column), kind in sheet.marks.items():
            self.kinds.setdefault(row, {})[column] = kind

    def of_row(self, row: int, places: Mapping[int, str]) -> dict[str, Fault]:
        """Return the faults of one row by contract column; `places` says which column holds what."""
        kinds = self.kinds.get(row)
        if not kinds:
            return {}
        found: dict[str, Fault] = {}
        for at, name in places.items():
            kind = kinds.get(at, "")
            if (
                kind
                and not (kind == "boolean" and name == "is_synthetic")
                and not (kind == "merged" and name not in _UNMERGED)
            ):
                code, what, expected, fix = _FAULTS[kind]
                text = printable(self.texts.get((row, at), "").strip())[:40]
                found[name] = Fault(code, f"{what} '{text}'" if text else what, expected, fix)
        return found
