"""Which score files are meant, and what they hold by their sha256; nothing here parses, so that it is light to import."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import stat
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.scores import bounded
from ita_analysis.scores.bounded import KnownFile

SOURCES = "sources.csv"  # says per file where its scores come from; no score file itself
ENDINGS = (".csv", ".xlsx", ".xlsm", ".parquet")
OLD_ENDINGS = (".xls", ".xlsb", ".ods")  # known as tables, refused with what to save them as
LARGE = 8_000_000  # bytes; a greater file whose size and times are those of its last reading is not read again
SETTLED_NS = 2_000_000_000  # a file changed later than this before it was read may change again within one tick


def default_paths() -> list[Path]:
    """Return the folders that are read when no score file is named."""
    return [folder for name in ("published", "synthetic") if (folder := places.data_folder() / name).is_dir()]


def score_files(paths: Sequence[Path], problems: list[Problem]) -> tuple[KnownFile, ...]:
    """Return every score file in `paths` (files or folders; none: the shipped data) once, folders in name order.

    What can't be read is added to `problems`.
    """
    found: list[KnownFile] = []
    for path in _paths(paths or default_paths(), problems):
        file = _identified(path)
        if isinstance(file, Problem):
            problems.append(file)
        else:
            found.append(_told_apart(file, found))
    return tuple(found)


def sources_of(files: Sequence[KnownFile]) -> Iterator[Path]:
    """Yield the `sources.csv` that lie beside the score files."""
    for folder in dict.fromkeys(file.path.parent for file in files):
        if os.path.lexists(folder / SOURCES):
            yield folder / SOURCES


def _paths(paths: Sequence[Path], problems: list[Problem]) -> Iterator[Path]:
    seen: set[str] = set()
    for path in paths:
        if _is_folder(path):
            try:
                inside = [entry for entry in sorted(path.iterdir()) if _is_score_file(entry.name)]
            except OSError as error:
                problems.append(bounded.unreadable(path, error))
                continue
            if not inside:
                problems.append(_problem("folder-empty", path, "ไม่มีไฟล์คะแนน"))
        elif path.suffix.lower() in (*ENDINGS, *OLD_ENDINGS) or not os.path.lexists(path):
            inside = [path]
        else:
            problems.append(_problem("file-kind", path, "ไฟล์ชนิดที่ไม่อ่าน"))
            continue
        for entry in inside:
            if (place := os.path.abspath(entry)) not in seen:
                seen.add(place)
                yield entry


def _problem(code: str, path: Path, found: str) -> Problem:
    expected = f"ไฟล์ {' '.join(ENDINGS)}"
    return Problem(code=code, file=places.shown(path), found=found, expected=expected, fix="แก้ไฟล์แล้วอ่านใหม่")


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path) and not os.path.islink(path)  # noqa: PTH112, PTH114 - these never raise


def _is_score_file(name: str) -> bool:
    return name.lower().endswith((*ENDINGS, *OLD_ENDINGS)) and name != SOURCES and not name.startswith((".", "~$"))


def _told_apart(file: KnownFile, others: Sequence[KnownFile]) -> KnownFile:
    """Return the file with as much of its path shown as tells it from `others`: two folders may each hold a scores.csv."""
    taken, parts, count = {other.shown for other in others}, file.path.parts, 1
    while file.shown in taken and count < len(parts):
        count += 1
        file = replace(file, shown="/".join(parts[-count:]))
    return file


# --- large files are recognised by size and times, as git does


def _identified(path: Path) -> KnownFile | Problem:
    """Return the file; a large one that was read before and not touched since is recognised without its bytes."""
    facts = _facts(path)
    if facts is None:
        return bounded.read_input(path)
    identify = bounded.identified if bounded.may_be_streamed(path) else bounded.read_input
    try:
        known = json.loads(_note(path).read_text(encoding="utf-8"))
        if known["facts"] == facts and max(facts[1:3]) + SETTLED_NS < known["read_at_ns"]:
            return KnownFile(path, places.shown(path), known["sha256"], facts[0])
    except (OSError, ValueError, KeyError, TypeError):
        pass
    read_at_ns = time.time_ns()
    file = identify(path)
    if isinstance(file, KnownFile) and _facts(path) == facts:
        keep_note(_note(path), {"facts": facts, "sha256": file.sha256, "read_at_ns": read_at_ns})
    return file


def _facts(path: Path) -> list[int] | None:
    """Return size, times and identity of a large regular file, None for any other."""
    try:
        seen = path.lstat()
        if not stat.S_ISREG(seen.st_mode) or not LARGE <= seen.st_size <= _most(path):
            return None
    except (OSError, ValueError):
        return None
    return [seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns, seen.st_ino]


def _most(path: Path) -> int:
    return bounded.MAX_STREAMED if bounded.may_be_streamed(path) else bounded.MAX_BYTES


def _note(path: Path) -> Path:
    name = hashlib.sha256(os.fsencode(os.path.abspath(path))).hexdigest()[:32]
    return places.cache_folder() / "files" / f"{name}.json"


def keep_note(target: Path, note: Mapping[str, Any]) -> None:
    """Write a note of the cache whole or not at all; a cache that can't be written costs time, nothing else."""
    with contextlib.suppress(OSError):
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, stage = tempfile.mkstemp(prefix=".making-", dir=target.parent)
        with os.fdopen(handle, "w", encoding="utf-8", errors="surrogatepass") as stream:
            json.dump(note, stream, ensure_ascii=False)
        os.replace(stage, target)  # noqa: PTH105 - an atomic step, named on purpose
