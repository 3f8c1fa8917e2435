"""A CSV text as a stream of rows, and why it is none: a wrong byte, a NUL, an open quote. Nothing of it is held."""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ita_analysis.errors import Problem
from ita_analysis.scores.bounded import BLOCK, BOM

Bytes = io.RawIOBase | io.BytesIO
Opened = Callable[[], Bytes]  # gives the bytes from the first one on, each time anew

_UTF8_THAI = re.compile(rb"\xe0[\xb8\xb9][\x80-\xbf]")
_ASCII = bytes(range(0x80))


class NulError(ValueError):
    """There is a NUL character in the text."""


class _WithoutNul(io.RawIOBase):
    """The same bytes, as long as no NUL is among them."""

    def __init__(self, inner: Bytes) -> None:
        self.inner = inner

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        count = self.inner.readinto(buffer) or 0
        if b"\0" in bytes(buffer[:count]):
            raise NulError
        return count


def rows(stream: Bytes) -> Iterator[list[str]]:
    """Yield every row, blank ones too, of UTF-8 text (a BOM is left out) with commas between the cells.

    Raises:
        UnicodeDecodeError, NulError, csv.Error: it is no such text (`fault` says which of it is told).
    """
    text = io.TextIOWrapper(io.BufferedReader(_WithoutNul(stream), BLOCK), encoding="utf-8-sig", newline="")
    return csv.reader(text, strict=True)


def blocks(stream: Bytes) -> Iterator[bytes]:
    """Yield the bytes of a stream, a block at a time."""
    while block := stream.read(BLOCK):
        yield block


def fault(shown: str, opened: Opened) -> Problem | None:
    """Return why the bytes are no CSV text; None where they are, or where they may be of a Thai code page."""
    at = _wrong_byte(blocks(opened()))
    if at is not None:
        has_mark = next(blocks(opened()), b"").startswith(BOM)
        if not has_mark and not is_mostly_utf8(blocks(opened())):
            return None
        return encoding_fault(shown, row_at(blocks(opened()), at))
    at = _first_nul(blocks(opened()))
    if at is not None:
        return nul_fault(shown, row_at(blocks(opened()), at))
    count = 0
    try:
        for _ in rows(opened()):
            count += 1
    except csv.Error as error:
        return form_fault(shown, error, count + 1)
    return None


def encoding_fault(shown: str, row: int) -> Problem:
    """Return the problem of a byte that is no UTF-8."""
    return _fault(shown, "encoding", "ตัวอักษรที่ไม่ใช่ UTF-8", "ไฟล์ CSV แบบ UTF-8", "บันทึกใหม่เป็น CSV UTF-8", row)


def nul_fault(shown: str, row: int) -> Problem:
    """Return the problem of a NUL character."""
    return _fault(shown, "control-character", "อักขระ NUL", "ข้อความ", "บันทึกไฟล์ใหม่จากต้นฉบับ", row)


def form_fault(shown: str, error: csv.Error, row: int) -> Problem:
    """Return the problem of quotes that don't end, or of a cell that never does."""
    found = f"รูปแบบ CSV ผิด ({error})"
    return _fault(shown, "csv-form", found, "ไฟล์ CSV ที่สมบูรณ์", "ตรวจเครื่องหมายคำพูดและความยาวของเซลล์", row)


def _fault(shown: str, code: str, found: str, expected: str, fix: str, row: int) -> Problem:
    return Problem(code=code, file=shown, row=row, found=found, expected=expected, fix=fix)


def row_at(data: Iterable[bytes], end: int) -> int:
    """Return the row in which the byte `end` stands, as Excel counts: a line end inside quotes begins no row."""
    row, is_quoted, held = 1, False, b""
    for block in _up_to(data, end):
        text = held + block
        held = b"\r" if text.endswith(b"\r") else b""  # the line end may go on in the next block
        for at, part in enumerate(text.removesuffix(held).split(b'"')):
            is_quoted ^= at > 0
            row += 0 if is_quoted else part.count(b"\n") + part.count(b"\r") - part.count(b"\r\n")
    return row + (1 if held and not is_quoted else 0)


def _up_to(data: Iterable[bytes], end: int) -> Iterator[bytes]:
    for block in data:
        if end <= 0:
            return
        yield block[:end]
        end -= len(block)


def is_mostly_utf8(data: Iterable[bytes]) -> bool:
    """Return whether most letters beyond ASCII are Thai in UTF-8: then a wrong byte among them is a wrong byte."""
    high, thai, held = 0, 0, b""
    for block in data:
        high += len(block.translate(None, _ASCII))
        text = held + block
        last = 0
        for match in _UTF8_THAI.finditer(text):
            thai, last = thai + 1, match.end()
        held = text[max(last, len(text) - 2) :]
    return 3 * thai * 2 > high


def _wrong_byte(data: Iterable[bytes]) -> int | None:
    decoder, done = codecs.getincrementaldecoder("utf-8")(), 0
    try:
        for block in data:
            waiting = len(decoder.getstate()[0])
            decoder.decode(block)
            done += len(block)
        waiting = len(decoder.getstate()[0])
        decoder.decode(b"", final=True)
    except UnicodeDecodeError as error:
        return done - waiting + error.start
    return None


def _first_nul(data: Iterable[bytes]) -> int | None:
    done = 0
    for block in data:
        if (at := block.find(0)) >= 0:
            return done + at
        done += len(block)
    return None
