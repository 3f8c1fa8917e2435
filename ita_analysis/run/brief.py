"""Makes the brief of one agency: runs the notebook, writes the pages, publishes the pack or a reason page."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import Table
from ita_analysis.brief.facts import BriefFacts, facts_of
from ita_analysis.errors import NotebookError
from ita_analysis.run import notebook as notebooks
from ita_analysis.run import pack
from ita_analysis.scores import reading

NOTEBOOK = "district_brief.ipynb"


@dataclass(frozen=True)
class Request:
    """One brief to make: what the command line asked for."""

    agency: str
    fiscal_year_be: int
    line: float = 90.0
    scores: tuple[Path, ...] = ()
    output: Path = Path("outputs")
    run: str = ""

    @property
    def run_name(self) -> str:
        """Return the run's name, by default `brief-<year>`."""
        return self.run or f"brief-{self.fiscal_year_be}"


@dataclass(frozen=True)
class Made:
    """A published pack."""

    folder: Path
    files: tuple[str, ...]
    name_th: str
    finding_count: int
    other_problems: int


def make_brief(request: Request, step: Callable[[str], None]) -> Made:
    """Make one pack; `step` is told in Thai what is being done.

    Raises:
        ScoreFileError, UnknownNameError, UsageError: the input does not fit; nothing was made.
        NotebookError: the notebook stopped; a reason page was written, an older pack stays.
        MachineError: the disk or the rights are in the way.
    """
    started = time.monotonic()
    step("อ่านคะแนน")
    read = reading.read(request.scores)
    facts = facts_of(read, request.agency, request.fiscal_year_be, line=request.line)
    pack.require_writable(request.output / request.run_name)
    step(f"รันสมุดงานของ{facts.name_th}")
    values = _parameters(request, facts)
    done = notebooks.run_notebook(places.notebooks_folder() / NOTEBOOK, values)
    if done.failure:
        folder = pack.publish_failure(
            request.output / request.run_name, facts.agency_code, done.notebook, _reason(facts, done.failure)
        )
        raise NotebookError(
            f"สมุดงานของ {facts.name_th} หยุดที่เซลล์ {done.failure.cell}: {done.failure.name}: {done.failure.message}",
            todo=f"อ่านเหตุผลใน {folder / 'reason.html'}",
        )
    step("เขียนหน้า HTML และ PDF")
    files, document = pack.pages(done.notebook)
    facts_table = next(
        (block for block in document.blocks if isinstance(block, Table) and block.role == "findings"), None
    )
    records = list(facts_table.records) if facts_table else []
    manifest = _manifest(request, facts, read.files, values, records, document.cover.page_key)
    folder = pack.publish(request.output / request.run_name, facts.agency_code, files, manifest, started)
    names = (*files, "manifest.json")
    return Made(folder, tuple(names), facts.name_th, len(records), len(read.problems))


def _parameters(request: Request, facts: BriefFacts) -> dict[str, Any]:
    return {
        "agency": facts.agency_code,
        "fiscal_year_be": request.fiscal_year_be,
        "action_line": request.line,
        "scores": "|".join(str(path) for path in request.scores),
    }


def _reason(facts: BriefFacts, failure: notebooks.CellFailure) -> pack.Reason:
    return pack.Reason(
        facts.name_th,
        facts.agency_code,
        facts.fiscal_year_be,
        failure.cell,
        failure.source,
        f"{failure.name}: {failure.message}",
    )


def _manifest(
    request: Request,
    facts: BriefFacts,
    files: Sequence[Any],
    values: dict[str, Any],
    records: list[dict[str, Any]],
    page_key: str,
) -> dict[str, Any]:
    used = set(facts.scores["source_file"])
    return {
        "agency_code": facts.agency_code,
        "fiscal_year_be": facts.fiscal_year_be,
        "framework": facts.framework_name,
        "is_synthetic": facts.is_synthetic,
        "parameters": {**values, "scores": "|".join(places.shown(places.from_root(path)) for path in request.scores)},
        "inputs": [{"path": file.shown, "sha256": file.sha256} for file in files if file.shown in used],
        "findings": records,
        "documents_missing": facts.documents_missing,
        "page_key": page_key,
        "cache_key": pack.cache_key(facts, places.notebooks_folder() / NOTEBOOK, values),
        "run": request.run_name,
    }
