"""Reads one input file safely: a regular file, opened once, of bounded size, hashed; held as bytes, or read as a stream."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import io
import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from ita_analysis import places
from ita_analysis.errors import Problem

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 200 * 1024 * 1024  # of a file that is held
MAX_STREAMED = 1024 * 1024 * 1024  # of a CSV file that is read row by row
BLOCK = 1024 * 1024

_OPEN_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


@dataclass(frozen=True)
class KnownFile:
    """What is known of one file without its bytes."""

    path: Path
    shown: str
    sha256: str
    size: int


@dataclass(frozen=True)
class InputFile(KnownFile):
    """The bytes of one file as they were when it was opened; everything is parsed from these, never from the path again."""

    data: bytes


class Unopened(Exception):
    """A path that can't be opened as an input; `problem` says why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.found)
        self.problem = problem


class ByteStream(io.RawIOBase):
    """The bytes of an open file from its first on, counted and hashed as they are read."""

    def __init__(self, handle: int) -> None:
        self.handle, self.size, self.digest = handle, 0, hashlib.sha256()
        os.lseek(handle, 0, os.SEEK_SET)

    def readable(self) -> bool:
        """Return True."""
        return True

    def readinto(self, buffer: Any, /) -> int:
        """Read the next bytes into `buffer` and return their number, 0 at the end.

        Raises:
            OSError: the file grew over the limit, or can't be read.
        """
        data = os.read(self.handle, len(buffer))
        self.size += len(data)
        if self.size > MAX_STREAMED:
            raise OSError(errno.EFBIG, os.strerror(errno.EFBIG))
        self.digest.update(data)
        buffer[: len(data)] = data
        return len(data)


@contextlib.contextmanager
def opening(path: Path, most: int = MAX_BYTES) -> Iterator[int]:
    """Open a regular file of at most `most` bytes once, and close its descriptor at the end.

    Raises:
        Unopened: there is no such file, or it is none to be read. Links, folders, pipes and devices are refused.
    """
    shown = places.shown(path)
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except FileNotFoundError:
        raise Unopened(_problem("file-missing", shown, "ไม่มีไฟล์นี้", "ไฟล์ที่มีอยู่", "ตรวจชื่อและที่อยู่ของไฟล์")) from None
    except OSError as error:
        if os.path.islink(path):  # noqa: PTH114 - never raises
            problem = _problem("file-link", shown, "ลิงก์ไปยังที่อื่น", "ไฟล์จริง", "คัดลอกไฟล์จริงมาวางแทนลิงก์")
            raise Unopened(problem) from None
        raise Unopened(unreadable(path, error)) from None
    except ValueError:  # a NUL character in the name
        problem = _problem("file-missing", shown, "ชื่อที่ไม่มีไฟล์ใดมีได้", "ไฟล์ที่มีอยู่", "ตรวจชื่อและที่อยู่ของไฟล์")
        raise Unopened(problem) from None
    try:
        if unfit := _unfit(path, handle, most):
            raise Unopened(unfit)
        yield handle
    finally:
        os.close(handle)


def _unfit(path: Path, handle: int, most: int) -> Problem | None:
    """Return why an open file is none to be read, or None."""
    shown = places.shown(path)
    try:
        facts = os.fstat(handle)
        is_regular = stat.S_ISREG(facts.st_mode)
    except OSError as error:
        return unreadable(path, error)
    if not is_regular:
        return _problem("file-kind", shown, "ไม่ใช่ไฟล์ข้อมูล", "ไฟล์ธรรมดา", "ระบุไฟล์คะแนน ไม่ใช่โฟลเดอร์หรืออุปกรณ์")
    if facts.st_size > most:
        return _problem("file-size", shown, f"{facts.st_size:,} ไบต์", _sizes(path), "แบ่งไฟล์ให้เล็กลง")
    return None


def read_input(path: Path) -> InputFile | Problem:
    """Return the file's bytes, or the one problem why it can't be read (`opening`)."""
    shown = places.shown(path)
    try:
        with opening(path) as handle, os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(MAX_BYTES + 1)
    except Unopened as no:
        return no.problem
    except OSError as error:
        return unreadable(path, error)
    if len(data) > MAX_BYTES:
        return _problem("file-size", shown, "ไฟล์ที่โตขึ้นระหว่างอ่าน", _sizes(path), "แบ่งไฟล์ให้เล็กลง")
    if not data.removeprefix(BOM).strip():
        return _problem("file-empty", shown, "ไฟล์ว่าง", "ไฟล์ที่มีคะแนน", "ตรวจว่าบันทึกไฟล์ครบแล้ว")
    return InputFile(path, shown, hashlib.sha256(data).hexdigest(), len(data), data)


def identified(path: Path) -> KnownFile | Problem:
    """Return what is known of a file that may be read as a stream, without holding it (problems as `opening`)."""
    try:
        with opening(path, MAX_STREAMED) as handle:
            stream, block = ByteStream(handle), bytearray(BLOCK)
            while stream.readinto(block):
                pass
            return KnownFile(path, places.shown(path), stream.digest.hexdigest(), stream.size)
    except Unopened as no:
        return no.problem
    except OSError as error:
        return unreadable(path, error)


def may_be_streamed(path: Path) -> bool:
    """Return whether a file of this name may be longer than what is held."""
    return path.suffix.lower() == ".csv"


def opened(file: KnownFile) -> InputFile | Problem:
    """Return the file with its bytes, read now where they are not at hand; it keeps the name that is shown."""
    if isinstance(file, InputFile):
        return file
    found = read_input(file.path)
    return replace(found, shown=file.shown) if isinstance(found, InputFile) else found


def without_data(files: Iterable[KnownFile]) -> tuple[KnownFile, ...]:
    """Return what is known of the files, small enough to be handed to another process."""
    return tuple(KnownFile(file.path, file.shown, file.sha256, file.size) for file in files)


def unreadable(path: Path, error: OSError) -> Problem:
    """Return the problem of a file or folder that is there and can't be read."""
    found = f"เปิดไม่ได้ ({error.strerror})"
    return _problem("file-unreadable", places.shown(path), found, "ไฟล์ที่อ่านได้", "ตรวจชื่อและสิทธิ์การอ่าน")


def _sizes(path: Path) -> str:
    also = f" หรือ CSV ที่หัวตารางเป็นชื่อคอลัมน์ตามสัญญา ไม่เกิน {MAX_STREAMED:,} ไบต์" if may_be_streamed(path) else ""
    return f"ไม่เกิน {MAX_BYTES:,} ไบต์{also}"


def _problem(code: str, file: str, found: str, expected: str, fix: str) -> Problem:
    return Problem(code=code, file=file, found=found, expected=expected, fix=fix)
