"""Runs the command line in a process of its own, as a user does: `ita("check", path)`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PROJECT = Path(__file__).resolve().parent.parent


class Ended(NamedTuple):
    """How a command ended."""

    returncode: int
    stdout: str
    stderr: str


def ita(
    *arguments: str | Path, cwd: Path | None = None, input: str | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the command line in a process of its own, as a user does; `environment` adds to the suite's."""
    return subprocess.run(
        [sys.executable, "-m", "ita_analysis.cli", *map(str, arguments)],
        cwd=cwd or PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT), "PYTHONUTF8": "1", **environment},
        input=input,
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
