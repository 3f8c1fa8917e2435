"""One pack to make, as plain values: it can be planned in one process and made in another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.scores.bounded import KnownFile

NOTEBOOK, OVERVIEW_NOTEBOOK = "district_brief.ipynb", "city_overview.ipynb"


@dataclass(frozen=True)
class Options:
    """What is asked of every pack of a run; `scores` and `rules` are absolute, `as_of` is ISO and Gregorian."""

    fiscal_year_be: int
    line: float = 90.0
    scores: tuple[Path, ...] = ()
    rules: tuple[Path, ...] = ()
    as_of: str = ""
    with_source: bool = False

    def parameters(self, agency: str) -> dict[str, Any]:
        """Return what the notebook is run with."""
        values: dict[str, Any] = {
            "agency": agency,
            "fiscal_year_be": self.fiscal_year_be,
            "action_line": float(self.line),
            "scores": "|".join(for_notebook(path) for path in self.scores),
        }
        if self.as_of:
            values["as_of"] = self.as_of
        if self.rules:
            values["rules"] = "|".join(for_notebook(path) for path in self.rules)
        return values

    def shown(self, agency: str) -> dict[str, Any]:
        """Return the parameters as a manifest names them: paths relative, and the options that shape the pages."""
        given = {"scores": self.scores, "rules": self.rules}
        paths = {
            name: "|".join(places.shown(places.from_root(path)) for path in listed)
            for name, listed in given.items()
            if listed or name == "scores"
        }
        return {**self.parameters(agency), **paths, "with_source": self.with_source}


@dataclass(frozen=True)
class Subject:
    """What a brief is about, known before its notebook runs."""

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
            "fiscal_year_be": self.subject.fiscal_year_be,
            "framework": self.subject.framework,
            "is_synthetic": self.subject.is_synthetic,
            "action_line": float(self.options.line),
            "as_of": self.options.as_of,
            "inputs": {file.shown: file.sha256 for file in self.files},
        }
        if self.page_key:
            asked["page_key"] = self.page_key
        return all(record.get(name) == value for name, value in asked.items())


def for_notebook(path: Path) -> str:
    """Return `path` as the parameter names it: inside the project relative to its root, so that copies of it agree."""
    root = places.project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)
