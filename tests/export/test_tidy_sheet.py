"""Rows put into a sheet at once are the bytes that XlsxWriter's own methods write cell by cell."""

import io
from datetime import datetime

import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st
from xlsxwriter.worksheet import Worksheet

from ita_analysis.export.tidy_sheet import TidySheet

VALUES = st.one_of(
    st.none(),
    st.text(max_size=8),
    st.sampled_from(["=1+1", "  ", "<&>\"'", "ก\nข", "_x0041_", "\x07", "๑๒.๕"]),
    st.integers(-(10**18), 10**18),
    st.floats(allow_nan=False, allow_infinity=False),
)


def written(kind, rows, heights=()):
    data = io.BytesIO()
    book = xlsxwriter.Workbook(data, {"in_memory": True})
    book.set_properties({"created": datetime(2024, 1, 1)})
    looks = [book.add_format({"bold": True}), book.add_format({"num_format": "0.00"}), book.add_format({"indent": 1})]
    for name in ("one", "two"):
        sheet = book.add_worksheet(name, kind)
        for down, row in enumerate(rows):
            formats = [looks[(down > 0) + at % 2] for at in range(len(row))]
            if kind is TidySheet:
                assert sheet.put(row, formats)
                continue
            for at, (value, look) in enumerate(zip(row, formats, strict=True)):
                if isinstance(value, str):
                    sheet.write_string(down, at, value, look)
                elif value is not None:
                    sheet.write_number(down, at, value, look)
        for down in heights:
            sheet.set_row(down, 30)
        sheet.freeze_panes(1, 0)
    book.close()
    return data.getvalue()


@given(
    st.integers(1, 40).flatmap(lambda wide: st.lists(st.lists(VALUES, min_size=wide, max_size=wide), max_size=40)),
    st.sets(st.integers(0, 45), max_size=5),
)
def test_any_rows_are_written_as_the_library_writes_them(rows, heights):
    assert written(TidySheet, rows, heights) == written(Worksheet, rows, heights)


def test_a_sheet_without_a_cell_is_a_sheet():
    assert written(TidySheet, [[None, None]]) == written(Worksheet, [[None, None]])


def test_what_a_sheet_has_no_room_for_is_refused_whole():
    book = xlsxwriter.Workbook(io.BytesIO())
    sheet, look = book.add_worksheet("a", TidySheet), book.add_format()
    assert sheet.put(["ก" * 32_767], [look])
    assert not sheet.put(["ok", "ก" * 32_768], [look, look]) and not sheet.put(["😀" * 16_384], [look])
    assert not sheet.put([None] * 16_384 + ["far"], [look] * 16_385)
    assert sheet.put(["last"], [look]) and sheet.dim_rowmax == 1 and sheet.dim_colmax == 0
