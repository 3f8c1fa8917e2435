"""Reads the bytes of one input file safely: a regular file, opened once, of bounded size, hashed."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from ita_analysis import places
from ita_analysis.errors import Problem

BOM = b"\xef\xbb\xbf"
MAX_BYTES = 200 * 1024 * 1024

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


def read_input(path: Path) -> InputFile | Problem:
    """Return the file's bytes, or the one problem why it can't be read. Links, folders, pipes and devices are refused."""
    shown = places.shown(path)
    try:
        handle = os.open(path, _OPEN_FLAGS)
    except FileNotFoundError:
        return _problem("file-missing", shown, "ไม่มีไฟล์นี้", "ไฟล์ที่มีอยู่", "ตรวจชื่อและที่อยู่ของไฟล์")
    except OSError as error:
        if os.path.islink(path):  # noqa: PTH114 - never raises
            return _problem("file-link", shown, "ลิงก์ไปยังที่อื่น", "ไฟล์จริง", "คัดลอกไฟล์จริงมาวางแทนลิงก์")
        return unreadable(path, error)
    except ValueError:  # a NUL character in the name
        return _problem("file-missing", shown, "ชื่อที่ไม่มีไฟล์ใดมีได้", "ไฟล์ที่มีอยู่", "ตรวจชื่อและที่อยู่ของไฟล์")
    try:
        facts = os.fstat(handle)
        if not stat.S_ISREG(facts.st_mode):
            return _problem("file-kind", shown, "ไม่ใช่ไฟล์ข้อมูล", "ไฟล์ธรรมดา", "ระบุไฟล์คะแนน ไม่ใช่โฟลเดอร์หรืออุปกรณ์")
        if facts.st_size > MAX_BYTES:
            return _problem("file-size", shown, f"{facts.st_size:,} ไบต์", f"ไม่เกิน {MAX_BYTES:,} ไบต์", "แบ่งไฟล์ให้เล็กลง")
        with os.fdopen(handle, "rb", closefd=False) as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        return unreadable(path, error)
    finally:
        os.close(handle)
    if len(data) > MAX_BYTES:
        return _problem("file-size", shown, "ไฟล์ที่โตขึ้นระหว่างอ่าน", f"ไม่เกิน {MAX_BYTES:,} ไบต์", "แบ่งไฟล์ให้เล็กลง")
    if not data.removeprefix(BOM).strip():
        return _problem("file-empty", shown, "ไฟล์ว่าง", "ไฟล์ที่มีคะแนน", "ตรวจว่าบันทึกไฟล์ครบแล้ว")
    return InputFile(path, shown, hashlib.sha256(data).hexdigest(), len(data), data)


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


def _problem(code: str, file: str, found: str, expected: str, fix: str) -> Problem:
    return Problem(code=code, file=file, found=found, expected=expected, fix=fix)
