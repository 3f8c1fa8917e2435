"""What one brief costs, beside the naive way in the same run: CPU ratio, warm PDF, memory.

    make bench

The naive way is papermill, then nbconvert to HTML, then Chromium printing that page; without Chromium its share is left
out and the line says so. Only ratios of one run mean something.
"""

from __future__ import annotations

import json
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent.parent
ROUNDS = 3
CASES = (("1028", 2566), ("9901", 2567))


def children_cpu() -> float:
    """Return user + system seconds of all children that were waited for."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def run(*command: str | Path, cwd: Path | None = None) -> float:
    """Run a command and return the CPU seconds that it and its children took."""
    before = children_cpu()
    done = subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, encoding="utf-8", check=False)
    if done.returncode:
        sys.exit(f"{command[:4]} failed:\n{done.stderr[-2000:]}")
    return children_cpu() - before


def ours(agency: str, year: int, folder: Path) -> float:
    """Return the CPU seconds of one `ita brief`."""
    command = ["-m", "ita_analysis.cli", "brief", "--agency", agency, "--year", str(year), "--output", folder]
    return run(sys.executable, *command)


def naive(agency: str, year: int, folder: Path, chromium: str | None) -> float:
    """Return the CPU seconds of papermill, nbconvert and a browser that prints the page."""
    executed, page = folder / "naive.ipynb", folder / "naive.html"
    notebook = PROJECT / "notebooks" / "district_brief.ipynb"
    given = ["-p", "agency", agency, "-p", "fiscal_year_be", str(year), "--no-progress-bar"]
    cpu = run(sys.executable, "-m", "papermill", notebook, executed, *given)
    cpu += run(sys.executable, "-m", "nbconvert", "--to", "html", "--no-input", executed)
    if chromium:
        flags = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-sync"]
        cpu += run(
            chromium, *flags, f"--user-data-dir={folder / 'profile'}", f"--print-to-pdf={folder / 'naive.pdf'}", page
        )
    return cpu


def warm_pdf(executed: Path) -> float:
    """Return the CPU seconds of one PDF from blocks, in a process that has made one before."""
    from ita_analysis.run import imports  # noqa: F401 - before nbformat

    import nbformat  # isort: skip

    from ita_analysis.export import pdf
    from ita_analysis.export.document import read_document

    document = read_document(nbformat.read(executed, as_version=4))
    pdf.render(document)
    start = time.process_time()
    for _ in range(5):
        pdf.render(document)
    return (time.process_time() - start) / 5


def pss_of(process: int) -> int:
    """Return the proportional set size of a process in bytes, 0 where there is none."""
    try:
        text = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="utf-8")
    except OSError:
        return 0
    return sum(int(row.split()[1]) * 1024 for row in text.splitlines() if row.startswith("Pss:"))


def tree_pss(root: int) -> int:
    """Return the proportional set size in bytes of a process and all below it."""
    parents: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(entry.name))
    total, waiting = 0, [root]
    while waiting:
        process = waiting.pop()
        waiting += parents.get(process, [])
        total += pss_of(process)
    return total


def peak_memory(agency: str, year: int, folder: Path) -> int:
    """Return the largest sum of PSS while one `ita brief` runs, sampled every 50 ms; 0 where /proc does not tell."""
    command = [
        sys.executable,
        "-m",
        "ita_analysis.cli",
        "brief",
        "--agency",
        agency,
        "--year",
        str(year),
        "--output",
        folder,
    ]
    with subprocess.Popen(
        [str(part) for part in command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        peak = 0
        done = threading.Event()
        threading.Thread(target=lambda: (process.wait(), done.set()), daemon=True).start()
        while not done.wait(0.05):
            peak = max(peak, tree_pss(process.pid))
    return peak


def main() -> None:
    """Measure, print, and write `outputs/bench/one_brief.json`."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    results = {}
    for agency, year in CASES:
        ratios, own = [], []
        with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
            folder = Path(scratch)
            ours(agency, year, folder)  # warms the file cache, not counted
            for _ in range(ROUNDS):
                own.append(ours(agency, year, folder))
                ratios.append(own[-1] / naive(agency, year, folder, chromium))
            pack = next(folder.glob(f"*/{agency}"))
            pdf_cpu = warm_pdf(pack / "executed.ipynb")
            memory = peak_memory(agency, year, folder)
        results[f"{agency}-{year}"] = {
            "cpu_s": round(statistics.median(own), 2),
            "ratio_to_naive": round(statistics.median(ratios), 2),
            "ratios": [round(ratio, 2) for ratio in ratios],
            "naive_includes_chromium": bool(chromium),
            "warm_pdf_cpu_s": round(pdf_cpu, 3),
            "peak_pss_mb": round(memory / 1e6),
        }
        print(f"{agency} {year}: {json.dumps(results[f'{agency}-{year}'])}", flush=True)
    target = PROJECT / "outputs" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    (target / "one_brief.json").write_text(json.dumps(results, indent=2) + "\n", encoding="utf-8")
    print(f"{os.path.relpath(target / 'one_brief.json', PROJECT)}")


if __name__ == "__main__":
    main()
