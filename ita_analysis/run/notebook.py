"""Runs one notebook from top to bottom with checked parameters, and believes only a run in which every cell ended well."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import NotebookError, ParameterError, Problem
from ita_analysis.run import imports  # noqa: F401 - before nbformat
from ita_analysis.run.parameters import checked, parameters_of

import nbformat  # isort: skip
from nbformat import NotebookNode  # isort: skip

START_TIMEOUT_S = 60
CELL_TIMEOUT_S = 300
HIDING_TAGS = {"raises-exception", "skip-execution"}  # would let a run look whole that is not


@dataclass(frozen=True)
class NotebookRun:
    """A notebook after its run; `failure` is None where every cell ended well."""

    notebook: NotebookNode
    failure: CellFailure | None


@dataclass(frozen=True)
class CellFailure:
    """Which cell stopped the run and what it said; `cell` counts from 1 over all cells."""

    cell: int
    source: str
    name: str
    message: str


def load(path: Path) -> NotebookNode:
    """Return the notebook at `path`.

    Raises:
        NotebookError: it is not there or is no notebook.
    """
    try:
        return nbformat.read(path, as_version=4)  # type: ignore[no-any-return, no-untyped-call]
    except (OSError, ValueError, nbformat.ValidationError) as error:
        raise NotebookError(f"อ่านสมุดงาน {places.shown(path)} ไม่ได้: {error}") from error


def run_notebook(path: Path, parameters: Mapping[str, Any]) -> NotebookRun:
    """Run the notebook at `path` by papermill in a cold kernel and return it with its outputs.

    Args:
        path: a notebook with one `parameters` cell.
        parameters: values for it; unknown names and wrong types are refused before anything runs.

    Raises:
        ParameterError: the parameters or the notebook's tags don't fit.
        NotebookError: the notebook can't be read or no kernel starts.
    """
    source = load(path)
    shown = places.shown(path)
    values = checked(parameters_of(source, shown), parameters, shown)
    _refuse_hiding_tags(source, shown)
    with tempfile.TemporaryDirectory(prefix="ita-run-") as scratch, _own_folders():
        executed, failure = _execute(path, Path(scratch), values)
    return NotebookRun(executed, failure or _unfinished(executed))


def _execute(path: Path, scratch: Path, values: dict[str, Any]) -> tuple[NotebookNode, CellFailure | None]:
    import papermill
    from papermill.exceptions import PapermillException, PapermillExecutionError

    logging.getLogger("papermill").setLevel(logging.ERROR)
    target = scratch / "executed.ipynb"
    failure = None
    try:
        papermill.execute_notebook(
            str(path),
            str(target),
            parameters=values,
            kernel_name="python3",
            cwd=str(scratch),
            progress_bar=False,
            log_output=False,
            start_timeout=START_TIMEOUT_S,
            execution_timeout=CELL_TIMEOUT_S,
            extra_arguments=[
                "--IPKernelApp.log_level=40"
            ],  # else each run prints a warning about its own local sockets
        )
    except PapermillExecutionError as error:
        failure = CellFailure(error.cell_index + 1, error.source, str(error.ename), str(error.evalue))
    except (PapermillException, RuntimeError, OSError) as error:
        if not target.exists():
            raise NotebookError(f"รันสมุดงาน {places.shown(path)} ไม่ได้: {error}") from error
        failure = _stopped(load(target), error)
    executed = load(target)
    executed.metadata["papermill"] = {"parameters": values}  # times and temporary paths would change with every run
    for cell in executed.cells:
        cell.metadata.pop("papermill_times", None)
    return executed, failure


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


def _unfinished(notebook: NotebookNode) -> CellFailure | None:
    """Return the first code cell that was not completed: papermill can call a run that ended early a success."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type != "code" or not cell.source.strip():
            continue
        status = cell.metadata.get("papermill", {}).get("status")
        errors = [output for output in cell.outputs if output.output_type == "error"]
        if errors:
            return CellFailure(number, cell.source, errors[0].ename, errors[0].evalue)
        if status != "completed" or cell.execution_count is None:
            return CellFailure(number, cell.source, "Unfinished", "เซลล์นี้ไม่ได้ทำงานจนจบ")
    return None


def _stopped(notebook: NotebookNode, error: Exception) -> CellFailure:
    """Return the cell at which the kernel died, hung or was stopped."""
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.cell_type == "code" and cell.metadata.get("papermill", {}).get("status") != "completed":
            return CellFailure(number, cell.source, type(error).__name__, str(error))
    return CellFailure(len(notebook.cells), "", type(error).__name__, str(error))


@contextmanager
def _own_folders() -> Iterator[None]:
    """Point matplotlib's, IPython's and Jupyter's own folders into the cache for the length of a run."""
    cache = places.cache_folder()
    wanted = {
        "MPLCONFIGDIR": cache / "matplotlib",
        "IPYTHONDIR": cache / "ipython",
        "JUPYTER_RUNTIME_DIR": cache / "runtime",
    }
    before = {name: os.environ.get(name) for name in wanted}
    for name, folder in wanted.items():
        folder.mkdir(parents=True, exist_ok=True)
        os.environ[name] = str(folder)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
