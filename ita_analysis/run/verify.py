"""Every pack of a run against its manifest, what `run.json` promises, and what to do where something is wrong."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.run import pack, runs
from ita_analysis.run.integrity import look, problem
from ita_analysis.run.runs import CITY, PAGE, RUN_FILE

SAME_IN_A_RUN = ("framework", "fiscal_year_be", "is_synthetic")


@dataclass(frozen=True)
class Verified:
    """What `verify_run` looked at and what it found; `problems` by the name of the pack."""

    packs: int
    failed: int
    files: int
    size: int
    problems: dict[str, list[Problem]]

    @property
    def damaged(self) -> list[str]:
        """Return the agencies whose packs must be made again."""
        return sorted(name for name in self.problems if name not in (CITY, ""))

    @property
    def all(self) -> list[Problem]:
        """Return every problem, pack by pack."""
        return [problem for name in sorted(self.problems) for problem in self.problems[name]]


def verify_run(run: Path) -> Verified:
    """Hash every file of every pack in `run`, the city's too, and compare with the manifests and `run.json`.

    Reason folders have no manifest and are only counted. Files that are too small or too large are not read.
    """
    held = runs.folders(run)
    packs = {name: look(run / name) for name in [*runs.pack_names(held), *([CITY] if CITY in held else [])]}
    problems = {name: list(found.problems) for name, found in packs.items()}
    manifests = {name: found.manifest for name, found in packs.items()}
    for name, fault in [*_strangers(run, manifests), *_gone(run, held)]:
        problems.setdefault(name, []).append(fault)
    sizes = [file.size for found in packs.values() for file in found.files.values()]
    return Verified(
        packs=len(packs),
        failed=len(runs.failed_names(held)),
        files=len(sizes) + len(packs),
        size=sum(sizes),
        problems={name: found for name, found in problems.items() if found},
    )


def _strangers(run: Path, manifests: Mapping[str, Mapping[str, Any]]) -> Iterator[tuple[str, Problem]]:
    """Yield the packs of another year, scheme or kind of data than the run's (CONTRACT: a run holds one)."""
    kinds = {name: _what(manifest) for name, manifest in manifests.items() if manifest.get("framework")}
    said = runs.json_object(run / RUN_FILE)
    usual = _what(said) if said.get("framework") else next(iter(Counter(kinds.values()).most_common(1)), ("", 0))[0]
    for name, kind in kinds.items():
        if kind != usual:
            place = f"{name}/{pack.MANIFEST}"
            yield name, problem("manifest-foreign", place, found=kind, expected=usual)


def _what(said: Mapping[str, Any]) -> str:
    return " ".join(json.dumps(said.get(name), ensure_ascii=False) for name in SAME_IN_A_RUN)


def _gone(run: Path, held: Mapping[str, Any]) -> Iterator[tuple[str, Problem]]:
    """Yield the packs that `run.json` says are there and are not, or that it can't be read or is a link."""
    for file in (RUN_FILE, PAGE):
        if runs.size_of(f"{run}/{file}") is None:
            yield "", problem("page-missing", file)
    for line in runs.records(runs.json_object(run / RUN_FILE).get("agencies")):
        code = runs.text(line.get("agency_code"))
        if line.get("state") in ("ok", "outdated") and code not in held:
            yield code, problem("folder-missing", code)


def good_lines(found: Verified) -> list[str]:
    """Return what is said of a run in which every file is the one that was made."""
    said = runs.words()["verify"]
    lines = [said["good"].format(packs=found.packs, files=found.files, size=found.size / 1e6)]
    return [*lines, said["failed"].format(failed=found.failed)] if found.failed else lines


def bad_lines(run: Path, found: Verified) -> list[str]:
    """Return how much is wrong with a run and what to do."""
    said = runs.words()["verify"]
    return [
        said["bad"].format(problems=len(found.all), damaged=len(found.problems.keys() - {""}), packs=found.packs),
        *(runs.words()["runs"]["todo"].format(todo=todo) for todo in to_do(run, found)),
    ]


def to_do(run: Path, found: Verified) -> list[str]:
    """Return the commands that make good again what is wrong, in Thai."""
    said = runs.words()["verify"]
    place = "" if run.parent == places.outputs_folder() else f" --output {run.parent}"
    year = _year(run)
    lines = []
    if found.damaged and year is None:
        lines.append(said["todo_unknown"])
    elif len(found.damaged) == 1:
        lines.append(said["todo_one"].format(agency=found.damaged[0], year=year, run=run.name, output=place))
    elif found.damaged:
        lines.append(said["todo"].format(year=year, run=run.name, output=place))
    if CITY in found.problems or "" in found.problems:
        lines.append(said["todo_page"])
    return lines


def as_record(run: Path, found: Verified) -> dict[str, Any]:
    """Return what `ita verify --json` prints."""
    return {
        "run": run.name,
        "packs": found.packs,
        "failed": found.failed,
        "files": found.files,
        "bytes": found.size,
        "damaged": found.damaged,
        "problems": [problem.as_record() for problem in found.all],
        "todo": to_do(run, found) if found.all else [],
    }


def _year(run: Path) -> int | None:
    """Return the fiscal year of a run, from `run.json`, else from the first manifest that says it."""
    held = runs.pack_names(runs.folders(run))
    records = (runs.json_object(run / RUN_FILE), *(runs.manifest_of(run, code) for code in held))
    return next((year for said in records if (year := runs.whole(said.get("fiscal_year_be"))) is not None), None)
