"""Takes pictures into a register: found inside their folder only, made ready, kept under the hash of what we keep."""

from __future__ import annotations

import os
from base64 import b64decode
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from ita_analysis.errors import Problem
from ita_analysis.measures import pictures
from ita_analysis.measures.checks import Where
from ita_analysis.measures.register import EVIDENCE
from ita_analysis.measures.rows import Cells
from ita_analysis.measures.words import Place, problem, say
from ita_analysis.scores import isolated
from ita_analysis.scores.archive import Refused
from ita_analysis.scores.bounded import InputFile, read_input

MOST_BYTES = 40 * 1024 * 1024
ENDINGS = {"JPEG": (".jpg", ".jpeg"), "MPO": (".jpg", ".jpeg"), "PNG": (".png",), "WEBP": (".webp",)}
FILE_BASIS, PRINTED, RESULT_SCOPE = "file", "printed", "result"


@dataclass
class TakenIn:
    """The evidence rows with their pictures, the pictures by path in the register, what is wrong, and what is said."""

    rows: dict[str, Cells] = field(default_factory=dict)
    pictures: dict[str, bytes] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    replaced: list[str] = field(default_factory=list)  # keys whose file holds another picture than before
    added: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Ready:
    """One picture made ready."""

    sha256: str
    ending: str
    taken: str
    large: bytes
    small: bytes


def take_in(
    rows: Mapping[str, Cells], folder: Path, where: Where, known: Mapping[str, bytes], typed: Mapping[str, Cells]
) -> TakenIn:
    """Return `rows` of the evidence table with every new picture made ready.

    Args:
        rows: evidence rows after merging, in their stored form.
        folder: where the files lie that `file` names; nothing outside it is read.
        where: gives the place of a cell, for problems.
        known: pictures that the register holds already, by path in it.
        typed: the evidence rows as they stand in the workbook; a date typed there wins over the picture's own.
    """
    done = TakenIn(pictures=dict(known))
    ready: dict[str, _Ready] = {}
    for key, row in rows.items():
        done.rows[key] = _with_defaults(row)
        if row["file"] and done.rows[key]["basis"] != PRINTED:
            _take_file(done, key, folder, where("evidence", key, "file"), ready, typed.get(key, {}))
    done.notes += _said_twice(done.rows)
    return done


def _with_defaults(row: Cells) -> Cells:
    """Return the row with what an empty cell means where there is a file or a printed block."""
    if not any(row[name] for name in ("result_ids", "file", "caption_th")):
        return dict(row)
    return {**row, "basis": row["basis"] or FILE_BASIS, "scope": row["scope"] or RESULT_SCOPE}


def _take_file(
    done: TakenIn, key: str, folder: Path, place: Place, ready: dict[str, _Ready], typed: Mapping[str, str]
) -> None:
    row = done.rows[key]
    name = row["file"]
    found = find(folder, name, place)
    if isinstance(found, Problem):
        if not row["sha256"]:  # else the picture was taken in before; its file need not lie there any more
            done.problems.append(found)
        return
    if found.sha256 == row["source_sha256"] and row["sha256"]:
        return
    try:
        made = ready.get(found.sha256) or _ready(found, name)
    except Refused as no:
        done.problems.append(problem(no.code, place, no.found or name))
        return
    ready[found.sha256] = made
    (done.replaced if row["sha256"] else done.added).append(key)
    day = row["evidence_date"] if typed.get("evidence_date") or not row["sha256"] else ""
    row |= {"sha256": made.sha256, "source_sha256": found.sha256, "evidence_date": day or made.taken}
    done.pictures |= {
        f"{EVIDENCE}/{made.sha256}{made.ending}": made.large,
        f"{EVIDENCE}/{made.sha256}-s.jpg": made.small,
    }


def find(folder: Path, name: str, place: Place) -> InputFile | Problem:
    """Return the file that `name` means inside `folder`, or the problem why it is not read."""
    asked = PureWindowsPath(name)  # takes both kinds of slashes
    if asked.anchor or asked.drive or name.startswith(("~", "/")):
        return problem("file-outside", place, name)
    path = folder.joinpath(*asked.parts)
    for at in [path, *path.parents][: len(asked.parts)]:
        if at.is_symlink():
            return problem("file-link", place, name)
    if not path.resolve().is_relative_to(folder.resolve()):
        return problem("file-outside", place, name)
    if not os.path.lexists(path):
        return problem("file-missing", place, name, folder=folder.name)
    found = read_input(path)
    if isinstance(found, Problem):
        return problem("file-unreadable", place, name, reason=found.found)
    if len(found.data) > MOST_BYTES:
        return problem("picture-huge", place, f"{len(found.data):,}")
    return found


def _ready(file: InputFile, name: str) -> _Ready:
    """Return the picture made ready in a process of its own; its ending must say what it is.

    Raises:
        Refused: it can't be taken.
    """
    try:
        made = isolated.parse(pictures.__name__, file.data)
    except Refused as no:
        if no.code.startswith("picture-"):
            raise Refused(no.code, no.found, "", "") from no
        raise Refused("picture-broken", "", "", "") from no
    if PureWindowsPath(name).suffix.lower() not in ENDINGS[made["kind"]]:
        raise Refused("picture-ending", f"{name} ({made['kind']})", "", "")
    return _Ready(made["sha256"], made["ending"], made["taken"], b64decode(made["print"]), b64decode(made["screen"]))


def _said_twice(rows: Mapping[str, Cells]) -> Iterator[str]:
    """Yield a sentence for each picture that stands in several rows; of one that serves several results above all."""
    by_picture: dict[str, list[str]] = {}
    for key, row in rows.items():
        if row["source_sha256"]:
            by_picture.setdefault(row["source_sha256"], []).append(key)
    for keys in by_picture.values():
        results = list(dict.fromkeys(one for key in keys for one in rows[key]["result_ids"].split()))
        if len(keys) > 1:
            kind = "twice" if len(results) > 1 else "again"
            yield say("evidence", kind, keys=" ".join(keys), results=" ".join(results))


def kept(rows: Mapping[str, Cells], held: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the pictures that some row still names."""
    named = {row["sha256"] for row in rows.values() if row["sha256"]}
    return {path: data for path, data in held.items() if path.rpartition("/")[2].partition(".")[0][:64] in named}
