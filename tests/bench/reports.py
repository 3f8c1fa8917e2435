"""What reports on measures cost: fifty made-up registers with twenty pictures each, made by `ita batch --report 1`.

    python tests/bench/reports.py                fifty agencies
    python tests/bench/reports.py --agencies 10  fewer

Says CPU seconds an agency with and without start-up, peak memory of all processes and of one worker with its kernel,
the size of a PDF, and what a second batch costs that finds everything as wanted.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

from one_brief import children_cpu, pss_of, tree_pss
from PIL import Image, ImageFilter

from ita_analysis.framework import loader
from ita_analysis.measures import model
from ita_analysis.measures.pictures import read as made_ready
from ita_analysis.measures.rows import as_rows
from ita_analysis.measures.tables import encoded

YEAR, FRAMEWORK = 2567, "demo-2566"
MEASURES, PICTURES, KINDS = 45, 20, 40  # a report; different pictures in all


def photographs(count: int) -> list[tuple[str, bytes, bytes, str]]:
    """Return made-up photographs as a register keeps them: sha256, print size, screen size, sha256 of the original."""
    from base64 import b64decode

    found = []
    for number in range(count):
        noise = Image.effect_noise((1600, 1200), 60 + number).filter(ImageFilter.GaussianBlur(2))
        tint = Image.merge("RGB", [noise, noise.point(lambda x: x * 9 // 10), noise.point(lambda x: 255 - x)])
        out = io.BytesIO()
        tint.save(out, "JPEG", quality=90)
        ready = made_ready(out.getvalue())
        original = hashlib.sha256(out.getvalue()).hexdigest()
        found.append((ready["sha256"], b64decode(ready["print"]), b64decode(ready["screen"]), original))
    return found


def write_register(home: Path, code: str, pictures: list[tuple[str, bytes, bytes, str]], draw: random.Random) -> None:
    """Write one made-up register: every item of the scheme, measures that serve one to three of them, pictures."""
    rules = loader.load(FRAMEWORK)
    items = tuple(
        model.Item(item, f"เรื่องสมมติ {item}", "", score := Decimal(draw.randrange(7000, 10000)) / 100,
                   Decimal(90) - score if score < 90 else None, "below" if score < 90 else "listed", issue_th="ประเด็นสมมติที่ต้องปรับปรุงในข้อนี้")
        for item in (rules.item if rules else {})
    )  # fmt: skip
    weak = [item.item_code for item in items if item.reason == "below"]
    text = "มาตรการสมมติเพื่อวัดเวลา จัดให้มีการชี้แจงขั้นตอนและระยะเวลาให้ผู้มาติดต่อทราบทุกจุดบริการ "
    measures = tuple(
        model.Measure(f"M{n:03}", n, tuple(sorted(draw.sample(weak, draw.choice([1, 1, 1, 2, 3])))), "", text * draw.choice([1, 2, 3]),
                      "ฝ่ายสมมติ", date(2024, 3, 31), "จำนวนครั้ง", Decimal(4), "ครั้ง")
        for n in range(1, MEASURES + 1)
    )  # fmt: skip
    results = tuple(
        model.Result(f"R{n:03}", 1, one.measure_id, position=n, result_th="ผลสมมติ " + text, done_date=date(2023, 10, 2) + timedelta(days=3 * n),
                     quantity=Decimal(n), quantity_unit="ครั้ง", state="ทำครบ")
        for n, one in enumerate(measures, start=1)
    )  # fmt: skip
    chosen = draw.sample(pictures, PICTURES)
    evidence = tuple(
        model.Evidence(f"E{n:03}", (f"R{n:03}",), "ภาพ", "file", "result", f"{n}.jpg", f"ภาพสมมติที่ {n}", date(2024, 1, n), sha, original)
        for n, (sha, _, _, original) in enumerate(chosen, start=1)
    )  # fmt: skip
    head = model.Head(code, YEAR, FRAMEWORK, YEAR - 1, True)
    folder = home / code / str(YEAR)
    (folder / "evidence").mkdir(parents=True)
    for name, data in encoded(as_rows(model.Register(head, items, measures, results, evidence))).items():
        (folder / name).write_bytes(data)
    for sha, large, small, _ in chosen:
        (folder / "evidence" / f"{sha}.jpg").write_bytes(large)
        (folder / "evidence" / f"{sha}-s.jpg").write_bytes(small)


def batch(home: Path, output: Path, workers: int) -> dict[str, float]:
    """Return CPU, wall and peak memory of one batch of reports, everything that it starts included."""
    command = [sys.executable, "-m", "ita_analysis.cli", "batch", "--report", "1", "--year", str(YEAR)]
    command += ["--registers", str(home), "--output", str(output), "--workers", str(workers)]
    before, start, peak, peak_below = children_cpu(), time.perf_counter(), 0, 0
    with output.with_suffix(".log").open("w", encoding="utf-8") as said:
        process = subprocess.Popen(command, stdout=said, stderr=said)
        while process.poll() is None:
            everything = tree_pss(process.pid)
            peak, peak_below = max(peak, everything), max(peak_below, everything - pss_of(process.pid))
            time.sleep(0.25)
    if process.returncode:
        sys.exit(output.with_suffix(".log").read_text(encoding="utf-8")[-2000:])
    return {
        "cpu_s": children_cpu() - before,
        "wall_s": time.perf_counter() - start,
        "peak_pss_mb": peak / 1e6,
        "workers_mb": peak_below / workers / 1e6,
    }


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--agencies", type=int, default=50)
    parser.add_argument("--workers", type=int, default=1)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="ita-bench-") as scratch:
        folder, draw = Path(scratch), random.Random(1)
        pictures = photographs(KINDS)
        codes = [str(9901 + number) for number in range(asked.agencies)]
        for code in codes:
            write_register(folder / "registers", code, pictures, draw)
        made = batch(folder / "registers", folder / "out", asked.workers)
        packs = sorted((folder / "out").glob("*/99*/manifest.json"))
        seconds = [json.loads(path.read_text(encoding="utf-8"))["seconds"] for path in packs]
        pdf = [(path.parent / "report.pdf").stat().st_size for path in packs]
        word = [(path.parent / "report.docx").stat().st_size for path in packs]
        again = batch(folder / "registers", folder / "out", asked.workers)
        told = {
            "reports": len(packs),
            "cpu_s_each_all_included": round(made["cpu_s"] / len(packs), 2),
            "wall_s_each_by_manifest": round(statistics.median(seconds), 2),
            "peak_pss_mb": round(made["peak_pss_mb"]),
            "peak_of_a_worker_with_its_kernel_mb": round(made["workers_mb"]),
            "pdf_mb": round(max(pdf) / 1e6, 2),
            "docx_mb": round(max(word) / 1e6, 2),
            "print_kb_of_a_picture": round(statistics.mean(len(one[1]) for one in pictures) / 1e3),
            "second_batch_cpu_s": round(again["cpu_s"], 2),
        }
        print(json.dumps(told, indent=1))


if __name__ == "__main__":
    main()
