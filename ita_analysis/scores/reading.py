"""Reads score files and folders into one tidy frame, with every problem and where each figure stands."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from ita_analysis import places
from ita_analysis.errors import Problem, ScoreFileError, UnknownNameError
from ita_analysis.scores import agencies, bounded, contract, layouts, store
from ita_analysis.scores.csv_table import read_table
from ita_analysis.scores.files import ENDINGS, OLD_ENDINGS, sheets_of
from ita_analysis.scores.raw_rows import RawRow
from ita_analysis.thai.text import printable

SOURCES = "sources.csv"  # says per file where its scores come from; no score file itself
SOURCE_COLUMNS = ("file", "document_th", "document_date", "says_not_th")


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
    named: dict[str, frozenset[str]]  # code -> every name beside it, of refused rows too

    def names(self) -> dict[str, str]:
        """Return the names of the agencies that have scores, by code."""
        pairs = self.frame[["agency_code", "agency_name_th"]].drop_duplicates("agency_code")
        return dict(zip(pairs["agency_code"], pairs["agency_name_th"], strict=True))

    def framework_of(self, code: str, year: int) -> str:
        """Return the framework of an agency's scores of `year`.

        Raises:
            UnknownNameError: the agency has no scores of that year, or scores of two frameworks.
        """
        mine = self.frame[self.frame["agency_code"] == code]
        found = sorted(set(mine.loc[mine["fiscal_year_be"] == year, "framework"]))
        if len(found) == 1:
            return str(found[0])
        years = " ".join(str(value) for value in sorted(set(mine["fiscal_year_be"])))
        said, expected = (
            (f"ปี {year} มีคะแนนของ {' และ '.join(found)}", "คะแนนของชุดประเมินเดียว")
            if found
            else (f"ไม่มีคะแนนปี {year}", f"ปีที่มีคะแนน: {years}")
        )
        problem = Problem(
            code="year-unknown", file="", found=said, expected=expected, fix="เลือกปีอื่นหรือเพิ่มไฟล์", agency_code=code
        )
        name = self.names()[code]
        raise UnknownNameError(f"{name} ({code}) ไม่มีคะแนนที่ใช้ได้ของปีงบประมาณ {year}", [problem])

    def is_synthetic(self, code: str, year: int) -> bool:
        """Return whether an agency's scores of `year` are made up."""
        mine = (self.frame["agency_code"] == code) & (self.frame["fiscal_year_be"] == year)
        return bool(self.frame.loc[mine, "is_synthetic"].any())

    def choose(self, agency: str) -> tuple[str, int]:
        """Return the code that `agency` names and how many problems belong to other agencies.

        Raises:
            ScoreFileError: a problem belongs to this agency or to no agency (header, encoding, file).
            UnknownNameError: the agency has no scores here.
        """
        wanted = agency.strip()
        listed = agencies.known_agencies()
        own = {wanted, *(code for code, entry in listed.items() if entry.is_called(wanted))}
        own |= {code for code, names in self.named.items() if wanted in names}
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
    for path in _score_files(paths or default_paths(), problems):
        found = bounded.read_input(path)
        if isinstance(found, Problem):
            problems.append(found)
        else:
            files.append(_told_apart(found, files))
    stored = _stored(tuple(files), rules)
    documents = _documents(files, problems)
    return Reading(
        frame=stored.frame,
        problems=tuple(dict.fromkeys((*problems, *stored.problems))),
        notes=stored.notes,
        files=tuple(files),
        documents=documents,
        named=stored.named,
    )


def _stored(files: Sequence[bounded.InputFile], rules: Sequence[Path]) -> store.Stored:
    """Return what the files say once checked, from the store where these bytes were checked before."""
    key = store.key_of(files, rules)
    if key and (known := store.recall(key)):
        return known
    problems: list[Problem] = []
    raw: list[RawRow] = []
    notes: list[str] = []
    for file in files:
        raw.extend(_rows_of(file, problems, notes))
    checked = contract.check(raw, rules=rules)
    named: dict[str, set[str]] = {}
    for said in checked.named:
        named.setdefault(said.code, set()).add(said.name)
    made = store.Stored(
        frame=contract.as_frame(checked.rows),
        problems=(*problems, *_once_a_column(checked.problems, raw)),
        notes=(*notes, *checked.notes),
        named={code: frozenset(names) for code, names in named.items()},
    )
    if key:
        store.remember(key, made)
    return made


def _rows_of(file: bounded.InputFile, problems: list[Problem], notes: list[str]) -> list[RawRow]:
    """Return the rows of every sheet of `file` that carries a header; the others are named as not read."""
    opened = sheets_of(file)
    problems.extend(opened.problems)
    notes.extend(opened.notes)
    tables = [(sheet.name, layouts.read_sheet(file.shown, sheet)) for sheet in opened.sheets]
    without = [name for name, table in tables if not table.has_header]
    if len(without) == len(tables) and not opened.problems:
        expected = f"หัวตาราง {' '.join(contract.REQUIRED)}"
        found = f"ไม่มีหัวตารางคะแนน{' ในแผ่น ' + ' · '.join(without) if any(without) else ''}"
        fix = "ใช้แบบที่ ita template สร้าง หรือใส่หัวตารางให้ครบ"
        problems.append(Problem(code="header", file=file.shown, found=printable(found), expected=expected, fix=fix))
    elif without:
        notes.append(f"{file.shown}: ไม่อ่านแผ่นที่ไม่มีหัวตารางคะแนน: {printable(' · '.join(without))}")
    for _, table in tables:
        problems.extend(table.problems)
        notes.extend(table.notes)
    return [row for _, table in tables for row in table.rows]


def _once_a_column(problems: Sequence[Problem], raw: Sequence[RawRow]) -> Iterator[Problem]:
    """Yield the problems; a code in the header of a wide table that the rules don't list is one problem, not one a row."""
    wide = [row for row in raw if "code" in row.shown and row.shown["code"] == row.shown.get("score")]
    heads = {(row.file, row.sheet, row.shown["code"]) for row in wide}
    seen: set[tuple[str, str, str, str]] = set()
    for problem in problems:
        place = (problem.file, problem.sheet, problem.column)
        if problem.code != "code-unlisted" or place not in heads:
            yield problem
        elif (said := (*place, problem.expected)) not in seen:
            seen.add(said)
            yield replace(problem, row=None, agency_code="")


def _score_files(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    """Yield every score file once, folders in name order; a path without a score file is a problem."""
    seen: set[str] = set()
    for path in paths:
        if _is_folder(path):
            try:
                inside = [entry for entry in sorted(path.iterdir()) if _is_score_file(entry.name)]
            except OSError as error:
                problems.append(bounded.unreadable(path, error))
                continue
            if not inside:
                problems.append(
                    _file_problem("folder-empty", places.shown(path), "ไม่มีไฟล์คะแนน", f"ไฟล์ {' '.join(ENDINGS)}")
                )
        elif path.suffix.lower() in (*ENDINGS, *OLD_ENDINGS) or not os.path.lexists(path):
            inside = [path]
        else:
            problems.append(_file_problem("file-kind", places.shown(path), "ไฟล์ชนิดที่ไม่อ่าน", f"ไฟล์ {' '.join(ENDINGS)}"))
            continue
        for entry in inside:
            if (place := os.path.abspath(entry)) not in seen:
                seen.add(place)
                yield entry


def _told_apart(file: bounded.InputFile, others: Sequence[bounded.InputFile]) -> bounded.InputFile:
    """Return the file with as much of its path shown as tells it from `others`: two folders may each hold a scores.csv."""
    taken, parts, count = {other.shown for other in others}, file.path.parts, 1
    while file.shown in taken and count < len(parts):
        count += 1
        file = replace(file, shown="/".join(parts[-count:]))
    return file


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - these never raise


def _is_score_file(name: str) -> bool:
    return name.lower().endswith((*ENDINGS, *OLD_ENDINGS)) and name != SOURCES and not name.startswith((".", "~$"))


def _documents(files: list[bounded.InputFile], problems: list[Problem]) -> dict[str, SourceDocument]:
    """Return what `sources.csv` beside the score files says of them, by shown path; it counts as a file that was read."""
    read = {file.path: file.shown for file in files}
    said: dict[str, SourceDocument] = {}
    for folder in dict.fromkeys(file.path.parent for file in files):
        if not os.path.lexists(folder / SOURCES):
            continue
        found = bounded.read_input(folder / SOURCES)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        table = read_table(found, SOURCE_COLUMNS)
        problems.extend(table.problems)
        files.append(found)
        for _, row in table.rows:
            if (about := folder / row["file"]) in read:
                said[read[about]] = SourceDocument(row["document_th"], row["document_date"], row["says_not_th"])
    return said


def _file_problem(code: str, file: str, found: str, expected: str, *, row: int | None = None) -> Problem:
    return Problem(code=code, file=file, row=row, found=found, expected=expected, fix="แก้ไฟล์แล้วอ่านใหม่")
