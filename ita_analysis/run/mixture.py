"""A run holds one kind, one year, one scheme, made-up or real scores: anything else is refused (CONTRACT: Output)."""

from __future__ import annotations

import json
import os
from pathlib import Path

from ita_analysis.errors import UsageError


def refuse_mixture(run: Path, framework: str, is_synthetic: bool) -> None:
    """Refuse a run that already holds another year, another scheme, or made-up beside real scores (CONTRACT: Output).

    Raises:
        UsageError: it does; it says which and how to name another run.
    """
    held = held_by(run)
    if held is not None and held != (framework, is_synthetic):
        raise UsageError(
            f"รอบ {run.name} มีชุดสรุปของ {held[0]} อยู่แล้ว จึงใส่ {framework} รวมกันไม่ได้", todo="ตั้งชื่อรอบอื่นด้วย --run"
        )


def held_by(run: Path) -> tuple[str, bool] | None:
    """Return framework and whether it is made up of what a run holds; None where it holds no pack that says so."""
    names = sorted(os.listdir(run)) if run.is_dir() else []  # noqa: PTH208 - names alone, of thousands of packs
    for name in names:
        try:
            held = json.loads((run / name / "manifest.json").read_text(encoding="utf-8"))
            return str(held["framework"]), bool(held["is_synthetic"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # a damaged pack says nothing about the run
    return None
