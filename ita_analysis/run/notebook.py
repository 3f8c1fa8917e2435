"""Runs one notebook from top to bottom with checked parameters, and believes only a run in which every cell ended well."""

from __future__ import annotations

import json
import logging
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import MachineError, NotebookError, ParameterError, Problem
from ita_analysis.run import imports  # noqa: F401 - before nbformat
from ita_analysis.run.folders import own_folders
from ita_analysis.run.parameters import checked, parameters_of

import nbformat  # isort: skip
from nbformat import NotebookNode  # isort: skip

START_TIMEOUT_S = 60
START_ATTEMPTS = 3  # a kernel's ports can be taken by another program between choosing and binding them
CELL_TIMEOUT_S = 300
INJECTED = "injected-parameters"  # papermill's tags for the cells it puts in
ERROR_MARK = "papermill-error-cell-tag"
HIDING_TAGS = {"raises-exception", "skip-execution"}  # would let a run look whole that is not

_WHY = {
    "DeadKernelError": "เคอร์เนลหยุดกลางเซลล์นี้ (ถูกสั่งปิด หน่วยความจำหมด หรือขัดข้อง)",
    "CellTimeoutError": "เซลล์นี้ใช้เวลานานเกินกำหนด",
}


@dataclass(frozen=True)
class NotebookRun:
    """A notebook after its run; `failure` is None where every cell ended well."""

    notebook: NotebookNode
    failure: CellFailure | None


@dataclass(frozen=True)
class CellFailure:
    """Which cell stopped the run and what it said; `cell` counts from 1 over all cells of the notebook as written."""

    cell: int
    source: str
    name: str
    message: str


def load(path: Path) -> NotebookNode:
    """Return the notebook at `path`; a cell without an id gets one by its place, the same each time.

    Raises:
        NotebookError: it is not there or is no notebook.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if (data["nbformat"], data["nbformat_minor"]) >= (4, 5):
            for number, cell in enumerate(data["cells"], start=1):
                cell.setdefault("id", f"cell-{number}")
        notebook = nbformat.reads(json.dumps(data), as_version=4)  # type: ignore[no-untyped-call]
        nbformat.validate(notebook)
    except (
        OSError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        RecursionError,
        nbformat.ValidationError,
    ) as error:
        reason = str(error).partition("\n")[0] or type(error).__name__
        raise NotebookError(
            f"อ่านสมุดงาน {places.shown(path)} ไม่ได้: {reason}", todo="เปิดไฟล์ใน JupyterLab แล้วบันทึกใหม่ หรือคืนไฟล์เดิม"
        ) from error
    return notebook  # type: ignore[no-any-return]


def run_notebook(path: Path, parameters: Mapping[str, Any], *, cell_timeout_s: int = CELL_TIMEOUT_S) -> NotebookRun:
    """Run the notebook at `path` by papermill in a cold kernel and return it with its outputs.

    Args:
        path: a notebook with one `parameters` cell; it is read once, what changes later does not count.
        parameters: values for it; unknown names and wrong types are refused before anything runs.
        cell_timeout_s: seconds that one cell may take.

    Raises:
        ParameterError: the parameters or the notebook's tags don't fit.
        NotebookError: the notebook can't be read or run at all.
        MachineError: no kernel starts, or the disk is in the way.
    """
    source = load(path)
    shown = places.shown(path)
    values = checked(parameters_of(source, shown), parameters, shown)
    _refuse_hiding_tags(source, shown)
    with own_folders():
        try:
            for _ in range(START_ATTEMPTS):
                with tempfile.TemporaryDirectory(prefix="ita-run-", ignore_cleanup_errors=True) as scratch:
                    executed, stopped = _execute(source, Path(scratch), values, cell_timeout_s)
                if stopped is None or _was_taken(executed):
                    break
        except OSError as error:
            raise MachineError(
                f"เขียนโฟลเดอร์ชั่วคราวไม่ได้ ({error.strerror})", todo="ตรวจเนื้อที่ว่าง หรือกำหนดโฟลเดอร์อื่นด้วยตัวแปร TMPDIR"
            ) from error
    failure = _stopped(executed, stopped, shown) if stopped else _unfinished(executed)
    _settle(executed, source, values)
    if failure is None:
        _drop_asides(executed)
    return NotebookRun(executed, failure)


def _execute(
    source: NotebookNode, scratch: Path, values: dict[str, Any], cell_timeout_s: int
) -> tuple[NotebookNode, Exception | None]:
    """Return the notebook as far as it ran, and what stopped it."""
    import papermill  # type: ignore[import-untyped]
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError

    from ita_analysis.run import engine
    from ita_analysis.run.kernels import ended_with_the_run

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what stops a run is told by us
    target = scratch / "executed.ipynb"
    stopped: Exception | None = None
    try:
        with ended_with_the_run() as manager_class:
            papermill.execute_notebook(
                source,
                str(target),
                parameters=values,
                engine_name=engine.NAME,
                autosave_cell_every=0,
                kernel_name="python3",
                kernel_manager_class=manager_class,
                cwd=str(scratch),
                progress_bar=False,
                log_output=False,
                start_timeout=START_TIMEOUT_S,
                execution_timeout=cell_timeout_s,
                extra_arguments=[
                    "--IPKernelApp.log_level=50"
                ],  # else runs print warnings about their own local sockets
            )
    except NoSuchKernel as error:
        raise MachineError("ไม่พบเคอร์เนล python3", todo="สร้างสภาพแวดล้อมใหม่ด้วย make test แล้วสั่ง ita doctor") from error
    except Exception as error:  # papermill, nbclient, the kernel's client and asyncio each have their own
        if isinstance(error, OSError) and not isinstance(error, CellTimeoutError):
            raise
        if not target.exists():
            raise NotebookError(f"รันสมุดงานไม่ได้: {error}") from error
        stopped = error
    return load(target), stopped


def _settle(executed: NotebookNode, source: NotebookNode, values: dict[str, Any]) -> None:
    """Leave in the notebook what was run and shown, nothing that another run would have otherwise."""
    kept = {cell.id for cell in source.cells if "id" in cell}
    executed.metadata["papermill"] = {"parameters": values}
    for number, cell in enumerate(executed.cells, start=1):
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.get("id") not in kept:
            cell["id"] = INJECTED if _is_injected(cell) else f"cell-{number}"


def _drop_asides(executed: NotebookNode) -> None:
    """Take out what a good run said on stderr: warnings name this machine's folders, and come on a first run only."""
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]


def _is_injected(cell: NotebookNode) -> bool:
    return INJECTED in cell.metadata.get("tags", [])


def _refuse_hiding_tags(notebook: NotebookNode, shown: str) -> None:
    problems = [
        Problem(
            code="cell-tag",
            file=shown,
            row=number,
            found=f"ป้าย {tag}",
            expected="เซลล์ที่รันและหยุดเมื่อผิดพลาด",
            fix="เอาป้ายนี้ออก",
        )
        for number, cell in enumerate(notebook.cells, start=1)
        for tag in sorted(HIDING_TAGS & set(cell.metadata.get("tags", [])))
    ]
    if problems:
        raise ParameterError(f"สมุดงาน {shown} มีป้ายที่ซ่อนความผิดพลาด จึงยังไม่ได้รัน", problems)


def _unfinished(executed: NotebookNode) -> CellFailure | None:
    """Return the first code cell that did not end well: papermill can call a run that ended early a success."""
    for cell in _code_cells(executed):
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors:
            return _failure(executed, cell, errors[0].ename, errors[0].evalue)
        if not _was_answered(cell) or cell.execution_count is None:
            return _failure(executed, cell, "Unfinished", "เซลล์นี้ไม่ได้ทำงานจนจบ")
    return None


def _stopped(executed: NotebookNode, error: Exception, shown: str) -> CellFailure:
    """Return the cell at which the run stopped: the one that failed, else the first that the kernel never answered.

    Raises:
        MachineError: the kernel never took a cell.
    """
    cells = _code_cells(executed)
    if not _was_taken(executed):
        raise MachineError(f"เคอร์เนลของ {shown} ไม่เริ่มทำงาน: {error}", todo="สั่ง ita doctor") from error
    for cell in cells:
        failed = [output for output in cell.outputs if output.output_type == "error"]
        if failed and _was_answered(cell):
            return _failure(executed, cell, failed[0].ename, failed[0].evalue)
        if not _was_answered(cell):
            name = type(error).__name__
            return _failure(executed, cell, name, _WHY.get(name, str(error).partition("\n")[0]))
    return _failure(executed, cells[-1], type(error).__name__, str(error))


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _was_taken(executed: NotebookNode) -> bool:
    """Return whether a kernel took a cell at all: before that, nothing of the notebook has run."""
    return any(cell.metadata.get("execution") for cell in _code_cells(executed))


def _was_answered(cell: NotebookNode) -> bool:
    """Return whether the kernel told the end of this cell; papermill's own mark says completed of cells that never ran."""
    return "shell.execute_reply" in cell.metadata.get("execution", {})


def _failure(executed: NotebookNode, cell: NotebookNode, name: str, message: str) -> CellFailure:
    """Return the failure of `cell`, counted in the notebook as written: without the cells that papermill puts in."""
    before = executed.cells[: executed.cells.index(cell) + 1]
    added = sum(_is_injected(part) or ERROR_MARK in part.metadata.get("tags", []) for part in before)
    return CellFailure(max(1, len(before) - added), cell.source, str(name), str(message))
