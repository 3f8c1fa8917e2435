"""Remembers checked scores: the same bytes under the same rules are parsed and checked once, then read back fast."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.framework import loader
from ita_analysis.scores.bounded import InputFile

SMALLEST = 100_000  # bytes; fewer are parsed as fast as they are read back
KEPT = 8  # entries; the oldest go first
ROOMS = ("scores", "framework", "thai")  # whose code decides what is read


@dataclass(frozen=True)
class Stored:
    """What one set of files says once it is checked: the tidy frame, problems, notes, and every name beside a code."""

    frame: pd.DataFrame
    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    named: dict[str, frozenset[str]]


def key_of(files: Sequence[InputFile], rules: Sequence[Path]) -> str | None:
    """Return the name of these bytes under these rules and this code; None where storing them is not worth it."""
    if sum(len(file.data) for file in files) < SMALLEST:
        return None
    digest = hashlib.sha256(_code_digest().encode())
    for file in files:
        digest.update(f"{file.shown}\0{file.sha256}\n".encode("utf-8", "surrogatepass"))
    for folder in (*rules, loader.SHIPPED_RULES):
        for path in sorted(folder.glob("*.toml")):
            digest.update(path.name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    digest.update(_bytes_of(loader.SCHEMES_FILE) + _bytes_of(places.data_folder() / "agencies.csv"))
    return digest.hexdigest()[:32]


@lru_cache(maxsize=1)
def _code_digest() -> str:
    """Return the sha256 over the code and data files of the rooms that read, and the versions that write the store."""
    digest = hashlib.sha256(f"pandas {pd.__version__}".encode())
    package = Path(__file__).resolve().parent.parent
    for path in sorted(
        path for room in ROOMS for path in (package / room).rglob("*") if path.suffix in (".py", ".toml")
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
        rest: dict[str, Any] = json.loads((entry / "rest.json").read_text(encoding="utf-8"))
        data = (entry / "frame.parquet").read_bytes()
        if hashlib.sha256(data).hexdigest() != rest["frame_sha256"]:
            return None
        return Stored(
            frame=pd.read_parquet(entry / "frame.parquet"),
            problems=tuple(Problem(**problem) for problem in rest["problems"]),
            notes=tuple(rest["notes"]),
            named={code: frozenset(names) for code, names in rest["named"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError):
        return None


def remember(key: str, stored: Stored) -> None:
    """Store what was read, whole or not at all; a cache that can't be written costs time, nothing else."""
    with contextlib.suppress(OSError, UnicodeError):
        _folder().mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=".making-", dir=_folder()))
        try:
            stored.frame.to_parquet(stage / "frame.parquet", index=False)
            rest = {
                "frame_sha256": hashlib.sha256((stage / "frame.parquet").read_bytes()).hexdigest(),
                "problems": [asdict(problem) for problem in stored.problems],
                "notes": list(stored.notes),
                "named": {code: sorted(names) for code, names in stored.named.items()},
            }
            (stage / "rest.json").write_text(json.dumps(rest, ensure_ascii=False), encoding="utf-8")
            with contextlib.suppress(OSError):  # another process may have stored the same
                os.rename(stage, _folder() / key)
        finally:
            shutil.rmtree(stage, ignore_errors=True)
        _forget_the_oldest()


def _forget_the_oldest() -> None:
    entries = sorted(
        (path for path in _folder().iterdir() if not path.name.startswith(".")), key=lambda path: path.stat().st_mtime
    )
    for path in entries[:-KEPT]:
        shutil.rmtree(path, ignore_errors=True)
