"""One pack to make, as plain values: it can be planned in one process and made in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.scores.bounded import KnownFile

NOTEBOOK, OVERVIEW_NOTEBOOK, REPORT_NOTEBOOK = "district_brief.ipynb", "city_overview.ipynb", "progress_report.ipynb"
BRIEF, REPORT = "brief", "report"  # kinds of packs, and the names of their pages
ALWAYS = ("annex.xlsx", "executed.ipynb", "manifest.json")  # what lies in every pack


@dataclass(frozen=True)
class Options:
    """What is asked of every pack of a run; `scores`, `rules`, `registers` are absolute, `as_of` is ISO and Gregorian.

    `fiscal_year_be` is the year of the scores of a brief, that of the measures of a report. A report has a `round`, 1 or
    2; a brief has none (0).
    """

    fiscal_year_be: int
    line: float = 90.0
    scores: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    as_of: str = ""
    with_source: bool = False
    round: int = 0
    digits: str = "thai"
    registers: Path | None = None

    @property
    def kind(self) -> str:
        """Return what is made: a brief or a report."""
        return REPORT if self.round else BRIEF

    @property
    def sort(self) -> str:
        """Return the kind, with the round of a report: one run holds one sort."""
        return f"{REPORT}-{self.round}" if self.round else BRIEF

    @property
    def run_name(self) -> str:
        """Return what a run of these packs is called by default."""
        return f"{self.kind}-{self.fiscal_year_be}" + (f"-{self.round}" if self.round else "")

    @property
    def notebook(self) -> Path:
        """Return the notebook that makes such a pack."""
        return places.notebooks_folder() / (REPORT_NOTEBOOK if self.round else NOTEBOOK)

    @property
    def files(self) -> tuple[str, ...]:
        """Return the names of the files of a pack."""
        endings = ("html", "pdf", "docx") if self.round else ("html", "pdf")
        return (*(f"{self.kind}.{ending}" for ending in endings), *ALWAYS)

    def parameters(self, agency: str) -> dict[str, Any]:
        """Return what the notebook is run with."""
        year = "measures_year_be" if self.round else "fiscal_year_be"
        values: dict[str, Any] = {
            "agency": agency,
            year: self.fiscal_year_be,
            "action_line": float(self.line),
            "scores": "|".join(for_notebook(path) for path in self.scores),
        }
        if self.round:
            values |= {"round": self.round, "digits": self.digits}
        if self.as_of:
            values["as_of"] = self.as_of
        if self.rules:
            values["rules"] = "|".join(for_notebook(path) for path in self.rules)
        if self.registers:
            values["registers"] = for_notebook(self.registers)
        return values

    def shown(self, agency: str) -> dict[str, Any]:
        """Return the parameters as a manifest names them: paths relative, and the options that shape the pages."""
        given = {"scores": self.scores, "rules": self.rules, "registers": (self.registers,) if self.registers else ()}
        paths = {
            name: "|".join(places.shown(places.from_root(path)) for path in listed)
            for name, listed in given.items()
            if listed or name == "scores"
        }
        return {**self.parameters(agency), **paths, "with_source": self.with_source}


@dataclass(frozen=True)
class Subject:
    """What a pack is about, known before its notebook runs; `framework` is that of the scores."""

    agency_code: str
    name_th: str
    fiscal_year_be: int
    framework: str
    is_synthetic: bool


@dataclass(frozen=True)
class Task:
    """A pack to make of `subject` in the folder `run`, from `files` as they were when it was planned.

    `page_key` is what the plan expects the page to carry, `cache_key` what its manifest; empty where nobody counted them.
    """

    run: Path
    subject: Subject
    options: Options
    files: tuple[KnownFile, ...]
    page_key: str = ""
    cache_key: str = ""

    def is_shown_by(self, record: Mapping[str, Any]) -> bool:
        """Return whether a cover's record shows what was asked for, made from the very bytes that were checked."""
        if not record:
            return True  # a notebook without our cover shows what it likes
        asked = {
            "agency_code": self.subject.agency_code,
            "framework": self.subject.framework,
            "is_synthetic": self.subject.is_synthetic,
            "action_line": float(self.options.line),
            "inputs": {file.shown: file.sha256 for file in self.files},
        }
        if self.options.round:
            own = {"measures_year_be": self.subject.fiscal_year_be, "round": self.options.round}
            asked |= {**own, "digits": self.options.digits}
        else:
            asked |= {"fiscal_year_be": self.subject.fiscal_year_be, "as_of": self.options.as_of}
        if self.page_key:
            asked["page_key"] = self.page_key
        return all(record.get(name) == value for name, value in asked.items())


def for_notebook(path: Path) -> str:
    """Return `path` as the parameter names it: inside the project relative to its root, so that copies of it agree."""
    root = places.project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
