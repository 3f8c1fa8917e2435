"""Makes the overview of a run: its notebook, its pages and its manifest in the folder `city`, or the reason why not."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.brief.blocks import Table
from ita_analysis.export.document import Document, read_document
from ita_analysis.framework import loader
from ita_analysis.run import contents, ingredients, pack
from ita_analysis.run import notebook as notebooks
from ita_analysis.run.limits import Limits
from ita_analysis.run.making import stopped
from ita_analysis.run.mixture import refuse_mixture
from ita_analysis.run.runs import CITY
from ita_analysis.run.tasks import OVERVIEW_NOTEBOOK, Subject, for_notebook
from ita_analysis.run.warm import WarmParent
from ita_analysis.scores.inputs import SOURCES

NAME_TH = "ภาพรวมทุกหน่วยงาน"
OTHER_INPUTS = notebooks.CellFailure(0, "", "InputsChanged", "สมุดงานแสดงภาพรวมอื่นจากที่ขอ: เซลล์หนึ่งเปลี่ยนค่าพารามิเตอร์")


@dataclass(frozen=True)
class CityMade:
    """A published overview."""

    folder: Path
    files: tuple[str, ...]
    title: str
    agencies: int
    missing: int


def make_city(
    run: Path,
    fiscal_year_be: int,
    framework: str,
    line: float,
    scores: Sequence[Path] = (),
    rules: Sequence[Path] = (),
    agencies: Sequence[str] = (),
    *,
    link_briefs: bool = True,
    registers: Path | None = None,
    limits: Limits | None = None,
    kernels: WarmParent | None = None,
) -> CityMade:
    """Make and publish the overview of `run`: `city/overview.html`, `overview.pdf`, `annex.xlsx`, notebook, manifest.

    Args:
        run: the run's folder; each agency's name leads to its brief there, made or not, unless `link_briefs` is False.
        fiscal_year_be, framework, line: as the notebook takes them.
        scores, rules: absolute paths; none: the shipped data and rules.
        registers: folder of all registers; None: the shipped one.
        agencies: codes; none: all with scores, and those that are listed for the scheme.
        limits, kernels: as `run_notebook`.

    Raises:
        NotebookError: the notebook stopped (it says why: mixed or missing scores too); `city.failed/` holds the reason,
            an older overview stays. The packs of the run are not touched.
        UsageError: the run holds another scheme.
        MachineError: the disk or the rights are in the way.
    """
    started = time.monotonic()
    is_synthetic = loader.is_synthetic(framework.rpartition("-")[0], rules)
    subject = Subject(CITY, NAME_TH, fiscal_year_be, framework, is_synthetic)
    values: dict[str, Any] = {
        "fiscal_year_be": fiscal_year_be,
        "framework": framework,
        "action_line": float(line),
        "scores": "|".join(for_notebook(path) for path in scores),
        "rules": "|".join(for_notebook(path) for path in rules),
        "agencies": ",".join(agencies),
        "link_briefs": link_briefs,
        **({"registers": for_notebook(registers)} if registers else {}),
    }
    pack.require_writable(run)
    done = notebooks.run_notebook(places.notebooks_folder() / OVERVIEW_NOTEBOOK, values, limits=limits, kernels=kernels)
    if done.failure:
        raise stopped(run, subject, done.notebook, done.failure)
    document = read_document(done.notebook)
    record = document.cover.record
    if not _is_as_asked(record, values):
        raise stopped(run, subject, done.notebook, OTHER_INPUTS)
    refuse_mixture(run, str(record.get("framework", framework)), bool(record.get("is_synthetic", is_synthetic)))
    files = contents.pages(done.notebook, document, name="overview")
    folder = pack.publish(run, CITY, files, _manifest(run, subject, document, values, scores, rules), started)
    missing = record.get("agencies_missing", ())
    return CityMade(folder, (*files, pack.MANIFEST), document.cover.title, int(record.get("agencies", 0)), len(missing))


def _is_as_asked(record: Mapping[str, Any], values: Mapping[str, Any]) -> bool:
    """Return whether the notebook showed what was asked for; one without our cover shows what it likes."""
    names = ("fiscal_year_be", "framework", "action_line", "link_briefs")
    return not record or all(record.get(name) == values[name] for name in names if values[name] != "")


def _manifest(
    run: Path,
    subject: Subject,
    document: Document,
    values: Mapping[str, Any],
    scores: Sequence[Path],
    rules: Sequence[Path],
) -> dict[str, Any]:
    record = document.cover.record
    weak = next((one for one in document.blocks if isinstance(one, Table) and one.role == "weak_items"), None)
    given = [Path(values["registers"])] if "registers" in values else []
    paths = {"scores": _shown(scores), "rules": _shown(rules), "registers": _shown(given)}
    shown = {**values, **paths}
    parts = ingredients.with_run_parts(
        record.get("key_parts", {}), places.notebooks_folder() / OVERVIEW_NOTEBOOK, shown
    )
    return {
        "agency_code": CITY,
        "agency_name_th": subject.name_th,
        "fiscal_year_be": record.get("fiscal_year_be", subject.fiscal_year_be),
        "framework": record.get("framework", subject.framework),
        "is_synthetic": record.get("is_synthetic", subject.is_synthetic),
        "parameters": shown,
        "inputs": _inputs(record),
        "agencies": record.get("agencies"),
        "agencies_missing": record.get("agencies_missing"),
        "weak_items": list(weak.records) if weak else [],
        "page_key": record.get("page_key", ""),
        "cache_key": ingredients.cache_key(parts),
        "key_parts": parts,
        "versions": contents.versions(),
        "run": run.name,
    }


def _shown(paths: Sequence[Path]) -> str:
    return "|".join(places.shown(places.from_root(path)) for path in paths)


def _inputs(record: Mapping[str, Any]) -> list[dict[str, str]]:
    """Return the files whose rows the page shows, and what is said of them, with the sums of the bytes that were read."""
    used = set(record.get("used_files", ()))
    folders = {file.rpartition("/")[0] for file in used}
    return [
        {"path": file, "sha256": total}
        for file, total in record.get("inputs", {}).items()
        if file in used or (file.rpartition("/")[2] == SOURCES and file.rpartition("/")[0] in folders)
    ]
