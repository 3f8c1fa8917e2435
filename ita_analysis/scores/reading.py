"""Reads score files and folders into one tidy frame, with every problem and where each figure stands."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ita_analysis import places
from ita_analysis.errors import Problem, ScoreFileError
from ita_analysis.scores import agencies, bounded, contract
from ita_analysis.thai.text import printable

ENDINGS = (".csv",)
NOT_SCORES = ("sources.csv",)  # says per file where its scores come from


@dataclass(frozen=True)
class SourceDocument:
    """What `sources.csv` says about one score file: the document behind it, its date, and what it does not say."""

    document_th: str
    document_date: str
    says_not_th: str


@dataclass(frozen=True)
class Reading:
    """All scores that were read, and all problems that were found; nothing is dropped in silence."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    files: tuple[bounded.InputFile, ...]
    documents: dict[str, SourceDocument]

    def names(self) -> dict[str, str]:
        """Return the names of the agencies that have scores, by code."""
        pairs = self.frame[["agency_code", "agency_name_th"]].drop_duplicates("agency_code")
        return dict(zip(pairs["agency_code"], pairs["agency_name_th"], strict=True))

    def choose(self, agency: str) -> tuple[str, int]:
        """Return the code that `agency` names and how many problems belong to other agencies.

        Raises:
            ScoreFileError: a problem belongs to this agency or to no agency (header, encoding, file).
            UnknownNameError: the agency has no scores here.
        """
        listed = agencies.known_agencies()
        own = {agency.strip(), *(code for code, entry in listed.items() if entry.is_called(agency.strip()))}
        mine = [problem for problem in self.problems if problem.agency_code in ("", *own)]
        if mine:
            raise ScoreFileError(
                f"พบ {len(mine)} จุดที่ต้องแก้ในไฟล์คะแนน",
                mine,
                todo="แก้ทุกจุดข้างต้นแล้วสั่ง ita check อีกครั้ง ยังไม่มีการเขียนไฟล์ใด",
            )
        return agencies.find_agency(agency, self.names()), len(self.problems)


def default_paths() -> list[Path]:
    """Return the folders that are read when no score file is named."""
    return [folder for name in ("published", "synthetic") if (folder := places.data_folder() / name).is_dir()]


def read(paths: Sequence[Path] = (), *, rules: Sequence[Path] = ()) -> Reading:
    """Return the scores of all files in `paths` (files or folders; none: the shipped data).

    Problems are collected over all files; they raise only when an agency is chosen (`Reading.choose`).
    """
    problems: list[Problem] = []
    files: list[bounded.InputFile] = []
    raw: list[contract.RawRow] = []
    documents: dict[str, SourceDocument] = {}
    for path in _score_files(paths or default_paths(), problems):
        found = bounded.read_input(path)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        files.append(found)
        raw.extend(_csv_rows(found, problems))
        documents.update(_documents(path.parent / "sources.csv"))
    checked = contract.check(raw, rules=rules)
    return Reading(
        frame=contract.as_frame(checked.rows),
        problems=(*problems, *checked.problems),
        notes=tuple(checked.notes),
        files=tuple(files),
        documents=documents,
    )


def _score_files(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    """Yield every score file once, folders in name order; a path without a score file is a problem."""
    seen: set[Path] = set()
    for path in paths:
        if path.is_dir() and not path.is_symlink():
            inside = [
                entry
                for entry in sorted(path.iterdir())
                if entry.suffix.lower() in ENDINGS and entry.name not in NOT_SCORES
            ]
            inside = [entry for entry in inside if not entry.name.startswith((".", "~$"))]
            if not inside:
                problems.append(
                    _file_problem("folder-empty", places.shown(path), "ไม่มีไฟล์คะแนน", f"ไฟล์ {' '.join(ENDINGS)}")
                )
        elif path.suffix.lower() in ENDINGS:
            inside = [path]
        else:
            problems.append(_file_problem("file-kind", places.shown(path), "ไฟล์ชนิดที่ไม่อ่าน", f"ไฟล์ {' '.join(ENDINGS)}"))
            continue
        for entry in inside:
            if entry not in seen:
                seen.add(entry)
                yield entry


def _csv_rows(file: bounded.InputFile, problems: list[Problem]) -> Iterator[contract.RawRow]:
    """Yield the data rows of a tidy CSV; a fault of encoding, form or header is a problem of the whole file."""
    try:
        text = file.data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = file.data[: error.start].count(b"\n") + 1
        problems.append(_file_problem("encoding", file.shown, "ตัวอักษรที่ไม่ใช่ UTF-8", "ไฟล์ CSV แบบ UTF-8", row=row))
        return
    if "\x00" in text:
        row = text[: text.index("\x00")].count("\n") + 1
        problems.append(_file_problem("control-character", file.shown, "อักขระ NUL", "ข้อความ", row=row))
        return
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        table = list(reader)
    except csv.Error as error:
        problems.append(
            _file_problem("csv-form", file.shown, f"รูปแบบ CSV ผิด ({error})", "ไฟล์ CSV ที่สมบูรณ์", row=reader.line_num)
        )
        return
    header = [cell.strip() for cell in table[0]]
    faults = [f"ไม่มีคอลัมน์ {name}" for name in contract.REQUIRED if name not in header]
    faults += [f"คอลัมน์ {printable(name)} ซ้ำ" for name in dict.fromkeys(header) if name and header.count(name) > 1]
    if faults:
        expected = "หัวตาราง " + " ".join(contract.REQUIRED)
        problems.extend(_file_problem("header", file.shown, fault, expected, row=1) for fault in faults)
        return
    for number, cells in enumerate(table[1:], start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) != len(header):
            found = f"{len(cells)} คอลัมน์"
            problems.append(_file_problem("row-width", file.shown, found, f"{len(header)} คอลัมน์", row=number))
            continue
        yield contract.RawRow(dict(zip(header, cells, strict=True)), file.shown, "", number)


def _documents(path: Path) -> dict[str, SourceDocument]:
    """Return what `sources.csv` beside the score files says, by the file's shown path; nothing where there is none."""
    if not path.is_file():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return {
            places.shown(path.parent / row["file"]): SourceDocument(
                row["document_th"], row["document_date"], row["says_not_th"]
            )
            for row in csv.DictReader(stream)
        }


def _file_problem(code: str, file: str, found: str, expected: str, *, row: int | None = None) -> Problem:
    return Problem(code=code, file=file, row=row, found=found, expected=expected, fix="แก้ไฟล์แล้วอ่านใหม่")
