"""Work beside the notebook, in processes of their own: a brief whose steps are told, and the groups of large sets."""

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
from ita_analysis.brief.collecting import listed_paths
from ita_analysis.brief.facts import BriefFacts
from ita_analysis.brief.peer_group import all_peers, is_counted
from ita_analysis.lab.index import Source, open_source
from ita_analysis.lab.words import tell

STEPS = 3  # reading, running and writing, done
MANY = 1_000  # agencies from which counting a group takes seconds
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


def count_groups(source: Source, scores: str, rules: str) -> subprocess.Popen[bytes] | None:
    """Count the groups of all frameworks in the background where there are so many agencies that a pick would wait.

    They are stored beside the scores (`peer_group.all_peers`). None where nothing is to be counted.
    """
    left = [one for one in frameworks_of(source) if not is_counted(source.read, *one)]
    if len(source.read.names()) < MANY or source.read.scores.entry is None or not left:
        return None
    command = [sys.executable, "-m", __name__, scores, rules]
    return subprocess.Popen(command, cwd=places.project_root(), start_new_session=True, stdin=subprocess.DEVNULL)


def frameworks_of(source: Source) -> list[tuple[str, bool]]:
    """Return framework and mark of all scores, the latest year first."""
    found = source.frameworks.sort_values("fiscal_year_be", ascending=False, kind="stable")
    return [(str(name), bool(mark)) for name, mark in zip(found["framework"], found["is_synthetic"], strict=True)]


def main() -> None:
    """Count all groups of the scores and rules that the command names."""
    source = open_source(*sys.argv[1:3])
    for framework, is_synthetic in frameworks_of(source):
        all_peers(source.read, framework, is_synthetic, source.rules)


def start(command: Sequence[str], step: Callable[[str], None], end: Callable[[Ended], None]) -> threading.Thread:
    """Run a command of ours in the background; `step` and `end` are called from another thread."""
    thread = threading.Thread(target=_run, args=(list(command), step, end), daemon=True)
    thread.start()
    return thread


def _run(command: list[str], step: Callable[[str], None], end: Callable[[Ended], None]) -> None:
    began = time.monotonic()
    try:
        files, error = _made(command, step)
    except (OSError, ValueError, KeyError, TypeError) as fault:  # not started, or its answer is no report
        files, error = (), tell("pick.fault", fault=f"{type(fault).__name__}: {fault}")
    end(Ended(files, error, time.monotonic() - began))


def _made(command: list[str], step: Callable[[str], None]) -> tuple[tuple[Path, ...], str]:
    """Return the files that a command made, or the sentence with which it ended."""
    said: list[str] = []
    with subprocess.Popen(
        command,
        cwd=places.project_root(),
        env={**os.environ, "PYTHONUTF8": "1"},
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
    if process.returncode:
        return (), "\n".join(said) or tell("job.stopped", code=process.returncode)
    made = json.loads(result)
    return tuple(Path(made["folder"]) / name for name in made["files"]), ""


if __name__ == "__main__":
    main()
