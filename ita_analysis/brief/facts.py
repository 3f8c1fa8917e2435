"""Everything a brief is about, computed once from the scores of one agency and year; the page only puts it into words."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from ita_analysis import places
from ita_analysis.analysis import findings
from ita_analysis.analysis.rows import item_rows
from ita_analysis.errors import Problem, UnknownNameError, UsageError
from ita_analysis.framework import loader
from ita_analysis.framework.codes import TOTAL
from ita_analysis.framework.model import Framework
from ita_analysis.scores import reading
from ita_analysis.scores.reading import Reading, SourceDocument

FEW_RESPONDENTS = 30


@dataclass(frozen=True)
class BriefFacts:
    """The scores of one agency and year and what follows from them.

    `scores` are the tidy rows of this agency, all years; `now` those of `fiscal_year_be`.
    """

    agency_code: str
    name_th: str
    fiscal_year_be: int
    line: float
    framework_name: str
    framework: Framework | None
    scores: pd.DataFrame
    peers: pd.DataFrame
    documents: dict[str, SourceDocument]
    notes: tuple[str, ...]
    rule_digest: str

    @cached_property
    def now(self) -> pd.DataFrame:
        """Return the rows of this year."""
        return self.scores[self.scores["fiscal_year_be"] == self.fiscal_year_be].reset_index(drop=True)

    @cached_property
    def items(self) -> pd.DataFrame:
        """Return this year's survey items, natural code order."""
        return item_rows(self.now, "survey", self.framework)

    @cached_property
    def below(self) -> pd.DataFrame:
        """Return the findings: survey items below the line, worst first."""
        return findings.below_line(self.now, line=self.line, framework=self.framework)

    @cached_property
    def watch(self) -> pd.DataFrame:
        """Return the survey items on or just above the line, nearest first."""
        return findings.watch_list(self.now, line=self.line, framework=self.framework)

    @cached_property
    def unknown(self) -> pd.DataFrame:
        """Return the survey items that the assessment holds and these scores do not."""
        missing = findings.unknown_items(self.now, self.framework)
        surveys = missing["instrument"].map(lambda code: code in self.surveys)
        return missing[surveys.astype(bool)].reset_index(drop=True)

    @cached_property
    def documents_missing(self) -> list[str] | None:
        """Return the document items not met; None where that is not known."""
        return findings.documents_missing(self.now, self.framework)

    @property
    def surveys(self) -> tuple[str, ...]:
        """Return the codes of the survey instruments, in order."""
        if self.framework is None:
            return ("IIT", "EIT")
        return tuple(part.code for part in self.framework.instruments if part.kind == "survey")

    @property
    def is_synthetic(self) -> bool:
        """Return whether any row of this year is made up."""
        return bool(self.now["is_synthetic"].any())

    @property
    def total(self) -> float | None:
        """Return the published total, or None where it is not known."""
        rows = self.now.loc[self.now["code"] == TOTAL, "score"]
        return float(rows.iloc[0]) if len(rows) else None

    @property
    def doubtful(self) -> dict[str, str]:
        """Return why a figure should be checked against the original, by code."""
        marked = self.now[self.now["score_doubt_th"] != ""]
        return dict(zip(marked["code"], marked["score_doubt_th"], strict=True))

    def topic_th(self, code: str) -> str:
        """Return the short topic of an item, empty where not known."""
        return self.framework.topic_th(code) if self.framework else ""

    @cached_property
    def page_key(self) -> str:
        """Return the sha256 over the rows shown, the rule file and the parameters (paths left out)."""
        columns = [name for name in self.scores.columns if name not in ("source_file", "source_sheet")]
        rows = json.loads(self.scores[columns].to_json(orient="values", double_precision=15))
        content = [rows, self.rule_digest, self.agency_code, self.fiscal_year_be, self.line]
        return hashlib.sha256(json.dumps(content, ensure_ascii=False).encode()).hexdigest()


def score_paths(scores: str | Sequence[str]) -> list[Path]:
    """Return the score files and folders that a notebook's parameter names (separated by |, counted from the root)."""
    given = scores.split("|") if isinstance(scores, str) else scores
    return [places.from_root(path.strip()) for path in given if path.strip()]


def collect(agency: str, fiscal_year_be: int, *, line: float = findings.ACTION_LINE, scores: str = "") -> BriefFacts:
    """Return the facts of one agency and year.

    Args:
        agency: code, name or alias.
        fiscal_year_be: fiscal year of the scores, Buddhist Era.
        line: action line, 0 < line <= 100.
        scores: score files or folders separated by |; empty means the shipped data.

    Raises:
        UsageError: the line or the year is out of range.
        ScoreFileError: the files of this agency break the contract.
        UnknownNameError: the agency, or this year of it, has no scores.
    """
    if not 0 < line <= 100:
        raise UsageError(f"เส้น {line} ใช้ไม่ได้", todo="เส้นต้องมากกว่า 0 และไม่เกิน 100")
    if fiscal_year_be < 2400:
        raise UsageError(f"ปี {fiscal_year_be} ไม่ใช่ปีพุทธศักราช", todo=f"ใช้ปี พ.ศ. {fiscal_year_be + 543}")
    read = reading.read(score_paths(scores))
    return facts_of(read, agency, fiscal_year_be, line=line)


def facts_of(read: Reading, agency: str, fiscal_year_be: int, *, line: float) -> BriefFacts:
    """Return the facts of one agency and year from scores that were read already (errors as in `collect`)."""
    code, _ = read.choose(agency)
    mine = read.frame[read.frame["agency_code"] == code].reset_index(drop=True)
    of_year = mine[mine["fiscal_year_be"] == fiscal_year_be]
    frameworks = sorted(set(of_year["framework"]))
    name = str(mine["agency_name_th"].iloc[-1])
    if len(frameworks) != 1:
        raise _no_year(code, name, fiscal_year_be, mine, frameworks)
    framework_name = frameworks[0]
    scheme = framework_name.rpartition("-")[0]
    mine = mine[mine["framework"].str.rpartition("-")[0] == scheme].reset_index(drop=True)
    same = (read.frame["framework"] == framework_name) & (
        read.frame["is_synthetic"] == bool(of_year["is_synthetic"].iloc[0])
    )
    peers = read.frame[same & (read.frame["agency_code"] != code)].reset_index(drop=True)
    rule_file = loader.rule_file(framework_name)
    return BriefFacts(
        agency_code=code,
        name_th=name,
        fiscal_year_be=fiscal_year_be,
        line=line,
        framework_name=framework_name,
        framework=loader.load(framework_name),
        scores=mine,
        peers=peers,
        documents=read.documents,
        notes=read.notes,
        rule_digest=hashlib.sha256(rule_file.read_bytes()).hexdigest() if rule_file else "",
    )


def _no_year(code: str, name: str, year: int, mine: pd.DataFrame, frameworks: list[str]) -> UnknownNameError:
    years = " ".join(str(value) for value in sorted(set(mine["fiscal_year_be"])))
    if frameworks:
        found, expected = f"ปี {year} มีคะแนนของ {' และ '.join(frameworks)}", "คะแนนของชุดประเมินเดียว"
    else:
        found, expected = f"ไม่มีคะแนนปี {year}", f"ปีที่มีคะแนน: {years}"
    problem = Problem(
        code="year-unknown", file="", found=found, expected=expected, fix="เลือกปีอื่นหรือเพิ่มไฟล์", agency_code=code
    )
    return UnknownNameError(f"{name} ({code}) ไม่มีคะแนนที่ใช้ได้ของปีงบประมาณ {year}", [problem])
