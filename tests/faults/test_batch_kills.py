"""A batch killed at random moments, again and again, ends as if nobody had touched it; the count is printed.

make faults        (KILLS=100 by default)
"""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ita_analysis.scores import synthetic

PROJECT = Path(__file__).resolve().parent.parent.parent
KILLS = int(os.environ.get("KILLS", "100"))
AGENCIES = 8
SEED = 20261127
MARK = "ITA_FAULT_TEST"
PAGES = ("brief.html", "brief.pdf", "annex.xlsx", "executed.ipynb")


def processes(mark: str) -> list[int]:
    """Return every process that carries the mark in its environment."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if f"{MARK}={mark}".encode() in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
        except OSError:
            continue
    return found


def contents(run: Path) -> dict[str, bytes | object]:
    """Return pages by their bytes, manifests by what they say but for the time they took."""
    found: dict[str, bytes | object] = {}
    for path in sorted(run.rglob("*")):
        name = str(path.relative_to(run))
        if path.name in PAGES or path.name.startswith("overview."):
            found[name] = path.read_bytes()
        elif path.name == "manifest.json":
            said = json.loads(path.read_text(encoding="utf-8"))
            found[name] = {key: value for key, value in said.items() if key not in ("seconds", "seal")}
        elif path.is_file() and path.name not in ("run.json", "index.html", ".state.json"):
            found[name] = b"left behind"
    return found


@pytest.mark.faults
def test_a_batch_killed_at_random_moments_ends_like_an_undisturbed_one(tmp_path):
    scores, temporary = tmp_path / "scores", tmp_path / "tmp"
    temporary.mkdir()
    synthetic.write(scores / "s.csv", synthetic.agency_codes(AGENCIES, ""), synthetic.years_before(2), 1)
    mark = str(os.getpid())
    environment = {
        **os.environ,
        MARK: mark,
        "TMPDIR": str(temporary),
        "ITA_CACHE": str(tmp_path / "cache"),
        "PYTHONPATH": str(PROJECT),
    }

    def start(output: Path) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "ita_analysis.cli", "batch", "--year", "2567", "--workers", "2"]
        where = ["--scores", str(scores), "--output", str(output)]
        return subprocess.Popen([*command, *where], env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)

    def finish(output: Path) -> float:
        began = time.monotonic()
        process = start(output)
        said = process.communicate()[0].decode("utf-8")
        assert process.returncode == 0, said
        return time.monotonic() - began

    finish(tmp_path / "calm")
    calm = contents(tmp_path / "calm" / "brief-2567")
    assert sum(name.endswith("brief.pdf") for name in calm) == AGENCIES
    chance, kills, rounds, finished = random.Random(SEED), 0, 0, 0
    while kills < KILLS:
        rounds += 1
        output = tmp_path / f"round-{rounds}"
        longest = 1.2 * finish(tmp_path / f"measure-{rounds}")
        for _ in range(min(20, KILLS - kills)):
            process = start(output)
            try:
                process.communicate(timeout=chance.uniform(0.05, longest))
                finished += 1  # it was done before its time came
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
                process.communicate()
                kills += 1
            deadline = time.monotonic() + 10
            while (left := processes(mark)) and time.monotonic() < deadline:
                time.sleep(0.02)
            assert not left, f"processes {left} outlived their batch"
            if finished and (output / "brief-2567" / "city").exists():
                break
        finish(output)
        assert contents(output / "brief-2567") == calm
        hidden = [str(path) for folder in (output, output / "brief-2567") for path in folder.glob(".*")]
        assert {Path(path).name for path in hidden} == {".state.json"}, hidden
        assert not list(temporary.iterdir())
        runtime = tmp_path / "cache" / "runtime"
        assert not runtime.exists() or not list(runtime.iterdir())
    print(f"\nbatch killed with -9 at {kills} random moments in {rounds} rounds: same bytes, nothing left behind")
