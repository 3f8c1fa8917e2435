"""What the page of a large run costs: makes manifests of made-up agencies, writes the page, paints it in Chromium.

    python tests/bench/run_page.py [AGENCIES] [--keep FOLDER]

Prints sizes, CPU seconds and paint times as one JSON object and writes it to `outputs/bench/run_page.json`; without
Chromium the paint times are left out.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import random
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.run import index, verify
from ita_analysis.run.seal import seal_of

CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
FILES = {"brief.html": 154222, "brief.pdf": 147338, "annex.xlsx": 25534, "executed.ipynb": 257738}
DIGESTS = {name: hashlib.sha256(bytes(size)).hexdigest() for name, size in FILES.items()}
STEPS = {
    "search": "document.getElementById('search').value = 'แม่'; document.getElementById('search').dispatchEvent(new Event('input', {bubbles: true}))",
    "all_again": "document.getElementById('search').value = ''; document.getElementById('search').dispatchEvent(new Event('input', {bubbles: true}))",
    "sort_name": "document.querySelector('th[data-sort=name] button').click()",
    "sort_findings": "document.querySelector('th[data-sort=findings] button').click()",
}
TIMED = "() => { const begin = performance.now(); %s; document.body.offsetHeight; return performance.now() - begin }"


def make_run(run: Path, count: int) -> None:
    """Write packs of `count` made-up agencies: manifests as large as real ones, files of the right size, all zeros."""
    draw = random.Random(8300)
    names = ("เทศบาลตำบล", "องค์การบริหารส่วนตำบล", "เทศบาลเมือง")
    places = ("แม่สาย", "บางปลา", "หนองบัวลำภู", "ท่าข้าม", "ศรีสมเด็จ", "ทุ่งใหญ่", "ป่าตอง", "ห้วยยางขาม")
    for number in range(count):
        code = f"99{number:06d}"
        folder = run / code
        folder.mkdir(parents=True)
        for name, size in FILES.items():
            with (folder / name).open("wb") as stream:
                stream.truncate(size)
        findings = [finding(draw, code) for code in draw.sample(range(1, 31), draw.randrange(0, 16))]
        manifest = {
            "agency_code": code,
            "agency_name_th": f"{draw.choice(names)}{draw.choice(places)}สมมติที่ {number}",
            **{"fiscal_year_be": 2567, "framework": "demo-2567", "is_synthetic": True},
            "inputs": [{"path": "data/synthetic/demo.csv", "sha256": "0" * 64}] * 2,
            "findings": findings,
            "documents_missing": ["O1"] * draw.randrange(0, 4),
            "total": round(draw.uniform(60, 99), 2),
            **{"page_key": f"{number:064x}", "cache_key": f"{number:064x}", "versions": {"pandas": "3.1.1"}},
            "outputs": [{"path": name, "sha256": DIGESTS[name], "bytes": size} for name, size in FILES.items()],
        }
        manifest["seal"] = seal_of(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False, indent=2), encoding="utf-8")
        if number % 100 == 7:
            failed = run / f"{code}.failed"
            failed.mkdir()
            (failed / "reason.json").write_text(json.dumps({"why": "เซลล์ 3: ValueError: คะแนนหาย"}), encoding="utf-8")
            (failed / "reason.html").write_text("<p>", encoding="utf-8")


def finding(draw: random.Random, number: int) -> dict[str, Any]:
    """Return one record of a manifest's findings."""
    score = round(draw.uniform(50, 90), 2)
    shown = {"gap_points": round(90 - score, 2), "previous_score": score, "is_comparable": True, "change_points": 0.0}
    return {"code": f"E{number}", "score": score, **shown, "few_respondents": False}


def cpu(work: Any) -> float:
    """Return the CPU seconds of a call."""
    begin = time.process_time()
    work()
    return round(time.process_time() - begin, 3)


def paint(page_file: Path, rounds: int) -> dict[str, Any]:
    """Return what a browser needs for the page, in milliseconds: median of `rounds`."""
    from playwright.sync_api import sync_playwright

    found: dict[str, list[float]] = {}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for width in (1280, 360):
            for _ in range(rounds):
                context = browser.new_context(offline=True, viewport={"width": width, "height": 800})
                page = context.new_page()
                page.goto(page_file.as_uri(), wait_until="load")
                page.evaluate("() => new Promise((done) => requestAnimationFrame(() => setTimeout(done)))")
                times = page.evaluate(
                    """() => ({
                      first_contentful_paint: performance.getEntriesByName('first-contentful-paint')[0].startTime,
                      load: performance.getEntriesByType('navigation')[0].loadEventEnd, now: performance.now() })"""
                )
                for step, code in STEPS.items():
                    times[step] = page.evaluate(TIMED % code)
                for name, value in times.items():
                    found.setdefault(f"{name}_ms_{width}px", []).append(value)
                context.close()
        browser.close()
    return {name: round(statistics.median(values)) for name, values in found.items()}


def main() -> None:
    """Make the run, write its page, paint it, print the numbers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("agencies", type=int, nargs="?", default=8300)
    parser.add_argument("--keep", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        run = (given.keep or Path(scratch)) / "brief-2567"
        if not run.exists():
            make_run(run, given.agencies)
        memory: index.Memory = {}
        result: dict[str, Any] = {"agencies": given.agencies}
        result["write_cpu_s"] = cpu(lambda: index.write_index(run))
        result["write_again_cpu_s"] = cpu(lambda: index.write_index(run))
        index.write_index(run, memory=memory)
        result["write_with_memory_cpu_s"] = cpu(lambda: index.write_index(run, {"done": 1}, memory=memory))
        index.write_index(run)
        result |= {f"{path.name}_bytes": path.stat().st_size for path in (run / "index.html", run / "run.json")}
        result["verify_cpu_s"] = cpu(lambda: verify.verify_run(run))
        if Path(CHROMIUM).exists():
            result |= paint(run / "index.html", given.rounds)
    text = json.dumps(result, ensure_ascii=False, indent=1)
    target = places.outputs_folder() / "bench" / "run_page.json"
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(text + "\n", encoding="utf-8")
    print(text)


if __name__ == "__main__":
    main()
