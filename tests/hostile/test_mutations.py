"""Good workbooks, changed by the thousand: a figure equals its cell, or there is a problem; nothing else ever happens."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import openpyxl
import pytest
from hostile.workbooks import Cell, boolean, error, formula, packed, parts, sheet_xml, styled, workbook
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ita_analysis.scores import isolated, reading
from ita_analysis.scores.archive import Refused

HEADER = ["agency_code", "fiscal_year_be", "framework", "level", "code", "score", "respondents"]
KEYS = [1028, 2566, "bangkok-district-2566"]
ROWS = [
    [*KEYS, "item", "I1", 83.52, 45],
    [*KEYS, "item", "E9", "88.69", None],
    [*KEYS, "indicator", 9, 100, None],
    [*KEYS, "total", "total", 90.25, 120],
]
WIDE = [
    ["หน่วยงาน", "ปี", "total", "IIT", "I1", "9.1"],
    ["เขตสาทร", 2566, 90, 91, 92, 93],
    ["เขตดุสิต", 2566, 80.5, 81.5, 82.5, 83.5],
]
GOOD = packed(parts([HEADER, *ROWS]))
SHEET = "xl/worksheets/sheet1.xml"
COUNTS: Counter[str] = Counter()

ODD = st.one_of(
    st.sampled_from(
        [None, "", 0, 100, 101, -1, 0.5, "๙๐", "90,5", "1,234", "(๘๓.๕๒ คะแนน)", "90%", "NaN", "i๑", "Е1", "2023", "-", "\u200b"]
        + [styled(0.5, 1), styled(45000, 2), formula("1+1", "90"), error(), boolean(), Cell('<c t="s"><v>7</v></c>')]
    ),
    st.floats(allow_nan=False, allow_infinity=False),
    st.integers(-(10**12), 10**12),
    st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), max_size=12),
)  # fmt: skip


@pytest.fixture(autouse=True, scope="module")
def in_this_process():
    """Parse here: thousands of processes would only cost time; what kills one is tested elsewhere."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(isolated, "parse", parse_here)
        yield
    print(f"mutated workbooks: {sum(COUNTS.values())} {dict(COUNTS)}")


def parse_here(kind, data):
    found = json.loads(json.dumps(isolated.answer(kind, data)))
    if "refused" in found:
        raise Refused(*found["refused"])
    return found


def read(data: bytes) -> reading.Reading:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scores.xlsx"
        path.write_bytes(data)
        found = reading.read([path])
    COUNTS["refused" if found.frame.empty else "read in part" if found.problems else "read"] += 1
    for problem in found.problems:
        assert problem.code and problem.found and problem.expected and problem.fix
        problem.line_th().encode("utf-8")
    return found


def number_in(value: object) -> float:
    """The number in a cell, read here once more in another way."""
    if isinstance(value, Cell):
        inner = float(re.search(r"<v>(.*?)</v>", value)[1])
        return inner * 100 if 's="1"' in value else inner
    text = "".join(str(unicodedata.digit(one)) if "๐" <= one <= "๙" else one for one in str(value))
    if isinstance(value, (int, float)):
        return float(text)
    return float(re.fullmatch(r"\D*?(\d+(?:[.,]\d+)?)\D*", text)[1].replace(",", "."))


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 6), ODD), min_size=1, max_size=5))
def test_any_cells_of_a_tidy_sheet(changes):
    rows = [list(HEADER), *(list(one) for one in ROWS)]
    for at, column, value in changes:
        rows[at][column] = value
    found = read(workbook(rows))
    for one in found.frame.to_dict("records"):
        cells = rows[one["source_row"] - 1]
        if rows[0] == HEADER:
            assert number_in(cells[5]) == one["score"]
            assert 0 <= one["score"] <= 100
            assert (
                one["code"].lower()
                == "".join(
                    str(unicodedata.digit(letter)) if "๐" <= letter <= "๙" else letter for letter in str(cells[4])
                )
                .strip()
                .lower()
                or one["code"] == "total"
            )
    if not found.problems and rows[0] == HEADER:
        assert len(found.frame) + sum(note.count(" แถว ") - 1 for note in found.notes if "ซ้ำและตรงกัน" in note) == sum(
            any(value not in (None, "") and (isinstance(value, Cell) or str(value).strip()) for value in cells)
            for cells in rows[1:]
        ) or any("ไม่ใช่คะแนน" in note for note in found.notes)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.integers(1, 2), st.integers(0, 5), ODD), min_size=1, max_size=4))
def test_any_cells_of_a_wide_sheet(changes):
    rows = [list(one) for one in WIDE]
    for at, column, value in changes:
        rows[at][column] = value
    found = read(workbook(rows))
    for one in found.frame.to_dict("records"):
        cell = rows[one["source_row"] - 1][rows[0].index(one["code"])]
        assert number_in(cell) == one["score"]


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 3)), min_size=1, max_size=3)
)
def test_any_bytes_of_the_container(changes):
    data = GOOD
    for at, new, dropped in changes:
        data = data[:at] + new + data[at + dropped :]
    found = read(data)
    if not found.frame.empty:
        assert (
            dict(zip(found.frame["code"], found.frame["score"], strict=True)).items()
            <= {"I1": 83.52, "E9": 88.69, "9": 100, "total": 90.25}.items()
        )


XML = sheet_xml([HEADER, *ROWS])


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(
            st.integers(0, len(XML) - 1),
            st.text("<>/\"='rcvfts0123456789ABCDEFIOXeE.-& ", max_size=3),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=2,
    )
)
def test_any_letters_of_the_sheet(changes):
    """Another reader opens the same file: where both take it, they see the same figures."""
    xml = XML
    for at, new, dropped in changes:
        xml = xml[:at] + new + xml[at + dropped :]
    data = packed(parts({"Scores": xml}))
    found = read(data)
    if found.frame.empty:
        return
    try:
        sheet = openpyxl.load_workbook(io.BytesIO(data)).active
        columns = {cell.value: cell.column for cell in sheet[1]}
    except Exception:  # the other reader gives up more easily
        return
    if "score" in columns:
        for one in found.frame.to_dict("records"):
            assert number_in(sheet.cell(one["source_row"], columns["score"]).value) == one["score"]
