"""Makes a brief beside the notebook: one process of the command line, its steps told as they come, the kernel stays free."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from ita_analysis import places
from ita_analysis.brief.facts import BriefFacts, listed_paths
from ita_analysis.lab.words import tell

STEPS = 3  # reading, running and writing, done
STEP_MARK = "· "  # begins a line that tells a step


@dataclass(frozen=True)
class Ended:
    """How a job ended: the files that it made, or the sentence that says why it made none."""

    files: tuple[Path, ...]
    error: str
    seconds: float


def brief_command(facts: BriefFacts, scores: str, rules: str, output: Path) -> list[str]:
    """Return the command that makes the brief of these facts; its run is named after the framework, so none is mixed."""
    given = [
        *("--agency", facts.agency_code, "--year", str(facts.fiscal_year_be), "--line", repr(float(facts.line))),
        *("--output", str(output), "--run", f"lab-{facts.framework_name}"),
    ]
    for option, listed in (("--scores", scores), ("--rules", rules)):
        for path in listed_paths(listed):
            given += [option, str(path)]
    return [sys.executable, "-m", "ita_analysis.cli", "brief", "--json", *given]


def start(command: Sequence[str], step: Callable[[str], None], end: Callable[[Ended], None]) -> threading.Thread:
    """Run a command of ours in the background; `step` and `end` are called from another thread."""
    thread = threading.Thread(target=_run, args=(list(command), step, end), daemon=True)
    thread.start()
    return thread


def _run(command: list[str], step: Callable[[str], None], end: Callable[[Ended], None]) -> None:
    began = time.monotonic()
    environment = {**os.environ, "PYTHONUTF8": "1"}
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=places.project_root(),
        env=environment,
        start_new_session=True,  # an interrupted cell does not stop the brief
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        for text in process.stderr:
            if text.startswith(STEP_MARK):
                step(text.removeprefix(STEP_MARK).strip())
            elif text.strip():
                said.append(text.rstrip())
        result = process.stdout.read()
    seconds = time.monotonic() - began
    if process.returncode:
        end(Ended((), "\n".join(said) or tell("job.stopped", code=process.returncode), seconds))
        return
    made = json.loads(result)
    end(Ended(tuple(Path(made["folder"]) / name for name in made["files"]), "", seconds))
