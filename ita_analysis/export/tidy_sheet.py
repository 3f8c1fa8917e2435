"""A worksheet that takes rows of plain values: the bytes are XlsxWriter's own, in a third of its time.

XlsxWriter asks of every cell what it is and whether its address needs escaping; an annex has ten thousand cells of two
sorts. The rows alone are written here, everything else of the sheet is the library's. Its inner names are used: the
lock file pins it, and `tests/export/test_tidy_sheet.py` compares each byte with what its own methods write.
"""

from __future__ import annotations

from collections.abc import Sequence

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.utility import xl_col_to_name  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

SPANNED = 16  # rows that say together which columns they fill

Plain = str | float | None  # a whole number too; None leaves the cell out


class TidySheet(Worksheet):  # type: ignore[misc]
    """A worksheet whose cells come row by row, from the first row on."""

    def __init__(self) -> None:
        super().__init__()
        self._held: list[tuple[Sequence[Plain], Sequence[Format]]] = []

    def put(self, values: Sequence[Plain], formats: Sequence[Format]) -> bool:
        """Add the next row; return false, and add nothing, where a sheet has no room for it."""
        filled = [at for at, value in enumerate(values) if value is not None]
        longest = self.xls_strmax
        if any(isinstance(one, str) and len(one) > longest // 2 and _units(one) > longest for one in values):
            return False
        if filled and (self._check_dimensions(len(self._held), filled[0]) or self._check_dimensions(0, filled[-1])):
            return False
        index = self.str_table._get_shared_string_index
        self._held.append(([_Text(index(one)) if isinstance(one, str) else one for one in values], formats))
        return True

    def _write_rows(self) -> None:
        widest = max((len(values) for values, _ in self._held), default=0)
        letters = [xl_col_to_name(at) for at in range(widest)]
        spans: dict[int, str] = {}
        for start in range(0, len(self._held), SPANNED):
            block = [values for values, _ in self._held[start : start + SPANNED]]
            if filled := [at for values in block for at, value in enumerate(values) if value is not None]:
                spans[start // SPANNED] = f"{min(filled) + 1}:{max(filled) + 1}"
        for row, (values, formats) in enumerate(self._held):
            self._write_one(row, spans.get(row // SPANNED), letters, values, formats)
        for row in sorted(row for row in self.row_info if row >= len(self._held)):
            self._write_empty_row(row, spans.get(row // SPANNED), self.row_info[row])
        self._held = []  # the library's objects hold each other: they go with the next collection, their rows now

    def _write_one(
        self, row: int, span: str | None, letters: list[str], values: Sequence[Plain], formats: Sequence[Format]
    ) -> None:
        number = row + 1
        cells = "".join(
            [
                f'<c r="{letter}{number}" s="{form._get_xf_index()}" t="s"><v>{value}</v></c>'
                if type(value) is _Text
                else f'<c r="{letter}{number}" s="{form._get_xf_index()}"><v>{value:.16G}</v></c>'
                for letter, form, value in zip(letters, formats, values, strict=False)
                if value is not None
            ]
        )
        if cells:
            self._write_row(row, span, self.row_info.get(row))
            self.fh.write(cells)
            self._xml_end_tag("row")
        elif row in self.row_info:
            self._write_empty_row(row, span, self.row_info[row])


class _Text(int):
    """The place of a text among all texts of the workbook."""


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
