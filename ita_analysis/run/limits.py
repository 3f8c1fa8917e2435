"""What one run of a notebook may take at most, and what is said of a cell that took more."""

from __future__ import annotations

from dataclasses import dataclass

from ita_analysis.thai.catalogue import catalogue

MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class Limits:
    """Bounds of one run; past any of them the run ends as a failure of the cell that was at work.

    `memory_bytes` counts what the kernel writes to beyond what it has when its first cell begins. It holds for each
    process alone (a cell may start others), and only where the system can bound a process.
    """

    cell_s: float = 300
    notebook_s: float = 900  # all cells together
    memory_bytes: int = 1024 * MEGABYTE
    output_bytes: int = 32 * MEGABYTE  # of one cell, as it is sent


class OutputLimitError(Exception):
    """A cell showed more than its limit."""


class NotebookTimeoutError(Exception):
    """All cells together took more than their limit."""


def why(name: str, said: str) -> str:
    """Return what a reader is told of an error called `name`; `said` is its own message, kept where there are no words for it."""
    words: dict[str, str] = catalogue("run")["why"]
    known = words.get(name)
    if known is None:
        return said
    return f"{known} ({said})" if name == "MemoryError" and said else known
