"""A papermill engine that writes the notebook once, when the run has ended: papermill's own writes it twice a cell.

Only `notebook._execute` imports this module, for it imports papermill.
"""

from __future__ import annotations

from typing import Any

from papermill.engines import (  # type: ignore[import-untyped]
    NBClientEngine,
    NotebookExecutionManager,
    papermill_engines,
)

NAME = "ita-once"


class _Once(NotebookExecutionManager):  # type: ignore[misc]
    """Saves at the end alone; the end is reached even when a cell failed or the kernel died."""

    def save(self, **kwargs: Any) -> None:
        if self.end_time:
            super().save(**kwargs)


class OnceEngine(NBClientEngine):  # type: ignore[misc]
    """papermill's engine with that manager."""

    @classmethod
    def execute_notebook(
        cls,
        nb: Any,
        kernel_name: str,
        output_path: str | None = None,
        progress_bar: bool = True,
        log_output: bool = False,
        autosave_cell_every: int = 0,
        **kwargs: Any,
    ) -> Any:
        """Run the cells and return the notebook (as `papermill.engines.Engine.execute_notebook`)."""
        manager = _Once(nb, output_path=output_path, progress_bar=progress_bar, log_output=log_output)
        manager.notebook_start()
        try:
            cls.execute_managed_notebook(manager, kernel_name, log_output=log_output, **kwargs)
        finally:
            manager.cleanup_pbar()
            manager.notebook_complete()
        return manager.nb


papermill_engines.register(NAME, OnceEngine)
