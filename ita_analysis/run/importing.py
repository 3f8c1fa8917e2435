"""Imports one published report into a folder: tables and the page of doubts, whole or not at all, never over other work."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import Problem, UnknownNameError, UsageError
from ita_analysis.export import review_page
from ita_analysis.measures import published
from ita_analysis.measures.published import Asked, Published, ReportError
from ita_analysis.measures.published.decisions import Decisions, read_decisions
from ita_analysis.measures.published.files import encoded
from ita_analysis.measures.published.source import words
from ita_analysis.run import pack
from ita_analysis.scores.agencies import known_agencies
from ita_analysis.scores.bounded import InputFile, read_input

PAGE, STATE = "review.html", "import.json"
SCHEMA = 1


@dataclass(frozen=True)
class Imported:
    """What was written: the folder, how many rows each table has, how many readings are doubted."""

    folder: Path
    counts: dict[str, int]
    doubts: dict[str, int]
    read: Published


def import_report(path: Path, folder: Path, asked: Asked, accept: Path | None = None) -> Imported:
    """Read the report at `path` and put its tables and `review.html` into `folder`, replacing an earlier import of it.

    Raises:
        ReportError: the document is no report on measures, or the decisions don't fit it; all problems.
        UnknownNameError: the agency's code is not listed.
        UsageError: the folder holds something else, or tables that were changed by hand.
        MachineError: the disk or the rights are in the way; an earlier import is as it was.
    """
    if asked.agency_code and asked.agency_code not in known_agencies():
        raise UnknownNameError(
            words()["said"]["agency"].format(code=asked.agency_code), todo=words()["said"]["agency_todo"]
        )
    file = _input(path)
    decisions = _decisions(accept)
    kept = _kept(folder, file)
    read = published.read(file, asked, decisions)
    files = {**encoded(read), PAGE: review_page.render(read, file).encode("utf-8")}
    files[STATE] = _state(file, asked, files)
    pack.require_writable(folder.parent)
    pack.put(folder.parent, folder.name, {**kept, **files})
    counts = {table: len(rows) for table, rows in read.tables.items()}
    counts["measures"] = len({row["measure_id"] for row in read.tables["measures"]})
    levels = [doubt.confidence for doubt in read.doubts]
    return Imported(folder, counts, {name: levels.count(name) for name in ("likely", "doubtful")}, read)


def _input(path: Path) -> InputFile:
    file = read_input(path)
    if isinstance(file, Problem):
        raise ReportError(words()["said"]["refused"], [file])
    return file


def _decisions(accept: Path | None) -> Decisions:
    if accept is None:
        return Decisions()
    file = read_input(accept)
    found = [file] if isinstance(file, Problem) else read_decisions(file)
    if isinstance(found, Decisions):
        return found
    raise ReportError(words()["said"]["decisions"], found)


def _state(file: InputFile, asked: Asked, files: dict[str, bytes]) -> bytes:
    state = {
        "schema": SCHEMA,
        "source": {"name": file.path.name, "sha256": file.sha256},
        "agency_code": asked.agency_code,
        "fiscal_year_be": asked.scores_year_be,
        "outputs": {name: hashlib.sha256(data).hexdigest() for name, data in sorted(files.items())},
    }
    return (json.dumps(state, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def _kept(folder: Path, file: InputFile) -> dict[str, bytes]:
    """Return what lies in the folder and is not ours: it stays. A folder that is not an import of this file is refused."""
    if not os.path.lexists(folder):
        return {}
    said = words()["said"]
    if folder.is_symlink() or not folder.is_dir():
        raise UsageError(said["no_folder"].format(folder=places.shown(folder)), todo=said["other_folder"])
    present = {entry.name: entry for entry in folder.iterdir()}
    if not present:
        return {}
    before = _before(present)
    if before.get("source", {}).get("sha256") != file.sha256:
        raise UsageError(said["foreign"].format(folder=places.shown(folder)), todo=said["other_folder"])
    kept = {}
    for name, entry in present.items():
        found = None if entry.is_symlink() or not entry.is_file() else read_input(entry)
        if not isinstance(found, InputFile):
            raise UsageError(said["odd_entry"].format(name=places.shown(entry)), todo=said["other_folder"])
        ours = before["outputs"].get(name)
        if ours is None and name != STATE:
            kept[name] = found.data
        elif name != STATE and ours != found.sha256:
            raise UsageError(said["changed"].format(name=places.shown(entry)), todo=said["changed_todo"])
    return kept


def _before(present: dict[str, Path]) -> dict[str, Any]:
    """Return the state of the import in a folder, an empty one where there is none to be read."""
    found = read_input(present[STATE]) if STATE in present else None
    try:
        state = json.loads(found.data) if isinstance(found, InputFile) else {}
    except ValueError:
        return {}
    is_ours = isinstance(state, dict) and state.get("schema") == SCHEMA
    return state if is_ours and isinstance(state.get("outputs"), dict) and isinstance(state.get("source"), dict) else {}
