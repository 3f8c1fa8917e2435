"""Makes the brief of one agency: runs the notebook, writes the pages, publishes the pack or a reason page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import Table
from ita_analysis.brief.facts import BriefFacts, facts_of
from ita_analysis.errors import NotebookError, UsageError
from ita_analysis.export.document import read_document
from ita_analysis.run import contents, index, pack
from ita_analysis.run import notebook as notebooks
from ita_analysis.scores import reading
from ita_analysis.scores.bounded import InputFile

from nbformat import NotebookNode  # isort: skip

NOTEBOOK = "district_brief.ipynb"
OTHER_INPUTS = notebooks.CellFailure(
    0, "", "InputsChanged", "สมุดงานแสดงคะแนนอื่นจากที่ขอ: ไฟล์คะแนนเปลี่ยนระหว่างทำ หรือเซลล์หนึ่งเปลี่ยนค่าพารามิเตอร์"
)


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
    title: str
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
    _refuse_mixture(request, facts)
    step(f"รันสมุดงานของ{facts.name_th}")
    values = _parameters(request, facts)
    done = notebooks.run_notebook(places.notebooks_folder() / NOTEBOOK, values)
    if done.failure:
        raise _failed(request, facts, done.notebook, done.failure)
    document = read_document(done.notebook)
    if document.has_cover and not facts.page_key.startswith(document.cover.page_key or "-"):
        raise _failed(request, facts, done.notebook, OTHER_INPUTS)
    step("เขียนหน้า HTML และ PDF")
    files = contents.pages(done.notebook, document)
    facts_table = next(
        (block for block in document.blocks if isinstance(block, Table) and block.role == "findings"), None
    )
    records = list(facts_table.records) if facts_table else []
    manifest = _manifest(request, facts, read.files, values, records)
    folder = pack.publish(request.output / request.run_name, facts.agency_code, files, manifest, started)
    index.write_index(request.output / request.run_name)
    names = (*files, "manifest.json")
    return Made(folder, tuple(names), facts.name_th, document.cover.title, len(records), len(read.problems))


def _refuse_mixture(request: Request, facts: BriefFacts) -> None:
    """Refuse a run that already holds another year, another scheme, or made-up beside real scores (CONTRACT: Output).

    Raises:
        UsageError: it does; it says which and how to name another run.
    """
    for path in sorted((request.output / request.run_name).glob("*/manifest.json")):
        try:
            held = json.loads(path.read_text(encoding="utf-8"))
            framework, is_synthetic = str(held["framework"]), bool(held["is_synthetic"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged pack says nothing about the run
        if framework != facts.framework_name or is_synthetic != facts.is_synthetic:
            raise UsageError(
                f"รอบ {request.run_name} มีชุดสรุปของ {framework} อยู่แล้ว จึงใส่ {facts.framework_name} รวมกันไม่ได้",
                todo="ตั้งชื่อรอบอื่นด้วย --run",
            )
        return


def _parameters(request: Request, facts: BriefFacts) -> dict[str, Any]:
    return {
        "agency": facts.agency_code,
        "fiscal_year_be": request.fiscal_year_be,
        "action_line": request.line,
        "scores": "|".join(_for_notebook(path) for path in request.scores),
    }


def _for_notebook(path: Path) -> str:
    """Return `path` as the parameter names it: inside the project relative to its root, so that copies of it agree."""
    root = places.project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _failed(
    request: Request, facts: BriefFacts, notebook: NotebookNode, failure: notebooks.CellFailure
) -> NotebookError:
    """Write the reason page and return the error that names it; an older pack stays."""
    said = f"{failure.name}: {failure.message}" if failure.message else failure.name
    reason = contents.Reason(
        facts.name_th,
        facts.agency_code,
        facts.fiscal_year_be,
        failure.cell,
        failure.source,
        said,
        facts.framework_name,
        facts.is_synthetic,
    )
    run = request.output / request.run_name
    folder = pack.publish_failure(run, facts.agency_code, contents.reason_files(notebook, reason))
    index.write_index(run)
    return NotebookError(
        f"สมุดงานของ {facts.name_th} หยุดที่เซลล์ {failure.cell}: {said}",
        todo=f"อ่านเหตุผลใน {folder / 'reason.html'}",
    )


def _manifest(
    request: Request,
    facts: BriefFacts,
    files: Sequence[InputFile],
    values: dict[str, Any],
    records: list[dict[str, Any]],
) -> dict[str, Any]:
    used = {*facts.scores["source_file"], *(facts.others["source_file"] if facts.standing else ())}
    folders = {file.path.parent for file in files if file.shown in used}
    inputs = [
        file
        for file in files
        if file.shown in used or (file.path.name == reading.SOURCES and file.path.parent in folders)
    ]
    return {
        "agency_code": facts.agency_code,
        "agency_name_th": facts.name_th,
        "fiscal_year_be": facts.fiscal_year_be,
        "framework": facts.framework_name,
        "is_synthetic": facts.is_synthetic,
        "parameters": {**values, "scores": "|".join(places.shown(places.from_root(path)) for path in request.scores)},
        "inputs": [{"path": file.shown, "sha256": file.sha256} for file in inputs],
        "findings": records,
        "documents_missing": facts.documents_missing,
        "page_key": facts.page_key,
        "cache_key": contents.cache_key(facts, places.notebooks_folder() / NOTEBOOK, values),
        "versions": contents.versions(),
        "run": request.run_name,
    }
