"""Makes the brief of one agency: runs the notebook, writes the pages, publishes the pack or a reason page."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import Table
from ita_analysis.errors import NotebookError, UsageError
from ita_analysis.export.document import read_document
from ita_analysis.run import contents, index, pack
from ita_analysis.run import notebook as notebooks
from ita_analysis.scores import reading
from ita_analysis.scores.bounded import InputFile
from ita_analysis.scores.reading import Reading

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
    as_of: str = ""  # ISO, Gregorian
    rules: tuple[Path, ...] = ()
    with_source: bool = False

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
    read = reading.read(request.scores, rules=request.rules)
    subject = _subject(request, read)
    run = request.output / request.run_name
    _refuse_mixture(request, subject)
    pack.require_writable(run)
    step(f"รันสมุดงานของ{subject.name_th}")
    values = _parameters(request, subject)
    done = notebooks.run_notebook(places.notebooks_folder() / NOTEBOOK, values)
    if done.failure:
        raise _failed(request, subject, done.notebook, done.failure)
    document = read_document(done.notebook, with_source=request.with_source)
    if not _is_as_asked(document.cover.record, subject, values, read.files):
        raise _failed(request, subject, done.notebook, OTHER_INPUTS)
    step("เขียนหน้า HTML และ PDF")
    files = contents.pages(done.notebook, document)
    table = next((block for block in document.blocks if isinstance(block, Table) and block.role == "findings"), None)
    findings = list(table.records) if table else []
    manifest = _manifest(request, subject, document.cover.record, read.files, values, findings)
    folder = pack.publish(run, subject.agency_code, files, manifest, started)
    index.write_index(run)
    names = (*files, "manifest.json")
    return Made(folder, tuple(names), subject.name_th, document.cover.title, len(findings), len(read.problems))


@dataclass(frozen=True)
class Subject:
    """What a brief is about, known before its notebook runs."""

    agency_code: str
    name_th: str
    fiscal_year_be: int
    framework: str
    is_synthetic: bool


def _subject(request: Request, read: Reading) -> Subject:
    """Return the agency and framework asked for (errors as `make_brief`)."""
    code, _ = read.choose(request.agency)
    year = request.fiscal_year_be
    return Subject(code, read.names()[code], year, read.framework_of(code, year), read.is_synthetic(code, year))


def _is_as_asked(
    record: Mapping[str, Any], subject: Subject, values: Mapping[str, Any], files: Sequence[InputFile]
) -> bool:
    """Return whether the notebook showed what was asked for, made from the very bytes that were checked here."""
    if not record:
        return True  # a notebook without our cover shows what it likes
    asked = {
        "agency_code": subject.agency_code,
        "fiscal_year_be": subject.fiscal_year_be,
        "framework": subject.framework,
        "is_synthetic": subject.is_synthetic,
        "action_line": values["action_line"],
        "as_of": values.get("as_of", ""),
        "inputs": {file.shown: file.sha256 for file in files},
    }
    return all(record.get(name) == value for name, value in asked.items())


def _refuse_mixture(request: Request, subject: Subject) -> None:
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
        if framework != subject.framework or is_synthetic != subject.is_synthetic:
            raise UsageError(
                f"รอบ {request.run_name} มีชุดสรุปของ {framework} อยู่แล้ว จึงใส่ {subject.framework} รวมกันไม่ได้",
                todo="ตั้งชื่อรอบอื่นด้วย --run",
            )
        return


def _parameters(request: Request, subject: Subject) -> dict[str, Any]:
    values: dict[str, Any] = {
        "agency": subject.agency_code,
        "fiscal_year_be": request.fiscal_year_be,
        "action_line": request.line,
        "scores": "|".join(_for_notebook(path) for path in request.scores),
    }
    if request.as_of:
        values["as_of"] = request.as_of
    if request.rules:
        values["rules"] = "|".join(_for_notebook(path) for path in request.rules)
    return values


def _shown_paths(request: Request) -> dict[str, str]:
    """Return the parameters that are paths as a manifest names them."""
    given = {"scores": request.scores, "rules": request.rules}
    return {
        name: "|".join(places.shown(places.from_root(path)) for path in paths)
        for name, paths in given.items()
        if paths or name == "scores"
    }


def _for_notebook(path: Path) -> str:
    """Return `path` as the parameter names it: inside the project relative to its root, so that copies of it agree."""
    root = places.project_root()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else str(path)


def _failed(
    request: Request, subject: Subject, notebook: NotebookNode, failure: notebooks.CellFailure
) -> NotebookError:
    """Write the reason page and return the error that names it; an older pack stays."""
    said = f"{failure.name}: {failure.message}" if failure.message else failure.name
    reason = contents.Reason(
        subject.name_th,
        subject.agency_code,
        subject.fiscal_year_be,
        failure.cell,
        failure.source,
        said,
        subject.framework,
        subject.is_synthetic,
    )
    run = request.output / request.run_name
    folder = pack.publish_failure(run, subject.agency_code, contents.reason_files(notebook, reason))
    index.write_index(run)
    return NotebookError(
        f"สมุดงานของ {subject.name_th} หยุดที่เซลล์ {failure.cell}: {said}",
        todo=f"อ่านเหตุผลใน {folder / 'reason.html'}",
    )


def _manifest(
    request: Request,
    subject: Subject,
    record: Mapping[str, Any],
    files: Sequence[InputFile],
    values: dict[str, Any],
    findings: list[dict[str, Any]],
) -> dict[str, Any]:
    used = set(record.get("used_files", ()))
    folders = {file.path.parent for file in files if file.shown in used}
    inputs = [
        file
        for file in files
        if file.shown in used or (file.path.name == reading.SOURCES and file.path.parent in folders)
    ]
    return {
        "agency_code": subject.agency_code,
        "agency_name_th": subject.name_th,
        "fiscal_year_be": subject.fiscal_year_be,
        "framework": subject.framework,
        "is_synthetic": subject.is_synthetic,
        "parameters": {**values, **_shown_paths(request), "with_source": request.with_source},
        "inputs": [{"path": file.shown, "sha256": file.sha256} for file in inputs],
        "findings": findings,
        "documents_missing": record.get("documents_missing"),
        "page_key": record.get("page_key", ""),
        "cache_key": contents.cache_key(
            record, places.notebooks_folder() / NOTEBOOK, {**values, "with_source": request.with_source}
        ),
        "versions": contents.versions(),
        "run": request.run_name,
    }
