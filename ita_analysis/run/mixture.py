"""A run holds one kind, one year, one scheme, made-up or real scores: anything else is refused (CONTRACT: Output)."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ita_analysis.errors import UsageError
from ita_analysis.run.tasks import BRIEF, REPORT

SORTS = {BRIEF: "ชุดสรุปของ", f"{REPORT}-1": "รายงานรอบ 6 เดือนของ", f"{REPORT}-2": "รายงานรอบ 12 เดือนของ"}


def refuse_mixture(run: Path, framework: str, is_synthetic: bool, sort: str = BRIEF) -> None:
    """Refuse a run that already holds another kind, another year, another scheme, or made-up beside real scores (CONTRACT: Output).

    Raises:
        UsageError: it does; it says which and how to name another run.
    """
    held = held_by(run)
    if held is not None and held != (framework, is_synthetic, sort):
        there, new = f"{SORTS[held[2]]} {held[0]}", f"{SORTS[sort]} {framework}"
        raise UsageError(f"รอบ {run.name} มี{there} อยู่แล้ว จึงใส่{new} รวมกันไม่ได้", todo="ตั้งชื่อรอบอื่นด้วย --run")


def held_by(run: Path) -> tuple[str, bool, str] | None:
    """Return framework, whether it is made up, and the sort of packs that a run holds; None where none says so."""
    names = sorted(os.listdir(run)) if run.is_dir() else []  # noqa: PTH208 - names alone, of thousands of packs
    for name in names:
        try:
            held = json.loads((run / name / "manifest.json").read_text(encoding="utf-8"))
            sort = f"{REPORT}-{held['round']}" if "round" in held else BRIEF
            return str(held["framework"]), bool(held["is_synthetic"]), sort
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged pack says nothing about the run
    return None
