"""A score file that can be read row by row, as often as needed, without being held: a CSV file as it lies, Parquet as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import compress
from pathlib import PurePath

from ita_analysis.errors import MachineError, Problem
from ita_analysis.scores import bounded, csv_stream, isolated
from ita_analysis.scores.archive import Refused
from ita_analysis.scores.bounded import ByteStream, InputFile, KnownFile
from ita_analysis.scores.contract import PLACE
from ita_analysis.scores.files import MAGIC, refusal
from ita_analysis.scores.sheets import Row

BROKEN = (UnicodeDecodeError, csv.Error, csv_stream.NulError)


@dataclass
class RowSource:
    """One file, open. `file` is what was read of it: its sha256 is that of the very bytes whose rows were given."""

    file: KnownFile
    handle: int = -1  # of an open CSV file; -1: the bytes are at hand
    is_marked: bool = False  # Parquet as CSV: before the header stands what each column's values are marked as
    stream: ByteStream | None = None

    @property
    def is_ragged_wrong(self) -> bool:
        """Return whether a row of another width than the header is a fault."""
        return not self.is_marked

    def opened(self) -> csv_stream.Bytes:
        """Return the text from its first byte on."""
        if isinstance(self.file, InputFile) and self.handle < 0:
            return io.BytesIO(self.file.data)
        self.stream = ByteStream(self.handle)
        return self.stream

    def rows(self) -> Iterator[list[str]]:
        """Return all rows, the header first (raises `BROKEN`; OSError where the file can't be read on)."""
        rows = csv_stream.rows(self.opened())
        if self.is_marked:
            next(rows)
        return rows

    def settle(self) -> None:
        """Take the sha256 of the bytes that were just read to their end as that of the file."""
        if not self.is_marked and self.stream is not None:
            for _ in csv_stream.blocks(self.stream):  # what lies behind the place where reading broke off
                pass
            self.file = replace(self.file, sha256=self.stream.digest.hexdigest(), size=self.stream.size)

    def rows_again(self, wanted: bytearray) -> list[Row]:
        """Return the rows whose numbers are marked in `wanted`.

        Raises:
            MachineError: the file is no longer what it was.
        """
        rows: list[Row] = list(compress(enumerate(self.rows(), start=1), wanted[1:]))
        if not self.is_marked and self.stream is not None:
            for _ in csv_stream.blocks(self.stream):
                pass
            if self.stream.digest.hexdigest() != self.file.sha256:
                todo = "รอให้โปรแกรมที่เขียนไฟล์ทำเสร็จ แล้วสั่งใหม่"
                raise MachineError(f"{self.file.shown} ถูกแก้ระหว่างอ่าน", todo=todo)
        return rows

    def fault(self) -> Problem | None:
        """Return why the rows broke off; None where another reader may take the file."""
        return csv_stream.fault(self.file.shown, self.opened) if not self.is_marked else None


def open_source(file: KnownFile, stack: ExitStack) -> RowSource | Problem | None:
    """Return the file to be read row by row, open until `stack` ends; None where it is of another kind.

    Raises:
        Unopened: it can't be opened.
    """
    ending = PurePath(file.path.name).suffix.lower()
    if ending == ".csv":
        if isinstance(file, InputFile):
            return None if _has_magic(file.data) else RowSource(file)
        source = RowSource(file, stack.enter_context(bounded.opening(file.path, bounded.MAX_STREAMED)))
        return None if _has_magic(source.opened().read(8) or b"") else source
    if ending != ".parquet":
        return None
    held = bounded.opened(file)
    if isinstance(held, Problem) or not held.data.startswith(b"PAR1"):
        return held if isinstance(held, Problem) else None
    try:
        rows = stack.enter_context(isolated.as_csv(held.data))
    except Refused as no:
        return refusal(held.shown, no)
    source = RowSource(replace(held, data=b""), rows.fileno())
    first = csv_stream.rows(source.opened())
    marks, names = next(first), next(first)
    source.is_marked = True
    return None if any(not _is_plain(name, mark) for name, mark in zip(names, marks, strict=True)) else source


def _is_plain(name: str, mark: str) -> bool:
    """Return whether a column's values are what the contract takes: none that only a person can tell, such as dates."""
    return not mark or name in PLACE or (mark == "boolean" and name == "is_synthetic")


def _has_magic(start: bytes) -> bool:
    return any(start.startswith(magic) for magic, _ in MAGIC)
