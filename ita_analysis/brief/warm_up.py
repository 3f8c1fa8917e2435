"""Makes what a brief needs ready in a process that kernels are forked from: imports, rules, fonts, one drawing of each kind."""

from __future__ import annotations

import csv
import importlib
import tempfile
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

from ita_analysis.brief import peer_group
from ita_analysis.brief.collecting import listed_paths
from ita_analysis.brief.district import DistrictBrief, open_brief
from ita_analysis.brief.progress import ProgressReport, open_report
from ita_analysis.framework import loader
from ita_analysis.measures import model
from ita_analysis.measures.rows import as_rows
from ita_analysis.measures.tables import encoded
from ita_analysis.scores import reading

YEARS = (2566, 2567)  # of the synthetic scheme; both have a rule file
GROUP = [f"99{number:06}" for number in range(10)]  # codes of generated sets, as many as make a group of peers
LATE = (  # imported with the first stored scores
    "pandas.core.arrays.arrow._arrow_utils",
    "pandas.core.arrays.arrow.extension_types",
    "pyarrow.dataset",
    "pyarrow.parquet",
)
PEERS_STEP = 8  # peers have every eighth item: enough to stand beside


def warm_up(scores: str = "", rules: str = "", *, with_report: bool = False) -> None:
    """Make the brief (and the report) of one made-up agency in memory, and recall what is stored of the scores to come.

    Args:
        scores: score files or folders of the briefs to come, separated by |; none: the shipped data.
        rules: folders with own rule files, separated by |.
        with_report: reports are to come.
    """
    for name in LATE:
        importlib.import_module(name)
    with tempfile.TemporaryDirectory(prefix="ita-warm-") as folder:
        file = Path(folder) / "scores.csv"
        with file.open("w", encoding="utf-8", newline="") as stream:
            table = csv.DictWriter(stream, list(next(_rows())))
            table.writeheader()
            table.writerows(_rows())
        registers = Path(folder) / "registers"
        _write_register(registers / GROUP[0] / str(YEARS[-1] + 1))
        asked = {"scores": str(file), "registers": str(registers)}
        _show(open_brief(GROUP[0], YEARS[-1], **asked))  # type: ignore[arg-type]
        if with_report:
            _show(open_report(GROUP[0], YEARS[-1] + 1, **asked))  # type: ignore[arg-type]
    folders = listed_paths(rules)
    for group in peer_group.recall(reading.read(listed_paths(scores), rules=folders)):
        for name in group.frameworks:
            loader.load(name, rules=folders)


def _rows() -> Iterator[dict[str, object]]:
    """Yield tidy item scores of a small group in two years."""
    for year in YEARS:
        framework = loader.load(f"demo-{year}")
        for number, agency in enumerate(GROUP):
            for place, code in enumerate(framework.item if framework else ()):
                if number == 0 or place % PEERS_STEP == 0:
                    yield {
                        "agency_code": agency,
                        "agency_name_th": f"Agency {number}",
                        "fiscal_year_be": year,
                        "framework": f"demo-{year}",
                        "level": "item",
                        "code": code,
                        "score": 70 + (7 * place + 3 * number + year) % 30,
                        "respondents": 100,
                        "is_synthetic": "true",
                    }


def _write_register(folder: Path) -> None:
    """Write a register of one weak item with a measure and its result."""
    year = YEARS[-1]
    code = next(str(row["code"]) for row in _rows())
    register = model.Register(
        model.Head(GROUP[0], year + 1, f"demo-{year}", year, True),
        items=(model.Item(code, score=Decimal(80), gap_points=Decimal(10), reason="below"),),
        measures=(model.Measure("M001", item_codes=(code,), measure_th="Measure"),),
        results=(model.Result("R001", 1, "M001", result_th="Result"),),
        table_rows=(model.TableRow("T1", "month", "", f"{year}-10", 100, Decimal("4.5")),),
    )
    folder.mkdir(parents=True)
    for name, data in encoded(as_rows(register)).items():
        (folder / name).write_bytes(data)


def _show(made: DistrictBrief | ProgressReport) -> None:
    """Have every part make what a notebook cell would store of it."""
    for name, part in vars(type(made)).items():
        if callable(part) and not name.startswith("_"):
            shown = part(made)
            for block in shown if isinstance(shown, tuple) else (shown,):
                block._repr_mimebundle_()
