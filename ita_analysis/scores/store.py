"""Remembers checked scores: the same bytes under the same rules are parsed and checked once, then read by agency."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.framework import loader
from ita_analysis.scores.bounded import KnownFile
from ita_analysis.scores.stored import Stored

SMALLEST = 100_000  # bytes; fewer are parsed as fast as they are read back
KEPT = 8  # entries; the oldest go first
ROOMS = ("scores", "framework", "thai")  # whose code decides what is read
ROWS = 1_024, 16_384  # of one row group, at least and at most; an agency's rows lie in one or two of them
GROUPS = 128  # about so many, between these bounds: larger ones and more of them both cost a reader of one agency


def key_of(files: Sequence[KnownFile], rules: Sequence[Path]) -> str | None:
    """Return the name of these bytes under these rules and this code; None where storing them is not worth it."""
    if sum(file.size for file in files) < SMALLEST:
        return None
    digest = hashlib.sha256(code_digest(ROOMS).encode())
    for file in files:
        digest.update(f"{file.shown}\0{file.sha256}\n".encode("utf-8", "surrogatepass"))
    for folder in (*rules, loader.SHIPPED_RULES):
        for path in sorted(folder.glob("*.toml")):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    digest.update(_bytes_of(loader.SCHEMES_FILE) + _bytes_of(places.data_folder() / "agencies.csv"))
    return digest.hexdigest()[:32]


@lru_cache(maxsize=4)
def code_digest(rooms: tuple[str, ...]) -> str:
    """Return the sha256 over the code and data files of these rooms, and the version of pandas that writes the store."""
    digest = hashlib.sha256(f"pandas {pd.__version__}".encode())
    package = Path(__file__).resolve().parent.parent
    for path in sorted(
        path for room in rooms for path in (package / room).rglob("*") if path.suffix in (".py", ".toml")
    ):
        digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _bytes_of(path: Path) -> bytes:
    return path.read_bytes() if path.is_file() else b""


def _folder() -> Path:
    return places.cache_folder() / "scores"


def recall(key: str) -> Stored | None:
    """Return what was stored under `key`; None where there is nothing, or nothing whole."""
    entry = _folder() / key
    try:
        facts = (entry / "rest.json").stat(), (entry / "frame.parquet").stat()
        return _recall(entry, tuple((fact.st_mtime_ns, fact.st_size, fact.st_ino) for fact in facts))
    except (OSError, ValueError, KeyError, TypeError):
        return None


@lru_cache(maxsize=2)
def _recall(entry: Path, facts: tuple[tuple[int, ...], ...]) -> Stored:
    """Return the entry, looked through once a process as long as its files stay as they are."""
    del facts
    os.utime(entry)  # the oldest entries go first
    rest: dict[str, Any] = json.loads((entry / "rest.json").read_text(encoding="utf-8"))
    with (entry / "frame.parquet").open("rb") as stream:
        if hashlib.file_digest(stream, "sha256").hexdigest() != rest["frame_sha256"]:
            raise ValueError(entry)
    return Stored(
        problems=tuple(Problem(**problem) for problem in rest["problems"]),
        notes=tuple(rest["notes"]),
        named={code: frozenset(names) for code, names in rest["named"].items()},
        names=rest["names"],
        spans={code: (start, count) for code, (start, count) in rest["spans"].items()},
        held=None,
        entry=entry,
    )


def remember(files: Sequence[KnownFile], rules: Sequence[Path], made: Stored) -> Stored:
    """Store what the files say, whole or not at all, and return it as stored.

    Where storing is not worth it, or the cache can't be written, it comes back as given.
    """
    key = key_of(files, rules)
    if key is None:
        return made

    def write(stage: Path) -> None:
        _write_frame(stage / "frame.parquet", made)
        with (stage / "frame.parquet").open("rb") as stream:
            digest = hashlib.file_digest(stream, "sha256").hexdigest()
        rest = {
            "frame_sha256": digest,
            "problems": [asdict(problem) for problem in made.problems],
            "notes": list(made.notes),
            "named": {code: sorted(names) for code, names in made.named.items()},
            "names": made.names,
            "spans": made.spans,
        }
        (stage / "rest.json").write_text(json.dumps(rest, ensure_ascii=False), encoding="utf-8")

    put(_folder(), key, write)
    _forget_the_oldest()
    return recall(key) or made


def rows_at_once(count: int) -> int:
    """Return how many rows a row group has, in a file of so many."""
    return min(max(int(count) // GROUPS, ROWS[0]), ROWS[1])


def _write_frame(path: Path, made: Stored) -> None:
    rows = rows_at_once(made.count)
    if made.held is None or isinstance(made.held, pd.DataFrame):
        made.frame.to_parquet(path, index=False, row_group_size=rows)
        return
    from pyarrow import parquet  # type: ignore[import-untyped]

    with parquet.ParquetWriter(path, made.held.schema) as writer:
        for table in made.held.tables(rows):
            writer.write_table(table)


def put(folder: Path, name: str, write: Callable[[Path], None]) -> None:
    """Let `write` fill a new folder and put it in place as `name`, whole or not at all."""
    with contextlib.suppress(OSError, UnicodeError):
        folder.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".making-", dir=folder))
        try:
            (stage / "new").mkdir()
            write(stage / "new")
            if (folder / name).is_dir():  # damaged, or stored by another process just now
                os.rename(folder / name, stage / "old")
            os.rename(stage / "new", folder / name)
        finally:
            shutil.rmtree(stage, ignore_errors=True)


def _forget_the_oldest() -> None:
    with contextlib.suppress(OSError):
        entries = sorted(
            (path for path in _folder().iterdir() if not path.name.startswith(".")),
            key=lambda path: path.stat().st_mtime,
        )
        for path in entries[:-KEPT]:
            shutil.rmtree(path, ignore_errors=True)
