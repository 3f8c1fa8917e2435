"""Remembers checked scores: the same bytes under the same rules are parsed and checked once, then read by agency."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from ita_analysis import places
from ita_analysis.errors import Problem
from ita_analysis.framework import loader
from ita_analysis.scores.bounded import KnownFile

if TYPE_CHECKING:
    from ita_analysis.scores.tidy_rows import TidyRows

SMALLEST = 100_000  # bytes; fewer are parsed as fast as they are read back
KEPT = 8  # entries; the oldest go first
ROOMS = ("scores", "framework", "thai")  # whose code decides what is read
ROWS = 16_384  # rows of one row group; an agency's rows lie in one or two of them

ROWS_AT_ONCE = 200_000  # of those who go through all rows


@dataclass(frozen=True)
class Stored:
    """What one set of files says once it is checked: the tidy frame, problems, notes, and every name beside a code.

    The frame is sorted by agency, year, and natural code order. `entry` is the folder that holds it, None where only
    this process does.
    """

    problems: tuple[Problem, ...]
    notes: tuple[str, ...]
    named: dict[str, frozenset[str]]
    names: dict[str, str]  # agency code -> name, of agencies with rows
    spans: dict[str, tuple[int, int]]  # agency code -> first row and number of rows
    held: pd.DataFrame | TidyRows | None
    entry: Path | None = None

    @cached_property
    def frame(self) -> pd.DataFrame:
        """Return all rows, columns of the contract."""
        if isinstance(self.held, pd.DataFrame):
            return self.held
        if self.held is not None:
            return self.held.frame()
        return pd.read_parquet(_frame_file(self.entry), use_threads=False)

    def of_agency(self, code: str) -> pd.DataFrame:
        """Return the rows of one agency, all years; empty where it has none."""
        return self.rows(*self.spans.get(code, (0, 0)))

    def rows(self, start: int, count: int, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Return some rows in their order, all columns or some."""
        return rows_of(_frame_file(self.entry) if self.held is None else self.frame, start, count, columns)

    def by_agencies(
        self, columns: Sequence[str] | None = None, *, at_once: int = ROWS_AT_ONCE
    ) -> Iterator[pd.DataFrame]:
        """Yield the rows of whole agencies in their order, not many more than `at_once` at a time."""
        start, count = 0, 0
        for _, size in self.spans.values():
            count += size
            if count >= at_once:
                yield self.rows(start, count, columns)
                start, count = start + count, 0
        if count:
            yield self.rows(start, count, columns)

    def distinct(self, columns: Sequence[str]) -> pd.DataFrame:
        """Return what these columns say together, each saying once, in the order of the rows."""
        parts = [rows.drop_duplicates() for rows in self.by_agencies(columns)]
        return pd.concat(parts or [self.columns(columns)], ignore_index=True).drop_duplicates(ignore_index=True)

    def columns(self, names: Sequence[str], years: Sequence[int] = ()) -> pd.DataFrame:
        """Return these columns of all agencies, of these fiscal years alone where some are given."""
        if self.held is None:
            filters = [("fiscal_year_be", "in", list(years))] if years else None
            return pd.read_parquet(
                _frame_file(self.entry), columns=list(names), filters=filters, use_threads=False
            ).reset_index(drop=True)
        rows = self.frame[self.frame["fiscal_year_be"].isin(list(years))] if years else self.frame
        return rows[list(names)].reset_index(drop=True)


def _frame_file(entry: Path | None) -> Path:
    assert entry is not None
    return entry / "frame.parquet"


def rows_of(
    kept: pd.DataFrame | Path, start: int, count: int, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return some rows of a frame, or of a Parquet file with row groups of `ROWS` rows without reading the others."""
    if isinstance(kept, pd.DataFrame):
        some = kept if columns is None else kept[list(columns)]
        return some.iloc[start : start + count].reset_index(drop=True)
    from pyarrow import parquet  # type: ignore[import-untyped]

    with parquet.ParquetFile(kept) as file:
        first = start // ROWS
        last = max(start + count - 1, start) // ROWS
        groups = [group for group in range(first, last + 1) if group < file.num_row_groups]
        table = file.read_row_groups(groups, columns=columns, use_threads=False)
    rows: pd.DataFrame = table.slice(start - first * ROWS, count).to_pandas(use_threads=False)
    return rows.reset_index(drop=True)


def spans_of(frame: pd.DataFrame) -> dict[str, tuple[int, int]]:
    """Return per agency its first row and number of rows in a frame sorted by agency."""
    counts = frame.groupby("agency_code", sort=True).size()
    starts = counts.cumsum() - counts
    return {
        str(code): (int(start), int(count)) for code, start, count in zip(counts.index, starts, counts, strict=True)
    }


def stored(
    frame: pd.DataFrame, problems: Sequence[Problem], notes: Sequence[str], named: Mapping[str, frozenset[str]]
) -> Stored:
    """Return what was read, held in this process."""
    spans = spans_of(frame)
    first = frame.iloc[[start for start, _ in spans.values()]]
    names = dict(zip(first["agency_code"], first["agency_name_th"], strict=True))
    return Stored(tuple(problems), tuple(notes), dict(named), names, spans, frame)


def held(
    rows: TidyRows, problems: Sequence[Problem], notes: Sequence[str], named: Mapping[str, frozenset[str]]
) -> Stored:
    """Return what was read of large files, held in this process as numbers."""
    spans = rows.spans()
    names = {code: rows.owner(start).agency_name_th for code, (start, _) in spans.items()}
    return Stored(tuple(problems), tuple(notes), dict(named), names, spans, rows)


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


def _write_frame(path: Path, made: Stored) -> None:
    if made.held is None or isinstance(made.held, pd.DataFrame):
        made.frame.to_parquet(path, index=False, row_group_size=ROWS)
        return
    from pyarrow import parquet

    with parquet.ParquetWriter(path, made.held.schema) as writer:
        for table in made.held.tables(ROWS):
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
