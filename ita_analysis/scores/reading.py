"""Reads score files and folders into one tidy frame, with every problem and where each figure stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from ita_analysis.errors import Problem, ScoreFileError, UnknownNameError
from ita_analysis.scores import agencies, bounded, checking, columnar, contract, inputs, store
from ita_analysis.scores.bounded import InputFile, KnownFile
from ita_analysis.scores.csv_table import read_table
from ita_analysis.scores.files import sheets_of
from ita_analysis.scores.stored import Stored, stored

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

    scores: Stored
    problems: tuple[Problem, ...]
    files: tuple[KnownFile, ...]
    documents: dict[str, SourceDocument]

    @property
    def frame(self) -> pd.DataFrame:
        """Return all rows, by agency, year, then natural code order."""
        return self.scores.frame

    @property
    def notes(self) -> tuple[str, ...]:
        """Return what was recognised in the files, one line each, the file's name first."""
        return self.scores.notes

    @property
    def named(self) -> dict[str, frozenset[str]]:
        """Return code -> every name beside it, of refused rows too."""
        return self.scores.named

    def names(self) -> dict[str, str]:
        """Return the names of the agencies that have scores, by code."""
        return self.scores.names

    def of_agency(self, code: str) -> pd.DataFrame:
        """Return the rows of one agency, all years."""
        return self.scores.of_agency(code)

    def framework_of(self, code: str, year: int) -> str:
        """Return the framework of an agency's scores of `year`.

        Raises:
            UnknownNameError: the agency has no scores of that year, or scores of two frameworks.
        """
        mine = self.of_agency(code)
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
        mine = self.of_agency(code)
        return bool(mine.loc[mine["fiscal_year_be"] == year, "is_synthetic"].any())

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


def read(paths: Sequence[Path] = (), *, rules: Sequence[Path] = ()) -> Reading:
    """Return the scores of all files in `paths` (files or folders; none: the shipped data).

    Problems are collected over all files; they raise only when an agency is chosen (`Reading.choose`).
    """
    problems: list[Problem] = []
    files = list(inputs.score_files(paths, problems))
    scores = _stored(files, rules, problems)
    documents = _documents(files, problems)
    return Reading(
        scores=scores,
        problems=tuple(dict.fromkeys((*problems, *scores.problems))),
        files=tuple(files),
        documents=documents,
    )


def _stored(files: list[KnownFile], rules: Sequence[Path], problems: list[Problem]) -> Stored:
    """Return what the files say once checked, from the store where these bytes were checked before."""
    key = store.key_of(files, rules)
    if key and (known := store.recall(key)):
        return known
    if columnar.is_worth_it(files):
        return store.remember(files, rules, columnar.read(files, rules, problems))
    opened = [(file, bounded.opened(file)) for file in files]
    problems.extend(found for _, found in opened if isinstance(found, Problem))
    files[:] = [found for _, found in opened if isinstance(found, InputFile)]
    return store.remember(files, rules, _checked([file for file in files if isinstance(file, InputFile)], rules))


def _checked(files: Sequence[InputFile], rules: Sequence[Path]) -> Stored:
    done = checking.settle([checking.rows_of(file.shown, sheets_of(file)) for file in files], rules)
    named: dict[str, set[str]] = {}
    for said in done.named:
        named.setdefault(said.code, set()).add(said.name)
    frame = contract.as_frame(done.rows)
    return stored(frame, done.problems, done.notes, {code: frozenset(names) for code, names in named.items()})


def _documents(files: list[KnownFile], problems: list[Problem]) -> dict[str, SourceDocument]:
    """Return what `sources.csv` beside the score files says of them, by shown path; it counts as a file that was read."""
    read = {file.path: file.shown for file in files}
    said: dict[str, SourceDocument] = {}
    for path in list(inputs.sources_of(files)):
        found = bounded.read_input(path)
        if isinstance(found, Problem):
            problems.append(found)
            continue
        table = read_table(found, SOURCE_COLUMNS)
        problems.extend(table.problems)
        files.append(found)
        for _, row in table.rows:
            if (about := path.parent / row["file"]) in read:
                said[read[about]] = SourceDocument(row["document_th"], row["document_date"], row["says_not_th"])
    return said
