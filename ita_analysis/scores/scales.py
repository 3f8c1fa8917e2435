"""Tells 0–100 scores from points of another scale: weighted points of the instruments, shares of 1."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from ita_analysis.framework import codes
from ita_analysis.scores.raw_rows import SAID_ELSEWHERE, Fault, RawRow

POINTS = {"I": 30.0, "E": 30.0, "O": 40.0}  # the most weighted points that any published year gives an instrument
ROUNDING = 0.06  # a sum of three printed points against the printed total
PLAUSIBLE_TOTAL = 60.0  # three instruments within their points that add up to more than this were weighted
LEAST_ROWS = 3  # this many shares of 1, and nothing larger, are no accident

Scale = tuple[str, str, str]


def checked(rows: Sequence[RawRow]) -> tuple[list[RawRow], list[Scale]]:
    """Return the rows of one table, those on another scale with a fault, and what is wrong with whole groups of them.

    A group is one agency and year (weighted points), or all scores of one instrument's items (shares of 1).
    """
    faulty: dict[int, Fault] = {}
    instruments: dict[tuple[str, str], dict[str, tuple[int, float]]] = {}
    items: dict[str, list[tuple[int, float]]] = {}
    for at, row in enumerate(rows):
        code = row.cells.get("code", "")
        if "score" in row.faults or not code.isascii():
            continue
        if code[:1] in POINTS and code[1:].isdecimal():
            if (score := _score(row)) is not None:
                items.setdefault(code[0], []).append((at, score))
        elif codes.level_of(code) in ("total", "instrument") and (score := _score(row)) is not None:
            owner = (row.cells.get("agency_code", "") or row.owner, row.cells.get("fiscal_year_be", ""))
            instruments.setdefault(owner, {}).setdefault(code, (at, score))
    for group in instruments.values():
        for at, fault in _weighted(group):
            faulty[at] = fault
    problems: list[Scale] = []
    for letter, given in items.items():
        if max(score for _, score in given) <= 1 and sum(score > 0 for _, score in given) >= LEAST_ROWS:
            faulty |= dict.fromkeys((at for at, _ in given), SAID_ELSEWHERE)
            found = f"คะแนนข้อ {letter} ทั้ง {len(given)} แถวอยู่ระหว่าง 0 กับ 1"
            problems.append((found, "คะแนน 0–100", "คูณด้วย 100 ในต้นฉบับ หรือใช้คะแนนเต็ม 100"))
    if not faulty:
        return list(rows), problems
    return [
        replace(row, faults={**row.faults, "score": faulty[at]}) if at in faulty else row for at, row in enumerate(rows)
    ], problems


def _score(row: RawRow) -> float | None:
    text = row.cells.get("score", "").strip()
    return float(text) if text.isascii() and text.replace(".", "", 1).isdecimal() else None


def _weighted(group: dict[str, tuple[int, float]]) -> list[tuple[int, Fault]]:
    """Return a fault for each instrument of one agency and year if they look like weighted points."""
    parts = {code: found for code, found in group.items() if len(code) == 3}
    within = all(score <= POINTS[code[0]] for code, (_, score) in parts.items())
    if {code[0] for code in parts} != set(POINTS) or not within:
        return []
    added = sum(score for _, score in parts.values())
    _, total = group.get(codes.TOTAL, (0, -1.0))
    if added == 0 or not (abs(added - total) <= ROUNDING or added > PLAUSIBLE_TOTAL):
        return []
    said = " + ".join(f"{score:g}" for _, score in parts.values())
    fault = Fault(
        "score-scale", f"{said} = {added:g} (คะแนนถ่วงน้ำหนัก)", "คะแนน 0–100 ของแต่ละเครื่องมือ", "ใช้คะแนนก่อนถ่วงน้ำหนัก"
    )
    first, *others = sorted(at for at, _ in parts.values())
    return [(first, fault), *((at, SAID_ELSEWHERE) for at in others)]
