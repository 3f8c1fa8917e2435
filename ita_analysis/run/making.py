"""Makes one pack: runs the notebook, writes the pages, publishes the pack, or a reason page where it stopped."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis.brief.blocks import Table
from ita_analysis.errors import NotebookError, Problem
from ita_analysis.export.document import read_document
from ita_analysis.run import contents, ingredients, pack
from ita_analysis.run import notebook as notebooks
from ita_analysis.run.limits import Limits
from ita_analysis.run.tasks import Subject, Task
from ita_analysis.run.warm import WarmParent
from ita_analysis.scores.inputs import SOURCES

from nbformat import NotebookNode  # isort: skip

OTHER_INPUTS = notebooks.CellFailure(
    0, "", "InputsChanged", "สมุดงานแสดงคะแนนอื่นจากที่ขอ: ไฟล์คะแนนเปลี่ยนระหว่างทำ หรือเซลล์หนึ่งเปลี่ยนค่าพารามิเตอร์"
)


@dataclass(frozen=True)
class Published:
    """A pack in its place."""

    folder: Path
    files: tuple[str, ...]
    title: str
    finding_count: int
    cache_key: str
    parts: dict[str, str]  # digests that the cache key is made of


def make(task: Task, *, limits: Limits | None = None, kernels: WarmParent | None = None) -> Published:
    """Make and publish one pack (`limits` and `kernels` as `run_notebook`).

    Raises:
        NotebookError: the notebook stopped; a reason page was written, an older pack stays.
        MachineError: the disk or the rights are in the way.
    """
    started = time.monotonic()
    values = task.options.parameters(task.subject.agency_code)
    done = notebooks.run_notebook(task.options.notebook, values, limits=limits, kernels=kernels)
    if done.failure:
        raise stopped(task.run, task.subject, done.notebook, done.failure)
    document = read_document(done.notebook, with_source=task.options.with_source)
    record = document.cover.record
    if not task.is_shown_by(record):
        raise stopped(task.run, task.subject, done.notebook, OTHER_INPUTS)
    files = contents.pages(done.notebook, document, name=task.options.kind, with_word=bool(task.options.round))
    table = next((block for block in document.blocks if isinstance(block, Table) and block.role == "findings"), None)
    findings = list(table.records) if table else list(record.get("findings", ()))
    code = task.subject.agency_code
    manifest = _manifest(task, record, findings)
    folder = pack.publish(task.run, code, files, manifest, started)
    names = (*files, pack.MANIFEST)
    title = document.cover.title
    return Published(folder, names, title, len(findings), manifest["cache_key"], manifest["key_parts"])


def refuse(run: Path, subject: Subject, said: str, problems: Sequence[Problem] = ()) -> Path:
    """Write the reason page of an agency whose notebook was not run; an older pack stays.

    Raises:
        MachineError: the disk or the rights are in the way.
    """
    return pack.publish_failure(run, subject.agency_code, contents.refusal_files(subject, said, problems))


def stopped(run: Path, subject: Subject, notebook: NotebookNode, failure: notebooks.CellFailure) -> NotebookError:
    """Write the reason page and return the error that names it; an older pack stays."""
    said = f"{failure.name}: {failure.message}" if failure.message else failure.name
    reason = contents.Reason(subject, failure.cell, failure.source, said)
    folder = pack.publish_failure(run, subject.agency_code, contents.reason_files(notebook, reason))
    return NotebookError(
        f"สมุดงานของ {subject.name_th} หยุดที่เซลล์ {failure.cell}: {said}",
        todo=f"อ่านเหตุผลใน {folder / 'reason.html'}",
    )


def _manifest(task: Task, record: Mapping[str, Any], findings: list[dict[str, Any]]) -> dict[str, Any]:
    used = set(record.get("used_files", ()))
    folders = {file.path.parent for file in task.files if file.shown in used}
    inputs = [
        file for file in task.files if file.shown in used or (file.path.name == SOURCES and file.path.parent in folders)
    ]
    code = task.subject.agency_code
    shown = task.options.shown(code)
    parts = ingredients.with_run_parts(record.get("key_parts", {}), task.options.notebook, shown)
    of_report = ("measures_year_be", "round", "scores_year_be", "proof") if task.options.round else ()
    return {
        "agency_code": code,
        "agency_name_th": task.subject.name_th,
        "fiscal_year_be": task.subject.fiscal_year_be,
        "framework": task.subject.framework,
        "is_synthetic": task.subject.is_synthetic,
        **{name: record.get(name) for name in of_report},
        "parameters": shown,
        "inputs": [{"path": file.shown, "sha256": file.sha256} for file in inputs] + _registers(record),
        "total": record.get("total"),
        "findings": findings,
        "documents_missing": record.get("documents_missing"),
        "page_key": record.get("page_key", ""),
        "cache_key": ingredients.cache_key(parts),
        "key_parts": parts,
        "versions": contents.versions(),
        "run": task.run.name,
    }


def _registers(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the files of the register that the page shows."""
    return [{"path": path, "sha256": total} for path, total in record.get("register_files", {}).items()]
