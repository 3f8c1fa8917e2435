"""papermill's engine `ita`, for whoever runs papermill: `papermill --engine ita NOTEBOOK OUTPUT -p agency 9901`.

papermill imports this module whenever anyone starts it, and while its own modules are half imported: so nothing of its or
of ours is imported here before it is used, not even the class that other engines come from.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from nbformat import NotebookNode

KERNEL = "python3"


class ItaEngine:
    """Runs a notebook as our own runs do: in memory, each cell within the limits, ended with all that it started."""

    @classmethod
    def execute_notebook(
        cls,
        nb: NotebookNode,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        log_output: bool = False,
        execution_timeout: float | None = None,
        stdout_file: Any = None,
        stderr_file: Any = None,
        **_: Any,
    ) -> NotebookNode:
        """Run the cells of `nb` in place and return it; it is written once, however the run ended.

        Args:
            nb: a notebook with its parameters in place.
            kernel_name: `python3` alone is run.
            output_path: where the notebook is written; None: nowhere.
            progress_bar, log_output, stdout_file, stderr_file: as papermill has them.
            execution_timeout: seconds that a cell may take (default: that of `Limits`).
            _: what other engines take.

        Raises:
            NotebookError: another kernel was asked for.
            CellTimeoutError, NotebookTimeoutError, OutputLimitError, DeadKernelError: as `engine.execute`.
        """
        from papermill.iorw import write_ipynb  # type: ignore[import-untyped]

        from ita_analysis.errors import NotebookError
        from ita_analysis.run import engine, manager
        from ita_analysis.run.limits import Limits

        if kernel_name != KERNEL:
            raise NotebookError(
                f"ตัวรัน ita ใช้ได้กับเคอร์เนล {KERNEL} เท่านั้น ไม่ใช่ {kernel_name}", todo=f"สั่งด้วย --kernel {KERNEL}"
            )
        cell_s = execution_timeout or Limits.cell_s
        limits = Limits(cell_s=cell_s, notebook_s=max(cell_s, Limits.notebook_s))
        shown = {"log_output": log_output, "stdout_file": stdout_file, "stderr_file": stderr_file}
        with tempfile.TemporaryDirectory(prefix="ita-run-", ignore_cleanup_errors=True) as folder:
            try:
                with manager.kernel_of_run(Path(folder), None, limits.output_bytes) as kernel:
                    engine.execute(nb, kernel, os.getcwd(), limits, progress_bar=progress_bar, shown=shown)  # noqa: PTH109
            finally:
                if output_path:
                    write_ipynb(nb, output_path)
        return nb

    @classmethod
    def nb_kernel_name(cls, nb: NotebookNode, name: str | None = None) -> str:
        """Return `name`, else the kernel that the notebook names."""
        from papermill.utils import nb_kernel_name  # type: ignore[import-untyped]

        return str(nb_kernel_name(nb, name))

    @classmethod
    def nb_language(cls, nb: NotebookNode, language: str | None = None) -> str:
        """Return `language`, else the one that the notebook names."""
        from papermill.utils import nb_language

        return str(nb_language(nb, language))
