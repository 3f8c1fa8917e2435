"""What a batch costs on a Dask scheduler with two workers, beside the plain pool of two in the same run: CPU and wall.

    make bench

CPU is that of every process: client, scheduler, nannies, workers, warm parents, kernels. `work` counts a cluster that
stands already, as on a day of batches; `all` counts its start and end too. Only ratios of one run mean something.
"""

from __future__ import annotations

import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 3
COUNT = 50
WAIT = "import sys, distributed; distributed.Client(sys.argv[1]).wait_for_workers(2)"
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100


def children_cpu() -> float:
    """Return user + system seconds of all children that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def tree_cpu(roots: list[int]) -> float:
    """Return user + system seconds of live processes and all below them, with those that they waited for."""
    below: dict[int, list[int]] = {}
    took: dict[int, float] = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        number = int(path.parent.name)
        below.setdefault(int(fields[1]), []).append(number)
        took[number] = sum(map(int, fields[11:15])) / TICKS
    total, waiting = 0.0, list(roots)
    while waiting:
        process = waiting.pop()
        waiting += below.get(process, [])
        total += took.get(process, 0.0)
    return total


def batch(output: Path, *more: str) -> tuple[float, float]:
    """Make the packs of the made-up agencies; return CPU seconds of the command with its children, and wall."""
    codes = ",".join(str(9901 + number) for number in range(COUNT))
    command = [sys.executable, "-m", "ita_analysis.cli", "batch", "--year", "2567", "--agencies", codes, "--force"]
    command += ["--scores", str(PROJECT / "data" / "synthetic"), "--output", str(output), *more]
    cpu, start = children_cpu(), time.monotonic()
    done = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    if done.returncode or len(list(output.glob("*/*/brief.pdf"))) != COUNT:
        sys.exit(f"not {COUNT} packs:\n{done.stdout}{done.stderr[-2000:]}")
    return children_cpu() - cpu, time.monotonic() - start


def on_cluster(output: Path) -> tuple[float, float, float]:
    """Return CPU seconds of a batch on a standing cluster, those with its start and end, and wall of the batch."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        port = str(one.getsockname()[1])
    address = f"tcp://127.0.0.1:{port}"
    settings = {**os.environ, "DASK_CONFIG": str(PROJECT / "docs" / "dask.yaml")}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "env": settings}
    dask = [sys.executable, "-m", "dask"]
    alone = ["--no-dashboard", "--dashboard-address", "127.0.0.1:0"]
    scheduler = subprocess.Popen([*dask, "scheduler", "--host", "127.0.0.1", "--port", port, *alone], **quiet)
    workers = subprocess.Popen([*dask, "worker", address, "--nworkers", "2", "--nthreads", "1", *alone], **quiet)
    try:
        subprocess.run([sys.executable, "-c", WAIT, address], check=True)
        before = children_cpu()
        standing = tree_cpu([scheduler.pid, workers.pid])
        client, wall = batch(output, "--cluster", address)
        work = client + tree_cpu([scheduler.pid, workers.pid]) - standing
    finally:
        for process in (workers, scheduler):
            process.terminate()
            process.wait(60)
    return work, children_cpu() - before, wall


def main() -> None:
    """Measure, print, and write `outputs/bench/cluster.json`."""
    rounds = []
    with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
        folder = Path(scratch)
        batch(folder / "warm")  # the file cache and the counting of scores
        for number in range(ROUNDS):
            plain, wall = batch(folder / f"plain-{number}", "--workers", "2")
            work, all_of_it, there = on_cluster(folder / f"cluster-{number}")
            rounds.append((work / plain, all_of_it / plain, there / wall, plain, work))
            print([round(value, 2) for value in rounds[-1]], flush=True)
    names = ("work_to_plain_cpu", "all_to_plain_cpu", "wall_to_plain", "plain_cpu_s", "work_cpu_s")
    result = {
        name: round(statistics.median(column), 2) for name, column in zip(names, zip(*rounds, strict=True), strict=True)
    }
    result["agencies"] = COUNT
    print(json.dumps(result))
    target = PROJECT / "outputs" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    (target / "cluster.json").write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
