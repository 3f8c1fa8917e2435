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
from ita_analysis.brief.block_parts import MIME
from ita_analysis.errors import MachineError, NotebookError, ParameterError, Problem
from ita_analysis.run import imports  # noqa: F401 - before nbformat
from ita_analysis.run.folders import own_folders
from ita_analysis.run.limits import Limits
from ita_analysis.run.parameters import checked, parameters_of
from ita_analysis.run.warm import WarmParent

import nbformat  # isort: skip
from nbformat import NotebookNode  # isort: skip

from ita_analysis.run.failure import CellFailure as CellFailure  # isort: skip
from ita_analysis.run.failure import INJECTED, is_injected, stopped_at, unfinished, was_taken  # isort: skip

ATTEMPTS = 3  # a kernel can fail to start, and the parent it was forked from can be killed
HIDING_TAGS = {"raises-exception", "skip-execution"}  # would let a run look whole that is not


@dataclass(frozen=True)
class NotebookRun:
    """A notebook after its run; `failure` is None where every cell ended well."""

    notebook: NotebookNode
    failure: CellFailure | None


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


def run_notebook(
    path: Path, parameters: Mapping[str, Any], *, limits: Limits | None = None, kernels: WarmParent | None = None
) -> NotebookRun:
    """Run the notebook at `path` by papermill's means and return it with its outputs.

    Args:
        path: a notebook with one `parameters` cell; it is read once, what changes later does not count.
        parameters: values for it; unknown names and wrong types are refused before anything runs.
        limits: what the run may take (default: `Limits()`).
        kernels: a warm parent to fork the kernel from; without one, or where it can't, the kernel starts cold.

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
            executed, stopped = _execute(source, values, limits or Limits(), kernels)
        except OSError as error:
            raise MachineError(
                f"เขียนโฟลเดอร์ชั่วคราวไม่ได้ ({error.strerror})", todo="ตรวจเนื้อที่ว่าง หรือกำหนดโฟลเดอร์อื่นด้วยตัวแปร TMPDIR"
            ) from error
    failure = stopped_at(executed, stopped, shown) if stopped else unfinished(executed)
    _settle(executed, source, values)
    if failure is None:
        _drop_asides(executed)
    return NotebookRun(executed, failure)


def _execute(
    source: NotebookNode, values: dict[str, Any], limits: Limits, kernels: WarmParent | None
) -> tuple[NotebookNode, Exception | None]:
    """Return the notebook as far as it ran, and what stopped it; a run that lost its warm parent gets another."""
    for attempt in range(ATTEMPTS):
        warm = kernels if kernels is not None and kernels.is_ready() else None
        lost = warm.lost if warm else 0
        place = warm.folder if warm else None
        with tempfile.TemporaryDirectory(prefix="ita-run-", dir=place, ignore_cleanup_errors=True) as scratch:
            executed, stopped = _attempt(source, values, Path(scratch), limits, warm)
        is_lost = warm is not None and warm.lost > lost
        if warm is not None and not is_lost:
            warm.ran_well()
        if stopped is None or (was_taken(executed) and not (is_lost and attempt == 0)):
            break
    return executed, stopped


def _attempt(
    source: NotebookNode, values: dict[str, Any], scratch: Path, limits: Limits, warm: WarmParent | None
) -> tuple[NotebookNode, Exception | None]:
    from jupyter_client.kernelspec import NoSuchKernel
    from nbclient.exceptions import CellTimeoutError
    from papermill.execute import raise_for_execution_errors  # type: ignore[import-untyped]
    from papermill.iorw import load_notebook_node  # type: ignore[import-untyped]
    from papermill.parameterize import parameterize_notebook  # type: ignore[import-untyped]

    from ita_analysis.run import engine, manager

    logging.getLogger("papermill").setLevel(logging.CRITICAL)  # what stops a run is told by us
    logging.getLogger("traitlets").setLevel(logging.CRITICAL)
    executed = load_notebook_node(source)
    if values:
        executed = parameterize_notebook(executed, values, kernel_name="python3", language="python")
    work = scratch / "work"
    work.mkdir()
    try:
        with manager.kernel_of_run(scratch, warm, limits.output_bytes) as kernel:
            engine.execute(executed, kernel, str(work), limits)
        raise_for_execution_errors(executed, None)  # puts a link to the failing cell on top
    except NoSuchKernel as error:
        raise MachineError("ไม่พบเคอร์เนล python3", todo="สร้างสภาพแวดล้อมใหม่ด้วย make test แล้วสั่ง ita doctor") from error
    except Exception as error:  # papermill, nbclient, the kernel's client and asyncio each have their own
        if isinstance(error, OSError) and not isinstance(error, CellTimeoutError):
            raise
        return executed, error
    return executed, None


def _settle(executed: NotebookNode, source: NotebookNode, values: dict[str, Any]) -> None:
    """Leave in the notebook what was run and shown, nothing that another run would have otherwise, in a file's order.

    What outputs hold becomes plain data: a notebook's own type would rebuild every part of it.
    """
    kept = {cell.id for cell in source.cells if "id" in cell}
    executed.metadata["papermill"] = {"parameters": values}
    for number, cell in enumerate(executed.cells, start=1):
        for name in ("papermill", "execution"):
            cell.metadata.pop(name, None)
        if cell.get("id") not in kept:
            cell["id"] = INJECTED if is_injected(cell) else f"cell-{number}"
        for output in cell.get("outputs", ()):
            if "data" in output:
                data = output["data"]
                is_block = MIME in data and all(type(shown) in (dict, str) for shown in data.values())  # plain already
                plain = dict(data) if is_block else json.loads(json.dumps(data, sort_keys=True))
                dict.__setitem__(output, "data", plain)


def _drop_asides(executed: NotebookNode) -> None:
    """Take out what a good run said on stderr: warnings name this machine's folders, and come on a first run only."""
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = [output for output in cell.outputs if output.get("name") != "stderr"]


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
