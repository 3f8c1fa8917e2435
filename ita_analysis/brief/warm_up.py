"""Makes what a brief needs ready in a process that kernels are forked from: imports, rules, fonts, one drawing of each kind."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Iterator
from pathlib import Path

from ita_analysis.brief.district import DistrictBrief, open_brief
from ita_analysis.framework import loader
from ita_analysis.framework.codes import TOTAL

YEARS = (2566, 2567)  # of the synthetic scheme; both have a rule file
YEAR_WITHOUT_RULES = 2560
GROUP = [f"99{number:06}" for number in range(12)]  # codes of generated sets: none of them is listed
ITEMS_ALONE, TOTAL_ALONE = "99000100", "99000101"
FIELDS = ("agency_code", "agency_name_th", "fiscal_year_be", "framework", "level", "code", "score", "respondents")


def warm_up(scores: str = "", rules: str = "") -> None:
    """Make the briefs of three made-up agencies in memory, so that each kind of page and chart was drawn once.

    Args:
        scores: score files or folders of the briefs to come, separated by | (not read yet).
        rules: folders with own rule files, separated by | (not read yet).
    """
    with tempfile.TemporaryDirectory(prefix="ita-warm-") as folder:
        file = Path(folder) / "scores.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            table = csv.writer(stream)
            table.writerow([*FIELDS, "is_synthetic"])
            table.writerows([*row, "true"] for row in _rows())
        for agency, year in ((GROUP[0], YEARS[-1]), (ITEMS_ALONE, YEAR_WITHOUT_RULES), (TOTAL_ALONE, YEARS[-1])):
            _show(open_brief(agency, year, scores=str(file)))


def _rows() -> Iterator[tuple[object, ...]]:
    """Yield one agency with every item and peers in two years, one with items that no rule file knows, one with totals."""
    for year in YEARS:
        framework = loader.load(f"demo-{year}")
        codes = framework.item if framework else {}
        for number, agency in enumerate(GROUP):
            for place, code in enumerate(codes):
                yield _row(agency, year, "item", code, 70 + (7 * place + 3 * number + year) % 30)
        yield _row(TOTAL_ALONE, year, "total", TOTAL, 80 + year % 10)
        for place, code in enumerate(codes):
            if year == YEARS[0]:
                yield _row(ITEMS_ALONE, YEAR_WITHOUT_RULES, "item", code, 75 + place % 25)


def _row(agency: str, year: int, level: str, code: str, score: int) -> tuple[object, ...]:
    return agency, f"Agency {agency}", year, f"demo-{year}", level, code, score, 100


def _show(brief: DistrictBrief) -> None:
    """Have every part make what a notebook cell would store of it."""
    for name in vars(DistrictBrief):
        part = getattr(brief, name) if not name.startswith("_") else None
        if callable(part):
            made = part()
            for block in made if isinstance(made, tuple) else (made,):
                block._repr_mimebundle_()
