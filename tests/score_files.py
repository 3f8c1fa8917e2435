"""Tiny score files for tests: `write_scores(path, [row(code="E9", score="88.69")])`."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from pathlib import Path

from ita_analysis.framework.codes import level_of

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
)


def row(code: str = "I1", score: str = "95.86", **changes: str) -> dict[str, str]:
    """Return one good row of Sathon 2566, every cell text, with `changes`."""
    return {
        "agency_code": "1028",
        "agency_name_th": "สำนักงานเขตสาทร",
        "fiscal_year_be": "2566",
        "framework": "bangkok-district-2566",
        "level": level_of(code) or "item",
        "code": code,
        "score": score,
        "respondents": "",
        "is_synthetic": "",
        "note_th": "",
        **changes,
    }


def made_up(code: str = "I1", score: str = "80.00", **changes: str) -> dict[str, str]:
    """Return one good row of the made-up agency 9901 in the demonstration scheme."""
    real = {"agency_code": "9901", "agency_name_th": "", "framework": "demo-2566", "is_synthetic": "true"}
    return row(code, score, **{**real, **changes})


def scores_bytes(rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> bytes:
    """Return the rows as the bytes of a CSV file, UTF-8 without BOM."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def write_scores(path: Path, rows: Sequence[Mapping[str, str]], columns: Sequence[str] = COLUMNS) -> Path:
    """Write the rows to `path` and return it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(scores_bytes(rows, columns))
    return path
