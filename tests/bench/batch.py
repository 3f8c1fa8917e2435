"""What a batch costs beside the loop of papermill and nbconvert processes, alternated in one run: CPU, wall, memory.

    make bench                                   fifty made-up agencies
    python tests/bench/batch.py --agencies 1000  once, without the loop: cost per agency, memory, files

The loop is `../shared/bench/baseline.py` where it lies beside the project; it runs in a lean environment of its own,
built from the lock file, because JupyterLab makes every process slower. Only ratios of one run mean something.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any

from one_brief import PROJECT, children_cpu, tree_pss

BASELINE = PROJECT.parent / "shared" / "bench" / "baseline.py"
LEAN = ("papermill", "nbconvert", "ipykernel", "pandas", "matplotlib", "fontpkg-sarabun")
YEAR, SHIPPED = 2567, PROJECT / "data" / "synthetic"
CHARTS = 3  # a brief of the shipped made-up agencies has at least so many
PACKS_MADE_AGAIN = 20


def lean_python(folder: Path) -> Path:
    """Return the Python of an environment that holds what the loop needs, in the versions of the lock file."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        lock = (PROJECT / "requirements.lock").read_text(encoding="utf-8")
        pins = re.findall(r"^([A-Za-z0-9._-]+==[^\\\n]+)", lock, re.MULTILINE)
        pinned = folder / "pins.txt"
        pinned.write_text("\n".join(pins), encoding="utf-8")
        command = [
            python,
            "-m",
            "pip",
            "install",
            "--quiet",
            "--quiet",
            "--disable-pip-version-check",
            "-c",
            pinned,
            *LEAN,
        ]
        subprocess.run([str(part) for part in command], check=True)
    return python


def loop(python: Path, districts: int, workers: int) -> dict[str, Any]:
    """Return what the loop says of itself: CPU and wall seconds a district."""
    command = [python, BASELINE, "--districts", districts, "--workers", workers, "--json"]
    done = subprocess.run([str(part) for part in command], capture_output=True, encoding="utf-8", check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def batch(scores: Path, output: Path, *more: str) -> dict[str, float]:
    """Return CPU, wall and peak memory of one `ita batch`, everything that it starts included."""
    command = [sys.executable, "-m", "ita_analysis.cli", "batch", "--year", str(YEAR), "--scores", str(scores)]
    before, start, peak = children_cpu(), time.perf_counter(), 0
    log = output.with_suffix(".log")
    with log.open("w", encoding="utf-8") as said:
        process = subprocess.Popen([*command, "--output", str(output), *more], stdout=said, stderr=said)
        while process.poll() is None:
            peak = max(peak, tree_pss(process.pid))
            time.sleep(0.25)
    if process.returncode:
        sys.exit(f"ita batch ended with {process.returncode}:\n{log.read_text(encoding='utf-8')[-2000:]}")
    wall = time.perf_counter() - start
    return {"cpu_s": children_cpu() - before, "wall_s": wall, "peak_pss_mb": peak / 1e6}


def check_packs(run: Path, count: int) -> dict[str, int]:
    """Return how many charts and blocks a pack has; ends the bench where one lacks its charts."""
    packs = sorted(path.parent for path in run.glob("99*/manifest.json"))
    if len(packs) != count:
        sys.exit(f"{len(packs)} packs instead of {count}")
    seen = []
    for pack in packs[:: max(1, count // 50)]:
        text = (pack / "executed.ipynb").read_text(encoding="utf-8")
        page = (pack / "brief.html").read_text(encoding="utf-8")
        charts = page.count("<figure")
        if charts < CHARTS or page.count("<svg") < CHARTS:
            sys.exit(f"{pack}: {charts} charts, at least {CHARTS} were expected")
        seen.append((charts, text.count("application/vnd.ita.block+json")))
    size = sum(path.stat().st_size for path in packs[0].iterdir())
    return {"charts": min(charts for charts, _ in seen), "blocks": min(blocks for _, blocks in seen), "bytes": size}


def made_again(run: Path, scores: Path, folder: Path, count: int) -> int:
    """Make some packs again by `ita brief` and return how many have the same bytes."""
    packs = sorted(path.parent.name for path in run.glob("99*/manifest.json"))
    chosen = random.Random(1).sample(packs, min(count, len(packs)))
    same = 0
    for agency in chosen:
        command = [
            "brief",
            "--agency",
            agency,
            "--year",
            YEAR,
            "--scores",
            scores,
            "--output",
            folder,
            "--run",
            run.name,
        ]
        subprocess.run([sys.executable, "-m", "ita_analysis.cli", *map(str, command)], check=True, capture_output=True)
        names = ("brief.html", "brief.pdf", "annex.xlsx")
        same += all(
            (run / agency / name).read_bytes() == (folder / run.name / agency / name).read_bytes() for name in names
        )
    return same


def no_op(scores: Path, output: Path) -> float:
    """Return the CPU seconds of a batch that finds everything as wanted; the first one settles its state file."""
    time.sleep(2.5)
    batch(scores, output)
    return statistics.median(batch(scores, output)["cpu_s"] for _ in range(3))


def beside_the_loop(rounds: int) -> dict[str, Any]:
    """Return the ratios of fifty agencies, batch and loop alternated."""
    found: dict[str, Any] = {"rounds": []}
    with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
        folder = Path(scratch)
        python = lean_python(Path(os.environ.get("ITA_BENCH_LEAN", folder / "lean"))) if BASELINE.exists() else None
        batch(SHIPPED, folder / "first")  # reads the scores once, not counted
        for _ in range(rounds):
            two = batch(SHIPPED, folder / "out", "--force", "--workers", "2")
            three = batch(SHIPPED, folder / "out", "--force", "--workers", "3")
            line = {"cpu_s": two["cpu_s"] / 50, "wall_s": two["wall_s"] / 50, "wall_s_of_3": three["wall_s"] / 50}
            line |= {"peak_pss_mb": two["peak_pss_mb"], "peak_pss_mb_of_3": three["peak_pss_mb"]}
            if python:
                serial, pair = loop(python, 8, 1), loop(python, 8, 2)
                line["loop_cpu_s"] = serial["cpu_s_per_district"]
                line["loop_wall_s_of_2"] = pair["wall_s_per_district"]
                line["times_less_cpu"] = line["loop_cpu_s"] / line["cpu_s"]
                line["times_less_wall"] = line["loop_wall_s_of_2"] / min(line["wall_s"], line["wall_s_of_3"])
            found["rounds"].append({name: round(value, 3) for name, value in line.items()})
            print(json.dumps(found["rounds"][-1]), flush=True)
        found |= {
            name: round(statistics.median(line[name] for line in found["rounds"]), 3) for name in found["rounds"][0]
        }
        found |= check_packs(folder / "out" / f"brief-{YEAR}", 50)
        found["no_op_cpu_s"] = round(no_op(SHIPPED, folder / "out"), 3)
    if not BASELINE.exists():
        found["note"] = f"no {BASELINE.name} beside the project: without the loop"
    return found


def alone(agencies: int, folder: Path) -> dict[str, Any]:
    """Return what a run of many made-up agencies costs: per agency, memory, files, and the packs made again."""
    scores, output = folder / "scores", folder / "out"
    if not scores.exists():
        command = [
            "-m",
            "ita_analysis.scores.synthetic",
            "--agencies",
            str(agencies),
            "--output",
            str(scores / "s.csv"),
        ]
        subprocess.run([sys.executable, *command], check=True)
    plan = batch(scores, output, "--dry-run")
    made = batch(scores, output, "--workers", "2")
    run = output / f"brief-{YEAR}"
    files = [path for path in run.rglob("*") if path.is_file()]
    return {
        "agencies": agencies,
        "first_plan": {name: round(value, 1) for name, value in plan.items()},
        "cpu_s": round(made["cpu_s"], 1),
        "cpu_s_each": round(made["cpu_s"] / agencies, 3),
        "wall_s": round(made["wall_s"]),
        "peak_pss_mb": round(made["peak_pss_mb"]),
        "files": len(files),
        "gigabytes": round(sum(path.stat().st_size for path in files) / 1e9, 2),
        "index_bytes": (run / "index.html").stat().st_size,
        **check_packs(run, agencies),
        "no_op_cpu_s": round(no_op(scores, output), 2),
        "made_again_the_same": made_again(run, scores, folder / "again", PACKS_MADE_AGAIN),
    }


def main() -> None:
    """Measure, print, and write `outputs/bench/batch.json`."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--agencies", type=int, default=0, help="so many made-up agencies, without the loop")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="a folder for scores and packs; a temporary one by default")
    given = parser.parse_args()
    if given.agencies:
        with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
            found = alone(given.agencies, given.keep or Path(scratch))
    else:
        found = beside_the_loop(given.rounds)
    print(json.dumps(found))
    target = PROJECT / "outputs" / "bench"
    target.mkdir(parents=True, exist_ok=True)
    name = f"batch_{given.agencies}.json" if given.agencies else "batch.json"
    (target / name).write_text(json.dumps(found, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
