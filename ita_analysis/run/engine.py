"""papermill's engine for one run: the notebook stays in memory, and every cell keeps to the run's limits.

papermill's own engine writes the whole notebook twice a cell and validates it each time. `notebook` calls this one, and
papermill does where its user asks for the engine `ita` (`papermill_engine`); both import it late, for it imports papermill.
"""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Mapping
from typing import Any

from jupyter_core.utils import run_sync
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat import NotebookNode
from papermill.clientwrap import PapermillNotebookClient  # type: ignore[import-untyped]
from papermill.engines import NotebookExecutionManager  # type: ignore[import-untyped]

from ita_analysis.brief.blocks import MIME
from ita_analysis.run import kernels
from ita_analysis.run.forked_manager import ForkedManager
from ita_analysis.run.frames import SIZE
from ita_analysis.run.limits import Limits, NotebookTimeoutError, OutputLimitError
from ita_analysis.run.manager import RunManager

START_TIMEOUT_S = 60
OUTPUT_WAIT_S = 30  # for outputs that come after a cell's end
LOOK_EVERY_S = 1  # whether the kernel still lives
TURNS = 5  # of the loop, until a waiting task that was cancelled has ended
MESSAGE_BYTES = 500  # what an output weighs beyond its contents


def execute(
    notebook: NotebookNode,
    manager: RunManager | ForkedManager,
    folder: str,
    limits: Limits,
    *,
    progress_bar: bool = False,
    shown: Mapping[str, Any] | None = None,
) -> None:
    """Run the cells of `notebook` in place, in the folder given; `shown` is what papermill's client shows meanwhile.

    Raises:
        CellTimeoutError, NotebookTimeoutError, OutputLimitError: a cell went beyond a limit.
        DeadKernelError: the kernel died.
    """
    book = _Book(notebook, progress_bar=progress_bar, autosave_cell_every=0)
    book.notebook_start()
    client = _Client(book, km=manager, limits=limits, folder=folder, shown=shown or {})
    environment = {name: value for name, value in os.environ.items() if name != "MPLBACKEND"}  # charts belong in cells
    environment |= {kernels.MARK: manager.mark, "OPENBLAS_NUM_THREADS": "1"}
    try:
        client.execute(cleanup_kc=True, env=environment)
    except Exception as error:
        client.unanswer()
        if isinstance(error, DeadKernelError) and client.is_flooded:
            raise OutputLimitError from error
        if isinstance(error, CellTimeoutError) and time.monotonic() >= client.deadline:
            raise NotebookTimeoutError from error
        raise
    finally:
        book.notebook_complete()


class _Book(NotebookExecutionManager):  # type: ignore[misc]
    """papermill's record of a run, without the times of its cells: they are no part of what is kept."""

    def cell_start(self, cell: NotebookNode, cell_index: int | None = None, **_: Any) -> None:
        """Note that the cell is at work."""
        cell.metadata.papermill["status"] = self.RUNNING


class _Client(PapermillNotebookClient):  # type: ignore[misc]
    """papermill's client, with limits on outputs and on the whole notebook."""

    def __init__(
        self,
        book: NotebookExecutionManager,
        km: RunManager | ForkedManager,
        limits: Limits,
        folder: str,
        shown: Mapping[str, Any],
    ) -> None:
        super().__init__(
            book,
            km=km,
            kernel_name="python3",
            resources={"metadata": {"path": folder}},
            timeout_func=self._seconds_left,
            startup_timeout=START_TIMEOUT_S,
            iopub_timeout=OUTPUT_WAIT_S,
            extra_arguments=list(kernels.ARGUMENTS),
            ipython_hist_file="",
            **shown,
        )
        self.is_flooded = False
        self.deadline = time.monotonic() + limits.notebook_s
        self._limits = limits
        self._shown = (-1, 0)  # cell, bytes
        self._cell: NotebookNode | None = None
        self._waiting: list[asyncio.Task[None] | None] = []  # those of the cell at work

    def _seconds_left(self, _: NotebookNode) -> float:
        return max(0.001, min(self.deadline - time.monotonic(), self._limits.cell_s))

    def start_new_kernel_client(self, **named: Any) -> Any:
        """Start the client, then bound the kernel's memory: what it needs to start is its own affair."""
        started = super().start_new_kernel_client(**named)
        self.deadline = time.monotonic() + self._limits.notebook_s
        kernels.limit_memory(self.km.pid, self._limits.memory_bytes)
        return started

    def execute_cell(self, cell: NotebookNode, cell_index: int, **named: Any) -> Any:
        """Run one cell and remember which."""
        self._cell = cell
        self._waiting.clear()
        return super().execute_cell(cell, cell_index, **named)

    def unanswer(self) -> None:
        """Take back that the cell at work was answered: its outputs were not all taken in."""
        if self._cell is not None:
            self._cell.metadata.get("execution", {}).pop("shell.execute_reply", None)

    def wait_for_reply(self, msg_id: str, cell: NotebookNode | None = None) -> dict[str, Any]:
        """Return what the kernel said of itself at its start: papermill asks again at the end."""
        return {"content": {"language_info": self.kc.language_info}}

    def process_message(self, message: dict[str, Any], cell: NotebookNode, cell_index: int) -> Any:
        """Take in one message, unless the cell has shown too much."""
        before = self._shown[1] if self._shown[0] == cell_index else 0
        self._shown = (cell_index, before + MESSAGE_BYTES + message[SIZE])
        if self._shown[1] > self._limits.output_bytes:
            self._stop(is_flooded=True)
            return None
        return super().process_message(message, cell, cell_index)

    def output(self, outs: list[NotebookNode], msg: dict[str, Any], display_id: str | None, cell_index: int) -> Any:
        """Take in an output; the data of a block stays as it came, nbformat would rebuild and check every part of it."""
        content = msg["content"]
        data = content.get("data", {})
        if (
            MIME not in data
            or display_id
            or content["metadata"]
            or self.clear_before_next_output
            or self.output_hook_stack[msg["parent_header"].get("msg_id")]
            or not all(isinstance(shown, str) for name, shown in data.items() if name != MIME)
        ):
            return super().output(outs, msg, display_id, cell_index)
        node: Any = NotebookNode
        made = node(output_type=msg["msg_type"], metadata=node(), data=node())
        dict.update(made["data"], data)
        if msg["msg_type"] == "execute_result":
            made["execution_count"] = content["execution_count"]
        outs.append(made)
        return made

    async def _async_poll_kernel_alive(self) -> None:
        """Notice a dead kernel, and a channel that was cut though the kernel lives: one message was too long."""
        self._waiting.append(asyncio.current_task())
        while True:
            was_cut = await self.kc.is_cut(LOOK_EVERY_S)
            deadline = time.monotonic() + LOOK_EVERY_S
            while (is_alive := await self.km.is_alive()) and was_cut and time.monotonic() < deadline:
                await asyncio.sleep(0.01)  # a dying process closes its channels first
            if was_cut or not is_alive:
                self._stop(is_flooded=is_alive)
                return

    async def _async_poll_output_msg(self, *given: Any) -> None:
        self._waiting.append(asyncio.current_task())
        await super()._async_poll_output_msg(*given)

    async def _async_cleanup_kernel(self) -> None:
        """End the kernel, and let those end who waited for it: their loop is run no more."""
        for task in self._waiting:
            if task is not None:
                task.cancel()
        await super()._async_cleanup_kernel()
        for _ in range(TURNS):
            await asyncio.sleep(0)

    _cleanup_kernel = run_sync(_async_cleanup_kernel)

    def _stop(self, *, is_flooded: bool) -> None:
        self.is_flooded = is_flooded
        self.task_poll_for_reply.cancel()
