"""What one run of a notebook costs with a cold and with a forked kernel, in CPU seconds, side by side in one run.

    python tests/bench/kernels.py [--runs 12] [--growth 200]

CPU is user + system of the driver, the kernels and the warm parent, by what the system counted of processes that were
waited for. `cells` is what the cells themselves took inside the kernel, `overhead` the rest of a run. Starting a warm
parent is paid once a worker and stands apart.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from tiny_notebooks import write_notebook

from ita_analysis import places
from ita_analysis.run.notebook import NotebookRun, load, run_notebook
from ita_analysis.run.warm import WarmParent

YEAR = 2567
CHARTS = 3  # of each brief; fewer, and the figures mean nothing
START = "import time as _time; _cpu = _time.process_time()"
END = "print('cells', _time.process_time() - _cpu)"


def own_cpu() -> float:
    """Return the CPU seconds of this process."""
    return _seconds(resource.RUSAGE_SELF)


def waited_cpu() -> float:
    """Return the CPU seconds of all children that were waited for."""
    return _seconds(resource.RUSAGE_CHILDREN)


def _seconds(who: int) -> float:
    usage = resource.getrusage(who)
    return usage.ru_utime + usage.ru_stime


def timed_notebook(folder: Path) -> Path:
    """Return a copy of the shipped notebook that says what its cells took."""
    notebook: dict[str, Any] = load(places.notebooks_folder() / "district_brief.ipynb")
    template = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook["cells"] = [
        {**template, "id": "start", "source": START},
        *notebook["cells"],
        {**template, "id": "end", "source": END},
    ]
    path = folder / "timed.ipynb"
    path.write_text(json.dumps(notebook), encoding="utf-8")
    return path


def cells_cpu(run: NotebookRun) -> float:
    """Return what the cells of a timed notebook took; the run must be whole, with every chart."""
    assert run.failure is None, run.failure
    outputs = [output for cell in run.notebook.cells for output in cell.get("outputs", [])]
    blocks = [output.get("data", {}).get("application/vnd.ita.block+json", {}) for output in outputs]
    assert sum(block.get("kind") == "chart" and "<svg" in block["svg"] for block in blocks) == CHARTS
    return float(outputs[-1]["text"].split()[1])


def parent_cpu(parent: WarmParent) -> float:
    """Return the CPU seconds of a living warm parent and of the kernels that it waited for."""
    fields = Path(f"/proc/{parent.pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def warm_series(runs: Sequence[Callable[[WarmParent | None], NotebookRun]]) -> tuple[float, float, list[NotebookRun]]:
    """Return the CPU seconds a run (one to get warm is not counted), of the parent's start, and what the runs returned."""
    with WarmParent() as parent:
        assert parent.is_ready(), parent.why_not
        start = parent_cpu(parent)
        runs[0](parent)
        before = own_cpu() + parent_cpu(parent)
        done = [run(parent) for run in runs]
        assert not parent.why_not and not parent.lost
        return (own_cpu() + parent_cpu(parent) - before) / len(runs), start, done


def cold_series(runs: Sequence[Callable[[WarmParent | None], NotebookRun]]) -> float:
    """Return the CPU seconds a run."""
    runs[0](None)
    before = own_cpu() + waited_cpu()
    for run in runs:
        assert run(None).failure is None
    return (own_cpu() + waited_cpu() - before) / len(runs)


def growth(path: Path, count: int) -> dict[str, float]:
    """Return how much memory and how many descriptors this process has more after so many forked runs of a tiny notebook."""

    def held() -> tuple[float, int]:
        status = Path("/proc/self/status").read_text(encoding="utf-8")
        rss = next(int(row.split()[1]) for row in status.splitlines() if row.startswith("VmRSS:"))
        return rss / 1024, len(list(Path("/proc/self/fd").iterdir()))

    with WarmParent() as parent:
        for _ in range(20):
            run_notebook(path, {}, kernels=parent)
        before, began = held(), time.monotonic()
        for _ in range(count):
            assert run_notebook(path, {}, kernels=parent).failure is None
        after = held()
    seconds = (time.monotonic() - began) / count
    return {
        "runs": count,
        "rss_growth_mb": round(after[0] - before[0], 2),
        "descriptors": after[1] - before[1],
        "wall_s": round(seconds, 3),
    }


def main() -> None:
    """Measure, print as JSON, and write `outputs/bench/kernels.json`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=12)
    parser.add_argument("--growth", type=int, default=200)
    asked = parser.parse_args()
    agencies = [str(code) for code in range(9901, 9901 + asked.runs)]
    with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
        timed = timed_notebook(Path(scratch))
        empty = write_notebook(Path(scratch) / "empty.ipynb", "x")

        def brief(agency: str) -> Callable[[WarmParent | None], NotebookRun]:
            return lambda parent: run_notebook(timed, {"agency": agency, "fiscal_year_be": YEAR}, kernels=parent)

        def nothing(parent: WarmParent | None) -> NotebookRun:
            return run_notebook(empty, {}, kernels=parent)

        found: dict[str, Any] = {}
        for name, runs in {"brief": [brief(agency) for agency in agencies], "empty": [nothing] * asked.runs}.items():
            warm, start, done = warm_series(runs)
            cold = cold_series(runs)
            found[name] = {
                "warm_cpu_s": warm,
                "cold_cpu_s": cold,
                "cold_to_warm": cold / warm,
                "parent_start_cpu_s": start,
            }
            if name == "brief":
                cells = statistics.mean(cells_cpu(run) for run in done)
                found[name] |= {"cells_cpu_s": cells, "overhead_cpu_s": warm - cells, "charts": CHARTS * len(done)}
        found = {name: {key: round(value, 3) for key, value in row.items()} for name, row in found.items()}
        found["growth"] = growth(empty, asked.growth)
    text = json.dumps(found, indent=2)
    print(text)
    target = places.outputs_folder() / "bench"
    target.mkdir(parents=True, exist_ok=True)
    (target / "kernels.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    os.environ.setdefault("PYTHAINLP_READ_ONLY", "1")
    main()
