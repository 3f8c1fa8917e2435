"""One pack against its manifest: each file hashed, whatever is cut, changed, missing, linked or strange named."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.run import pack, runs
from ita_analysis.run.runs import CITY, FAILED, PAGE, RUN_FILE
from ita_analysis.run.seal import SEAL, seal_of

PACKAGE = "ita-analysis"
_DIGEST = re.compile(r"[0-9a-f]{64}")
_NAME = re.compile(r"[^/\\\0]+")  # of a file, never a path


@dataclass(frozen=True)
class Listed:
    """One file as a manifest lists it."""

    sha256: str
    size: int


@dataclass(frozen=True)
class Looked:
    """A pack that was looked at: what is wrong with it, what its manifest says, which files it lists."""

    problems: tuple[Problem, ...] = ()
    manifest: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, Listed] = field(default_factory=dict)


def verify_pack(folder: Path) -> list[Problem]:
    """Return in what the pack in `folder` differs from its manifest; empty where every file is the one that was made.

    Codes: `folder-linked`, `folder-missing`, `manifest-missing`, `manifest-linked`, `manifest-unreadable`,
    `manifest-unsealed`, `manifest-changed` (it says something else than its seal), `manifest-foreign` (of another
    agency), `manifest-newer` (of a later version of ours), `file-missing`, `file-linked`, `file-cut`, `file-longer`,
    `file-swapped` (the bytes of another listed file), `file-changed`, `file-stray`, `file-unreadable`.
    """
    return list(look(folder).problems)


def look(folder: Path) -> Looked:
    """Return the pack in `folder` with every file of it hashed (codes: `verify_pack`)."""
    name = folder.name
    try:
        if stat.S_ISLNK(os.lstat(folder).st_mode):
            return Looked((problem("folder-linked", name),))
        with os.scandir(folder) as entries:
            present = {entry.name: _kind(entry) for entry in entries}
    except OSError:
        return Looked((problem("folder-missing", name),))
    kind = present.pop(pack.MANIFEST, "")
    if kind != "file":
        code = "manifest-linked" if kind == "linked" else "manifest-missing"
        return Looked((problem(code, f"{name}/{pack.MANIFEST}"),))
    manifest = runs.manifest_of(folder.parent, name)
    listed = _listed(manifest)
    if faults := tuple(_manifest_faults(name, manifest, listed)):
        return Looked(faults, manifest, listed)
    found = [fault for file in listed for fault in _file_faults(folder, file, present, listed)]
    strays = [problem("file-stray", f"{name}/{file}") for file in sorted(present.keys() - listed.keys())]
    return Looked((*found, *strays, *_newer(name, manifest)), manifest, listed)


def _kind(entry: os.DirEntry[str]) -> str:
    if entry.is_symlink():
        return "linked"
    return "file" if entry.is_file(follow_symlinks=False) else "other"


def _manifest_faults(name: str, manifest: Mapping[str, Any], listed: Mapping[str, Listed]) -> Iterator[Problem]:
    """Yield why a manifest says nothing about its pack."""
    place, given = f"{name}/{pack.MANIFEST}", manifest.get("outputs")
    if not isinstance(given, list) or not given or len(listed) != len(given):
        yield problem("manifest-unreadable", place)
    elif manifest.get(SEAL) != seal_of(manifest):
        yield problem("manifest-changed" if SEAL in manifest else "manifest-unsealed", place)
    elif name != CITY and manifest.get("agency_code") != name:
        yield problem("manifest-foreign", place, found=str(manifest.get("agency_code")), expected=name)


def _listed(manifest: Mapping[str, Any]) -> dict[str, Listed]:
    """Return the files that a manifest lists by name; one that no pack of ours can hold is left out."""
    found = {}
    for given in runs.records(manifest.get("outputs")):
        name, digest, size = (given.get(part) for part in ("path", "sha256", "bytes"))
        is_name = _NAME.fullmatch(runs.text(name)) and name not in (".", "..", pack.MANIFEST)
        if is_name and _DIGEST.fullmatch(runs.text(digest)) and (runs.whole(size) or 0) >= 0:
            found[str(name)] = Listed(str(digest), runs.whole(size) or 0)
    return found


def _file_faults(
    folder: Path, file: str, present: Mapping[str, str], listed: Mapping[str, Listed]
) -> Iterator[Problem]:
    """Yield in what one listed file is another than the one that was made."""
    place, facts = f"{folder.name}/{file}", listed[file]
    kind = present.get(file, "")
    if kind != "file":
        code = {"": "file-missing", "linked": "file-linked"}.get(kind, "file-stray")
        yield problem(code, place)
        return
    try:
        with (folder / file).open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            digest = hashlib.file_digest(stream, "sha256").hexdigest() if _may_be(size, listed) else ""
    except OSError as error:
        yield problem("file-unreadable", place, found=error.strerror or "")
        return
    if (size, digest) == (facts.size, facts.sha256):
        return
    other = next((name for name, held in listed.items() if held.sha256 == digest), "")
    if other:
        yield problem("file-swapped", place, found=other)
    elif size != facts.size:
        code = "file-cut" if size < facts.size else "file-longer"
        yield problem(code, place, found=f"{size:,}", expected=f"{facts.size:,}")
    else:
        yield problem("file-changed", place, found=digest[:8], expected=facts.sha256[:8])


def _may_be(size: int, listed: Mapping[str, Listed]) -> bool:
    """Return whether a file of that size can be any listed one: nothing else is worth reading."""
    return any(facts.size == size for facts in listed.values())


def _newer(name: str, manifest: Mapping[str, Any]) -> Iterator[Problem]:
    made = runs.text(runs.fields(manifest.get("versions")).get(PACKAGE))
    if _parts(made) > _parts(_own_version()):
        yield problem("manifest-newer", f"{name}/{pack.MANIFEST}", found=made, expected=_own_version())


@lru_cache(maxsize=1)
def _own_version() -> str:
    return version(PACKAGE)


def _parts(said: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d{1,9}", said.partition("+")[0])[:3])


def problem(code: str, place: str, *, found: str = "", expected: str = "") -> Problem:
    said = runs.words()["verify"]["problem"][code]
    agency = place.partition("/")[0]
    return Problem(
        code=code,
        file=place,
        found=said["found"].format(found=found),
        expected=said["expected"].format(expected=expected),
        fix=said.get("fix", runs.words()["verify"]["fix"]),
        agency_code="" if agency in (CITY, RUN_FILE, PAGE) else agency.removesuffix(FAILED),
    )
