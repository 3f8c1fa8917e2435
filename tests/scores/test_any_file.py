"""Whatever stands in a file: a figure equals its cell, or the file has a problem; nothing else ever happens."""

import re
import unicodedata
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st
from score_files import COLUMNS, made_up, row, scores_bytes

from ita_analysis.scores import reading
from ita_analysis.scores.csv_table import csv_rows

ROWS = [
    row("I1", "83.52"),
    row("E9", "88.69", respondents="45"),
    row("9", "100"),
    made_up("E1", "71.5"),
    made_up("O1", "0"),
]
GOOD = scores_bytes(ROWS)
ODD = st.one_of(
    st.sampled_from(
        [
            "",
            "0",
            "100",
            "100.0",
            "-1",
            "1028",
            "9901",
            "E12",
            "true",
            "2567",
            "2024",
            "๙๐",
            "90\u00a0",
            "90,5",
            "๙๐.๕",
            "90 %",
            "(90.5 คะแนน)",
            "e๑๒",
            "1,234",
            "NaN",
            "=1",
        ]
    ),
    st.text(max_size=12),
    st.floats(allow_nan=True).map(str),
    st.integers().map(str),
)


def digits(text: str) -> str:
    return "".join(str(unicodedata.digit(letter)) if "๐" <= letter <= "๙" else letter for letter in text)


def figure(text: str) -> float:
    """The number in a cell, read here once more in another way."""
    return float(re.fullmatch(r"\D*?(\d+(?:[.,]\d+)?)\D*", digits(text))[1].replace(",", "."))


def judged(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "scores.csv"
        path.write_bytes(data)
        found = reading.read([path])
    cells: dict[int, dict[str, str]] = {}
    for file in found.files:
        rows = csv_rows(file).rows
        for at, texts in enumerate(rows):  # the first row that names every column is the header
            if {"code", "score", "agency_code"} <= {text.strip() for text in texts}:
                header = [text.strip() for text in texts]
                below = enumerate(rows[at + 1 :], start=at + 2)
                cells = {
                    number: dict(zip(header, row, strict=False)) for number, row in below if any(map(str.strip, row))
                }
                break
    for given_row in found.frame.to_dict("records"):
        if not cells:
            break  # the header itself was changed into a synonym
        cell = cells[given_row["source_row"]]
        assert figure(cell["score"]) == given_row["score"]
        assert digits(cell["code"]).strip().lower() == given_row["code"].lower()
        assert digits(cell["agency_code"]).strip() == given_row["agency_code"]
        if "fiscal_year_be" in cell:
            assert figure(cell["fiscal_year_be"]) in (given_row["fiscal_year_be"], given_row["fiscal_year_be"] - 543)
        assert 0 <= given_row["score"] <= 100
    if not found.problems and cells:  # then every row is in the frame, or in a note that it says the same as another
        repeated = sum(note.count(" แถว ") - 1 for note in found.notes if "ซ้ำและตรงกัน" in note)
        passed = sum("ไม่ใช่คะแนน" in note for note in found.notes)
        assert len(found.frame) + repeated == len(cells) or passed
    for problem in found.problems:
        assert problem.code and problem.found and problem.expected and problem.fix
        problem.line_th().encode("utf-8")


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, len(GOOD) - 1), st.binary(max_size=4), st.integers(0, 3)), min_size=1, max_size=4)
)
def test_any_bytes_changed(changes):
    data = GOOD
    for at, new, dropped in changes:
        data = data[:at] + new + data[at + dropped :]
    judged(data)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(0, len(ROWS) - 1), st.sampled_from(COLUMNS), ODD), min_size=1, max_size=5))
def test_any_cells_changed(changes):
    rows = [dict(given_row) for given_row in ROWS]
    for at, column, value in changes:
        rows[at][column] = value.encode("utf-8", "replace").decode("utf-8")
    judged(scores_bytes(rows))


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_at_all(data):
    judged(data)
