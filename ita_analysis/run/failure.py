"""At which cell a run stopped, and why: a run is believed only when every code cell was answered and ended well."""

from __future__ import annotations

from dataclasses import dataclass

from nbformat import NotebookNode

from ita_analysis.errors import MachineError
from ita_analysis.run.limits import why

INJECTED = "injected-parameters"  # papermill's tags for the cells it puts in
ERROR_MARK = "papermill-error-cell-tag"


@dataclass(frozen=True)
class CellFailure:
    """Which cell stopped the run and what it said; `cell` counts from 1 over all cells of the notebook as written."""

    cell: int
    source: str
    name: str
    message: str


def unfinished(executed: NotebookNode) -> CellFailure | None:
    """Return the first code cell that did not end well: papermill can call a run that ended early a success."""
    for cell in _code_cells(executed):
        errors = _errors(cell)
        if errors:
            return _failure(executed, cell, errors[0].ename, errors[0].evalue)
        if not _was_answered(cell) or cell.execution_count is None:
            return _failure(executed, cell, "Unfinished", "")
    return None


def stopped_at(executed: NotebookNode, error: Exception, shown: str) -> CellFailure:
    """Return the cell at which the run stopped: the one that failed, else the first that the kernel never answered.

    Raises:
        MachineError: the kernel never took a cell.
    """
    cells = _code_cells(executed)
    if not was_taken(executed):
        raise MachineError(f"เคอร์เนลของ {shown} ไม่เริ่มทำงาน: {error}", todo="สั่ง ita doctor") from error
    for cell in cells:
        errors = _errors(cell)
        if errors and _was_answered(cell):
            return _failure(executed, cell, errors[0].ename, errors[0].evalue)
        if not _was_answered(cell):
            return _failure(executed, cell, type(error).__name__, str(error).partition("\n")[0])
        if cell.metadata.get("papermill", {}).get("exception"):
            return _failure(executed, cell, "CellExecutionError", "")  # it failed and could not say why
    return _failure(executed, cells[-1], type(error).__name__, str(error))


def was_taken(executed: NotebookNode) -> bool:
    """Return whether a kernel took a cell at all: before that, nothing of the notebook has run."""
    return any(cell.metadata.get("execution") for cell in _code_cells(executed))


def is_injected(cell: NotebookNode) -> bool:
    """Return whether papermill put this cell in, with the values of the parameters."""
    return INJECTED in cell.metadata.get("tags", [])


def _code_cells(notebook: NotebookNode) -> list[NotebookNode]:
    return [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]


def _errors(cell: NotebookNode) -> list[NotebookNode]:
    return [output for output in cell.outputs if output.output_type == "error"]


def _was_answered(cell: NotebookNode) -> bool:
    """Return whether the kernel told the end of this cell; papermill's own mark says completed of cells that never ran."""
    return "shell.execute_reply" in cell.metadata.get("execution", {})


def _failure(executed: NotebookNode, cell: NotebookNode, name: str, message: str) -> CellFailure:
    """Return the failure of `cell`, counted in the notebook as written: without the cells that papermill puts in."""
    before = executed.cells[: executed.cells.index(cell) + 1]
    added = sum(is_injected(part) or ERROR_MARK in part.metadata.get("tags", []) for part in before)
    return CellFailure(max(1, len(before) - added), cell.source, str(name), why(str(name), str(message)))
