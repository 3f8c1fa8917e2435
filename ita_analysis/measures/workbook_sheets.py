"""The sheets of a register's workbook, hidden ones of ours too. Runs in the process of `scores.isolated`."""

from __future__ import annotations

from typing import Any

from ita_analysis.scores import workbook

ABOUT, BASE = "_ita", "_base"  # the hidden sheets: whose register it is, and the rows as they were written


def read(data: bytes) -> dict[str, Any]:
    """Return what `workbook.read` does, with the two hidden sheets of a register among the sheets."""
    return workbook.read(data, hidden=(ABOUT, BASE))
